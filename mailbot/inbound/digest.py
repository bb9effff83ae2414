"""A digest of what a mail says, the same however many relays it came through."""

from __future__ import annotations

from hashlib import sha256

from mailbot.inbound.mime import Leaf


def content_digest(leaves: tuple[Leaf, ...]) -> str:
    """Return SHA-256 (hex) over the decoded body: each leaf's media type and octets, without any header.

    Relays add and fold header fields and may change a transfer encoding or a line end; none of that counts.
    """
    total = sha256()
    for leaf in leaves:
        octets = leaf.octets.replace(b"\r\n", b"\n").rstrip() if leaf.media_type.startswith("text/") else leaf.octets
        total.update(leaf.media_type.encode("utf-8", "replace") + b"\0" + sha256(octets).digest())
    return total.hexdigest()
