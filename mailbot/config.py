"""`config.toml` to a frozen `Config`: every key, its reader, its default.

All faults are found in one run and raised together as `ConfigError`, each with file, line, key and the nearest
right spelling. Relative paths count from the folder of the file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from mailbot.core.business_time import Calendar
from mailbot.core.inactivity import DEFAULT_PLANS, Plans
from mailbot.core.sender import TREATMENTS, Treatment
from mailbot.core.ticket import Actor, Grade
from mailbot.core.vendor import Vendor
from mailbot.errors import ConfigError
from mailbot.setting_readers import (
    Network,
    address,
    address_or_domain,
    address_or_nothing,
    boolean,
    domain,
    duration_seconds,
    endpoint,
    endpoint_or_path,
    language,
    language_or_nothing,
    list_of,
    network,
    one_of,
    path,
    path_or_nothing,
    size_bytes,
    some_text,
    text,
    timezone_or_nothing,
    web_url,
    whole_number,
)
from mailbot.time_settings import CalendarSection, VendorTime, read_calendar, read_plans, read_vendor_time
from mailbot.toml_reader import Document, nearest, setting

DEFAULT_TYPE = "technical-support"
_DAY = 86_400.0
_LOOPBACK = tuple(network(one) for one in ("127.0.0.0/8", "::1"))


@dataclass(frozen=True)
class DeskSection:
    """[desk]: who we are. `address` is what From bears; "" means desk@domain."""

    name: str = setting(some_text)
    domain: str = setting(domain)
    admins: tuple[str, ...] = setting(list_of(address), ())
    data_dir: Path = setting(path, Path("var"))
    base_url: str = setting(web_url, "http://127.0.0.1:8080")
    address: str = setting(address_or_nothing, "")
    contact: str = setting(text, "")
    complaints: str = setting(text, "")
    hide_addresses: bool = setting(boolean, True)
    templates: Path | None = setting(path_or_nothing, None)
    timezone: str = setting(timezone_or_nothing, "")
    language: str = setting(language, "en")


@dataclass(frozen=True)
class Database:
    """[database]: "" means SQLite, `mailbot.db` in the data folder."""

    url: str = setting(text, "")


@dataclass(frozen=True)
class Smtp:
    """[smtp]: the port where relays hand mail over, and its bounds."""

    listen: tuple[str, int] = setting(endpoint, ("127.0.0.1", 8025))
    lmtp_listen: tuple[str, int] | str | None = setting(endpoint_or_path, None)
    host_name: str = setting(text, "")
    max_message_bytes: int = setting(size_bytes, 25_000_000)
    max_recipients: int = setting(whole_number(1, 10_000), 100)
    command_timeout: float = setting(duration_seconds, 300.0)
    data_timeout: float = setting(duration_seconds, 600.0)
    max_connections: int = setting(whole_number(1, 10_000), 200)
    max_connections_per_peer: int = setting(whole_number(1, 10_000), 100)
    trusted_relays: tuple[Network, ...] = setting(list_of(network), _LOOPBACK)
    authserv_id: str = setting(text, "")
    tls_certificate: Path | None = setting(path_or_nothing, None)
    tls_key: Path | None = setting(path_or_nothing, None)
    proxy_peers: tuple[Network, ...] = setting(list_of(network), ())


@dataclass(frozen=True)
class Web:
    """[web]: the customers' and vendors' pages."""

    listen: tuple[str, int] = setting(endpoint, ("127.0.0.1", 8080))
    trusted_proxies: tuple[Network, ...] = setting(list_of(network), ())
    links_expire_after: float = setting(duration_seconds, 365 * _DAY)


@dataclass(frozen=True)
class CapturePages:
    """[capture]: where captured mail is shown; only used with `[smarthost] url = "capture"`."""

    listen: tuple[str, int] = setting(endpoint, ("127.0.0.1", 8081))


@dataclass(frozen=True)
class SmarthostSection:
    """[smarthost]: the server that takes our mail, and how long we try."""

    url: str = setting(some_text, "capture")
    user: str = setting(text, "")
    password_file: Path | None = setting(path_or_nothing, None)
    starttls: Literal["when offered", "required", "never"] = setting(
        one_of("when offered", "required", "never"), "when offered"
    )
    timeout: float = setting(duration_seconds, 60.0)
    retry_first: float = setting(duration_seconds, 60.0)
    retry_longest: float = setting(duration_seconds, 4 * 3600.0)
    give_up_after: float = setting(duration_seconds, 5 * _DAY)
    ca_file: Path | None = setting(path_or_nothing, None)
    max_connections: int = setting(whole_number(1, 100), 5)

    def password(self) -> str:
        """The password: from its file, else from the environment (MAILBOT_SMARTHOST_PASSWORD)."""
        if self.password_file is not None:
            return self.password_file.read_text().strip()
        return os.environ.get("MAILBOT_SMARTHOST_PASSWORD", "")


@dataclass(frozen=True)
class Dkim:
    """[dkim]: private keys (PEM) that sign what we send; a file's name without its ending is its selector."""

    keys: tuple[Path, ...] = setting(list_of(path), ())


@dataclass(frozen=True)
class Tickets:
    """[tickets]: the rules of a ticket's life."""

    reopen_within: float = setting(duration_seconds, 14 * _DAY)
    late_reply: str = setting(one_of("new ticket", "refuse"), "new ticket")
    open_by_mail: bool = setting(boolean, True)
    may_change_type: tuple[str, ...] = setting(list_of(one_of("customer", "vendor", "desk")), ("vendor", "desk"))
    announce_as_automatic: bool = setting(boolean, True)


@dataclass(frozen=True)
class Limits:
    """[limits]: bounds that keep strangers and loops small."""

    mails_per_ticket_and_hour: int = setting(whole_number(1, 10_000), 10)
    openings_per_address_and_hour: int = setting(whole_number(0, 10_000), 3)
    reading_time: float = setting(duration_seconds, 2.0)
    reading_memory: int = setting(size_bytes, 2**30)
    max_parts: int = setting(whole_number(1, 100_000), 1000)
    max_depth: int = setting(whole_number(1, 200), 50)
    max_header_bytes: int = setting(size_bytes, 262_144)
    max_history_bytes: int = setting(size_bytes, 512_000)
    max_attachment_bytes: int = setting(size_bytes, 10_000_000)


_treatment = one_of(*Treatment)


@dataclass(frozen=True)
class Senders:
    """[senders]: what happens to the words of each sender grade ("post", "hold", "refuse"), and how long they wait."""

    addressee: str = setting(_treatment, "post")
    colleague: str = setting(_treatment, "post")
    stranger: str = setting(_treatment, "hold")
    failed: str = setting(_treatment, "hold")
    hold_for: float = setting(duration_seconds, 14 * _DAY)

    def treatment(self, grade: Grade) -> Treatment:
        """What happens to the words of a grade."""
        return Treatment(getattr(self, grade.value)) if grade in TREATMENTS else Treatment.POST


@dataclass(frozen=True)
class VendorSection:
    """[vendors.ID]: one vendor; [vendors.ID.inactivity] and [vendors.ID.calendar] are its own time."""

    name: str = setting(some_text)
    email: str = setting(address_or_nothing, "")
    ticket_email: str = setting(address_or_nothing, "")
    also: tuple[str, ...] = setting(list_of(address_or_domain), ())
    contact: str = setting(text, "")
    timezone: str = setting(timezone_or_nothing, "")
    language: str = setting(language_or_nothing, "")


@dataclass(frozen=True)
class TypeSection:
    """[types.NAME]: a ticket type; its plans stand in [types.NAME.inactivity]."""

    label: str = setting(text, "")


@dataclass(frozen=True)
class IntakeSection:
    """[intake."local-part"]: mail to this address opens a ticket."""

    vendor: str = setting(some_text)
    type: str = setting(some_text, DEFAULT_TYPE)


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
    warnings: tuple[str, ...] = field(default=())

    @property
    def database_url(self) -> str:
        """The database's URL, the default filled in."""
        return self.database.url or f"sqlite:///{self.desk.data_dir / 'mailbot.db'}"

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


_SECTIONS: Mapping[str, type] = {
    "desk": DeskSection,
    "database": Database,
    "smtp": Smtp,
    "web": Web,
    "capture": CapturePages,
    "smarthost": SmarthostSection,
    "dkim": Dkim,
    "tickets": Tickets,
    "limits": Limits,
    "senders": Senders,
    "calendar": CalendarSection,
}
_TABLES_OF_TABLES = ("vendors", "types", "intake")


def load(file: Path) -> Config:
    """Reads a configuration file. ConfigError with every fault, or when the file cannot be read."""
    try:
        document = Document(file.name, file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{file}: cannot be read: {error}; `mailbot init DIR` writes one to start from"]) from error
    config = _read(document, file) if document.tables or not document.faults else None
    if config is None or document.faults:
        raise ConfigError(document.report())
    return config


def _read(document: Document, file: Path) -> Config | None:
    for name in document.tables:
        if name not in _SECTIONS and name not in _TABLES_OF_TABLES:
            document.unknown((name,), [*_SECTIONS, *_TABLES_OF_TABLES])
    sections: dict[str, Any] = {
        name: document.section(kind, (name,), document.tables.get(name, {})) for name, kind in _SECTIONS.items()
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
        if "+" in name or "@" in name:
            document.fault(("intake", name), 'this must be a local part, as in [intake."support"]')
        intake[name.casefold()] = section
    return intake


def _check_relations(document: Document, sections: Mapping[str, Any]) -> None:
    url = sections["smarthost"].url or ""
    if url != "capture" and not url.startswith(("smtp://", "smtps://")):
        document.fault(("smarthost", "url"), 'use "capture", "smtp://host:port" or "smtps://host:port"')
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
    return found


def _tables(document: Document, name: str) -> list[tuple[str, Any]]:
    return list(document.table((name,), document.tables.get(name, {})).items())


def _label(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()
