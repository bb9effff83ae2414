"""What a peer sends, as lines or blocks, in bounded memory and in order.

aiosmtpd reads an endless line on and on to find its end; this gives up at a bound. It keeps one small buffer in
front of the same StreamReader, which goes on pausing the transport when nobody reads.
"""

from __future__ import annotations

import asyncio

_BLOCK_BYTES = 65_536


class PeerGone(Exception):
    """The peer closed its side."""


class EndlessLine(Exception):
    """A line went beyond the bound without an end; it stays in the buffer, the connection is out of step."""


class Wire:
    """The incoming half of one connection."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._left = bytearray()

    async def line(self, max_bytes: int) -> bytes:
        """The next line with its LF. Raises EndlessLine beyond `max_bytes`, PeerGone at the end."""
        searched = 0
        while (end := self._left.find(b"\n", searched)) < 0:
            searched = len(self._left)
            if searched > max_bytes:
                raise EndlessLine
            self._left += await self._more()
        return self._cut(end + 1)

    async def block(self) -> bytes:
        """Whatever is there, or comes next; never empty. Raises PeerGone."""
        return self._cut(len(self._left)) if self._left else await self._more()

    def unread(self, rest: bytes) -> None:
        """Put back what follows, to be read next."""
        self._left[:0] = rest

    def discard(self) -> None:
        """Forget what was read but not yet used."""
        self._left.clear()

    # The three below are what aiosmtpd's PROXY parser asks of a reader.

    async def read(self, n: int = _BLOCK_BYTES) -> bytes:
        """Between one and `n` octets. Raises PeerGone."""
        if not self._left:
            self._left += await self._more()
        return self._cut(n)

    async def readexactly(self, n: int) -> bytes:
        """Exactly `n` octets. Raises PeerGone."""
        while len(self._left) < n:
            self._left += await self._more()
        return self._cut(n)

    async def readuntil(self, separator: bytes = b"\n") -> bytes:
        """The rest of a PROXY line (107 octets at most). Raises EndlessLine, PeerGone."""
        if separator != b"\n":
            raise ValueError(separator)
        return await self.line(107)

    async def _more(self) -> bytes:
        block = await self._reader.read(_BLOCK_BYTES)
        if not block:
            raise PeerGone
        return block

    def _cut(self, n: int) -> bytes:
        taken = bytes(self._left[:n])
        del self._left[:n]
        return taken
