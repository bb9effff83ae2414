"""Content-Transfer-Encoding undone (RFC 2045 section 6), however broken it is.

In: a view of the octets of a body as they came, and the encoding's name. Out: its decoded octets. Large bodies are
decoded slice by slice: no more than the result is held.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import Final

from mailbot.inbound.uuencode import first_file

_SIGNS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_JUNK: Final = bytes(set(range(256)) - set(_SIGNS))
_SLICE_BYTES: Final = 1 << 20
_PAD = re.compile(rb"=")
_RUN = re.compile(rb"[^=]+")
_BEHIND_PAD = re.compile(rb"[= \t\r\n]*+")
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\r\n]")


def decoded_octets(body: memoryview, encoding: str) -> bytes:
    """Decode a body; an unknown encoding is none."""
    if encoding == "base64":
        return _base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        octets = bytes(body)
        return first_file(octets) or octets
    return bytes(body)


def _base64(body: memoryview) -> bytes:
    """Decode base64 and leave out what is none; text that follows the padding stays as text."""
    pad = _PAD.search(body)
    if pad is None:
        return _run(body)
    first = _run(body[: pad.start()])
    behind = _BEHIND_PAD.match(body, pad.start())
    rest = body[behind.end() if behind else pad.end() :]
    if not rest:
        return first
    if _NO_BASE64.search(rest):
        return b"".join((first, b"\n", rest))
    found = bytearray(first)  # some programs pad each chunk
    for run in _RUN.finditer(rest):
        found += _run(rest[run.start() : run.end()])
    return bytes(found)


def _run(body: memoryview) -> bytes:
    """Decode base64 without padding, slice by slice; an odd sign at its end is dropped."""
    if len(body) <= _SLICE_BYTES:
        return b"".join(_slices(body))
    found = bytearray()
    for piece in _slices(body):
        found += piece
    return bytes(found)


def _slices(body: memoryview) -> Iterator[bytes]:
    left = b""
    for start in range(0, len(body), _SLICE_BYTES):
        signs = left + bytes(body[start : start + _SLICE_BYTES]).translate(None, _JUNK)
        whole = len(signs) - len(signs) % 4
        yield binascii.a2b_base64(signs[:whole])
        left = signs[whole:]
    if len(left) > 1:
        yield binascii.a2b_base64(left + b"=" * (-len(left) % 4))
