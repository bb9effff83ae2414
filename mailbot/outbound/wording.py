"""Texts and dates as a reader sees them: wrapped plain text, linked HTML, local dates, sizes.

In: safe strings (`safe_text.body_text`), aware datetimes. Out: strings for the text part, Markup for the HTML part.
Every function is linear in its input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import get_timezone_name
from babel.numbers import format_decimal
from markupsafe import Markup, escape

_LONG: Final = 78
_WIDTH: Final = 72
_URL: Final = re.compile(r"https?://[^\s<>\"\x00-\x1f]{3,2000}")
_URL_ENDS: Final = ".,;:!?'*_~”“’»"


def wrapped(text: str) -> str:
    """Wrap long lines at spaces as format=flowed (RFC 3676): a line that goes on ends with a space.

    Lines of up to 78 characters and quoted lines stay as they are; a line that starts with a space gets one
    more, which the reader's client takes away (section 4.4).
    """
    if len(text) <= _LONG and "\n" not in text and not text.startswith(" "):
        return text
    return "\n".join(_flowed_line(line) for line in text.split("\n"))


def _flowed_line(line: str) -> str:
    if len(line) <= _LONG or line.startswith(">"):
        return f" {line}" if line.startswith(" ") else line
    pieces = []
    start = 0
    while len(line) - start > _WIDTH:
        end = line.rfind(" ", start + 1, start + _WIDTH) + 1 or line.find(" ", start + _WIDTH) + 1
        if not end:
            break
        pieces.append(line[start:end])
        start = end
    pieces.append(line[start:])
    return "\n".join(f" {piece}" if piece.startswith((" ", ">")) else piece for piece in pieces if piece)


def linked(text: str) -> Markup:
    """A text as HTML that keeps its lines and spaces; http and https URLs become links to what they show."""
    if "://" not in text:
        return Markup(_spaced(str(escape(text))))  # noqa: S704 - escaped on this line
    pieces = []
    end = 0
    for found in _URL.finditer(text):
        url = _trimmed(found[0])
        pieces += [_spaced(str(escape(text[end : found.start()]))), f'<a href="{escape(url)}">{escape(url)}</a>']
        end = found.start() + len(url)
    pieces.append(_spaced(str(escape(text[end:]))))
    return Markup("".join(pieces))  # noqa: S704 - every piece was escaped above


def _trimmed(url: str) -> str:
    """Take punctuation of the sentence off an URL; a closing bracket stays when it was opened inside."""
    unopened = "".join(closing for opening, closing in ("()", "[]", "{}") if opening not in url)
    return url.rstrip(_URL_ENDS + unopened)


def _spaced(escaped: str) -> str:
    if "  " in escaped or "\n " in escaped or escaped.startswith(" "):
        escaped = re.sub(r"(?m)^ |(?<= ) ", "&nbsp;", escaped)
    return escaped.replace("\n", "<br>\n")


@dataclass(frozen=True)
class Dates:
    """Writes dates in one reader's language and zone.

    `pattern` has the fields {weekday} {day} {month} {year} {time} {zone}.
    """

    language: str
    zone: ZoneInfo
    pattern: str

    def __call__(self, at: datetime) -> str:
        """Write an instant with weekday, date, time and zone."""
        local = at.astimezone(self.zone)
        weekdays, months = _names(self.language)
        return self.pattern.format(
            weekday=weekdays[local.weekday()],
            day=local.day,
            month=months[local.month],
            year=local.year,
            time=f"{local.hour:02}:{local.minute:02}",
            zone=_zone_name(
                local.tzname() or "UTC", self.zone.key, local.dst() is not None and bool(local.dst()), self.language
            ),
        )


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """The locale of a language tag (RFC 5646), or English for one that nobody knows."""
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache(maxsize=512)
def zone_of(name: str) -> ZoneInfo:
    """A time zone by its IANA name, or UTC for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=64)
def _names(language: str) -> tuple[dict[int, str], dict[int, str]]:
    locale = locale_of(language)
    return dict(locale.days["format"]["wide"]), dict(locale.months["format"]["wide"])


@lru_cache(maxsize=1024)
def _zone_name(abbreviation: str, key: str, summer: bool, language: str) -> str:
    """A zone's short name: the language's own (MESZ), else the zone's (CEST), else its offset (UTC-03)."""
    own = get_timezone_name(
        zone_of(key), "short", locale=locale_of(language), zone_variant="daylight" if summer else "standard"
    )
    if own.isascii() and own.isalpha():
        return own
    return abbreviation if abbreviation.isalpha() else f"UTC{abbreviation}"


def size(octets: int, language: str) -> str:
    """A file's size as people say it: "412 kB", "1.4 MB"."""
    if octets < 1000:
        return f"{octets} B"
    number, unit = (octets / 1000, "kB") if octets < 999_500 else (octets / 1_000_000, "MB")
    digits = "0.#" if number < 9.95 else "0"
    return f"{format_decimal(number, format=digits, locale=locale_of(language))} {unit}"
