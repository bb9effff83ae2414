"""A message as a row of leaves: what mail-parser makes of bounded octets, flattened.

In: octets within bounds. Out: `Mail`: the header fields as they stand, the decoded subject, and each leaf part
with its decoded octets, in order, each knowing the containers it stands in.

mail-parser reads the structure, the subject and the names of attachments. Body text is decoded here from the
octets of each part: mail-parser's own text lists lose the order of the parts, and turn what a wrong charset
label hides into U+FFFD.
"""

from __future__ import annotations

import binascii
import logging
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from itertools import count
from typing import Any, Final

import mailparser
from mailparser.exceptions import MailParserError

from mailbot.inbound.charset import decoded
from mailbot.inbound.encoded_words import clean_value, decoded_words, raw_value

_HEADER_END = re.compile(rb"\r\n\r\n|\n\n")
_LARGE_BYTES: Final = 500_000
_UNPADDED = re.compile(rb"[^=]+")

logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # it warns with a stranger's bytes in the line


@dataclass(frozen=True)
class Leaf:
    """One part that contains no other: `inside` are the media types around it, outermost first.

    `embedded` is the parsed message of a message/rfc822 part (its `octets` are that message's). `alternative`
    is the same number for all leaves within one multipart/alternative, 0 outside.
    """

    media_type: str
    charset: str | None
    disposition: str
    name: str
    content_id: str | None
    octets: bytes
    inside: tuple[str, ...] = ()
    flowed: bool = False
    delsp: bool = False
    embedded: Message | None = None
    alternative: int = 0

    @property
    def text(self) -> str:
        """The octets as text, whatever the charset label says."""
        return decoded(self.octets, self.charset)


@dataclass(frozen=True)
class Mail:
    """A parsed message: `fields` are (lower-case name, unfolded value) as they stand, topmost first.

    `beginning` are the first octets, for readers whose cost grows faster than the mail.
    """

    message: Message
    subject: str
    fields: tuple[tuple[str, str], ...]
    leaves: tuple[Leaf, ...]
    faults: tuple[str, ...]
    beginning: bytes = b""

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, topmost first."""
        return tuple(value for field, value in self.fields if field == name)

    def first(self, name: str) -> str:
        """The topmost value of a field, or an empty string."""
        return next((value for field, value in self.fields if field == name), "")


def parsed(octets: bytes) -> Mail:
    """Parse a message that is within bounds. Never raises for what a stranger wrote."""
    message, subject, faults = _structure(octets)
    fields = fields_of(message)
    return Mail(
        message,
        subject or _own_subject(fields),
        fields,
        tuple(_leaves(message, (), 0, count(1))),
        faults,
        octets[:_BEGINNING_BYTES],
    )


def fields_of(message: Message) -> tuple[tuple[str, str], ...]:
    """Return a message's header fields: lower-case names, unfolded values, 8-bit octets decoded."""
    return tuple((name.lower(), clean_value(raw_value(value))) for name, value in message.raw_items())


def _structure(octets: bytes) -> tuple[Message, str, tuple[str, ...]]:
    """Let mail-parser read the message; where it gives up, the standard library's tree stands alone."""
    try:
        large = _header_of_large(octets)
        mail = mailparser.MailParser(large[0]) if large else mailparser.parse_from_bytes(octets)
        subject = mail.subject
    except (
        MailParserError,
        MessageError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        KeyError,
        binascii.Error,
    ) as fault:
        return message_from_bytes(octets), "", (f"mail-parser gave up: {type(fault).__name__}",)
    if large:
        mail.message.set_payload(large[1].decode("ascii", "surrogateescape"))
    bad = not isinstance(subject, str) or "\ufffd" in subject or "=?" in subject
    return mail.message, "" if bad else clean_value(subject), ()


def _header_of_large(octets: bytes) -> tuple[Message, bytes] | None:
    """Parse the header of a large mail of one part; return it with the body. None for any other mail.

    The standard library and mail-parser keep each line of a body as a string of its own: a mail of very short
    lines takes nearly twenty times its size.
    """
    end = _HEADER_END.search(octets) if len(octets) > _LARGE_BYTES else None
    if end is None:
        return None
    message = message_from_bytes(octets[: end.end()])
    if message.get_content_maintype() in ("multipart", "message") or _held(message):
        return None
    return message, octets[end.end() :]


def _own_subject(fields: tuple[tuple[str, str], ...]) -> str:
    """Decode the subject where mail-parser's result is not text that a person could have meant."""
    return decoded_words(next((value for name, value in fields if name == "subject"), ""))


def _held(message: Message) -> Any:
    """What a message holds: a list of its parts, or its body as it came."""
    try:
        return message.get_payload()
    except ValueError:  # the standard library looks up the charset; one with a NUL it cannot even look up
        media_type = message.get_content_type()
        del message["content-type"]
        message["Content-Type"] = media_type
        return message.get_payload()


def _leaves(message: Message, inside: tuple[str, ...], alternative: int, numbers: Iterator[int]) -> Iterator[Leaf]:
    media_type = _media_type(message)
    payload = _held(message)
    if media_type.startswith("multipart/") and isinstance(payload, list):
        if media_type == "multipart/alternative" and not alternative:
            alternative = next(numbers)
        for part in (one for one in payload if isinstance(one, Message)):
            yield from _leaves(part, (*inside, media_type), alternative, numbers)
        return
    yield _leaf(message, media_type, inside, alternative)


def _media_type(message: Message) -> str:
    """The media type, lower case; a multipart without parts, and what is no media type, is the text that it holds."""
    media_type = "".join(message.get_content_type().lower().split())
    if not _MEDIA_TYPE.fullmatch(media_type):
        return "text/plain"
    if media_type.startswith("multipart/") and not isinstance(_held(message), list):
        return "text/plain"
    return media_type


def _leaf(message: Message, media_type: str, inside: tuple[str, ...], alternative: int) -> Leaf:
    embedded = _embedded(message)
    return Leaf(
        media_type=media_type,
        charset=_parameter(message, "charset"),
        disposition=(message.get_content_disposition() or "").lower(),
        name=_name(message),
        content_id=_content_id(message),
        octets=_octets_of(embedded) if embedded is not None else _payload(message),
        inside=inside,
        flowed=(_parameter(message, "format") or "").lower() == "flowed",
        delsp=(_parameter(message, "delsp") or "").lower() == "yes",
        embedded=embedded,
        alternative=alternative,
    )


def _embedded(message: Message) -> Message | None:
    """The message inside a message/rfc822 part, if the parser found one."""
    payload = _held(message)
    if message.get_content_type() == "message/delivery-status":
        return None  # the parser makes a message of each block
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return payload[0]
    return None


def _octets_of(message: Message) -> bytes:
    """Write an embedded message out again, as it came as far as the parser kept it."""
    try:
        return message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError, KeyError):
        return str(_held(message)).encode("utf-8", "replace")


_MEDIA_TYPE = re.compile(
    r"(?:text|image|audio|video|application|multipart|message|model|font|chemical|x-[\w.+-]{1,60})/[\w.+-]{1,127}"
)
_MAX_BLOCKS = 500
_BEGINNING_BYTES = 24_000
_BASE64_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64_JUNK = bytes(set(range(256)) - set(_BASE64_SIGNS))


def _payload(message: Message) -> bytes:
    """Decode the transfer encoding (RFC 2045 section 6); broken base64 is read as far as it goes."""
    encoding = str(message.get("content-transfer-encoding", "")).strip().lower().split(";")[0].strip()
    raw = _held(message)
    if isinstance(raw, list):  # the parser makes messages of a delivery report's blocks, encoded or not
        blocks = [block for block in raw[:_MAX_BLOCKS] if isinstance(block, Message)]
        if encoding in ("base64", "quoted-printable"):
            decode = _lenient_base64 if encoding == "base64" else quopri.decodestring
            return decode(b"\n\n".join(map(_lines_of, blocks)))
        return b"\n".join(map(_octets_of, blocks))
    if encoding == "base64" and isinstance(raw, str):
        return _lenient_base64(
            raw.encode("ascii", "surrogateescape") if raw.isascii() else raw.encode("utf-8", "surrogateescape")
        )
    try:
        payload = message.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error):
        payload = None
    if isinstance(payload, bytes):
        return payload
    return str(_held(message) or "").encode("utf-8", "surrogateescape")


def _lines_of(block: Message) -> bytes:
    """A block of an encoded report as it came, whatever the parser took for its header fields."""
    fields = "".join(f"{name}: {value}\n" for name, value in block.raw_items())
    return (fields + str(_held(block) or "")).encode("utf-8", "surrogateescape")


def _lenient_base64(octets: bytes) -> bytes:
    """Decode base64 and leave out what is none; text that follows the padding stays as text."""
    body, pad, rest = octets.partition(b"=")
    clean = body.translate(None, _BASE64_JUNK)
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    decoded_part = binascii.a2b_base64(clean + b"=" * (-len(clean) % 4)) if clean else b""
    tail = rest.lstrip(b"= \t\r\n") if pad else b""
    if not tail:
        return decoded_part
    if not tail.translate(None, _BASE64_SIGNS + b"\r\n="):
        return decoded_part + _lenient_base64_rest(tail)
    return decoded_part + b"\n" + tail


def _lenient_base64_rest(octets: bytes) -> bytes:
    """Decode further base64 runs (some programs pad each chunk), one after another."""
    found = bytearray()
    for run in _UNPADDED.finditer(octets):
        clean = run.group().translate(None, _BASE64_JUNK)
        clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
        found += binascii.a2b_base64(clean + b"=" * (-len(clean) % 4)) if clean else b""
    return bytes(found)


def _parameter(message: Message, name: str) -> str | None:
    """A parameter of Content-Type, RFC 2231 undone, or None."""
    try:
        value = message.get_param(name)
    except (ValueError, LookupError, TypeError):
        return None
    if isinstance(value, tuple):
        return value[2]
    return str(value).strip() if value is not None else None


def _name(message: Message) -> str:
    """The file name that a part claims, RFC 2231 and RFC 2047 decoded; not yet safe."""
    try:
        claimed = message.get_filename("")
    except (ValueError, LookupError, TypeError):
        claimed = ""
    return decoded_words(clean_value(raw_value(str(claimed))))


def _content_id(message: Message) -> str | None:
    value = clean_value(raw_value(str(message.get("content-id", "")))).strip().strip("<>").strip()
    return value[:200] or None
