"""A message in outline: its header sections and delimiter lines, with a mark in the place of each body.

A MIME parser reads an outline quickly and in little memory, however large the mail is: the standard library keeps
every line as a string of its own, and a mail of very short lines takes thirty times its size there. What a mark
stands for is taken from the raw octets when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

FIELD: Final = "x-mailbot-body"
"""Header field that names the body of a part whose content the parser takes apart (message/*)."""
_DIGITS: Final = 6


@dataclass(frozen=True)
class Outline:
    """`octets` for the parser; `bodies` are where each marked stretch begins and ends in `raw`."""

    octets: bytes
    raw: bytes
    mark: bytes
    bodies: tuple[tuple[int, int], ...]

    def restored(self, octets: bytes) -> memoryview:
        """What `octets` of the outline stand for, each mark replaced; a mark alone is a view of the raw octets."""
        if self._is_mark(octets):
            return self._body(octets)
        if self.mark not in octets:
            return memoryview(octets)
        return memoryview(b"".join(self._pieces(octets)))

    def named(self, values: Iterable[str]) -> memoryview | None:
        """The body that one of a part's fields `FIELD` names; a stranger's field of that name names none."""
        marks = (str(value).encode("ascii", "replace") for value in values)
        return next((self._body(mark) for mark in marks if self._is_mark(mark)), None)

    def beginning(self, size: int) -> bytes:
        """The first octets of the message within its bounds."""
        found = bytearray()
        for piece in self._pieces(self.octets):
            found += piece[: size - len(found)]
            if len(found) >= size:
                break
        return bytes(found)

    def _is_mark(self, octets: bytes) -> bool:
        return len(octets) == len(self.mark) + _DIGITS and octets.startswith(self.mark)

    def _pieces(self, octets: bytes) -> Iterator[memoryview]:
        position, view = 0, memoryview(octets)
        while (at := octets.find(self.mark, position)) >= 0:
            end = at + len(self.mark) + _DIGITS
            yield view[position:at]
            yield self._body(octets[at:end])
            position = end
        yield view[position:]

    def _body(self, mark: bytes) -> memoryview:
        number = mark[len(self.mark) :]
        start, end = self.bodies[int(number)] if number.isdigit() and int(number) < len(self.bodies) else (0, 0)
        return memoryview(self.raw)[start:end]


def mark_for(raw: bytes) -> bytes:
    """Return octets that stand nowhere in a message: nobody can write the digest of a text into that text."""
    return sha256(raw).hexdigest()[:40].encode()


def numbered(mark: bytes, number: int) -> bytes:
    """The mark of one body."""
    return mark + str(number).zfill(_DIGITS).encode()
