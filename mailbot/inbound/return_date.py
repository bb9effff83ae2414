"""The day until which an out-of-office reply says that somebody is away, or on which he is back.

In: the text of automatic mail and the day it was sent. Out: an ISO date, or None: a wrong day is worse than none,
so a date counts only behind a word that says so, and "03/04/2027", which two continents read differently, never.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

MAX_TEXT_CHARS = 4_000
_REACH_CHARS = 40
_LONGEST_ABSENCE = timedelta(days=400)

_MONTHS = (
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner februar märz april mai juni juli august sept okt nov dez",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
)
_NUMBER_OF = {name: number for names in _MONTHS for number, name in enumerate(names.split(), 1)}
_NAME = "|".join(sorted(map(re.escape, _NUMBER_OF), key=len, reverse=True))
_YEAR = r"(?P<year{0}>20\d\d)"
_DATES = (
    rf"{_YEAR.format(1)}-(?P<month1>\d\d)-(?P<day1>\d\d)",
    rf"(?P<day2>\d\d?)\. ?(?P<month2>\d\d?)\.(?: ?{_YEAR.format(2)})?",
    rf"(?P<day3>\d\d?)(?:\.|st|nd|rd|th|er)? (?:of |de )?(?P<month3>{_NAME})\b\.?,?(?: (?:de )?{_YEAR.format(3)})?",
    rf"(?P<month4>{_NAME})\b\.? (?P<day4>\d\d?)(?:st|nd|rd|th)?\b,?(?: {_YEAR.format(4)})?",
    rf"(?P<day5>\d\d?)/(?P<month5>\d\d?)/{_YEAR.format(5)}",
)
_DATE = re.compile(rf"(?<![\d./-])(?:{'|'.join(_DATES)})(?!\.?\d)")
_SAYS_SO = re.compile(
    r"\b(?:until|till|through|back|return|returning|bis|wieder|zurück|ab|jusqu|retour|partir|hasta|vuelta|regreso"
    r"|fino|rientr\w{0,4}|tot|terug|até|volto|tillbaka|do|wracam)\b"
)


def return_date(text: str, sent_on: date | None) -> str | None:
    """The last day that the text names as that of a return; a day without a year is the next one after `sent_on`."""
    words = " ".join(text[:MAX_TEXT_CHARS].lower().split())
    found = [
        day
        for match in _DATE.finditer(words)
        if _SAYS_SO.search(words, max(0, match.start() - _REACH_CHARS), match.start())
        and (day := _day(match, sent_on)) is not None
    ]
    return max(found).isoformat() if found else None


def _day(match: re.Match[str], sent_on: date | None) -> date | None:
    parts = {name.rstrip("12345"): value for name, value in match.groupdict().items() if value is not None}
    month = _NUMBER_OF.get(parts["month"]) or int(parts["month"])
    if match["day5"] and int(parts["day"]) != month:  # either may be the month
        day_or_month = sorted((int(parts["day"]), month))
        if day_or_month[1] <= 12:
            return None
        month, parts["day"] = day_or_month[0], str(day_or_month[1])
    year = int(parts["year"]) if "year" in parts else None
    return _plausible(year, month, int(parts["day"]), sent_on)


def _plausible(year: int | None, month: int, day: int, sent_on: date | None) -> date | None:
    """The date, if it exists and lies within the time that somebody may be away from `sent_on` on."""
    if sent_on is None:
        return _date(year, month, day) if year else None
    for one in [year] if year else [sent_on.year, sent_on.year + 1]:
        found = _date(one, month, day)
        if found and sent_on <= found <= sent_on + _LONGEST_ABSENCE:
            return found
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
