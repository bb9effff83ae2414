"""Printed header blocks: "From: … Sent: … To: … Subject: …" above an answered mail, in many languages.

In: lines and an index. Out: how many lines the block spans, or 0. A block counts by the roles of its fields.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mailbot.inbound import header_labels as labels
from mailbot.inbound.lines import Line

_MAX_LINES: Final = 40
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
_INNER = re.compile(r"(?<=[\s>])(?=(?:(\S{1,14}\s[^\s:：]{1,14})\s?[:：]\s)?)([^\s:：<>]{1,20})\s?[:：](?=\s)")
"""A label inside a line: two words before a colon if there are two, and the one right before it."""
_TIME = re.compile(r"\d{1,2}\s?[:.hH時点시]\s?\d{2}")
_LABEL = re.compile(r"[\s*_|>\-]{0,8}([^\W\d][^\n:：*<>@]{0,28}?)[\s*_]{0,4}[:：][\s*_]{0,4}(.{0,400})", re.DOTALL)

_BOX = re.compile(r"\|[-+]{6,80}>")


class HeaderBlocks:
    """Finds printed header blocks in one text."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._fields = [_field(line.text) for line in lines]

    def at(self, start: int, *, lenient: bool = False) -> int:
        """Return how many lines from `start` are a header block; `lenient`: below a separator two fields do."""
        first = self._fields[start]
        if first is None:
            return 0
        if _holds_a_block(first):
            return 1
        values = {first[0]: self._value(start, first)}
        end, slack, blanks = start + 1, 0, 0
        for index in range(start + 1, min(start + _MAX_LINES, len(self._lines))):
            if self._lines[index].blank:
                blanks += 1
                if blanks > 1 and not self._is_spaced(start, index):
                    break
                continue
            found = self._fields[index]
            if found and (found[0] not in values or found[0] in ("other", "to")):
                values.setdefault(found[0], self._value(index, found))
                end, slack, blanks = index + 1, 0, 0
            elif not blanks and self._is_value(index):
                end = index + 1
            elif blanks or slack >= 3:
                break
            else:
                slack += 1
        return end - start if _is_block(values, lenient=lenient) else 0

    def _value(self, index: int, found: tuple[str, str]) -> str:
        """The value of a field; a header printed as a table (Lotus Notes) has it on the line below its label."""
        return found[1] or (self._lines[index + 1].text.strip() if self._is_value(index + 1) else "")

    def _is_value(self, index: int) -> bool:
        """Whether a line stands below a bare label and is none itself."""
        if not 0 < index < len(self._lines) or self._lines[index].blank or self._fields[index] is not None:
            return False
        above = self._fields[index - 1]
        return above is not None and not above[1] and self._lines[index].depth == self._lines[index - 1].depth

    def _is_spaced(self, start: int, index: int) -> bool:
        """Whether the block is printed with blank lines between fields, as HTML paragraphs come out."""
        return index - start < 4 and index + 1 < len(self._lines) and self._fields[index + 1] is not None


def boxed_at(lines: Sequence[Line], start: int) -> int:
    """Return how many lines from `start` are a header that Lotus Notes 6 draws in boxes, or 0.

    It draws `|----->` or `|---+--->` around labels and `>-----|` around values, which reads like quotes.
    """
    if not _BOX.fullmatch(lines[start].text.strip()) or (start and lines[start - 1].text.startswith("|")):
        return 0
    end = start + 1
    while end < min(start + _MAX_LINES, len(lines)) and lines[end].text.strip().startswith(("|", "-")):
        end += 1
    return end - start if any(_field(line.text.strip(" |")) for line in lines[start + 1 : end]) else 0


def is_field(text: str) -> bool:
    """Whether a line reads like a printed header field that names people."""
    found = _field(text)
    return found is not None and found[0] in ("from", "to", "other")


def _field(text: str) -> tuple[str, str] | None:
    """Return (role, value) when a line reads like a printed header field."""
    if ":" not in text[:48] and "：" not in text[:48]:
        return None
    label = _LABEL.match(text)
    if label is None or label.group(1)[0].islower():
        return None  # a program prints its labels with a capital where there are any; configurations have "from:"
    role = _ROLES.get(label.group(1).strip().lower())
    return (role, label.group(2).strip()) if role else None


def _holds_a_block(first: tuple[str, str]) -> bool:
    """Whether one line holds the whole block, as HTML comes out of a converter that drops its line ends."""
    role, value = first
    if role != "from" or len(value) < 40 or "@" not in value:
        return False
    labels = (label.lower() for found in _INNER.finditer(value) for label in (found.group(1), found.group(2)) if label)
    return {_ROLES.get(label, "") for label in labels} >= {"date", "to", "subject"}


def _is_block(values: dict[str, str], *, lenient: bool) -> bool:
    """Judge by the roles: who and when or what about, and for few of them a sign that it is no person's list.

    A person who wants something carried gives a from, a to and a day; a program prints the hour as well.
    """
    main = values.keys() & {"from", "date", "to", "subject"}
    if "from" not in main or not (values["from"] or "@" in values.get("to", "")):
        return lenient and len(main) >= 2
    if len(main) >= 3:
        return lenient or "@" in " ".join(values.values()) or _TIME.search(values.get("date", "")) is not None
    return len(main) == 2 and (lenient or ("@" in values["from"] and "to" not in main))
