"""Bounds on raw octets, before any parser sees them.

In: the octets of one message and `ReadingLimits`. Out: octets that a MIME parser reads in linear time, and notes
on what was left out. Counts header bytes, parts and nesting in one pass over delimiter lines (RFC 2046 section
5.1.1), so that its cost does not depend on what a stranger built.

Trap: mail-parser decodes every header it meets and needs seconds for one of 1 MB; the standard library recurses
once for each level of nesting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailbot.inbound.reading import ReadingLimits

MAX_FIELD_BYTES = 32_768
"""One header field; longer ones keep their beginning."""
MAX_FIELDS = 1000
"""Fields of one header section; a mail through thirty relays and lists has some hundred."""

_MBOX_LINE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n){0,20}(?:>?From [^\r\n]{1,998}\r?\n(?!\s))?")
_HEADER_END = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_MAX_DELIMITER_BYTES = 300
_BOUNDARY = re.compile(rb"""boundary\s*\*?0?\*?\s*=\s*(?:"([^"\r\n]{0,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
"""An empty one counts: the standard library parts a mail by it, too."""
_CONTENT_TYPE = re.compile(rb"^content-type[ \t]*:[ \t]*([^\s;]{1,100})", re.IGNORECASE | re.MULTILINE)
_LAST_FIELD = re.compile(rb"\r?\n(?![ \t])")
_MAX_REPORT_BYTES = 200_000
_LONG_REPORT = b"Content-Type: text/plain\r\nX-Mailbot-Bound: report"
_TOO_DEEP = b"Content-Type: text/plain\r\nX-Mailbot-Bound: depth"


@dataclass
class _Walk:
    """Where one pass over a message stands: pieces to keep, open containers, what is left of each bound."""

    raw: bytes
    limits: ReadingLimits
    kept: list[bytes] = field(default_factory=list)
    copied: int = 0
    open: list[bytes] = field(default_factory=list)
    parts: int = 0
    header_bytes: int = 0
    notes: list[str] = field(default_factory=list)

    def note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)

    def replace(self, start: int, end: int, by: bytes) -> None:
        self.kept += (self.raw[self.copied : start], by)
        self.copied = end


def bounded(raw: bytes, limits: ReadingLimits) -> tuple[bytes, tuple[str, ...]]:
    """Cut a message down to its bounds; returns octets to parse and a note for each bound that was met."""
    walk = _Walk(raw, limits)
    walk.copied = _MBOX_LINE.match(raw).end()  # type: ignore[union-attr]  # the pattern matches emptiness
    body = _read_header(walk, walk.copied)
    end = _walk_parts(walk, body)
    walk.kept.append(raw[walk.copied : end])
    return b"".join(walk.kept), tuple(walk.notes)


def _walk_parts(walk: _Walk, start: int) -> int:
    """Visit each delimiter line of an open container; returns where the message ends."""
    position = max(start - 1, 0)
    levels = _levels(walk.open)
    while levels and (at := walk.raw.find(b"\n--", position)) >= 0:
        line_end = walk.raw.find(b"\n", at + 3)
        line_end = len(walk.raw) if line_end < 0 else line_end
        position = line_end
        line = walk.raw[at + 3 : min(line_end, at + 3 + _MAX_DELIMITER_BYTES)].rstrip()
        level, closes = levels.get(line), False
        if level is None and line.endswith(b"--"):
            level, closes = levels.get(line[:-2]), True
        if level is None:
            continue
        del walk.open[level if closes else level + 1 :]
        if not closes:
            walk.parts += 1
            if walk.parts > walk.limits.max_parts:
                walk.note(f"more than {walk.limits.max_parts} parts: the rest was not read")
                return at + 1
            position = max(_read_header(walk, min(line_end + 1, len(walk.raw))) - 1, line_end)
        levels = _levels(walk.open)
    return len(walk.raw)


def _levels(boundaries: list[bytes]) -> dict[bytes, int]:
    """Where each open container stands; of two with one boundary the inner counts."""
    return {boundary: level for level, boundary in enumerate(boundaries)}


def _read_header(walk: _Walk, start: int) -> int:
    """Bound the header section at `start`, remember the container it opens; returns where its body begins."""
    if walk.raw[start : start + 1] in (b"\n", b"\r"):
        return start
    blank = _HEADER_END.search(walk.raw, start)
    end = blank.start() if blank else len(walk.raw)
    section = _bound_section(walk, start, end)
    body = blank.end() if blank else end
    kind = _CONTENT_TYPE.search(section)
    media_type = kind.group(1).lower() if kind else b""
    opens = media_type.startswith(b"multipart/")
    if (opens or media_type.startswith(b"message/")) and (
        len(walk.open) >= walk.limits.max_depth or walk.parts > walk.limits.max_parts
    ):
        walk.note(f"nested deeper than {walk.limits.max_depth} or in too many parts: read as text from there")
        walk.replace(max(start, walk.copied), end, _TOO_DEEP)
        return body
    if media_type == b"message/delivery-status" and len(walk.raw) - body > _MAX_REPORT_BYTES:
        walk.replace(max(start, walk.copied), end, _LONG_REPORT)  # the parser makes a message of each of its blocks
        return body
    if opens and (boundary := _BOUNDARY.search(section)):
        walk.open.append((boundary.group(1) or boundary.group(2) or b"").rstrip())
    if media_type in (b"message/rfc822", b"message/global", b"message/news"):
        walk.parts += 1
        walk.open.append(b"\n")  # never a delimiter line: counts the level until the enclosing part ends
        return _read_header(walk, body)
    return body


def _bound_section(walk: _Walk, start: int, end: int) -> bytes:
    """Return the header section's octets after shortening what exceeds a bound."""
    budget = walk.limits.max_header_bytes - walk.header_bytes
    walk.header_bytes += end - start
    section = walk.raw[start:end]
    if len(section) <= min(budget, MAX_FIELDS):  # no field can be shorter than a byte
        return section
    shortened = _shortened(section, max(budget, 1000))
    if shortened != section:
        walk.note("header fields longer than the bound: shortened")
        walk.replace(start, end, shortened)
    return shortened


def _shortened(section: bytes, budget: int) -> bytes:
    """Keep whole fields as far as `budget` octets reach, each with no more than `MAX_FIELD_BYTES`.

    Fields that tell the structure are short, so they are kept even behind the bound.
    """
    kept: list[bytes] = []
    for name_and_value in _LAST_FIELD.split(section):
        one = name_and_value[:MAX_FIELD_BYTES]
        structural = one[:8].lower() == b"content-" and len(one) <= 1000
        if (len(one) <= budget and len(kept) < MAX_FIELDS) or (structural and len(kept) < 2 * MAX_FIELDS):
            kept.append(one)
            budget -= len(one)
    return b"\r\n".join(kept)
