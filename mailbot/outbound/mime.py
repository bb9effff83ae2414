"""MIME bodies: texts and files in, 7-bit parts out (RFC 2045, RFC 2046, RFC 2183, RFC 3676).

A part is a string of ASCII: its own header fields, a blank line, its encoded content, CRLF line ends.
Quoted-printable and base64 only, so that no relay needs 8BITMIME and none has a reason to re-encode (which
would break a signature). Boundaries hold "=_", which neither encoding can produce (RFC 2045 section 6.7).
"""

from __future__ import annotations

import binascii
import re
from hashlib import sha256

from mailbot.outbound import headers
from mailbot.outbound.safe_text import file_name

_MEDIA_TYPE = re.compile(r"(?!message/|multipart/)[a-z]+/[A-Za-z0-9][A-Za-z0-9.+_-]{0,80}")


def text_part(text: str, subtype: str, language: str, *, flowed: bool = False) -> str:
    """A text as UTF-8 in quoted-printable. `text` has LF line ends and no control characters."""
    flow = "; format=flowed" if flowed else ""
    return (
        f"Content-Type: text/{subtype}; charset=utf-8{flow}\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        f"Content-Language: {language}\r\n"
        f"\r\n{quoted_printable(text)}\r\n"
    )


def quoted_printable(text: str) -> str:
    """Encode text with LF line ends; lines stay under 77 octets and none begins with "From " (mbox would mark it)."""
    octets = text.replace("\n", "\r\n").encode()
    encoded = binascii.b2a_qp(octets, istext=True).decode("ascii")
    if encoded.startswith("From ") or "\nFrom " in encoded:
        encoded = re.sub(r"^From ", "=46rom=\r\n ", encoded, flags=re.MULTILINE)
    return encoded


def file_part(name: str, media_type: str, content: bytes, charset: str = "") -> str:
    """A file as an attachment in base64. A type that could be shown in place or nested becomes octet-stream."""
    kind = media_type.lower() if _MEDIA_TYPE.fullmatch(media_type.lower()) else "application/octet-stream"
    safe = file_name(name)
    told = f" charset={charset};" if charset else ""
    return (
        headers.field("Content-Type", f"{kind};{told} {headers.parameter('name', safe)}")
        + "Content-Transfer-Encoding: base64\r\n"
        + headers.field("Content-Disposition", f"attachment; {headers.parameter('filename', safe)}")
        + f"\r\n{base64_lines(content)}"
    )


def base64_lines(content: bytes) -> str:
    """Encode octets in lines of 76 characters."""
    encoded = binascii.b2a_base64(content, newline=False).decode("ascii")
    return "".join(f"{encoded[start : start + 76]}\r\n" for start in range(0, len(encoded), 76))


def multipart(subtype: str, parts: list[str], seed: str) -> str:
    """Parts in one multipart; `seed` makes its boundary, so that the same mail is always the same octets."""
    boundary = f"=_{sha256(f'{subtype} {seed}'.encode()).hexdigest()[:32]}"
    inner = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n{inner}--{boundary}--\r\n'
