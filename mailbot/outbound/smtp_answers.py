"""Answers of an SMTP server: octets in, `Answer` values out (RFC 5321 section 4.2). Pure, and bounded.

A broken or hostile server may write anything, for as long as it likes: what is no answer raises `BadAnswer`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_LINE_BYTES: Final = 4096
"""RFC 5321 section 4.5.3.1.5 allows 512; servers write longer ones."""
MAX_LINES: Final = 200
MAX_ANSWER_BYTES: Final = 32_768

_LINE: Final = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
"""A code alone is an answer, too (RFC 5321 section 4.2.1)."""


class BadAnswer(Exception):
    """The server wrote what is no SMTP answer; its text is for the admin."""


@dataclass(frozen=True)
class Answer:
    """One answer: its code, and the texts of its lines."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All lines, as one text."""
        return "\n".join(self.lines)

    @property
    def is_yes(self) -> bool:
        """Positive completion (RFC 5321 section 4.2.1)."""
        return 200 <= self.code < 300

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


class AnswerReader:
    """Cuts octets into answers. An unfinished line or answer waits for more, up to the bounds."""

    def __init__(self) -> None:
        self._rest = b""
        self._code = 0
        self._lines: list[str] = []
        self._size = 0

    @property
    def is_between_answers(self) -> bool:
        """Whether nothing of a next answer has come."""
        return not self._rest and not self._lines

    def feed(self, octets: bytes) -> Iterator[Answer]:
        """Take octets; give each answer that they complete. Raises BadAnswer where they are none."""
        *lines, self._rest = (self._rest + octets).split(b"\n")
        for line in lines:
            if answer := self._take(line.removesuffix(b"\r")):
                yield answer
        self._bound(self._rest)

    def _take(self, line: bytes) -> Answer | None:
        self._bound(line)
        self._size += len(line)
        found = _LINE.fullmatch(line)
        if found is None:
            raise BadAnswer(f"this is no SMTP answer: {line[:200].decode('utf-8', 'replace')!r}")
        code = int(found[1])
        if self._lines and code // 100 != self._code // 100:
            raise BadAnswer(f"an answer of two minds: {self._code} and {code}")
        self._code = code  # the last line's counts, as other clients have it
        self._lines.append((found[3] or b"").decode("utf-8", "replace").strip())
        if len(self._lines) > MAX_LINES or self._size > MAX_ANSWER_BYTES:
            raise BadAnswer(f"an answer of more than {MAX_LINES} lines or {MAX_ANSWER_BYTES} bytes")
        if found[2] == b"-":
            return None
        answer = Answer(code, tuple(self._lines))
        self._lines, self._size = [], 0
        return answer

    def _bound(self, line: bytes) -> None:
        if len(line) > MAX_LINE_BYTES:
            raise BadAnswer(f"an answer with a line of more than {MAX_LINE_BYTES} bytes")
