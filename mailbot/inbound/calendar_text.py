"""Invitations as a person reads them: the first event of a text/calendar part (RFC 5545).

In: the text of the part. Out: a few lines: what it is, when, where, who, and its description.
"""

from __future__ import annotations

import re
from typing import Final

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;[^:\"]{0,200}(?:\"[^\"]{0,200}\")?){0,10}):(.{0,8000})")
_ESCAPE = re.compile(r"\\([nN,;\\])")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ZONE = re.compile(r";TZID=\"?([^;:\"]{1,80})", re.IGNORECASE)
_WORDS: Final = (
    ("summary", ""),
    ("dtstart", "Begins: "),
    ("dtend", "Ends: "),
    ("location", "Where: "),
    ("organizer", "Organizer: "),
    ("status", "Status: "),
)
_METHODS: Final = {
    "request": "Invitation",
    "cancel": "Cancelled",
    "reply": "Answer to an invitation",
    "counter": "Other time proposed",
}
_MAX_CHARS: Final = 200_000


def event_text(calendar: str) -> str:
    """Return the first event of a calendar as lines of text; "" when there is none."""
    text = _FOLD.sub("", calendar[:_MAX_CHARS])
    method, event = "", dict[str, str]()
    inside = False
    for line in text.splitlines():
        field = _LINE.match(line)
        if field is None:
            continue
        name, value = field.group(1).lower(), field.group(3).strip()
        if name == "method":
            method = _METHODS.get(value.lower(), "")
        elif name in ("begin", "end") and value.lower() in ("vevent", "vtodo"):
            if name == "end":
                break
            inside = True
        elif inside and name not in event:
            event[name] = _shown(name, field.group(2), value)
    lines = [f"{label}{event[name]}" for name, label in _WORDS if event.get(name)]
    description = event.get("description", "")
    return "\n".join([*([method] if method and lines else []), *lines, *(["", description] if description else [])])


def _shown(name: str, parameters: str, value: str) -> str:
    if name in ("dtstart", "dtend"):
        return _time(parameters, value)
    if name == "organizer":
        return re.sub(r"(?i)^mailto:", "", value)
    return _ESCAPE.sub(lambda one: "\n" if one.group(1) in "nN" else one.group(1), value)


def _time(parameters: str, value: str) -> str:
    found = _TIME.match(value)
    if found is None:
        return value
    year, month, day, hour, minute, utc = found.groups()
    zone = _ZONE.search(parameters)
    clock = f" {hour}:{minute}" if hour else ""
    return f"{year}-{month}-{day}{clock}" + (" UTC" if utc else f" ({zone.group(1)})" if zone and hour else "")
