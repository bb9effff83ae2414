"""A message as a row of leaves: what a MIME parser makes of its outline, flattened.

In: the outline of a message within bounds. Out: `Mail`: the header fields as they stand, the decoded subject, and
each leaf part with its decoded octets, in order, each knowing the containers it stands in.

The standard library reads the structure, mail-parser the subject. mail-parser is shown no more than that: given a
whole mail it parses every Received, date and address too and decodes every body, for 0.8 ms and several times the
mail's memory (measured), and its text lists lose the order of the parts and turn what a wrong charset label hides
into U+FFFD.
"""

from __future__ import annotations

import binascii
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import count
from typing import Final, NamedTuple

import mailparser
from mailparser.exceptions import MailParserError

from mailbot.inbound.charset import decoded
from mailbot.inbound.encoded_words import clean_value, decoded_words, raw_value
from mailbot.inbound.outline import FIELD, Outline
from mailbot.inbound.transfer_encoding import decoded_octets

logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # it warns with a stranger's bytes in the line

_META_CHARSET = re.compile(rb"<meta\s[^>]{0,200}?charset\s?=\s?[\"']?([\w:.-]{1,40})", re.IGNORECASE)


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
        """The octets as text, whatever the charset label says; a page without one may name it itself."""
        label = self.charset
        if not label and self.media_type == "text/html" and (named := _META_CHARSET.search(self.octets, 0, 4096)):
            label = named.group(1).decode("ascii")
        return decoded(self.octets, label)


@dataclass(frozen=True)
class Mail:
    """A parsed message: `fields` are (lower-case name, unfolded value) as they stand, topmost first."""

    message: Message
    subject: str
    fields: tuple[tuple[str, str], ...]
    leaves: tuple[Leaf, ...]
    faults: tuple[str, ...]
    outline: Outline

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, topmost first."""
        return tuple(value for field, value in self.fields if field == name)

    def first(self, name: str) -> str:
        """The topmost value of a field, or an empty string."""
        return next((value for field, value in self.fields if field == name), "")


class _Source(NamedTuple):
    """What every part of one mail is read with."""

    outline: Outline
    charset: str | None


def parsed(outline: Outline) -> Mail:
    """Parse a message that is within bounds. Never raises for what a stranger wrote."""
    message = message_from_bytes(outline.octets)
    charset = _charset(message)
    fields = fields_of(message, charset)
    subject, faults = _subject(message, _own_subject(fields))
    return Mail(
        message,
        subject,
        fields,
        tuple(_leaves(message, _Source(outline, charset), (), 0, count(1))),
        faults,
        outline,
    )


def fields_of(message: Message, charset: str | None) -> tuple[tuple[str, str], ...]:
    """Return a message's header fields: lower-case names, unfolded values, 8-bit octets decoded."""
    return tuple(
        (name.lower(), clean_value(raw_value(value, charset)))
        for name, value in message.raw_items()
        if name.lower() != FIELD
    )


def _charset(message: Message) -> str | None:
    """The charset that the first part names: who writes raw octets into a header field writes them in that one."""
    for part in message.walk():
        if part.get_content_maintype() == "text":
            return _parameters(part, "content-type", None).get("charset")
    return None


def _subject(message: Message, own: str) -> tuple[str, tuple[str, ...]]:
    """Let mail-parser decode the subject; `own` is ours, which stands where mail-parser gives up or loses letters.

    It drops raw octets, and letters whose charset is named wrong or has a name of its own (iso-8859-8-i).
    """
    alone = Message()
    try:
        alone["Subject"] = message.get("subject", "")
        subject = mailparser.MailParser(alone).subject
    except (
        MailParserError,
        MessageError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        binascii.Error,
    ) as fault:
        return own, (f"mail-parser gave up: {type(fault).__name__}",)
    theirs = clean_value(subject) if isinstance(subject, str) else ""
    return theirs if theirs.split() == own.split() else own, ()


def _own_subject(fields: tuple[tuple[str, str], ...]) -> str:
    """Decode the subject where mail-parser's result is not text that a person could have meant."""
    return decoded_words(next((value for name, value in fields if name == "subject"), ""))


def _leaves(
    message: Message, source: _Source, inside: tuple[str, ...], alternative: int, numbers: Iterator[int]
) -> Iterator[Leaf]:
    media_type = _media_type(message)
    if media_type.startswith("multipart/"):
        if media_type == "multipart/alternative" and not alternative:
            alternative = next(numbers)
        for part in _parts(message):
            yield from _leaves(part, source, (*inside, media_type), alternative, numbers)
        return
    yield _leaf(message, source, media_type, inside, alternative)


def _parts(message: Message) -> list[Message]:
    """What a container holds; empty for a part that holds octets."""
    if not message.is_multipart():
        return []
    return [part for part in message.get_payload() if isinstance(part, Message)]


def _media_type(message: Message) -> str:
    """The media type, lower case; a multipart without parts, and what is no media type, is the text that it holds."""
    media_type = "".join(message.get_content_type().lower().split())
    if not _MEDIA_TYPE.fullmatch(media_type):
        return "text/plain"
    if media_type.startswith("multipart/") and not message.is_multipart():
        return "text/plain"
    return media_type


def _leaf(message: Message, source: _Source, media_type: str, inside: tuple[str, ...], alternative: int) -> Leaf:
    parameters = _parameters(message, "content-type", source.charset)
    encoding = str(message.get("content-transfer-encoding", "")).strip().lower().split(";")[0].strip()
    octets = _octets(message, source.outline, encoding)
    return Leaf(
        media_type=media_type,
        charset=parameters.get("charset"),
        disposition=(message.get_content_disposition() or "").lower(),
        name=_name(message, parameters, source.charset),
        content_id=_content_id(message),
        octets=octets,
        inside=inside,
        flowed=parameters.get("format", "").lower() == "flowed",
        delsp=parameters.get("delsp", "").lower() == "yes",
        embedded=_embedded(message, octets if encoding in ("base64", "quoted-printable") else b""),
        alternative=alternative,
    )


def _embedded(message: Message, encoded: bytes) -> Message | None:
    """The message inside a message/rfc822 part, if the parser found one; the header of one that came `encoded`."""
    if message.get_content_type() == "message/delivery-status":
        return None  # the parser makes a message of each block
    inner = next(iter(_parts(message)), None)
    if inner is None or not encoded:
        return inner
    return BytesHeaderParser().parsebytes(encoded[:_HEADER_BYTES])


def _octets(message: Message, outline: Outline, encoding: str) -> bytes:
    """The content of a leaf as it came, its transfer encoding undone (RFC 2045 section 6)."""
    held = outline.named(message.get_all(FIELD, ()))
    if held is None:
        del message["content-transfer-encoding"]  # or the library decodes what is only a mark
        payload = message.get_payload(decode=True)
        held = outline.restored(payload if isinstance(payload, bytes) else b"")
    return decoded_octets(held, encoding)


_HEADER_BYTES: Final = 32_768
_MEDIA_TYPE = re.compile(
    r"(?:text|image|audio|video|application|multipart|message|model|font|chemical|x-[\w.+-]{1,60})/[\w.+-]{1,127}"
)


def _parameters(message: Message, field: str, charset: str | None) -> dict[str, str]:
    """The parameters of a structured field by lower-case name, RFC 2231 undone; the first of two of a name counts.

    Of a name in both forms the encoded one counts (RFC 6266 section 4.3): the other is for old programs.
    """
    raw = next((value for name, value in message.raw_items() if name.lower() == field), "")
    if not str(raw).isascii():  # the library would replace each octet by a question mark
        message = Message()
        message[field] = raw_value(raw, charset)
    try:
        pairs = message.get_params([], header=field)
    except (ValueError, LookupError, TypeError):
        return {}
    plain: dict[str, str] = {}
    encoded: dict[str, str] = {}
    for name, value in pairs[1:]:
        if isinstance(value, tuple):
            encoded.setdefault(name.lower(), _decoded_2231(*value))
        else:
            plain.setdefault(name.lower(), str(value).strip())
    return plain | encoded


def _decoded_2231(charset: str | None, _language: str | None, text: str) -> str:
    """Read the octets that the library left as Latin-1, whatever charset they claim."""
    try:
        return decoded(text.encode("latin-1"), charset)
    except UnicodeEncodeError:
        return text


def _name(message: Message, parameters: dict[str, str], charset: str | None) -> str:
    """The file name that a part claims, RFC 2231 and RFC 2047 decoded; not yet safe."""
    claimed = _parameters(message, "content-disposition", charset).get("filename") or parameters.get("name", "")
    return decoded_words(clean_value(raw_value(claimed)))


def _content_id(message: Message) -> str | None:
    value = clean_value(raw_value(str(message.get("content-id", "")))).strip().strip("<>").strip()
    return value[:200] or None
