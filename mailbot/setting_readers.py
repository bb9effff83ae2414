"""How single values of `config.toml` are read. Each takes a TOML value and raises ValueError with what is wrong."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from datetime import date, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mailbot.core.addresses import OUR_WORDS
from mailbot.core.business_time import zone_named
from mailbot.core.duration import parse_duration, parse_size, seconds
from mailbot.email_address import valid_address
from mailbot.errors import BadInput

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def text(value: Any) -> str:
    """A string on one line."""
    if not isinstance(value, str):
        raise ValueError(f"this must be a string in quotes, not {_shown(value)}")
    if any(ord(character) < 32 for character in value):
        raise ValueError("this must be one line without control characters")
    return value


def some_text(value: Any) -> str:
    """A string that is not empty."""
    if not (found := text(value).strip()):
        raise ValueError("this must not be empty")
    return found


def boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(f"this must be true or false, not {_shown(value)}")
    return value


def whole_number(least: int, most: int) -> Callable[[Any], int]:
    """A whole number in a range."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"this must be a whole number from {least} to {most}, not {_shown(value)}")
        return value

    return read


def duration_seconds(value: Any) -> float:
    """A span of elapsed time, e.g. "0.2 seconds"; in seconds."""
    return seconds(parse_duration(text(value)))


def size_bytes(value: Any) -> int:
    """A size, e.g. "25 MB"; in bytes."""
    return parse_size(text(value))


def one_of(*words: str) -> Callable[[Any], str]:
    """One of a closed list of words."""

    def read(value: Any) -> str:
        found = text(value)
        if found not in words:
            near = get_close_matches(found, words, n=1, cutoff=0.5)
            advice = f'did you mean "{near[0]}"?' if near else "use " + ", ".join(f'"{word}"' for word in words)
            raise ValueError(f"unknown word {_shown(found)}; {advice}")
        return found

    return read


def list_of(read_one: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """A list, each of whose values is read by `read_one`."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"this must be a list in brackets, not {_shown(value)}")
        return tuple(read_one(one) for one in value)

    return read


def address(value: Any) -> str:
    """An email address."""
    try:
        return valid_address(text(value))
    except BadInput as error:
        raise ValueError(str(error)) from error


def address_or_nothing(value: Any) -> str:
    """An email address, or ""."""
    return "" if value == "" else address(value)


def domain(value: Any) -> str:
    """A host or mail domain; in lower case, punycode for other scripts."""
    found = text(value).strip().lower().rstrip(".")
    try:
        found = found.encode("idna").decode("ascii") if not found.isascii() else found
    except UnicodeError as error:
        raise ValueError(f"{_shown(value)} is no domain: {error}") from error
    if not _DOMAIN.fullmatch(found):
        raise ValueError(f'{_shown(value)} is no domain; write one as in "desk.example"')
    return found


def address_or_domain(value: Any) -> str:
    """An email address or a domain that speaks for a vendor."""
    return address(value) if "@" in text(value).lstrip("@") else domain(text(value).lstrip("@"))


def path(value: Any) -> Path:
    """A path; relative ones count from the folder of the config file."""
    return Path(some_text(value)).expanduser()


def path_or_nothing(value: Any) -> Path | None:
    """A path, or "" for none."""
    return None if value == "" else path(value)


def timezone(value: Any) -> str:
    """An IANA time zone."""
    return zone_named(some_text(value)).key


def timezone_or_nothing(value: Any) -> str:
    """An IANA time zone, or ""."""
    return "" if value == "" else timezone(value)


def language(value: Any) -> str:
    """A language tag (RFC 5646), as in "de" or "pt-BR". Whether there are templates for it, `check` looks at."""
    found = some_text(value)
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}", found):
        raise ValueError(f'{_shown(value)} is no language; write one as in "en", "de" or "pt-BR"')
    return found


def language_or_nothing(value: Any) -> str:
    """A language tag, or ""."""
    return "" if value == "" else language(value)


def web_url(value: Any) -> str:
    """An http or https URL, without a slash at its end."""
    found = some_text(value).rstrip("/")
    try:
        parts = urlsplit(found)
        _ = parts.port
    except ValueError as error:
        raise ValueError(f'{_shown(value)}: {error}; write a site as in "https://desk.example"') from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f'{_shown(value)} is no URL of a site; write one as in "https://desk.example"')
    return found


def database_url(value: Any) -> str:
    """A database's URL, or "" for SQLite in the data folder. SQLite in a file is what this version can use."""
    found = text(value).strip()
    if not found:
        return ""
    scheme, _, rest = found.partition("://")
    if scheme != "sqlite":
        near = ", did you mean sqlite?" if get_close_matches(scheme, ["sqlite"], cutoff=0.6) else ""
        raise ValueError(
            f"{_shown(scheme)} is no database that this version can use{near};"
            ' write "sqlite:////var/lib/mailbot/mailbot.db", or "" for mailbot.db in data_dir'
        )
    if not rest.startswith("/") or rest == "/" or rest.endswith(":memory:") or "?" in rest:
        raise ValueError(f'{_shown(found)} names no file; write one as in "sqlite:////var/lib/mailbot/mailbot.db"')
    return found


def smarthost_url(value: Any) -> str:
    """Where the smarthost listens, smtp://host:port or smtps://user@host; or "capture"."""
    found = some_text(value)
    if found == "capture":
        return found
    advice = 'use "capture", "smtp://host:port" or "smtps://host:port"'
    try:
        parts = urlsplit(found)
        port = parts.port
    except ValueError as error:  # a port that is no number or too large, brackets that do not close
        raise ValueError(f"{_shown(found)}: {error}; {advice}") from error
    if parts.scheme not in ("smtp", "smtps"):
        near = get_close_matches(parts.scheme or found, ["smtp", "smtps", "capture"], n=1, cutoff=0.6)
        raise ValueError(f"{_shown(found)}: " + (f'did you mean "{near[0]}"? ' if near else "") + advice)
    if parts.password is not None:
        raise ValueError("a password belongs into a file (password_file), not into the URL")
    if not parts.hostname or any(one.isspace() for one in found) or port == 0:
        raise ValueError(f"{_shown(found)} names no host and port; {advice}")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(f"{_shown(found)}: nothing can stand behind host and port; {advice}")
    return found


def vendor_id(name: str) -> str:
    """A vendor's id, as commands, logs and links name it. ValueError for what none of them could."""
    if not re.fullmatch(r"\w[\w.-]{0,63}", name):
        raise ValueError(f"{_shown(name)} is no id; write letters, digits, - _ and . alone, as in acme-2")
    return name


def intake_name(name: str) -> str:
    """The local part of an intake address. ValueError for none, and for the words of the desk's own addresses."""
    try:
        valid_address(f"{name}@desk.example")
    except BadInput:
        raise ValueError('this must be a local part, as in [intake."support"]') from None
    if "@" in name or any(sign in name for sign in "+%!"):
        raise ValueError('this must be a local part without + % ! @, as in [intake."support"]')
    if name.casefold() in OUR_WORDS:
        raise ValueError(f"the desk needs {name}@ for itself; name another local part than " + ", ".join(OUR_WORDS))
    return name


def endpoint(value: Any) -> tuple[str, int]:
    """A host and a port, as in "127.0.0.1:8025" or "[::1]:8025"."""
    host, colon, port = some_text(value).rpartition(":")
    if not colon or not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise ValueError(f'{_shown(value)} is no host and port; write them as in "127.0.0.1:8025"')
    return host.removeprefix("[").removesuffix("]") or "0.0.0.0", int(port)  # noqa: S104  # ":25" asks for all


def spelled_endpoint(where: tuple[str, int]) -> str:
    """A host and port as an admin writes them."""
    host, port = where
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def endpoint_or_path(value: Any) -> tuple[str, int] | str | None:
    """A host and port, a unix socket as in "unix:/run/mailbot/lmtp", or "" for none."""
    if value == "":
        return None
    if text(value).startswith("unix:"):
        return text(value).removeprefix("unix:")
    return endpoint(value)


def network(value: Any) -> Network:
    """An IP address or a network, as in "192.0.2.0/24"."""
    try:
        return ipaddress.ip_network(some_text(value), strict=False)
    except ValueError as error:
        raise ValueError(f'{_shown(value)} is no IP address or network, as in "192.0.2.0/24"') from error


def weekdays(value: Any) -> frozenset[int]:
    """Names of weekdays; Monday is 0."""
    return frozenset(WEEKDAYS.index(day) for day in list_of(one_of(*WEEKDAYS))(value))


def never_close_on(value: Any) -> tuple[str, ...]:
    """Names of weekdays, and "holidays"."""
    return list_of(one_of(*WEEKDAYS, "holidays"))(value)


def hours(value: Any) -> tuple[time, time] | None:
    """Working hours, as in "09:00-17:00" or "09:00-24:00", or "" for the whole day. Midnight at the end is 24:00."""
    if value == "":
        return None
    start, dash, end = text(value).partition("-")
    to_midnight = end.strip() == "24:00"
    try:
        opens, closes = time.fromisoformat(start.strip()), time() if to_midnight else time.fromisoformat(end.strip())
    except ValueError as error:
        raise ValueError(f'{_shown(value)} are no hours; write them as in "09:00-17:00"') from error
    if opens.tzinfo or closes.tzinfo:
        raise ValueError(f"{_shown(value)}: hours are in the calendar's time zone; leave out any other")
    if not dash or not (opens < closes or to_midnight):
        raise ValueError('working hours must begin before they end, on one day; its end is "24:00"')
    return opens, closes


def holiday_words(value: Any) -> tuple[str | date | tuple[date, date], ...]:
    """A country ("US", "DE-BY"), dates, ranges ("2026-12-24..2027-01-01"), or a list of these."""
    values = value if isinstance(value, list) else [value] if value != "" else []
    return tuple(_holiday(one) for one in values)


def _holiday(value: Any) -> str | date | tuple[date, date]:
    if type(value) is date:
        return value
    found = some_text(value)
    if re.fullmatch(r"[A-Za-z]{2}(-[A-Za-z0-9]{1,4})?", found):
        return found.upper()
    try:
        first, dots, last = found.partition("..")
        if not dots:
            return date.fromisoformat(first)
        span = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError as error:
        raise ValueError(
            f'{_shown(value)} is no country ("US", "DE-BY"), date ("2026-12-24") or range ("2026-12-24..2027-01-01")'
        ) from error
    if not span[0] <= span[1] or (span[1] - span[0]).days > 3660:
        raise ValueError(f"{_shown(value)}: a range must end after it begins, within ten years")
    return span


def _shown(value: Any) -> str:
    return repr(value) if not isinstance(value, str) else f'"{value[:60]}"'
