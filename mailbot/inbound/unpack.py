"""Open what is wrapped: winmail.dat, opaque S/MIME, files inside text, PGP armour, invitations.

In: the leaves of a mail. Out: leaves with what was inside in their place, and notes on what could not be opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mailbot.inbound import pgp
from mailbot.inbound.bounds import bounded
from mailbot.inbound.calendar_text import event_text, summary_of
from mailbot.inbound.mime import Leaf, parsed
from mailbot.inbound.reading import ReadingLimits
from mailbot.inbound.smime import signed_content
from mailbot.inbound.tnef import unpacked_tnef
from mailbot.inbound.uuencode import without_files

_SMIME = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))


def unpacked(leaves: Iterable[Leaf], limits: ReadingLimits) -> tuple[tuple[Leaf, ...], tuple[str, ...]]:
    """Return the leaves with wrapped ones opened, and a note for each that stays closed."""
    notes: list[str] = []
    found = [inner for leaf in leaves for inner in _opened(leaf, limits, notes)]
    texts = [
        leaf
        for leaf in found
        if leaf.media_type in ("text/plain", "text/html") and leaf.octets.strip() and leaf.disposition != "attachment"
    ]
    if event := _event(found, texts, notes):
        found = [*found, event] if texts else [event, *found]
    return tuple(found), tuple(dict.fromkeys(notes))


def _opened(leaf: Leaf, limits: ReadingLimits, notes: list[str]) -> Iterator[Leaf]:
    if leaf.media_type in _TNEF or leaf.name.lower() == "winmail.dat":
        yield from _from_tnef(leaf)
    elif leaf.media_type in _SMIME:
        yield from _from_smime(leaf, limits, notes)
    elif leaf.media_type == "text/plain" and leaf.disposition != "attachment":
        yield from _from_text(leaf, notes)
    else:
        if leaf.media_type == "application/pgp-encrypted":
            notes.append("encrypted with PGP: kept, not read")
        elif leaf.media_type == "message/partial":
            notes.append("a piece of a mail sent in pieces (RFC 2046 section 5.2.2): kept as a file")
        yield leaf


def _from_tnef(leaf: Leaf) -> Iterator[Leaf]:
    inside = unpacked_tnef(leaf.octets)
    if inside is None or not (inside.html or inside.text or inside.files):
        yield leaf  # cut off before anything of it came: kept as it is
        return
    blank = replace(leaf, charset="utf-8", disposition="", name="", content_id=None)
    if inside.html or inside.text:
        kind, text = ("text/html", inside.html) if inside.html else ("text/plain", inside.text)
        yield replace(blank, media_type=kind, octets=text.encode("utf-8", "replace"))
    for file in inside.files:
        yield replace(
            blank,
            media_type="application/octet-stream",
            disposition="attachment",
            name=file.name,
            content_id=file.content_id,
            octets=file.content,
        )


def _from_smime(leaf: Leaf, limits: ReadingLimits, notes: list[str]) -> Iterator[Leaf]:
    content = signed_content(leaf.octets)
    if content is None:
        notes.append("S/MIME that is encrypted or unreadable: kept, not read")
        yield leaf
        return
    outline, more = bounded(content, limits)
    notes += more
    yield from (replace(inner, inside=(*leaf.inside, *inner.inside)) for inner in parsed(outline).leaves)


def _from_text(leaf: Leaf, notes: list[str]) -> Iterator[Leaf]:
    octets, files = without_files(leaf.octets)
    if files:
        leaf = replace(leaf, octets=octets)
    if b"-----BEGIN PGP" in octets:
        text = leaf.text
        bare = pgp.without_armour(text)
        if bare != text:
            leaf = replace(leaf, octets=bare.encode("utf-8", "replace"), charset="utf-8")
        elif pgp.is_encrypted(text):
            notes.append("encrypted with PGP: kept, not read")
    yield leaf
    for name, content in files:
        yield replace(leaf, media_type="application/octet-stream", disposition="attachment", name=name, octets=content)


def _event(leaves: list[Leaf], texts: list[Leaf], notes: list[str]) -> Leaf | None:
    """Readable text for the invitation in a mail, where its text (if it has any) does not name the event."""
    invitations = (
        leaf
        for leaf in leaves
        if leaf.media_type == "text/calendar"
        and (not texts or (leaf.disposition != "attachment" and "multipart/alternative" in leaf.inside[-1:]))
    )
    leaf = next(invitations, None)
    if leaf is None:
        return None
    text = event_text(leaf.text)
    if text is None:
        notes.append("a calendar without an event that can be read: kept as a file")
        return None
    summary = summary_of(text)
    if texts and summary and any(summary in one.text for one in texts):
        return None
    octets = text.encode("utf-8", "replace")
    return replace(
        leaf,
        media_type="text/plain",
        charset="utf-8",
        disposition="inline",
        name="",
        octets=octets,
        inside=(),
        alternative=0,
        flowed=False,
    )
