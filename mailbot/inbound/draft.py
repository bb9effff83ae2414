"""Work in hand on the new words: each line with the rule that cut it, if one did.

Rules mark lines; nothing is removed until the end, so that whatever was cut can be shown with the rule's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailbot.inbound.lines import Line
from mailbot.inbound.reading import Cut
from mailbot.inbound.substitution import substituted

QUOTE = "quote"
"""Rule of quoted lines; what begins with it may come back as the context of an answer."""

_MAX_KEPT_CHARS = 2_000_000
"""Of the whole text, kept for the rules that ask for it; a larger one is built anew."""
_BLANK_RUN = re.compile(r"\n{4,}")


class Draft:
    """Lines and the rule that cut each ("" while it is kept)."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)
        self.rules = [""] * len(self.lines)
        self.typed: set[int] = set()  # lines that a person typed into our own text, whatever quotes them
        self._whole: str | None = None
        self._first_kept = 0  # no kept line stands before this one

    def cut(self, start: int, end: int, rule: str) -> None:
        """Cut the lines from `start` to before `end` that no rule has cut yet."""
        for index in range(start, min(end, len(self.lines))):
            if not self.rules[index]:
                self.rules[index] = rule

    def restore(self, start: int, end: int) -> None:
        """Keep these lines after all."""
        self.rules[start:end] = [""] * (end - start)
        self._first_kept = min(self._first_kept, start)

    def kept(self, index: int) -> bool:
        """Whether a line is still there and says something."""
        return not self.rules[index] and not self.lines[index].blank

    def kept_before(self, index: int) -> bool:
        """Whether any line before `index` is kept and says something."""
        while self._first_kept < index and not self.kept(self._first_kept):
            self._first_kept += 1
        return self._first_kept < index

    def next_said(self, index: int) -> int | None:
        """The next line from `index` on that is not blank, cut or not."""
        for one in range(index, len(self.lines)):
            if not self.lines[one].blank:
                return one
        return None

    def kept_runs(self) -> Iterator[tuple[int, int]]:
        """Yield each stretch of lines that no rule has cut, as (start, end)."""
        start = None
        for index, rule in enumerate(self.rules):
            if rule:
                if start is not None:
                    yield start, index
                start = None
            elif start is None:
                start = index
        if start is not None:
            yield start, len(self.rules)

    def text(self) -> str:
        """The kept lines, quote marks shown, outer blank lines gone."""
        lines = [
            line.text if index in self.typed else line.shown
            for index, (line, rule) in enumerate(zip(self.lines, self.rules, strict=True))
            if not rule
        ]
        text = "\n".join(lines)
        if "\n\n\n\n" in text:
            text = substituted(_BLANK_RUN, "\n\n\n", text)
            text = _BLANK_RUN.sub("\n\n\n", text)  # again, for runs over the border of two slices
        return text.strip("\n").rstrip()

    def says_something(self) -> bool:
        """Whether any kept line would be shown."""
        return any(
            not rule and (line.depth or not line.blank) for line, rule in zip(self.lines, self.rules, strict=True)
        )

    def whole(self) -> str:
        """All lines, cut or not."""
        if self._whole is not None:
            return self._whole
        whole = "\n".join(line.shown for line in self.lines).strip("\n").rstrip()
        self._whole = whole if len(whole) <= _MAX_KEPT_CHARS else None
        return whole

    def show_quoted(self, index: int) -> None:
        """Give a line that stands among quoted ones their mark."""
        self.lines[index] = self.lines[index]._replace(depth=1)
        self._whole = None

    def cuts(self) -> tuple[Cut, ...]:
        """What was cut, neighbouring lines of one rule together."""
        found: list[tuple[str, list[str]]] = []
        for line, rule in zip(self.lines, self.rules, strict=True):
            if rule and found and found[-1][0] == rule:
                found[-1][1].append(line.shown)
            elif rule and not line.blank:
                found.append((rule, [line.shown]))
        return tuple(Cut(rule, "\n".join(lines).strip("\n")) for rule, lines in found)
