"""Durations and sizes as an admin writes them: "7 business days", "0.2 seconds", "25 MB".

In: text from config or a command line. Out: exact values, or a `QuantityError` that says what to write.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction

MAX_TEXT_CHARS = 60
MAX_DIGITS = 12
MAX_SECONDS = 36_500 * 86_400


class Unit(StrEnum):
    """What a duration is counted in."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    BUSINESS_DAYS = "business days"
    BUSINESS_HOURS = "business hours"


SECONDS_IN = {
    Unit.SECONDS: 1,
    Unit.MINUTES: 60,
    Unit.HOURS: 3_600,
    Unit.DAYS: 86_400,
    Unit.BUSINESS_DAYS: 86_400,
    Unit.BUSINESS_HOURS: 3_600,
}
UNITS = {spelling: unit for unit in Unit for spelling in (unit.value, unit.value.removesuffix("s"))}
OTHER_SPELLINGS = {
    "s": Unit.SECONDS,
    "sec": Unit.SECONDS,
    "secs": Unit.SECONDS,
    "min": Unit.MINUTES,
    "mins": Unit.MINUTES,
    "h": Unit.HOURS,
    "hr": Unit.HOURS,
    "hrs": Unit.HOURS,
    "d": Unit.DAYS,
    "bd": Unit.BUSINESS_DAYS,
    "bh": Unit.BUSINESS_HOURS,
    "weekdays": Unit.BUSINESS_DAYS,
    "workdays": Unit.BUSINESS_DAYS,
    "work days": Unit.BUSINESS_DAYS,
    "working days": Unit.BUSINESS_DAYS,
    "working hours": Unit.BUSINESS_HOURS,
}

BYTES_IN = {"bytes": 1, "byte": 1, "b": 1}
BYTES_IN |= {f"{letter}b": 10 ** (3 * power) for power, letter in enumerate("kmgt", 1)}
BYTES_IN |= {f"{letter}ib": 2 ** (10 * power) for power, letter in enumerate("kmgt", 1)}
SIZE_UNITS = ("bytes", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB")


class QuantityError(ValueError):
    """A text that is no duration or size. `suggestion` is the whole text put right, or None."""

    def __init__(self, text: str, reason: str, suggestion: str | None = None) -> None:
        self.text = text
        self.reason = reason
        self.suggestion = suggestion
        super().__init__(f'"{shortened(text)}": ' + (f'try "{suggestion}"' if suggestion else reason))


@dataclass(frozen=True)
class Duration:
    """An exact, positive amount of a unit."""

    amount: Fraction
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError("a duration must be more than zero")

    def __str__(self) -> str:
        return spelled(self.amount, self.unit)


def spelled(amount: Fraction, unit: Unit) -> str:
    """An amount and its unit as we write them: "1 day", "2.5 business days"."""
    return f"{amount_text(amount)} {unit.value.removesuffix('s') if amount == 1 else unit.value}"


def amount_text(amount: Fraction) -> str:
    """A number in plain decimal digits ("2", "0.25"); at most `MAX_DIGITS` places, without trailing zeros."""
    text = f"{round(amount * 10**MAX_DIGITS):0{MAX_DIGITS + 1}d}"
    whole, places = text[:-MAX_DIGITS], text[-MAX_DIGITS:].rstrip("0")
    return f"{whole}.{places}" if places else whole


def shortened(text: str) -> str:
    """A text for a message: one line, at most `MAX_TEXT_CHARS` characters."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_TEXT_CHARS else line[: MAX_TEXT_CHARS - 1] + "…"


def parse_duration(text: str) -> Duration:
    """The duration that a text says: a decimal number and a unit, as in "48 hours" or "0.2 seconds".

    Case, plural and the room between do not matter. Raises QuantityError for anything else, for zero, for
    negative numbers and for more than 100 years.
    """
    amount, word = _amount_and_word(text, 'a number and a unit, as in "48 hours"')
    unit = UNITS.get(word)
    if unit is None:
        raise _unknown_unit(text, amount, word)
    if amount * SECONDS_IN[unit] > MAX_SECONDS:
        raise QuantityError(text, "that is more than 100 years")
    return Duration(amount, unit)


def _unknown_unit(text: str, amount: Fraction, word: str) -> QuantityError:
    units = ", ".join(unit.value for unit in Unit)
    if not word:
        return QuantityError(text, f"a unit is missing: one of {units}")
    if word in ("week", "weeks", "w"):
        return QuantityError(text, "weeks are no unit", _suggestion(amount * 7, Unit.DAYS))
    unit = OTHER_SPELLINGS.get(word) or _nearest_unit(word)
    reason = f'"{word}" is no unit; the units are {units}'
    return QuantityError(text, reason, _suggestion(amount, unit) if unit else None)


def _suggestion(amount: Fraction, unit: Unit) -> str | None:
    return spelled(amount, unit) if amount * SECONDS_IN[unit] <= MAX_SECONDS else None


def _nearest_unit(word: str) -> Unit | None:
    near = get_close_matches(word, UNITS, n=1, cutoff=0.6)
    return UNITS[near[0]] if near and not any(map(str.isdigit, word)) else None


def seconds(duration: Duration) -> float:
    """A duration as elapsed seconds, a day being 86,400. Raises ValueError for business units."""
    if duration.unit in (Unit.BUSINESS_DAYS, Unit.BUSINESS_HOURS):
        raise ValueError(f'"{duration}": elapsed time is asked for here; use seconds, minutes, hours or days')
    return float(duration.amount * SECONDS_IN[duration.unit])


def parse_size(text: str) -> int:
    """The bytes that a text says, as in "25 MB" or "64 KiB"; a fraction of a byte counts as a whole one.

    kB, MB, GB, TB are powers of 1000, KiB, MiB, GiB, TiB powers of 1024; case does not matter. Raises
    QuantityError.
    """
    amount, word = _amount_and_word(text, 'a number and a unit, as in "25 MB"')
    factor = BYTES_IN.get(word)
    if factor is None:
        raise _unknown_size(text, amount, word)
    return math.ceil(amount * factor)


def _unknown_size(text: str, amount: Fraction, word: str) -> QuantityError:
    units = ", ".join(SIZE_UNITS)
    if not word:
        return QuantityError(text, f"a unit is missing: one of {units}")
    by_word = {unit.lower(): unit for unit in SIZE_UNITS}
    by_word |= {"k": "kB", "m": "MB", "g": "GB", "megabytes": "MB", "kilobytes": "kB", "gigabytes": "GB"}
    near = get_close_matches(word, by_word, n=1, cutoff=0.6)
    suggestion = f"{amount_text(amount)} {by_word[near[0]]}" if near else None
    return QuantityError(text, f'"{word}" is no unit; the units are {units}', suggestion)


def _amount_and_word(text: str, wanted: str) -> tuple[Fraction, str]:
    """The number in front, and the words behind it in lower case with single spaces."""
    line = " ".join(text.split())
    if len(line) > MAX_TEXT_CHARS:
        raise QuantityError(text, f"too long; write {wanted}")
    number = line[: len(line) - len(line.lstrip("0123456789."))]
    rest = line[len(number) :].strip()
    if rest.startswith(","):
        raise QuantityError(text, 'write numbers with a point and without separators, as in "1000.5 hours"')
    return _amount(text, number, wanted), rest.lower()


def _amount(text: str, number: str, wanted: str) -> Fraction:
    whole, _, places = number.partition(".")
    if text.strip().startswith("-"):
        raise QuantityError(text, "must be more than zero")
    if not (whole + places).isdecimal() or not whole or number.endswith("."):
        raise QuantityError(text, f"write {wanted}")
    if len(whole) > MAX_DIGITS or len(places) > MAX_DIGITS:
        raise QuantityError(text, f"more than {MAX_DIGITS} digits before or behind the point")
    amount = Fraction(number)
    if not amount:
        raise QuantityError(text, "must be more than zero")
    return amount
