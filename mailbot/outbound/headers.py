"""Header fields: values in, folded ASCII lines out (RFC 5322, RFC 2047, RFC 2231).

Every text passes `safe_text.one_line` first, so no value can end its field. Lines are at most 78 octets
where they can be folded and never above 998 (RFC 5322 section 2.1.1).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

import idna

from mailbot.outbound.safe_text import MAX_NAME_CHARS, one_line

_WORD_BYTES = 45
"""Bytes of text in one encoded word: 60 characters of base64 and 12 of frame stay under 75 (RFC 2047 section 2)."""
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
_MAILBOX = re.compile(r"[^\s<>\"(),:;\\@\x00-\x20\x7f]{1,64}@[^\s<>\"(),:;\\@\x00-\x20\x7f]{1,255}")


def field(name: str, value: str) -> str:
    """Write one header field of printable ASCII (or encoded words), folded at spaces, with its CRLF."""
    if len(name) + len(value) <= 76:
        return f"{name}: {value}\r\n"
    lines = []
    line = f"{name}:"
    for word in value.split(" "):
        if len(line) + len(word) >= 78 and not line.endswith(":"):
            lines.append(line)
            line = ""
        line = f"{line} {word}"
    return "\r\n".join([*lines, line]) + "\r\n"


def unstructured(text: str, max_chars: int) -> str:
    """Text for Subject and its like: as it is, or as encoded words (RFC 2047)."""
    safe = one_line(text, max_chars)
    if safe.isascii() and "=?" not in safe and max(map(len, safe.split(" "))) < 70:
        return safe
    return encoded_words(safe)


def encoded_words(text: str) -> str:
    """Text as UTF-8 encoded words in base64, cut between characters, joined by spaces (RFC 2047)."""
    chunks: list[bytearray] = [bytearray()]
    for character in text:
        octets = character.encode()
        if len(chunks[-1]) + len(octets) > _WORD_BYTES:
            chunks.append(bytearray())
        chunks[-1] += octets
    return " ".join(f"=?utf-8?B?{binascii.b2a_base64(chunk, newline=False).decode()}?=" for chunk in chunks)


def mailbox(name: str, address: str) -> str:
    """A display name and an address for From, To or Reply-To (RFC 5322 section 3.4).

    Raises ValueError when the address could not stand in a header.
    """
    spec = header_address(address)
    phrase = _phrase(one_line(name, MAX_NAME_CHARS))
    return f"{phrase} <{spec}>" if phrase else spec


def _phrase(name: str) -> str:
    if not name.isascii() or "=?" in name:
        return encoded_words(name)
    if _ATOMS.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@lru_cache(maxsize=1024)
def header_address(address: str) -> str:
    """Check an address and write its domain in ASCII (RFC 5890); a local part beyond ASCII stays (RFC 6532).

    Raises ValueError for what is no local@domain.
    """
    if not _MAILBOX.fullmatch(address):
        raise ValueError("an address that is no local@domain cannot stand in a header")
    local, _, domain = address.rpartition("@")
    return f"{local}@{ascii_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """A domain as the DNS knows it: A-labels. Raises ValueError (idna.IDNAError) for one that has none."""
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode()


def list_id(domain: str) -> str:
    """The List-Id that all mails of a desk bear (RFC 2919), without its angle brackets."""
    return f"tickets.{ascii_domain(domain)}".lower()


def message_ids(ids: Iterable[str]) -> str:
    """Message-IDs for References, those that are well-formed; strangers' ids may hold anything."""
    return " ".join(spec for spec in ids if _MESSAGE_ID.fullmatch(spec))


def date(at: datetime) -> str:
    """A Date value (RFC 5322 section 3.3) from an aware datetime."""
    return format_datetime(at)


def parameter(name: str, value: str) -> str:
    """One MIME parameter, quoted, or in RFC 2231 form where it is long or not ASCII."""
    if value.isascii() and len(value) <= 60 and not set(value) & set('"\\'):
        return f'{name}="{value}"'
    encoded = quote(value, safe="")
    if len(encoded) <= 50:
        return f"{name}*=utf-8''{encoded}"
    first, *others = _pieces(encoded)
    continued = "".join(f"; {name}*{number}*={piece}" for number, piece in enumerate(others, 1))
    return f"{name}*0*=utf-8''{first}{continued}"


def _pieces(encoded: str) -> list[str]:
    """Cut percent-encoded text into pieces of at most 50 octets, never inside an escape."""
    pieces = []
    while encoded:
        end = 50
        while end < len(encoded) and "%" in encoded[end - 2 : end]:
            end -= 1
        pieces.append(encoded[:end])
        encoded = encoded[end:]
    return pieces
