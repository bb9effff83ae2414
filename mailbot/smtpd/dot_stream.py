"""The transparency of DATA (RFC 5321 section 4.5.2), block by block: octets of the wire in, of the mail out.

Block-wise because a reader of lines spends ten times the CPU. Strict because a reader that ends a mail at
anything but CRLF.CRLF can be made to see a second mail in the first (CVE-2023-51764, CVE-2024-27305).
A bare LF, a bare CR and NUL are octets of the mail like others and are not refused: smuggling needs a server
that takes them for an end, this is the last one on the way, and a mail with a stray CR need not be lost.
"""

from __future__ import annotations

_END = b"\r\n.\r\n"


class DotStream:
    """Undoes dot-stuffing and finds the end of one mail; holds back at most four octets between blocks."""

    def __init__(self, max_line_bytes: int) -> None:
        self._max_line_bytes = max_line_bytes
        # The line end of the DATA command counts: a first line "." is the end of an empty mail.
        self._held = b"\r\n"
        self._at_start = True
        self._open_line_bytes = 0
        self.has_long_line = False

    def feed(self, block: bytes) -> tuple[bytes, bytes | None]:
        """Take one block; return octets of the mail, and what follows the dot, or None before the end."""
        chunk = self._held + block
        end = chunk.find(_END)
        if end >= 0:
            return self._plain(chunk[: end + 2]), chunk[end + len(_END) :]
        kept = len(chunk) - _held_back(chunk)
        self._held = chunk[kept:]
        return self._plain(chunk[:kept]), None

    def _plain(self, piece: bytes) -> bytes:
        self._measure_lines(piece)
        plain = piece.replace(b"\r\n.", b"\r\n")
        if self._at_start and plain:
            self._at_start = False
            return plain[2:]
        return plain

    def _measure_lines(self, piece: bytes) -> None:
        """Note a line over the bound. Looks at the last CRLF of each window only, so it is linear and quick."""
        start = -self._open_line_bytes
        while len(piece) - start > self._max_line_bytes:
            end = piece.rfind(b"\r\n", max(start, 0), start + self._max_line_bytes + 2)
            if end < 0:
                self.has_long_line = True
                return
            start = end + 2
        last = piece.rfind(b"\r\n", max(start, 0))
        self._open_line_bytes = len(piece) - (last + 2 if last >= 0 else start)


def _held_back(chunk: bytes) -> int:
    """How many octets at the end of `chunk` could begin the end of the mail or a stuffed dot."""
    for size in range(len(_END) - 1, 0, -1):
        if chunk.endswith(_END[:size]):
            return size
    return 0
