"""Files written into the text of a mail: uuencode and yEnc, from before MIME and from Usenet.

In: octets of a text part. Out: the octets without these files, and the files.
"""

from __future__ import annotations

import binascii
import re

_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n", re.MULTILINE)
_LINE = re.compile(rb"[^\r\n]*[^\r\n \t][^\r\n]*")
_UU_END = re.compile(rb"^end[ \t]*\r?$\n?", re.MULTILINE)
_Y_BEGIN = re.compile(rb"^=ybegin [^\r\n]{0,200}?name=([^\r\n]{1,200})\r?\n", re.MULTILINE)
_Y_END = re.compile(rb"^=yend\b[^\r\n]{0,200}\r?\n?", re.MULTILINE)
_Y_PART = re.compile(rb"=ypart [^\r\n]{0,200}\r?\n")
_Y_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_FROM_YENC = bytes((code - 42) % 256 for code in range(256))
_MAX_FILES = 100


def without_files(octets: bytes) -> tuple[bytes, tuple[tuple[str, bytes], ...]]:
    """Take uuencoded and yEnc files out of a text; returns the rest and (name, content) of each."""
    files: list[tuple[str, bytes]] = []
    if b"begin " in octets:
        octets = _taken(octets, _UU_BEGIN, _UU_END, files)
    if b"=ybegin " in octets:
        octets = _taken(octets, _Y_BEGIN, _Y_END, files)
    return octets, tuple(files)


def _taken(octets: bytes, begin: re.Pattern[bytes], end: re.Pattern[bytes], files: list[tuple[str, bytes]]) -> bytes:
    """Cut out each stretch from `begin` to `end` that decodes; what does not decode is text."""
    kept: list[bytes] = []
    position = 0
    while len(files) < _MAX_FILES and (opening := begin.search(octets, position)):
        closing = end.search(octets, opening.end())
        if closing is None:
            break
        body = octets[opening.end() : closing.start()]
        content = _uudecoded(body) if begin is _UU_BEGIN else _ydecoded(body)
        if content is None:
            kept.append(octets[position : opening.end()])
            position = opening.end()
            continue
        kept.append(octets[position : opening.start()])
        files.append((opening.group(1).decode("utf-8", "replace").strip(), content))
        position = closing.end()
    return b"".join([*kept, octets[position:]])


def first_file(octets: bytes) -> bytes | None:
    """The content of the uuencoded file that a body is, where uuencode is its transfer encoding; None without one."""
    opening = _UU_BEGIN.search(octets)
    if opening is None:
        return None
    closing = _UU_END.search(octets, opening.end())
    return _uudecoded(octets[opening.end() : closing.start() if closing else len(octets)])


def _uudecoded(body: bytes) -> bytes | None:
    out = bytearray()
    for found in _LINE.finditer(body):
        line = found.group()
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            try:  # encoders that leave out trailing spaces, or add a checksum
                out += binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
            except binascii.Error:
                return None
    return bytes(out) or None


def _ydecoded(body: bytes) -> bytes | None:
    bare = _Y_PART.sub(b"", body, count=1).replace(b"\r", b"").replace(b"\n", b"")
    if not bare:
        return None
    unescaped = _Y_ESCAPED.sub(lambda pair: bytes([(pair.group(1)[0] - 64) % 256]), bare)
    return unescaped.translate(_FROM_YENC)
