"""Opaque S/MIME parts (RFC 8551): the message inside a signature, or the fact that it is encrypted.

In: octets of an application/pkcs7-mime part. Out: the signed content. Nothing is verified: who wrote a mail is
decided by tokens and DMARC.
"""

from __future__ import annotations

_SIGNED = bytes.fromhex("2a864886f70d010702")
_MAX_DEPTH = 12


def signed_content(octets: bytes) -> bytes | None:
    """Return the MIME entity inside a CMS SignedData structure (RFC 5652); None when there is none to read."""
    try:
        info = _children(octets, 0, len(octets), 0)
        outer = _children(*info[0])
        if _octets(outer[0]) != _SIGNED:
            return None
        signed = _children(*_children(*outer[1])[0])
        encapsulated = _children(*signed[2])
        wrapped = _children(*encapsulated[1])
        return _joined(wrapped[0]) or None
    except (IndexError, ValueError):
        return None


_Node = tuple[bytes, int, int, int]
"""The whole stream, where a value begins and ends, and the tag's number in its first octet."""


def _children(octets: bytes, start: int, end: int, _tag: int) -> list[_Node]:
    """Read the values between `start` and `end` (BER, definite and indefinite lengths); at most fifty."""
    found: list[_Node] = []
    position = start
    while position + 2 <= end and len(found) < 50:
        tag = octets[position]
        if tag == 0 and octets[position + 1] == 0:
            break
        body, stop, position = _extent(octets, position + 1, end, 0)
        found.append((octets, body, stop, tag))
    return found


def _extent(octets: bytes, position: int, end: int, depth: int) -> tuple[int, int, int]:
    """Return where the value whose length field stands at `position` begins and ends, and where the next one stands."""
    first = octets[position]
    if first < 0x80:
        return position + 1, position + 1 + first, position + 1 + first
    if first > 0x80:
        size = first & 0x7F
        if size > 4:
            raise ValueError("a length of more than four octets")
        body = position + 1 + size
        stop = body + int.from_bytes(octets[position + 1 : body], "big")
        return body, min(stop, end), stop
    if depth > _MAX_DEPTH:
        raise ValueError("nested too deep")
    body = at = position + 1
    while octets[at : at + 2] != b"\0\0":
        _, _, at = _extent(octets, at + 1, end, depth + 1)
        if at >= end:
            raise ValueError("an indefinite length that never ends")
    return body, at, at + 2


def _octets(node: _Node) -> bytes:
    return node[0][node[1] : node[2]]


def _joined(node: _Node) -> bytes:
    """The content of an OCTET STRING, whose pieces a streaming signer writes one by one."""
    if not node[3] & 0x20:
        return _octets(node)
    pieces, position = [], node[1]
    while position + 2 <= node[2]:
        tag = node[0][position]
        body, stop, position = _extent(node[0], position + 1, node[2], 0)
        if tag == 0x04:
            pieces.append(node[0][body:stop])
    return b"".join(pieces)
