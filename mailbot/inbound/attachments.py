"""Files in a mail: which parts are files, what they may be called, what they really are.

In: leaves of a mail. Out: `ReadAttachment`s with safe names. Nothing is opened, executed or shown inline here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from mailbot.inbound.mime import Leaf
from mailbot.inbound.reading import ReadAttachment

MAX_NAME_CHARS: Final = 120
_BODY_TEXTS: Final = frozenset(("text/plain", "text/html"))
_CALENDARS: Final = frozenset(("text/calendar", "application/ics"))
_TEXT_FILES: Final = frozenset(
    f"text/{kind}"
    for kind in ("calendar", "rtf", "vcard", "x-vcard", "directory", "csv", "css", "xml", "rfc822-headers")
)
"""Texts that a program reads rather than a person."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)")
_EXTENSIONS: Final = {
    "application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif",
    "image/webp": ".webp", "image/bmp": ".bmp", "image/tiff": ".tif", "text/plain": ".txt",
    "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv", "text/x-vcard": ".vcf", "text/vcard": ".vcf",
    "application/zip": ".zip", "message/rfc822": ".eml", "message/global": ".eml",
    "application/ms-tnef": ".dat", "application/pgp-encrypted": ".asc", "application/pgp-signature": ".asc",
    "application/pgp-keys": ".asc", "application/pkcs7-mime": ".p7m", "application/pkcs7-signature": ".p7s",
    "application/json": ".json",
    "application/xml": ".xml", "text/xml": ".xml", "application/rtf": ".rtf", "text/rtf": ".rtf",
    "audio/mpeg": ".mp3", "video/mp4": ".mp4", "application/msword": ".doc",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "message/feedback-report": ".txt",
}  # fmt: skip
_MAGIC: Final = (
    (b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF87a",
    "image/gif"), (b"GIF89a", "image/gif"), (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"), (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"), (b"Rar!\x1a\x07",
    "application/vnd.rar"), (b"MZ", "application/vnd.microsoft.portable-executable"), (b"\x7fELF",
    "application/x-elf"),
    (b"BM", "image/bmp"), (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"), (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"), (b"{\\rtf",
    "application/rtf"), (b"x\x9f>\x22", "application/ms-tnef"),
)  # fmt: skip
_CONTAINERS: Final = {
    "application/zip": ("application/vnd.openxmlformats", "application/vnd.oasis", "application/epub",
    "application/x-zip", "application/java", "application/vnd.android"),
    "application/x-ole-storage": ("application/msword", "application/vnd.ms-", "application/x-msi"),
    "application/ogg": ("audio/", "video/"),
    "application/gzip": ("application/x-gzip", "application/x-tar", "application/x-compressed"),
}  # fmt: skip
_MARKUP = re.compile(rb"\s*(?:<!doctype html|<html|<script|<svg)", re.IGNORECASE)


def is_file(leaf: Leaf, *, first_text: bool) -> bool:
    """Tell whether a part is a file rather than text of the mail.

    `first_text`: no text of the mail has been seen yet, so a named inline text is that text.
    """
    if not leaf.media_type.startswith("text/") or leaf.media_type in _TEXT_FILES or leaf.disposition == "attachment":
        return True
    return bool(leaf.name) and not (first_text and leaf.media_type in _BODY_TEXTS)


def without_other_forms(leaves: Sequence[Leaf]) -> tuple[Leaf, ...]:
    """Leave out what is no file and no text of its own: other forms of a text or of a file that is there as well.

    Of an alternative these are the forms that hardly any program shows (AMP, text/enriched), and the invitation that
    is attached as a file, too; of a file from an old Mac its resource fork (RFC 1740).
    """
    told = {leaf.alternative for leaf in leaves if leaf.media_type in _BODY_TEXTS and leaf.disposition != "attachment"}
    attached = any(leaf.media_type in _CALENDARS and not _is_alternative(leaf) for leaf in leaves)

    def is_other_form(leaf: Leaf) -> bool:
        if leaf.media_type == "application/applefile":
            return leaf.inside[-1:] == ("multipart/appledouble",)
        if not _is_alternative(leaf) or leaf.alternative not in told or leaf.media_type in _BODY_TEXTS:
            return False
        if leaf.media_type in _CALENDARS:
            return attached
        return leaf.media_type.startswith("text/") and leaf.disposition != "attachment" and not leaf.name

    return tuple(leaf for leaf in leaves if not is_other_form(leaf))


def _is_alternative(leaf: Leaf) -> bool:
    """Whether a leaf stands right in a multipart/alternative: it is one form of the text, not a file beside it."""
    return leaf.inside[-1:] == ("multipart/alternative",)


def as_attachment(leaf: Leaf) -> ReadAttachment:
    """Make a leaf an attachment with a safe name and the media type that its octets bear out."""
    media_type = sniffed(leaf.octets, leaf.media_type)
    claimed = leaf.name or _embedded_subject(leaf)
    return ReadAttachment(safe_name(claimed, media_type), media_type, leaf.octets, leaf.content_id)


def _embedded_subject(leaf: Leaf) -> str:
    if leaf.embedded is None:
        return ""
    subject = str(leaf.embedded.get("subject", ""))[:80]
    return f"{subject}.eml" if subject.isascii() and subject and "=?" not in subject else "message.eml"


def safe_name(claimed: str, media_type: str = "") -> str:
    """Return a file name that is no path, hides nothing and is no longer than 120 characters."""
    name = unicodedata.normalize("NFC", claimed).replace("\\", "/").rsplit("/", 1)[-1]
    name = _UNSAFE.sub("", name).strip(" .~")
    name = re.sub(r"\s+", " ", name)
    if not name:
        name = "file" + _EXTENSIONS.get(media_type, "")
    if _RESERVED.match(name):
        name = f"_{name}"
    if len(name) > MAX_NAME_CHARS:
        stem, dot, extension = name.rpartition(".")
        keep = f"{dot}{extension}" if dot and len(extension) <= 10 else ""
        name = name[: MAX_NAME_CHARS - len(keep)] + keep if not keep else stem[: MAX_NAME_CHARS - len(keep)] + keep
    return name


def sniffed(octets: bytes, declared: str) -> str:
    """Return the media type: the declared one, unless the octets show that it is a lie or says nothing."""
    found = next((kind for magic, kind in _MAGIC if octets.startswith(magic)), None)
    if found is None:
        if declared.startswith("image/") and declared != "image/svg+xml" and _MARKUP.match(octets[:512]):
            return "text/html"
        return declared
    if declared == found or declared.startswith(_CONTAINERS.get(found, ())):
        return declared
    vague = declared in (
        "application/octet-stream",
        "application/x-unknown",
        "application/binary",
        "text/plain",
        "application/unknown",
    )
    short_magic = found in ("image/bmp", "application/vnd.microsoft.portable-executable") and declared.startswith(
        "text/"
    )
    if short_magic or (found in _CONTAINERS and not (vague or declared.startswith(("image/", "text/", "audio/")))):
        return declared
    return found
