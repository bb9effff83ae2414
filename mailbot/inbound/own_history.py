"""What we wrote ourselves, recognised in an answer wherever a client put it.

In: a `Draft` whose history is cut, and the lines of our own mails. Out: the same draft, where our text that no mark
gave away is cut too, and where what a person typed between two of our lines is kept.

Lines are compared as words: wraps, quote marks, entities, emphasis and the translation of spaces do not count.
Our text is one stream of words; a line is ours when it stands in that stream word for word, and a line that
stands between two neighbouring stretches of the stream was typed there by a person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.core.marks import is_separator
from mailbot.inbound.bounds import bounded
from mailbot.inbound.draft import Draft
from mailbot.inbound.mime import parsed
from mailbot.inbound.reading import ReadingLimits
from mailbot.inbound.separators import is_rule

RULE: Final = "own history"
_MAX_WORDS: Final = 300_000
_MAX_PLACES: Final = 12
_LINES_AT_ONCE: Final = 500
_GRAM: Final = 3
_GAP_WORDS: Final = 8
_RUN_LINES: Final = 3
_RUN_WORDS: Final = 12
_WORD = re.compile(r"[^\W_]+")
_LINK = re.compile(r"<(?:https?|mailto):[^<>\s]{1,4000}>", re.IGNORECASE)
_LEFTOVER = re.compile(r"\s*(?:\[(?:image|cid)[^\]]*\]|<?https?://\S+>?|<[^<>\s]+>|[-*•>|\s]*)\s*", re.IGNORECASE)


def words_of(text: str) -> list[str]:
    """Return a line's words in one normal form; link targets that stand behind their words do not count."""
    bare = _LINK.sub(" ", text) if "<" in text else text
    return _WORD.findall((bare if bare.isascii() else unicodedata.normalize("NFKC", bare)).casefold())


def lines_of(mail: bytes) -> tuple[str, ...]:
    """Return the lines of the text part of a mail of ours, as `OwnHistory.lines` wants them."""
    outline, _ = bounded(mail, ReadingLimits())
    leaves = parsed(outline).leaves
    return tuple(
        line for leaf in leaves if leaf.media_type == "text/plain" and not leaf.name for line in leaf.text.splitlines()
    )


@dataclass(frozen=True)
class Stretch:
    """A stretch of our text: from the word at `start` to before `end`."""

    start: int
    end: int


class OwnText:
    """Our text as one stream of words, with the places where each three words stand."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._words: list[str] = []
        for first in range(0, len(lines), _LINES_AT_ONCE):
            self._words += words_of("\n".join(lines[first : first + _LINES_AT_ONCE]))
            if len(self._words) > _MAX_WORDS:
                break
        self._places: dict[tuple[str, ...], list[int]] = {}
        for start, gram in enumerate(zip(*(self._words[behind:] for behind in range(_GRAM)), strict=False)):
            places = self._places.setdefault(gram, [])
            if len(places) < _MAX_PLACES:
                places.append(start)

    @property
    def size(self) -> int:
        """How many words there are."""
        return len(self._words)

    def find(self, words: list[str], after: Stretch | None) -> Stretch | None:
        """Return where `words` stand in our text, preferably right behind `after`; None when they are not ours.

        One or two words are ours only where our text goes on with them.
        """
        if after and self._words[after.end : after.end + len(words)] == words:
            return Stretch(after.end, after.end + len(words))
        if len(words) < _GRAM:
            return None
        starts = [
            start
            for start in self._places.get(tuple(words[:_GRAM]), ())
            if self._words[start : start + len(words)] == words
        ]
        if not starts:
            return None
        nearest = min(starts, key=lambda start: (start < after.end, abs(start - after.end))) if after else starts[0]
        return Stretch(nearest, nearest + len(words))


def cut_own(draft: Draft, own_lines: Sequence[str]) -> None:
    """Cut our own text, and keep what a person typed between our lines."""
    if not own_lines:
        return
    own = OwnText(own_lines)
    stretches = _stretches(draft, own)
    _cut_unmarked(draft, stretches)
    if any(is_separator(line) for line in own_lines):  # a whole mail of ours, so what is not in it is not ours
        _restore_between_ours(draft, stretches)
        _restore_below(draft, stretches, own.size)


def _stretches(draft: Draft, own: OwnText) -> list[Stretch | None]:
    """For each line, where it stands in our text."""
    found: list[Stretch | None] = []
    last: Stretch | None = None
    for line in draft.lines:
        words = words_of(line.text) if len(line.text) < 5000 else []
        stretch = own.find(words, last) if words else None
        found.append(stretch)
        last = stretch or last
    return found


def _cut_unmarked(draft: Draft, stretches: list[Stretch | None]) -> None:
    """Cut runs of our lines that nothing marked as quoted; a line or two prove nothing, people repeat themselves."""
    run: list[int] = []
    for index in range(len(draft.lines) + 1):
        kept = index < len(draft.lines) and not draft.rules[index]
        if kept and (draft.lines[index].blank or is_rule(draft.lines[index])):
            continue
        if kept and stretches[index] and (not run or _follows(stretches[run[-1]], stretches[index])):
            run.append(index)
            continue
        _cut_run(draft, run, stretches)
        run = [index] if kept and stretches[index] else []


def _follows(earlier: Stretch | None, later: Stretch | None) -> bool:
    return bool(earlier and later and 0 <= later.start - earlier.end <= _GAP_WORDS)


def _cut_run(draft: Draft, run: list[int], stretches: list[Stretch | None]) -> None:
    length = sum(stretch.end - stretch.start for index in run if (stretch := stretches[index]))
    if len(run) >= _RUN_LINES and length >= _RUN_WORDS:
        draft.cut(run[0], run[-1] + 1, RULE)


def _restore_between_ours(draft: Draft, stretches: list[Stretch | None]) -> None:
    """Keep lines in the cut quote that stand between two neighbouring stretches of our text: a person typed them."""
    last: int | None = None
    for index, stretch in enumerate(stretches):
        if stretch is None or not draft.rules[index]:
            continue
        if last is not None and index - last > 1 and _follows(stretches[last], stretch):
            _restore(draft, last + 1, index)
        last = index


def _restore_below(draft: Draft, stretches: list[Stretch | None], size: int) -> None:
    """Keep what stands below the end of our text, where the quote bears no marks."""
    last = max((index for index, stretch in enumerate(stretches) if stretch), default=None)
    if last is None:
        return
    stretch = stretches[last]
    if stretch and draft.rules[last] and stretch.end >= size - _GAP_WORDS:
        _restore(draft, last + 1, len(draft.lines))


def _restore(draft: Draft, start: int, end: int) -> None:
    typed = [index for index in range(start, end) if _says_something(draft, index)]
    if typed:
        draft.restore(typed[0], typed[-1] + 1)
        draft.typed.update(range(typed[0], typed[-1] + 1))


def _says_something(draft: Draft, index: int) -> bool:
    line = draft.lines[index]
    return not line.blank and not _LEFTOVER.fullmatch(line.text) and not is_rule(line)
