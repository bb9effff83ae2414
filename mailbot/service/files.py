"""Files on their way into the store: what was forwarded to us as a file bears our links as any forwarded text does."""

from __future__ import annotations

from typing import Final

from mailbot.core.own_tokens import blanked
from mailbot.service.desk import Desk

_TEXTUAL: Final = ("text/", "message/")
_ENDINGS: Final = (".eml", ".htm", ".html", ".ics", ".mht", ".mhtml", ".txt", ".vcf")
_LOOKED_THROUGH_BYTES: Final = 4_000_000
"""Our mails stand at the beginning of a file that holds one; more would cost others their time."""


def without_own_tokens(desk: Desk, name: str, media_type: str, content: bytes) -> bytes:
    """A file's octets, our tokens blanked where it is a text or a mail that names us."""
    is_textual = media_type.startswith(_TEXTUAL) or name.lower().endswith(_ENDINGS)
    hosts = (desk.config.desk.domain, desk.config.desk.base_url.partition("://")[2])
    start = content[:_LOOKED_THROUGH_BYTES]
    if not is_textual or not any(host.lower().encode() in start.lower() for host in hosts):
        return content
    return blanked(start, desk.addresses.keys) + content[_LOOKED_THROUGH_BYTES:]
