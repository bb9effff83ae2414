"""The settings that decide when something happens: calendars and inactivity plans, of the desk, a type, a vendor.

In: tables of `config.toml`. Out: `Plans` and `Calendar`s as the core counts with them; faults go to the document.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, time
from typing import Any

from mailbot.core.business_time import Calendar
from mailbot.core.inactivity import Plan, Plans, faults_in, parse_plan
from mailbot.holiday_calendar import Holidays
from mailbot.setting_readers import WEEKDAYS, holiday_words, hours, list_of, never_close_on, text, timezone, weekdays
from mailbot.toml_reader import Document, setting

Place = tuple[str, ...]


@dataclass(frozen=True)
class CalendarSection:
    """[calendar]: working time; [vendors.ID.calendar]: the same keys for one vendor's tickets."""

    timezone: str = setting(timezone, "UTC")
    working_days: frozenset[int] = setting(weekdays, frozenset(range(5)))
    working_hours: tuple[time, time] | None = setting(hours, None)
    holidays: tuple[str | date | tuple[date, date], ...] = setting(holiday_words, ())
    never_close_on: tuple[str, ...] = setting(never_close_on, ("saturday", "sunday"))


@dataclass(frozen=True)
class InactivitySection:
    """[types.NAME.inactivity], [vendors.ID.inactivity]: one plan for each party that may owe the next word."""

    vendor: tuple[str, ...] | None = setting(list_of(text), None)
    customer: tuple[str, ...] | None = setting(list_of(text), None)


@dataclass(frozen=True)
class VendorTime:
    """What a vendor's own tables say: plans by party, and a calendar; None is as everywhere."""

    customer: Plan | None = None
    vendor: Plan | None = None
    calendar: Calendar | None = None

    def plans(self, of_type: Plans) -> Plans:
        """A type's plans for this vendor's tickets. A side that the type leaves without a plan stays without."""
        return Plans(
            customer=self.customer if self.customer is not None and of_type.customer else of_type.customer,
            vendor=self.vendor if self.vendor is not None and of_type.vendor else of_type.vendor,
        )

    def zone_apart_from(self, zone: str) -> str:
        """The zone of its calendar when it is another than `zone`, else ""."""
        return self.calendar.zone if self.calendar and self.calendar.zone != zone else ""


def read_plans(document: Document, place: Place, table: Any, default: Plans) -> Plans:
    """The plans of a type; a list that is missing or faulty has its default."""
    customer, vendor = _read_own_plans(document, place, table)
    return Plans(
        customer=default.customer if customer is None else customer,
        vendor=default.vendor if vendor is None else vendor,
    )


def _read_own_plans(document: Document, place: Place, table: Any) -> tuple[Plan | None, Plan | None]:
    """The plans that a table gives, the customer's and the vendor's; None for a list that is missing or faulty."""
    section = document.section(InactivitySection, place, table)
    customer = _read_plan(document, (*place, "customer"), section.customer)
    return customer, _read_plan(document, (*place, "vendor"), section.vendor)


def _read_plan(document: Document, place: Place, lines: tuple[str, ...] | None) -> Plan | None:
    if lines is None:
        return None
    faults = faults_in(lines)
    for fault in faults:
        document.fault(place, f"step {fault.index + 1}: {fault}")
    return None if faults else parse_plan(lines)


def read_vendor_time(document: Document, place: Place, table: Mapping[str, Any], desk: CalendarSection) -> VendorTime:
    """What [vendors.ID.inactivity] and [vendors.ID.calendar] say; the calendar's missing keys are the desk's."""
    customer, vendor = _read_own_plans(document, (*place, "inactivity"), table.get("inactivity", {}))
    has_calendar = "calendar" in table
    own = _read_own_calendar(document, (*place, "calendar"), table["calendar"], desk) if has_calendar else None
    return VendorTime(customer, vendor, own)


def _read_own_calendar(document: Document, place: Place, value: Any, desk: CalendarSection) -> Calendar:
    table = document.table(place, value)
    section = document.section(CalendarSection, place, table)
    missing = {item.name: getattr(desk, item.name) for item in fields(section) if item.name not in table}
    return read_calendar(document, place, replace(section, **missing))


def read_calendar(document: Document, place: Place, section: CalendarSection) -> Calendar:
    """The calendar that a section says."""
    try:
        days_off = Holidays(section.holidays)
    except ValueError as error:
        document.fault((*place, "holidays"), str(error))
        days_off = Holidays(())
    if not section.working_days:
        document.fault((*place, "working_days"), "at least one day must be a working day")
    excluded = frozenset(WEEKDAYS.index(day) for day in section.never_close_on if day in WEEKDAYS)
    if len(excluded) == len(WEEKDAYS):
        document.fault((*place, "never_close_on"), "at least one weekday must be left to close tickets on")
    return Calendar(
        zone=section.timezone,
        working_days=section.working_days,
        is_holiday=days_off,
        working_hours=section.working_hours,
        never_close_on=excluded,
        never_close_on_holidays="holidays" in section.never_close_on,
    )


def holiday_gaps(calendar: Calendar, years: Iterable[int]) -> list[str]:
    """What nobody knows about a calendar's holidays in these years, one sentence each."""
    return calendar.is_holiday.gaps(years) if isinstance(calendar.is_holiday, Holidays) else []
