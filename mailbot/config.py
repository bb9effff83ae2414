"""`config.toml` to a frozen `Config`.

All faults are found in one run and raised together as `ConfigError`, each with file, line, key and the nearest
right spelling. Relative paths count from the folder of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mailbot.config_sections import (
    DEFAULT_TYPE,
    SECTIONS,
    CapturePages,
    Database,
    DeskSection,
    Dkim,
    IntakeSection,
    Limits,
    Senders,
    SmarthostSection,
    Smtp,
    Tickets,
    TypeSection,
    VendorSection,
    Web,
)
from mailbot.core.business_time import Calendar
from mailbot.core.inactivity import DEFAULT_PLANS, Plans
from mailbot.core.public_mail_providers import PUBLIC_MAIL_PROVIDERS
from mailbot.core.ticket import Actor
from mailbot.core.vendor import Vendor
from mailbot.errors import ConfigError
from mailbot.setting_readers import intake_name, vendor_id
from mailbot.time_settings import CalendarSection, VendorTime, read_calendar, read_plans, read_vendor_time
from mailbot.toml_reader import Document, Places, nearest, text_of


@dataclass(frozen=True)
class TicketType:
    """A ticket type as used: its label for people, its plans."""

    name: str
    label: str
    plans: Plans


@dataclass(frozen=True)
class Config:
    """The whole configuration. `warnings` are not errors, but worth a word in `mailbot check`."""

    file: Path
    desk: DeskSection
    database: Database
    smtp: Smtp
    web: Web
    capture: CapturePages
    smarthost: SmarthostSection
    dkim: Dkim
    tickets: Tickets
    limits: Limits
    senders: Senders
    calendar: Calendar
    vendors: tuple[Vendor, ...]
    vendor_times: Mapping[str, VendorTime]
    types: Mapping[str, TicketType]
    intake: Mapping[str, IntakeSection]
    places: Places
    warnings: tuple[str, ...] = field(default=())

    @property
    def database_url(self) -> str:
        """The database's URL, the default filled in; a relative file lies beside the config, as all paths do."""
        named = self.database.url.removeprefix("sqlite:///")
        return f"sqlite:///{self.file.resolve().parent / named if named else self.desk.data_dir / 'mailbot.db'}"

    @property
    def from_address(self) -> str:
        """What From bears."""
        return self.desk.address or f"desk@{self.desk.domain}"

    @property
    def captures(self) -> bool:
        """Whether mails are only captured, for trying out."""
        return self.smarthost.url == "capture"

    def ticket_type(self, name: str) -> TicketType:
        """The type of that name. One that a ticket still bears but the config lost has no plan."""
        return self.types.get(name) or TicketType(name, _label(name), Plans())

    def plans_for(self, type_name: str, vendor_id: str) -> Plans:
        """The plans of a vendor's tickets of a type."""
        plans = self.ticket_type(type_name).plans
        own = self.vendor_times.get(vendor_id)
        return own.plans(plans) if own else plans

    def calendar_for(self, vendor_id: str) -> Calendar:
        """The calendar that a vendor's tickets live by."""
        own = self.vendor_times.get(vendor_id)
        return own.calendar if own and own.calendar else self.calendar

    def may_change_type(self, by: Actor) -> bool:
        """Whether `by` may give a ticket another type."""
        return by.value in self.tickets.may_change_type


_TABLES_OF_TABLES = ("vendors", "types", "intake")


def load(file: Path) -> Config:
    """Reads a configuration file. ConfigError with every fault, or when the file cannot be read."""
    try:
        document = Document(file.name, text_of(file.name, file.read_bytes()))
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error}; `mailbot init DIR` writes one to start from"]) from error
    except ValueError as error:
        raise ConfigError([str(error)]) from error
    config = _read(document, file) if document.tables or not document.faults else None
    if config is None or document.faults:
        raise ConfigError(document.report())
    return config


def _read(document: Document, file: Path) -> Config | None:
    for name in document.tables:
        if name not in SECTIONS and name not in _TABLES_OF_TABLES:
            document.unknown((name,), [*SECTIONS, *_TABLES_OF_TABLES])
    sections: dict[str, Any] = {
        name: document.section(kind, (name,), document.tables.get(name, {})) for name, kind in SECTIONS.items()
    }
    calendar_section = sections.pop("calendar")
    calendar = read_calendar(document, ("calendar",), calendar_section)
    vendors, vendor_times = _read_vendors(document, calendar_section)
    types = _read_types(document)
    intake = _read_intake(document, types)
    sections = {name: _anchored(document, name, section, file.resolve().parent) for name, section in sections.items()}
    _check_relations(document, sections)
    if document.faults:
        return None
    return Config(
        file=file,
        calendar=calendar,
        vendors=vendors,
        vendor_times=vendor_times,
        types=types,
        intake=intake,
        places=document.places,
        warnings=tuple(_warnings(sections["desk"], vendors)),
        **sections,
    )


def _anchored(document: Document, name: str, section: Any, folder: Path) -> Any:
    """A section whose relative paths count from the config's folder; files that must be there are looked for."""
    found: dict[str, Any] = {}
    for key, value in vars(section).items():
        if isinstance(value, Path):
            found[key] = folder / value
        elif isinstance(value, tuple) and value and isinstance(value[0], Path):
            found[key] = tuple(folder / one for one in value)
    for key, value in found.items():
        missing = [one for one in (value if isinstance(value, tuple) else (value,)) if not one.exists()]
        if missing and key != "data_dir":
            document.fault((name, key), f"{missing[0]} is not there")
    return replace(section, **found)


def _read_vendors(
    document: Document, desk_calendar: CalendarSection
) -> tuple[tuple[Vendor, ...], Mapping[str, VendorTime]]:
    vendors, times = [], {}
    for name, value in _tables(document, "vendors"):
        try:
            vendor_id(name)
        except ValueError as error:
            document.fault(("vendors", name), str(error))
        section = document.section(VendorSection, ("vendors", name), value, ignore=("inactivity", "calendar"))
        if isinstance(value, dict) and not value.keys().isdisjoint(("inactivity", "calendar")):
            times[name] = read_vendor_time(document, ("vendors", name), value, desk_calendar)
            section = replace(section, timezone=section.timezone or times[name].zone_apart_from(desk_calendar.timezone))
        vendors.append(Vendor(name, section.name or name, **_without_name(section)))
    return tuple(vendors), times


def _without_name(section: VendorSection) -> dict[str, Any]:
    return {key: value for key, value in vars(section).items() if key != "name"}


def _read_types(document: Document) -> Mapping[str, TicketType]:
    types = {DEFAULT_TYPE: TicketType(DEFAULT_TYPE, _label(DEFAULT_TYPE), DEFAULT_PLANS)}
    for name, value in _tables(document, "types"):
        section = document.section(TypeSection, ("types", name), value, ignore=("inactivity",))
        table = value.get("inactivity", {}) if isinstance(value, dict) else {}
        default = DEFAULT_PLANS if name == DEFAULT_TYPE else Plans()
        plans = read_plans(document, ("types", name, "inactivity"), table, default)
        types[name] = TicketType(name, section.label or _label(name), plans)
    return types


def _read_intake(document: Document, types: Mapping[str, TicketType]) -> Mapping[str, IntakeSection]:
    intake = {}
    for name, value in _tables(document, "intake"):
        section = document.section(IntakeSection, ("intake", name), value)
        if section.type not in types:
            document.fault(
                ("intake", name, "type"), f'there is no ticket type "{section.type}"{nearest(section.type, types)}'
            )
        try:
            intake_name(name)
        except ValueError as error:
            document.fault(("intake", name), str(error))
        if name.casefold() in intake:
            document.fault(("intake", name), "this address is there twice: upper and lower case are the same")
        intake[name.casefold()] = section
    return intake


def _check_relations(document: Document, sections: Mapping[str, Any]) -> None:
    if bool(sections["smtp"].tls_certificate) != bool(sections["smtp"].tls_key):
        document.fault(("smtp", "tls_certificate"), "tls_certificate and tls_key go together")


def _warnings(desk: DeskSection, vendors: tuple[Vendor, ...]) -> list[str]:
    found = [
        f"[desk] admins: {admin} is in the desk's own domain; a notice to it comes back to mailbot"
        for admin in desk.admins
        if admin.rpartition("@")[2] == desk.domain
    ]
    if not desk.admins:
        found.append("[desk] admins: nobody is listed, so nobody is told when something goes wrong")
    found += [
        f"[vendors.{vendor.id}] email: none on file; its tickets reach nobody by mail"
        for vendor in vendors
        if not vendor.address
    ]
    found += [
        f"[vendors.{vendor.id}] email: {vendor.address} is in the desk's own domain; its mails come back to mailbot"
        for vendor in vendors
        if vendor.address.rpartition("@")[2] == desk.domain
    ]
    found += [
        f"[vendors.{vendor.id}] also: anybody can have an address at {domain}, so it makes nobody a colleague"
        for vendor in vendors
        for domain in vendor.also
        if domain.lstrip("@").casefold() in PUBLIC_MAIL_PROVIDERS
    ]
    return found


def _tables(document: Document, name: str) -> list[tuple[str, Any]]:
    return list(document.table((name,), document.tables.get(name, {})).items())


def _label(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()
