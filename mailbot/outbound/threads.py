"""Header fields that keep one ticket one conversation in Gmail, Outlook and Apple Mail.

Gmail and Apple Mail go by References and the unchanged subject; Outlook by Thread-Index and Thread-Topic.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from hashlib import sha256

from mailbot.outbound import headers
from mailbot.outbound.safe_text import MAX_SUBJECT_CHARS, one_line

_TAG_BREAKERS = re.compile(r"[\[\]#]")
_FILETIME_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MAX_REFERENCES = 20


def subject(desk_name: str, number: int, opened_as: str) -> str:
    """The subject of every mail about a ticket, the same for its whole life: "[Desk #1042] Pump leaks"."""
    return f"{tag(desk_name, number)} {one_line(opened_as, MAX_SUBJECT_CHARS)}".strip()


def tag(desk_name: str, number: int) -> str:
    """The subject tag, "[Desk #1042]"; what would break it is taken out of the desk's name."""
    return f"[{_TAG_BREAKERS.sub('', one_line(desk_name, 40)).strip() or 'Desk'} #{number}]"


def fields(in_reply_to: str | None, references: tuple[str, ...]) -> str:
    """In-Reply-To and References (RFC 5322 section 3.6.4); of a long list the first and the latest are kept."""
    kept = references if len(references) <= _MAX_REFERENCES else references[:1] + references[1 - _MAX_REFERENCES :]
    parent = headers.message_ids([in_reply_to]) if in_reply_to else ""
    chain = headers.message_ids(kept)
    return "".join(
        headers.field(name, value) for name, value in (("In-Reply-To", parent), ("References", chain)) if value
    )


def thread_index(domain: str, number: int, opened_at: datetime, sent_at: datetime) -> str:
    """Outlook's Thread-Index ([MS-OXOMSG] section 2.2.1.3): 22 bytes for the ticket, 5 more for a later mail."""
    ticks = _filetime(opened_at)
    root = (ticks >> 16).to_bytes(6, "big") + sha256(f"{domain} {number}".encode()).digest()[:16]
    later = _filetime(sent_at) - ticks
    child = b"" if later <= 0 else _child(later, sent_at)
    return binascii.b2a_base64(root + child, newline=False).decode()


def _child(ticks: int, sent_at: datetime) -> bytes:
    """A response level: a code bit, 31 bits of the time since the root, 8 bits to tell equals apart."""
    far = ticks >= 1 << 49
    delta = (ticks >> (23 if far else 18)) & 0x7FFF_FFFF
    return ((far << 31) | delta).to_bytes(4, "big") + bytes([sent_at.microsecond % 256])


def _filetime(at: datetime) -> int:
    """Ticks of 100 ns since 1601, as Windows counts."""
    elapsed = at - _FILETIME_EPOCH
    return (elapsed.days * 86_400 + elapsed.seconds) * 10_000_000 + elapsed.microseconds * 10
