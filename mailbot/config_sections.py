"""The tables of `config.toml`: every key, how its value is read, its default.

Each class is one table; `setting` names the reader of a key and its default. `config` reads them together.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mailbot.core.sender import TREATMENTS, Treatment
from mailbot.core.ticket import Grade
from mailbot.setting_readers import (
    Network,
    address,
    address_or_domain,
    address_or_nothing,
    boolean,
    database_url,
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
    smarthost_url,
    some_text,
    text,
    timezone_or_nothing,
    web_url,
    whole_number,
)
from mailbot.time_settings import CalendarSection
from mailbot.toml_reader import setting

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

    url: str = setting(database_url, "")


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

    url: str = setting(smarthost_url, "capture")
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
    rewrites_message_id: bool = setting(boolean, False)

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
    tickets_per_address_and_hour: int = setting(whole_number(1, 100_000), 20)
    tickets_per_domain_and_hour: int = setting(whole_number(1, 1_000_000), 100)
    reading_time: float = setting(duration_seconds, 2.0)
    reading_memory: int = setting(size_bytes, 150 * 2**20)
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


SECTIONS: Mapping[str, type] = {
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
