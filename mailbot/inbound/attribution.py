"""Attribution lines: "On DATE, NAME wrote:" in the languages and orders that mail programs print.

In: lines and an index. Out: how many lines the attribution spans, or 0. A line counts by what it holds together:
a verb of writing, a day, a time, an address, and whether a quote follows. Each check sees a bounded stretch and
their number is bounded, so that a mail of nothing but such lines costs no more than another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final

from mailbot.inbound.attribution_words import OPENERS, QUOTING, VERBS
from mailbot.inbound.lines import Line

_MAX_LINES: Final = 6
_MAX_CHARS: Final = 400
_MAX_CHECKS: Final = 3000

_NOISE = " \t*_|>-–—=~\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_UNSPACED: Final = tuple(
    verb for verb in VERBS if re.search("[\u0900-\u0e7f\u1780-\u17ff\u3000-\u9fff\uac00-\ud7af]", verb)
)
"""Verbs in scripts that write words together, or with vowel signs that part a word for `re`."""
_SPACED: Final = frozenset(VERBS) - frozenset(_UNSPACED)
_VERB_WORDS: Final = frozenset(re.findall(r"[\w']+", verb.casefold())[-1] for verb in _SPACED) - {
    "a",
    "o",
    "ла",
    "la",
} | frozenset(re.findall(r"[\w']+", verb.casefold())[0] for verb in _SPACED if "(" in verb or "/" in verb)
_WORDS = re.compile(r"[\w']+")
_LAST_WORD = re.compile(r"([\w']+)(?:\(-?\w{1,3}\)|/\w{1,3})?[)\]\s]{0,3}\Z")
_ADDRESS = re.compile(r"[^\s<>\[\]()\"]{1,64}@[^\s<>\[\]()\",;:]{1,255}")
_ADDRESS_THEN_VERB = re.compile(
    r"<[^\s<>@]{1,64}@[^\s<>]{1,255}>[)\]]?\s(?:[^\W\d]{1,12}\s){0,2}[^\W\d]{2,16}(?:\([^)\s]{1,4}\))?\s?[:：]\Z"
)
_MACHINE_SAYS = re.compile(r"\bsays\s?[:：]\Z", re.IGNORECASE)
"""Without a day or an address, "the console says:" leads up to what a person shows."""
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.hH時点시]\s?\d{2}(?!\d)")
_HOUR = re.compile(r"(?<![\d./-])\d{1,2}\s?[:.hH時点시]\s?\d{2}(?![\d./-])")
"""A time that cannot be two thirds of a day ("02.03.26")."""
_DAY = re.compile(
    r"(?<!\d)(?:\d{4}\s?[-./年년]\s?\d{1,2}\s?[-./月월]\s?\d{1,2}|\d{1,2}\s?[-./]\s?\d{1,2}\s?[-./]\s?\d{2,4}"
    r"|\d{1,2}(?:st|nd|rd|th|\.|er|º)?,?\s(?:de\s|of\s)?[^\W\d]{3,14}\.?,?(?:\s(?:de\s|del\s)?\d{4})?"
    r"|[^\W\d]{3,14}\.?\s\d{1,2}(?:st|nd|rd|th|\.)?,?(?:\s\d{4})?)(?!\d)"
)
_FULL_DAY = re.compile(r"(?<!\d)\d{1,4}\.?\s?[-./]\s?\d{1,2}\.?\s?[-./]\s?\d{2,4}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)25[5-9]\d(?!\d)")
_COMMENT_HEAD = re.compile(
    r"([^\W\d_][\w.'’-]{0,30}(?:,? [^\W\d_][\w.'’-]{0,30}){1,3}?),? [(]?"
    r"((?:[^\W\d_]{2,12}\.?,? ){0,2}\d[^()\n]{8,40})[)]?:"
)
_NAMED = re.compile(r"[ \t]{0,8}([^\W\d_][\w.-]{0,14})>(?:[ \t]|\Z)")
_DIGIT = re.compile(r"\d")
_OPENER = re.compile(
    rf"[-–—\s]*(?:{'|'.join(re.escape(word) for word in sorted(set(OPENERS), key=len, reverse=True))})(?![\w])",
    re.IGNORECASE,
)
_QUOTING = re.compile(rf"(?:{'|'.join(re.escape(word) for word in QUOTING)})\s", re.IGNORECASE)
_DATE_FIRST = re.compile(r"[-–—\s]*(?:[^\W\d]{1,12}\.?,?\s{0,2})?[(\[]?\d{1,4}\s?[-.:/ 年년,]")
_NAME_WROTE = re.compile(
    r"[\"“']?[^\W\d][^<>@]{0,80}<[^\s<>@]{1,64}@[^\s<>]{1,255}>(?:\s[^\W\d]{1,14}){1,3}\s?(?:\([^\W\d]{0,14}[:：]?)?\Z"
)
"""A line that only its day is missing from: "Dana Field <dana@field.example> schrieb am"."""
_NAME_FIRST = re.compile(r"[\"“']?[^\W\d][^<>@]{0,80}[\"”']?\s?[<(\[]?[^\s<>]{1,64}@")


class Below(Enum):
    """What stands below a line that may be an attribution."""

    QUOTE = "a quote marked as one"
    END = "nothing"
    WORDS = "unmarked words"


def named_quote(text: str) -> str:
    """The name that marks a quoted line as Supercite and The Bat! do ("    Ann> text", "AF> text"), or ""."""
    found = _NAMED.match(text)
    return found.group(1) if found else ""


class Attributions:
    """Finds attribution lines in one text."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._can_end = bytearray(len(lines))  # 1 for yes, 2 for no; few lines are asked: those that no mark quotes
        self._checks_left = _MAX_CHECKS

    def at(self, start: int) -> int:
        """Return how many lines from `start` introduce a quote, wrapped or not; 0 for none."""
        if not any(self._ends(index) for index in range(start, min(start + _MAX_LINES, len(self._lines)))):
            return 0
        joined, depth = "", self._lines[start].depth
        for index in range(start, min(start + _MAX_LINES, len(self._lines))):
            line = self._lines[index]
            if line.blank or (line.depth != depth and not _closes_address(joined, line, depth)):
                return 0
            closing = ">" if line.depth != depth else " " if joined else ""
            joined += closing + line.text.strip()
            if len(joined) > _MAX_CHARS:
                return 0
            if self._ends(index) and self._introduces(joined, wrapped=index > start, below=self._below(index)):
                end = self._longer_end(index, joined)
                return 0 if end > start and self._starts_later(start, end) else end + 1 - start
        return 0

    def _ends(self, index: int) -> bool:
        if not self._can_end[index]:
            self._can_end[index] = 1 if _can_end(self._lines[index].text) else 2
        return self._can_end[index] == 1

    def _longer_end(self, index: int, joined: str) -> int:
        """Return the next line's index when the attribution goes on there: a verb here, the name and a colon there."""
        if joined.rstrip(_NOISE).endswith((":", "：")) or index + 1 >= len(self._lines):
            return index
        line, following = self._lines[index], self._lines[index + 1]
        ends = following.text.rstrip(_NOISE).endswith((":", "：")) and following.depth == line.depth
        return index + 1 if ends and len(following.text) <= 120 else index

    def _below(self, index: int) -> Below:
        """What follows the line at `index`."""
        for line in self._lines[index + 1 : index + 12]:
            if line.blank:
                continue
            deeper = line.depth > self._lines[index].depth or line.zone.startswith(("history:", "own:"))
            return Below.QUOTE if deeper or named_quote(line.text) else Below.WORDS
        return Below.END

    def _introduces(self, text: str, *, wrapped: bool, below: Below) -> bool:
        if below is Below.WORDS and "@" not in text and not _DIGIT.search(text):
            return False
        self._checks_left -= 1
        return self._checks_left > 0 and introduces(text, wrapped=wrapped, below=below)

    def _starts_later(self, start: int, end: int) -> bool:
        """Whether the lines after `start` are an attribution of their own, so that `start` is a person's line.

        The rest must bear a whole date of its own where it begins with digits, which may go on from `start` ("On Mon,
        Mar" and "2, 2026 at 4:40"), or where `start` looks like an opening, as "A 12 is empty" does.
        """
        first = self._lines[start].text.strip(_NOISE)
        if _OPENER.fullmatch(first) or (_NAME_WROTE.match(first) and _has_verb(first)):
            return False  # "On" alone on its line is nobody's sentence
        opens = (_OPENER.match(first) or _DATE_FIRST.match(first)) is not None and _DAY.search(first) is not None
        for later in range(start + 1, end + 1):
            rest = " ".join(line.text.strip() for line in self._lines[later : end + 1])
            if (opens or not _OPENER.match(rest)) and not _bears_date(rest):
                continue
            if not (_OPENER.match(rest) or _DATE_FIRST.match(rest) or (_NAME_FIRST.match(rest) and _DAY.search(rest))):
                continue
            if self._introduces(rest, wrapped=True, below=self._below(end)):
                return True
        return False


def _closes_address(joined: str, line: Line, depth: int) -> bool:
    """Whether a line's quote mark is the end of an address that was wrapped: "NAME <address" and "> wrote:"."""
    return (
        line.depth == depth + 1
        and "@" in joined.rpartition("<")[2]
        and ">" not in joined.rpartition("<")[2]
        and "<" in joined
    )


def _can_end(text: str) -> bool:
    """Whether a line may end an attribution: a colon or a verb of writing at its end."""
    if not text or len(text) > _MAX_CHARS:
        return False
    bare = text.rstrip(_NOISE).removesuffix("...").removesuffix("…").rstrip()
    if bare.endswith((":", "：")) or bare.lstrip(_NOISE).startswith(":") or (text.endswith(">") and "@" in text[-100:]):
        return True  # a program that writes from right to left may print its colon first
    last = _LAST_WORD.search(bare[-40:])
    return bare.endswith(_UNSPACED) or (last is not None and last.group(1).casefold() in _VERB_WORDS)


def _has_verb(text: str) -> bool:
    return any(word in _VERB_WORDS for word in _WORDS.findall(text.casefold())) or any(
        verb in text for verb in _UNSPACED
    )


def introduces(text: str, *, wrapped: bool, below: Below) -> bool:
    """Judge one (joined) line. A quote or the end below makes weak signs enough; a marked quote, even a date alone."""
    text = text.strip(_NOISE)
    followed = below is not Below.WORDS
    colon = text.endswith((":", "：")) or text.startswith(":")
    address = _ADDRESS.search(text) is not None
    day, hour, year = _DAY.search(text) is not None, _TIME.search(text) is not None, _YEAR.search(text) is not None
    starts = _OPENER.match(text) is not None or _DATE_FIRST.match(text) is not None
    if wrapped and not (starts or _NAME_FIRST.match(text)):
        return False
    if _has_verb(text):
        return _introduces_by_verb(
            text,
            colon=colon,
            address=address,
            day=day,
            hour=hour,
            year=year,
            starts=starts,
            wrapped=wrapped,
            below=below,
        )
    if not colon:
        return followed and _dated_address(text)
    if address and (day or year) and (hour or year):
        return starts or followed
    if below is Below.QUOTE and starts and day and hour and len(text) < 160:
        return True  # in whatever language: a program's line, right above what it quotes
    return followed and (_QUOTING.match(text) is not None or (address and len(text) < 160))


def _dated_address(text: str) -> bool:
    """Whether a line is a date and an address alone, as old Gmail introduced a quote."""
    return _DATE_FIRST.match(text) is not None and _DAY.search(text) is not None and _ADDRESS.search(text) is not None


def heads_comment(text: str) -> bool:
    """Whether a line is a name, a whole date and an hour, as help desks head a comment: "Ann Lee, 5 Jan 2026, 9:12:".

    The name is of two words or more, each with a capital: "Test run" heads a person's own log.
    """
    head = _COMMENT_HEAD.fullmatch(text.strip(_NOISE)) if len(text) <= 120 else None
    if head is None or any(word[:1].islower() for word in head.group(1).split()):
        return False
    return _bears_date(head.group(2)) and _HOUR.search(head.group(2)) is not None


def _bears_date(text: str) -> bool:
    """Whether a text bears a whole date: a day that is not part of a time or an address, and a year or an hour."""
    bare = _HOUR.sub(" ", _ADDRESS.sub(" ", text))
    return _DAY.search(bare) is not None and (_YEAR.search(bare) is not None or _TIME.search(text) is not None)


def _prints_date(text: str, *, day: bool, hour: bool, year: bool, starts: bool) -> bool:
    """Whether day and year stand there with the hour, or in front of a verb that ends the line.

    People, too, tell who wrote on which day: "the engineer wrote in his report of 3 March 2026:".
    """
    if hour:
        return day and (year or _FULL_DAY.search(text) is not None)
    return day and year and starts and _can_end(text.rstrip(":： )"))


def _introduces_by_verb(
    text: str,
    *,
    colon: bool,
    address: bool,
    day: bool,
    hour: bool,
    year: bool,
    starts: bool,
    wrapped: bool,
    below: Below,
) -> bool:
    followed = below is not Below.WORDS
    dated = (day and (hour or year)) or (hour and year)
    if colon and _ADDRESS_THEN_VERB.search(text):
        return True
    if below is Below.WORDS and not address:
        return colon and _prints_date(text, day=day, hour=hour, year=year, starts=starts)
    if dated and (starts or address or followed):
        return True
    if (day or hour) and followed and (starts or address):
        return True
    if _MACHINE_SAYS.search(text):
        return False
    return below is Below.QUOTE and colon and not wrapped and len(text) < 160 and _can_end(text.rstrip(":： )"))
