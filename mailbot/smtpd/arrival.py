"""One mail while it arrives, within bounds: blocks of the wire in, the mail or the answer that refuses it out."""

from __future__ import annotations

import io
import re

from mailbot.smtpd import answers
from mailbot.smtpd.answers import Answer
from mailbot.smtpd.dot_stream import DotStream
from mailbot.smtpd.limits import PortLimits

_HEADER_BYTES = 262_144  # hops are counted within these octets, so that one endless header is cheap
_HEADER_END = re.compile(rb"(?:\A|\n)\r?\n")
_RECEIVED = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)


class Room:
    """The octets that all arriving mails together may hold in memory."""

    def __init__(self, max_bytes: int) -> None:
        self.free_bytes = max_bytes

    def take(self, size: int) -> bool:
        """Claim `size` octets; False, and nothing claimed, if there is no room."""
        if size > self.free_bytes:
            return False
        self.free_bytes -= size
        return True

    def give_back(self, size: int) -> None:
        """Free what was claimed."""
        self.free_bytes += size


class Arrival:
    """Collects a mail up to its dot. From the first `fault` on it keeps nothing and only looks for the dot."""

    def __init__(self, limits: PortLimits, room: Room) -> None:
        self._limits = limits
        self._room = room
        self._stream = DotStream(limits.max_line_bytes)
        # getvalue() of a BytesIO hands out its buffer without a copy, which joining blocks would need.
        self._kept = io.BytesIO()
        self._claimed_bytes = 0
        self.size_bytes = 0
        self.fault: Answer | None = None

    def feed(self, block: bytes) -> bytes | None:
        """Take one block; return what follows the final dot, or None before it."""
        plain, rest = self._stream.feed(block)
        self.size_bytes += len(plain)
        if self.fault is None:
            self._keep(plain)
        if rest is not None and self.fault is None and self._hops() > self._limits.max_hops:
            self._refuse(answers.LOOPING)
        return rest

    @property
    def is_hopeless(self) -> bool:
        """True when a refused mail went on for so long that its dot is not worth waiting for."""
        bound = self._limits.max_message_bytes + self._limits.max_discarded_bytes
        return self.fault is not None and self.size_bytes > bound

    def message(self) -> bytes:
        """The whole mail, CRLF at its line ends as they came, dots unstuffed."""
        return self._kept.getvalue()

    def release(self) -> None:
        """Let go of the mail and its room; more than once is harmless."""
        self._kept = io.BytesIO()
        self._room.give_back(self._claimed_bytes)
        self._claimed_bytes = 0

    def _keep(self, plain: bytes) -> None:
        if self.size_bytes > self._limits.max_message_bytes:
            self._refuse(answers.TOO_BIG)
        elif self._stream.has_long_line:
            self._refuse(answers.MAIL_LINE_TOO_LONG)
        elif not self._room.take(len(plain)):
            self._refuse(answers.NO_ROOM)
        else:
            self._claimed_bytes += len(plain)
            self._kept.write(plain)

    def _refuse(self, fault: Answer) -> None:
        self.fault = fault
        self.release()

    def _hops(self) -> int:
        """Received fields of the header (RFC 5321 section 6.3)."""
        top = bytes(self._kept.getbuffer()[:_HEADER_BYTES])
        end = _HEADER_END.search(top)
        return len(_RECEIVED.findall(top, 0, end.start() + 1 if end else len(top)))
