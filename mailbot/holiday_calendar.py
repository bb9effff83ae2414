"""Holidays: those of countries and subdivisions (library `holidays`), and the admin's own dates and ranges.

In: the words of `[calendar] holidays`. Out: a question that the core can ask of any date. Beyond the library's
years a country keeps the holidays that have a fixed date; `gaps` says where that is so.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable
from datetime import date
from typing import Any

HolidayWord = str | date | tuple[date, date]

_YEARS_COMPARED = 4
"""A date that was a holiday in so many last known years is taken for a fixed one."""


class Holidays:
    """Answers whether a date is a holiday. ValueError for a country or subdivision that the library does not know."""

    def __init__(self, words: tuple[HolidayWord, ...]) -> None:
        self.words = words
        self._dates = frozenset(word for word in words if isinstance(word, date))
        self._ranges = tuple(word for word in words if isinstance(word, tuple))
        self._public = tuple(_PublicHolidays(word) for word in words if isinstance(word, str))

    def __repr__(self) -> str:
        return f"Holidays({self.words!r})"

    def __call__(self, day: date) -> bool:
        """Whether `day` is a holiday."""
        if day in self._dates or any(first <= day <= last for first, last in self._ranges):
            return True
        return any(public.falls_on(day) for public in self._public)

    def gaps(self, years: Iterable[int]) -> list[str]:
        """What the library does not know about these years, one sentence each."""
        return [gap for year in years for public in self._public if (gap := public.gap(year))]


class _PublicHolidays:
    """The public holidays of one country or subdivision, filled in year by year when they are first asked for.

    The library fills in a year on a look at it, and two threads may look at once: here each year is made whole
    under a lock before anybody sees it.
    """

    def __init__(self, word: str) -> None:
        self._word = word
        self._country, _, subdivision = word.partition("-")
        self._subdivision = subdivision or None
        self.last_year: int = self._ask(()).end_year
        self._days: dict[int, frozenset[date]] = {}
        self._said: dict[int, str] = {}
        self._filling = threading.Lock()

    def falls_on(self, day: date) -> bool:
        """Whether a date is one of them."""
        return day in self._of_year(day.year)

    def gap(self, year: int) -> str | None:
        """What is not known about a year."""
        self._of_year(year)
        if year > self.last_year:
            return (
                f'"{self._word}" is known up to {self.last_year}; of {year} only holidays on a fixed date are counted,'
                " list the others as dates"
            )
        if said := self._said.get(year):
            return f'"{self._word}" is not known in full for {year}: {said}'
        return None

    def _of_year(self, year: int) -> frozenset[date]:
        if year not in self._days:
            with self._filling:
                self._days[year] = self._known(year) if year <= self.last_year else self._fixed(year)
        return self._days[year]

    def _known(self, year: int) -> frozenset[date]:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            days = frozenset(self._ask(year))
        if said:
            self._said[year] = str(said[0].message)
        return days

    def _fixed(self, year: int) -> frozenset[date]:
        """The holidays of a year beyond the known ones: those that fell on the same date in each of the last ones."""
        last = self.last_year
        known = [{(day.month, day.day) for day in self._known(last - back)} for back in range(_YEARS_COMPARED)]
        return frozenset(date(year, month, day) for month, day in set.intersection(*known) if (month, day) != (2, 29))

    def _ask(self, years: int | tuple[int, ...]) -> Any:
        import holidays  # a quarter of a command's start, and most desks name no country

        try:
            return holidays.country_holidays(self._country, subdiv=self._subdivision, years=years)
        except NotImplementedError as error:
            known = holidays.list_supported_countries(include_aliases=False)
            regions = ", ".join(known.get(self._country, []))
            advice = f"its subdivisions are {regions}" if regions else 'write a country as in "US" or "DE-BY"'
            raise ValueError(f'no public holidays are known for "{self._word}"; {advice}') from error
