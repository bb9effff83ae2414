"""Holidays: those of countries and subdivisions (library `holidays`), and the admin's own dates and ranges.

In: the words of `[calendar] holidays`. Out: a question that the core can ask of any date.
"""

from __future__ import annotations

from datetime import date
from typing import Any

HolidayWord = str | date | tuple[date, date]


class Holidays:
    """Answers whether a date is a holiday. ValueError for a country or subdivision that the library does not know."""

    def __init__(self, words: tuple[HolidayWord, ...]) -> None:
        self._dates = frozenset(word for word in words if isinstance(word, date))
        self._ranges = tuple(word for word in words if isinstance(word, tuple))
        self._public = tuple(_public_holidays(word) for word in words if isinstance(word, str))

    def __call__(self, day: date) -> bool:
        """Whether `day` is a holiday. The library fills in each year when it is first asked for."""
        if day in self._dates or any(first <= day <= last for first, last in self._ranges):
            return True
        return any(day in public for public in self._public)

    def last_year_known(self) -> int | None:
        """The last year for which every named country has data; None when no country is named."""
        years = [public.end_year for public in self._public]
        return min(years) if years else None


def _public_holidays(word: str) -> Any:
    import holidays  # a quarter of a command's start, and most desks name no country

    country, _, subdivision = word.partition("-")
    try:
        return holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as error:
        known = holidays.list_supported_countries(include_aliases=False)
        regions = ", ".join(known.get(country, []))
        advice = f"its subdivisions are {regions}" if regions else 'write a country as in "US" or "DE-BY"'
        raise ValueError(f'no public holidays are known for "{word}"; {advice}') from error
