"""The delimiter lines of a message's open containers (RFC 2046 section 5.1.1), found one after another.

In: raw octets, and which boundaries are open. Out: the next delimiter line. Cost: one look at each line that begins
like a delimiter; a mail of nothing but such lines is looked through by one pattern instead.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_MAX_LINE_BYTES: Final = 300
_MAX_LOOKS: Final = 50_000
"""Lines that begin like a delimiter and are none, before a pattern is worth its making."""
_MAX_PATTERNS: Final = 100


class Delimiter(NamedTuple):
    """A delimiter line: `at` is the line end in front of it, the text `before` it ends there, `behind` it goes on.

    `level` is the container's, from 0; -1 for the end of the message, which ends all of them.
    """

    at: int
    before: int
    behind: int
    level: int
    closes: bool


class Delimiters:
    """Knows which containers are open, and finds the lines that part them."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._open: list[bytes | None] = []
        self._levels: dict[bytes, int] = {}
        self._ahead: Delimiter | None = None
        self._looks_left = _MAX_LOOKS
        self._patterns_left = _MAX_PATTERNS
        self._pattern: re.Pattern[bytes] | None = None
        self._end = Delimiter(len(raw), len(raw), len(raw), -1, closes=False)

    @property
    def depth(self) -> int:
        """How many containers are open."""
        return len(self._open)

    @property
    def gave_up(self) -> bool:
        """Whether there were too many lines to look at."""
        return self._patterns_left < 0

    def open(self, boundary: bytes | None) -> None:
        """Open a container; one without delimiter lines (an attached mail) has no boundary."""
        self._open.append(boundary)
        if boundary is not None:
            self._changed()

    def close(self, level: int) -> None:
        """Close all containers from `level` on."""
        if any(boundary is not None for boundary in self._open[level:]):
            self._changed()
        del self._open[level:]

    def next(self, start: int) -> Delimiter:
        """Return the first delimiter line that begins at `start` or later."""
        if self._ahead is None or (self._ahead.level >= 0 and self._ahead.at < start - 1):
            self._ahead = self._found(max(start - 1, 0))
        return self._ahead

    def _changed(self) -> None:
        self._ahead = self._pattern = None
        self._levels.clear()

    def _found(self, position: int) -> Delimiter:
        if not self._levels:  # of two with one boundary the inner counts
            self._levels = {one: level for level, one in enumerate(self._open) if one is not None}
        if not self._levels:
            return self._end
        while (at := self._search(position)) >= 0:
            if found := self._judged(at):
                return found
            position = at + 3
            self._looks_left -= 1
        return self._end

    def _search(self, position: int) -> int:
        """Where the next line begins (its line end in front) that may be a delimiter; -1 for none."""
        if self._looks_left > 0:
            return self._raw.find(b"\n--", position)
        if self._pattern is None:
            self._patterns_left -= 1
            if self._patterns_left < 0:
                return -1
            names = b"|".join(re.escape(one) for one in sorted(self._levels, key=len, reverse=True))
            self._pattern = re.compile(rb"\n--(?:" + names + rb")(?:--)?[ \t]{0,100}+(?=[\r\n]|\Z)")
        found = self._pattern.search(self._raw, position)
        return found.start() if found else -1

    def _judged(self, at: int) -> Delimiter | None:
        """The delimiter line that begins behind `at`, if it is one of an open container."""
        raw = self._raw
        end = raw.find(b"\n", at + 1)
        end = len(raw) if end < 0 else end
        line = raw[at + 3 : min(end, at + 3 + _MAX_LINE_BYTES)].rstrip()
        level, closes = self._levels.get(line), False
        if level is None and line.endswith(b"--"):
            level, closes = self._levels.get(line[:-2]), True
        if level is None:
            return None
        before = at - 1 if raw[at - 1 : at] == b"\r" else at
        return Delimiter(at, before, min(end + 1, len(raw)), level, closes)
