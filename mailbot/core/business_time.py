"""Time as people at a desk count it: days at the same local time, working days, and when a ticket may close.

In: a `Calendar`, an aware UTC datetime, a `Duration`. Out: an aware UTC datetime. Local time exists only in
here: a local time that a clock change skips means the first moment after the gap, one that happens twice the
first of the two (PEP 495, fold=0).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from mailbot.core.duration import SECONDS_IN, Duration, Unit

ONE_DAY = timedelta(days=1)
MIDNIGHT = time()
SEARCHED_DAYS = 731
"""A calendar without a day to work (or to close) on in two years has none."""


class CalendarError(ValueError):
    """A calendar on which the asked moment never comes."""


def no_holidays(_day: date) -> bool:
    """The calendar of a desk without holidays."""
    return False


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises CalendarError with the nearest name that exists."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        near = get_close_matches(name[:60], available_timezones(), n=1, cutoff=0.6)
        advice = f'try "{near[0]}"' if near else 'no such time zone; names look like "Europe/Berlin"'
        raise CalendarError(f'"{name[:60]}": {advice}') from error


@dataclass(frozen=True)
class Calendar:
    """When a desk works, and when it may close a ticket. Weekdays are Monday=0 to Sunday=6.

    `working_hours` (from, to; on one local day, `to` excluded, midnight as `to` is the day's end) bound the
    working moments of a working day; None means the whole day. `is_holiday` says whether a local date is a
    holiday: no working day.
    """

    zone: str = "UTC"
    working_days: frozenset[int] = frozenset(range(5))
    is_holiday: Callable[[date], bool] = no_holidays
    working_hours: tuple[time, time] | None = None
    never_close_on: frozenset[int] = frozenset({5, 6})
    never_close_on_holidays: bool = False

    def __post_init__(self) -> None:
        zone_named(self.zone)
        opens, closes = self.hours
        if opens >= closes != MIDNIGHT:
            raise CalendarError("working hours must begin before they end, on one day")

    @property
    def hours(self) -> tuple[time, time]:
        """The working hours of a working day; midnight as their end is the end of the day."""
        return self.working_hours or (MIDNIGHT, MIDNIGHT)

    def works_on(self, day: date) -> bool:
        """Whether a local date is a working day. A date that the zone skipped is none."""
        works = day.weekday() in self.working_days and not self.is_holiday(day)
        return works and _exists(self.zone, day)

    def closes_on(self, day: date) -> bool:
        """Whether a ticket may close on a local date."""
        if day.weekday() in self.never_close_on:
            return False
        return not (self.never_close_on_holidays and self.is_holiday(day))


def add(calendar: Calendar, start: datetime, duration: Duration) -> datetime:
    """The moment a duration after `start`; never earlier than local clock and calendar say.

    Raises CalendarError when it never comes: no working day, no working hours, beyond the year 9999.
    """
    try:
        return _add(calendar, start, duration)
    except OverflowError as error:
        raise CalendarError(f"{duration} after {start:%Y-%m-%d} lies beyond the year 9999") from error


def _add(calendar: Calendar, start: datetime, duration: Duration) -> datetime:
    if duration.unit is Unit.DAYS:
        return _add_days(ZoneInfo(calendar.zone), start, duration.amount)
    if duration.unit is Unit.BUSINESS_DAYS:
        return _add_business_days(calendar, start, duration.amount)
    span = _span(duration.amount * SECONDS_IN[duration.unit])
    if duration.unit is Unit.BUSINESS_HOURS:
        if calendar.working_hours is None:
            raise CalendarError(f"{duration}: the calendar has no working hours to count business hours in")
        return _run(calendar, start, span)
    return start + span


def next_allowed_closing(calendar: Calendar, at: datetime) -> datetime:
    """The moment itself, or the same local time on the next day on which a ticket may close.

    Raises CalendarError when no such day comes.
    """
    zone = ZoneInfo(calendar.zone)
    local = at.astimezone(zone)
    if calendar.closes_on(local.date()):
        return at
    return _closing_after(calendar, local.date(), local.time())


def closing_when_late(calendar: Calendar, now: datetime) -> datetime:
    """When a closing that is overdue may happen: now, or the start of the next day that allows it.

    Unlike `next_allowed_closing` it forgets the hour, so that each moment of that day gets the same answer.
    """
    local = now.astimezone(ZoneInfo(calendar.zone))
    if calendar.closes_on(local.date()):
        return now
    return _closing_after(calendar, local.date(), MIDNIGHT)


def _closing_after(calendar: Calendar, excluded: date, local_time: time) -> datetime:
    zone = ZoneInfo(calendar.zone)
    for ahead in range(1, SEARCHED_DAYS):
        day = excluded + timedelta(days=ahead)
        if calendar.closes_on(day):
            at = _instant(zone, datetime.combine(day, local_time))
            if at.astimezone(zone).date() == day:  # else the zone skipped that hour and with it the day's end
                return at
    raise CalendarError(f"no day to close a ticket on within two years after {excluded}")


def next_working_moment(calendar: Calendar, at: datetime) -> datetime:
    """The moment itself when the desk works then, else the start of its next working day (or hours)."""
    for opens, closes in _windows(calendar, at):
        if at < closes:
            return max(at, opens)
    raise AssertionError("the windows of a calendar never end")


def _add_days(zone: ZoneInfo, start: datetime, amount: Fraction) -> datetime:
    """Whole days at the same local time, then the rest as elapsed time, but never past the next whole day."""
    whole, rest = divmod(amount, 1)
    landing = _days_on(zone, start, whole)
    if not rest:
        return landing
    return min(landing + _span(rest * 86_400), _days_on(zone, start, whole + 1))


def _days_on(zone: ZoneInfo, start: datetime, count: int) -> datetime:
    if not count:
        return start  # by way of local time, the second of two equal hours would become the first
    return _instant(zone, start.astimezone(zone).replace(tzinfo=None, fold=0) + timedelta(days=count))


def _add_business_days(calendar: Calendar, start: datetime, amount: Fraction) -> datetime:
    """Whole working days at the same local time, then the rest as a share of a day's working time."""
    begin = next_working_moment(calendar, start)
    whole, rest = divmod(amount, 1)
    landing = _working_days_on(calendar, begin, whole)
    if not rest:
        return landing
    rest_end = _run(calendar, landing, _span(rest * _working_seconds(calendar)))
    return min(rest_end, _working_days_on(calendar, begin, whole + 1))


def _working_days_on(calendar: Calendar, begin: datetime, count: int) -> datetime:
    if not count:
        return begin
    zone = ZoneInfo(calendar.zone)
    local = begin.astimezone(zone)
    day = local.date()
    for _ in range(count):
        day = _working_day_from(calendar, day + ONE_DAY)
    return next_working_moment(calendar, _instant(zone, datetime.combine(day, local.time())))


def _working_day_from(calendar: Calendar, day: date) -> date:
    """The first working day that is not before `day`."""
    for ahead in range(SEARCHED_DAYS):
        if calendar.works_on(day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    raise CalendarError(f"no working day within two years after {day}")


def _working_seconds(calendar: Calendar) -> int:
    """The length of a working day by the wall clock."""
    opens, closes = _wall_hours(calendar, date(2000, 1, 1))
    return round((closes - opens).total_seconds())


def _wall_hours(calendar: Calendar, day: date) -> tuple[datetime, datetime]:
    """The working time (from, to) of a day in naive local time."""
    opens, closes = calendar.hours
    last_day = day + ONE_DAY if closes == MIDNIGHT else day
    return datetime.combine(day, opens), datetime.combine(last_day, closes)


def _run(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The moment when a clock that runs only while the desk works has run for `span`; a working moment."""
    for opens, closes in _windows(calendar, start):
        begin = max(start, opens)
        if begin + span < closes:
            return begin + span
        span -= max(closes - begin, timedelta())
    raise AssertionError("the windows of a calendar never end")


def _windows(calendar: Calendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The working time (from, to) of each working day, from the local day of `at` on, without end."""
    zone = ZoneInfo(calendar.zone)
    day = at.astimezone(zone).date()
    while True:
        day = _working_day_from(calendar, day)
        yield from _working_time(calendar, zone, day)
        day += ONE_DAY


def _working_time(calendar: Calendar, zone: ZoneInfo, day: date) -> list[tuple[datetime, datetime]]:
    """The working time of a day as (from, to); twice where an hour comes twice and the desk opens or closes in it.

    Where midnight came twice (Newfoundland to 2010) the first counts.
    """
    hours = _wall_hours(calendar, day)
    opens, closes = (_instant(zone, local) for local in hours)
    opens_again, closes_again = (_last_instant(zone, local) for local in hours)
    if (opens, closes) == (opens_again, closes_again) or MIDNIGHT in calendar.hours:
        return [(opens, closes)]
    turned_back = _change_between(zone, opens, closes_again)
    return [(opens, min(turned_back, closes)), (max(turned_back, opens_again), closes_again)]


def _span(seconds: Fraction) -> timedelta:
    """Elapsed time, rounded up to a microsecond, so that nothing is early."""
    return timedelta(microseconds=math.ceil(seconds * 1_000_000))


def _instant(zone: ZoneInfo, local: datetime) -> datetime:
    """The moment of a naive local time: the first of two, and for a skipped one the end of the gap."""
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None, fold=0) == local:
        return at
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)  # PEP 495: in a gap, fold=1 looks back
    return _change_between(zone, before, at)


def _last_instant(zone: ZoneInfo, local: datetime) -> datetime:
    """The moment of a naive local time: the second of two, and for a skipped one the end of the gap."""
    again = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return max(again, _instant(zone, local))


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The moment in (before, after] when the zone's offset changes; changes happen on whole seconds."""
    low, high = math.floor(before.timestamp()), math.ceil(after.timestamp())
    offset = _offset(zone, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
    return datetime.fromtimestamp(high, UTC)


def _offset(zone: ZoneInfo, timestamp: int) -> timedelta | None:
    return datetime.fromtimestamp(timestamp, zone).utcoffset()


@lru_cache(maxsize=4_096)
def _exists(zone: str, day: date) -> bool:
    """Whether a local date happens at all: Samoa went from 29 to 31 December 2011."""
    info = ZoneInfo(zone)
    return _instant(info, datetime.combine(day, MIDNIGHT)).astimezone(info).date() == day
