"""Invitations as a person reads them: the first event of a text/calendar part (RFC 5545, by icalendar).

In: the text of the part. Out: a few lines: what it is, when, how often, where, who, and its description; None when
icalendar cannot read it. icalendar takes a second for a megabyte of properties (measured), so it is shown the
calendar up to the end of its first event, and no more than `_MAX_CHARS` of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from icalendar import Component

_MAX_CHARS: Final = 50_000
_BEGIN = re.compile(r"^BEGIN:(VEVENT|VTODO)\s*$", re.IGNORECASE | re.MULTILINE)
_METHODS: Final = {
    "REQUEST": "Invitation",
    "CANCEL": "Cancelled",
    "REPLY": "Answer to an invitation",
    "COUNTER": "Other time proposed",
}
_ANSWERS: Final = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "perhaps",
    "DELEGATED": "sends somebody else",
}
_UNITS: Final = {"HOURLY": "hour", "DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_DAYS: Final = {
    "MO": "Monday", "TU": "Tuesday", "WE": "Wednesday", "TH": "Thursday", "FR": "Friday", "SA": "Saturday",
    "SU": "Sunday",
}  # fmt: skip
_WHICH: Final = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "-1": "last"}
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


def event_text(calendar: str) -> str | None:
    """Return the first event of a calendar as lines of text; None when there is none to read."""
    event, method = _first_event(calendar)
    if event is None:
        return None
    try:
        lines = [line for line in _lines(event, method) if line]
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError):  # values of kinds that no RFC knows
        return None
    return "\n".join(lines) or None


def summary_of(text: str) -> str:
    """The event's name in the lines that `event_text` made; "" when it has none."""
    named = (line for line in text.split("\n") if line not in _METHODS.values())
    first = next(named, "")
    return "" if first.startswith("Begins: ") else first


def _first_event(calendar: str) -> tuple[Component | None, str]:
    """Let icalendar read the first event; it skips properties that it cannot read. Also the calendar's method."""
    from icalendar import Calendar

    try:
        found = Calendar.from_ical(_up_to_first_event(calendar))
        event = next((one for name in ("VEVENT", "VTODO") for one in found.walk(name)), None)
        return event, str(_first(found.get("METHOD")) or "").upper()
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError, RecursionError):
        return None, ""


def _up_to_first_event(calendar: str) -> str:
    """The calendar as if its first event was its only one, ended even where it was cut off."""
    text = calendar.strip().replace("\r\n", "\n").replace("\r", "\n")
    if text[:15].upper() != "BEGIN:VCALENDAR":
        text = f"BEGIN:VCALENDAR\n{text}"
    begins = _BEGIN.search(text)
    if begins is None:
        return text[:_MAX_CHARS]
    name = begins.group(1).upper()
    ends = re.search(rf"^END:{name}\s*$", text[begins.end() :], re.IGNORECASE | re.MULTILINE)
    stop = begins.end() + ends.start() if ends else len(text)
    whole = text[:stop] if stop <= _MAX_CHARS else text[:_MAX_CHARS].rpartition("\n")[0]
    return f"{whole.rstrip()}\nEND:{name}\nEND:VCALENDAR\n".replace("\n", "\r\n")


def _lines(event: Component, method: str) -> Iterator[str]:
    yield _METHODS.get(method, "")
    yield _text(event, "SUMMARY")
    if method == "REPLY":
        yield from _answers(event)
    begins, ends = _moments(event)
    yield f"Begins: {begins}" if begins else ""
    yield f"Ends: {ends}" if ends else ""
    rule = _first(event.get("RRULE"))
    yield _repeats(rule) if rule else ""
    where = _text(event, "LOCATION")
    yield f"Where: {where}" if where else ""
    organizer = _first(event.get("ORGANIZER"))
    yield f"Organizer: {_person(organizer)}" if organizer else ""
    status = _text(event, "STATUS").lower()
    yield "Status: cancelled" if status == "cancelled" and method != "CANCEL" else ""
    description = _text(event, "DESCRIPTION")
    yield f"\n{description}" if description else ""


def _first(value: Any) -> Any:
    """The first of several properties of one name, which icalendar gives as a list; None for one it cannot read."""
    from icalendar import vBroken

    one = next(iter(value), None) if isinstance(value, list) else value
    return None if isinstance(one, vBroken) else one


def _text(event: Component, name: str) -> str:
    return str(_first(event.get(name)) or "").strip()


def _answers(event: Component) -> Iterator[str]:
    """Who said what, in a reply to an invitation (RFC 5546 section 3.2.3)."""
    people = event.get("ATTENDEE") or []
    for person in (people if isinstance(people, list) else [people])[:10]:
        said = _ANSWERS.get(str(person.params.get("PARTSTAT", "")).upper())
        if said:
            yield f"{_person(person)}: {said}"


def _person(address: Any) -> str:
    mail = re.sub(r"(?i)^mailto:", "", str(address))
    name = str(address.params.get("CN", "")).strip()
    return f"{name} <{mail}>" if name and name.lower() != mail.lower() else mail


def _moments(event: Component) -> tuple[str, str]:
    """When it begins and ends; the end of whole days is their last one, and of one day or none is not told."""
    begins, ends = (getattr(_first(event.get(name)), "dt", None) for name in ("DTSTART", "DTEND"))
    ends = ends or getattr(_first(event.get("DUE")), "dt", None)
    length = getattr(_first(event.get("DURATION")), "dt", None)
    if ends is None and isinstance(begins, date) and isinstance(length, timedelta):
        ends = begins + length
    if isinstance(ends, date) and not isinstance(ends, datetime):
        ends -= timedelta(days=1)
    zone = str(event.get("DTSTART").params.get("TZID", "")) if begins else ""
    return _moment(begins, zone), _moment(ends, zone) if ends != begins else ""


def _moment(moment: Any, zone: str) -> str:
    """A day, or a day, a time and how far its zone is from UTC; in no zone when it is where the reader is."""
    if not isinstance(moment, datetime):
        return moment.isoformat() if isinstance(moment, date) else ""
    offset = moment.utcoffset()
    clock = f"{moment:%Y-%m-%d %H:%M}"
    if offset is None:
        return f"{clock} ({zone})" if zone else clock
    if not offset and zone in ("", "UTC"):
        return f"{clock} UTC"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    shift = f"UTC{'-' if offset < timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")
    return f"{clock} ({zone}, {shift})" if zone else f"{clock} ({shift})"


def _repeats(rule: Any) -> str:
    """A recurrence rule in words (RFC 5545 section 3.3.10)."""
    unit = _UNITS.get(str(_first(rule.get("FREQ")) or "").upper())
    if unit is None:
        return ""
    every = int(_first(rule.get("INTERVAL")) or 1)
    words = f"Repeats: every {unit}" if every == 1 else f"Repeats: every {every} {unit}s"
    days = rule.get("BYDAY") or []
    if names := [_day(str(one)) for one in (days if isinstance(days, list) else [days])[:7]]:
        words += " on " + ", ".join(names)
    if count := _first(rule.get("COUNT")):
        words += f", {int(count)} times"
    until = _first(rule.get("UNTIL"))
    return words + (f", until {until:%Y-%m-%d}" if isinstance(until, date) else "")


def _day(code: str) -> str:
    found = _BYDAY.fullmatch(code.upper())
    if found is None:
        return code[:10]
    which = found.group(1)
    name = _DAYS[found.group(2)]
    return f"the {_WHICH.get(which.lstrip('+'), which + '.')} {name}" if which else name
