"""Where the answered mail begins: attribution lines, header blocks, separators.

In: lines and an index. Out: how many lines the mark spans, or 0. Each check looks at a bounded stretch, so a
pass over all lines is linear.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mailbot.core.marks import is_separator
from mailbot.inbound import header_labels as labels
from mailbot.inbound.attribution_words import OPENERS, QUOTING, VERBS
from mailbot.inbound.lines import Line

MAX_ATTRIBUTION_LINES: Final = 6
MAX_ATTRIBUTION_CHARS: Final = 400

_NOISE = " \t*_|>\u200e\u200f\u202a-\u202e\u2066-\u2069"
_VERB_ALTERNATIVES = "|".join(re.escape(verb) for verb in sorted(set(VERBS), key=len, reverse=True))
_ENDS = re.compile(
    rf"(?:(?:\b|(?<=[\u3000-\u9fff\uac00-\ud7af]))(?:{_VERB_ALTERNATIVES})[)\s]*[:：]?|[:：])[\s*_\u200e\u200f]*\Z",
    re.IGNORECASE,
)
_VERB = re.compile(rf"(?:(?<!\w)|(?<=[\u3000-\u9fff\uac00-\ud7af>]))(?:{_VERB_ALTERNATIVES})(?![\w])", re.IGNORECASE)
_WROTE_LAST = re.compile(rf"(?:{_VERB_ALTERNATIVES})[)\s]*[:：]?[\s*_\u200e\u200f]*\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>\[\]()\"]{1,64}@[^\s<>\[\]()\",;:]{1,255}")
_TIME = re.compile(r"(?<!\d)\d{1,2}\s?[:.hH時点시]\s?\d{2}(?!\d)")
_DAY = re.compile(
    r"(?<!\d)(?:\d{4}\s?[-./年년]\s?\d{1,2}\s?[-./月월]\s?\d{1,2}|\d{1,2}\s?[-./]\s?\d{1,2}\s?[-./]\s?\d{2,4}"
    r"|\d{1,2}(?:st|nd|rd|th|\.|er|º)?,?\s(?:de\s|of\s)?[^\W\d]{3,14}\.?,?(?:\s(?:de\s|del\s)?\d{4})?|[^\W\d]{3,14}\.?\s\d{1,2}(?:st|nd|rd|th|\.)?,?(?:\s\d{4})?)(?!\d)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)25[5-9]\d(?!\d)")
_OPENER = re.compile(
    rf"[-–—\s]*(?:{'|'.join(re.escape(word) for word in sorted(set(OPENERS), key=len, reverse=True))})(?![\w])",
    re.IGNORECASE,
)
_QUOTING = re.compile(rf"(?:{'|'.join(re.escape(word) for word in QUOTING)})\s", re.IGNORECASE)
_DATE_FIRST = re.compile(r"[-–—\s]*(?:[^\W\d]{1,12}\.?,?\s{0,2})?[(\[]?\d{1,4}\s?[-.:/ 年년,.]")
_NAME_FIRST = re.compile(r"[\"“']?[^\W\d][^<>@]{0,80}[\"”']?\s?[<(\[]?[^\s<>]{1,64}@")


def attribution(lines: Sequence[Line], start: int) -> int:
    """Return how many lines from `start` introduce a quote ("On … NAME wrote:", wrapped or not); 0 for none."""
    joined = ""
    depth = lines[start].depth
    for count in range(1, MAX_ATTRIBUTION_LINES + 1):
        index = start + count - 1
        if index >= len(lines) or lines[index].blank or lines[index].depth != depth:
            return 0
        joined = f"{joined} {lines[index].text.strip()}" if joined else lines[index].text.strip()
        if len(joined) > MAX_ATTRIBUTION_CHARS:
            return 0
        if _ENDS.search(joined[-60:].rstrip("-–—=~ ")) and _introduces(
            joined, wrapped=count > 1, followed=_followed(lines, index)
        ):
            return 0 if count > 1 and _starts_later(lines, start, index) else count
    return 0


def _followed(lines: Sequence[Line], index: int) -> bool:
    """Whether a deeper quote, or the end, follows the line at `index`."""
    for line in lines[index + 1 : index + 12]:
        if not line.blank:
            return line.depth > lines[index].depth
    return True


def _introduces(text: str, *, wrapped: bool, followed: bool) -> bool:
    """Judge one (joined) line by what it holds: a verb of writing, a day, a time, an address."""
    text = text.strip(_NOISE).strip("-–—=~ ")
    verb, address = bool(_VERB.search(text)), bool(_ADDRESS.search(text))
    day, hour, year = bool(_DAY.search(text)), bool(_TIME.search(text)), bool(_YEAR.search(text))
    starts = bool(_OPENER.match(text) or _DATE_FIRST.match(text))
    if wrapped and not (starts or _NAME_FIRST.match(text)):
        return False
    colon = text.rstrip().endswith((":", "："))
    if verb:
        if (day and (hour or year) or hour and year) and (starts or address or followed):
            return followed or year or address
        if (day or hour) and followed and (starts or address):
            return True
        return followed and colon and not wrapped and len(text) < 160 and _WROTE_LAST.search(text[-60:]) is not None
    if not colon:
        return False
    if address and (day or year) and (hour or year):
        return bool(_DATE_FIRST.match(text)) or starts or followed
    return followed and (bool(_QUOTING.match(text)) or (address and len(text) < 160))


def _starts_later(lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether the lines after `start` are an attribution of their own, so that `start` is a person's line."""
    for later in range(start + 1, end + 1):
        rest = " ".join(line.text.strip() for line in lines[later : end + 1])
        first = lines[start].text.strip(_NOISE)
        if (_OPENER.match(rest) or _DATE_FIRST.match(rest)) and _introduces(
            rest, wrapped=True, followed=_followed(lines, end)
        ):
            return not (_OPENER.match(first) and _DAY.search(first))
    return False


_ROLES: Final = {
    label.lower(): role
    for role, words in (
        ("other", labels.OTHER),
        ("subject", labels.SUBJECT),
        ("to", labels.TO),
        ("date", labels.DATE),
        ("from", labels.FROM),
    )
    for label in words
}
_AMBIGUOUS: Final = {"a": {"to"}, "de": {"from"}, "data": {"date"}}
_LABEL = re.compile(r"[\s*_|>\-]{0,8}([^\W\d][^\n:：*<>@]{0,28}?)[\s*_]{0,4}[:：][\s*_]{0,4}(.*)", re.DOTALL)


def _role(line: Line) -> tuple[str, str] | None:
    """Return (role, value) when a line reads like a printed header field."""
    if len(line.text) > 2000:
        return None
    label = _LABEL.match(line.text)
    if label is None:
        return None
    role = _ROLES.get(label.group(1).strip().lower())
    return (role, label.group(2).strip()) if role else None


def header_block(lines: Sequence[Line], start: int, *, lenient: bool = False) -> int:
    """Return how many lines from `start` are a printed header block (From, Sent, To, Subject…); 0 for none.

    `lenient`: a separator stands above, so two fields are enough.
    """
    first = _role(lines[start])
    if first is None:
        return 0
    roles, values = {first[0]}, {first[0]: first[1]}
    end, slack, blanks = start + 1, 0, 0
    for index in range(start + 1, min(start + 40, len(lines))):
        line = lines[index]
        if line.blank:
            blanks += 1
            if blanks > 1 and not _spaced(lines, index, start):
                break
            continue
        found = _role(line)
        if found and found[0] not in roles - {"other", "to"}:
            roles.add(found[0])
            values.setdefault(found[0], found[1])
            end, slack, blanks = index + 1, 0, 0
        elif blanks or slack >= 3:
            break
        else:
            slack += 1
    return end - start if _is_block(roles, values, lenient=lenient) else 0


def _spaced(lines: Sequence[Line], index: int, start: int) -> bool:
    """Whether a block is printed with a blank line after each field (HTML paragraphs do that)."""
    return index - start < 4 and index + 1 < len(lines) and _role(lines[index + 1]) is not None


def _is_block(roles: set[str], values: dict[str, str], *, lenient: bool) -> bool:
    main = roles & {"from", "date", "to", "subject"}
    if "from" not in main:
        return lenient and len(main) >= 2
    if not values["from"] and "@" not in values.get("to", ""):
        return lenient and len(main) >= 2
    telling = "@" in values["from"] or "date" in main or lenient
    return (len(main) >= 3 and telling) or (
        len(main) == 2 and (lenient or ("@" in values["from"] and "to" not in main))
    )


_ORIGINAL = {phrase.lower() for phrase in labels.ORIGINAL}
_FORWARDED = {phrase.lower() for phrase in labels.FORWARDED}
_DASHED = re.compile(
    r"[\s*_|]{0,8}[-_=~—–#<]{2,80}[\s*]{0,8}([^\W\d_][^\n]{1,60}?)[\s*:：]{0,8}[-_=~—–#>]{2,80}[\s*:]{0,8}"
)
_RULE = re.compile(r"[\s*]{0,8}(?:[-_=*~—–]{5,120}|(?:[-_=] ){4,60}[-_=]?)[\s*]{0,8}")


def separator_kind(line: Line) -> str:
    """Return "own", "original" or "forward" for a line that separates an answered mail from its answer; else ""."""
    text = line.text
    if len(text) > 200:
        return ""
    if is_separator(text):
        return "own"
    dashed = _DASHED.fullmatch(text)
    words = (dashed.group(1) if dashed else text).strip(" \t*_:：").lower()
    if words in _FORWARDED and (dashed or text.rstrip(" *_").endswith((":", "："))):
        return "forward"
    return "original" if words in _ORIGINAL and dashed else ""


def is_rule(line: Line) -> bool:
    """Whether a line is a drawn rule and nothing else."""
    return len(line.text) <= 140 and _RULE.fullmatch(line.text) is not None


def dashed_words(line: Line) -> bool:
    """Whether a line is some words between dashes, in a language that the table may not know."""
    return len(line.text) <= 160 and _DASHED.fullmatch(line.text) is not None
