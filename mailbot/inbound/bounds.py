"""Bounds on raw octets, before any parser sees them.

In: the octets of one message and `ReadingLimits`. Out: its `Outline`, which a MIME parser reads in linear time,
and notes on what was left out. Counts header bytes, parts and nesting in one pass over delimiter lines (RFC 2046
section 5.1.1), so that its cost does not depend on what a stranger built.

Trap: mail-parser decodes every header it meets and needs seconds for one of 1 MB; the standard library recurses
once for each level of nesting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message
from itertools import islice
from typing import Final, NamedTuple

from mailbot.inbound.delimiters import Delimiter, Delimiters
from mailbot.inbound.outline import FIELD, Outline, mark_for, numbered
from mailbot.inbound.reading import ReadingLimits

MAX_FIELD_BYTES: Final = 32_768
"""One header field; longer ones keep their beginning."""
MAX_FIELDS: Final = 1000
"""Fields of one header section; a mail through thirty relays and lists has some hundred."""

_MBOX_LINE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n){0,20}(?:>?From [^\r\n]{1,998}\r?\n(?!\s))?")
_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")
_FIRST_LINE = re.compile(rb"From |[!-9;-~]+[ \t]*:|[ \t]")
"""What a header section may open with; the parser takes anything else for the body."""
_CONTENT_TYPE = re.compile(rb"^content-type:((?:[^\r\n]++|\r?\n[ \t])*+)", re.IGNORECASE | re.MULTILINE)
_ONE_FIELD = re.compile(rb"[^\n]++(?:\n[ \t][^\n]*+)*+")
_STRUCTURAL = re.compile(
    rb"^content-[a-z-]{1,40}:[^\n]{0,1000}(?:\n[ \t][^\n]{0,1000}){0,20}", re.IGNORECASE | re.MULTILINE
)
_MAX_REPORT_BYTES: Final = 200_000
_LONG_REPORT: Final = b"Content-Type: text/plain\r\nX-Mailbot-Bound: report"
_TOO_DEEP: Final = b"Content-Type: text/plain\r\nX-Mailbot-Bound: depth"


class _Type(NamedTuple):
    """What a header section says of its body: main type, whole media type, boundary of a multipart."""

    main: str = "text"
    media_type: str = "text/plain"
    boundary: bytes | None = None


@dataclass
class _Walk:
    """Where one pass over a message stands: pieces to keep, open containers, what is left of each bound."""

    raw: bytes
    limits: ReadingLimits
    mark: bytes
    delimiters: Delimiters
    kept: list[bytes] = field(default_factory=list)
    copied: int = 0
    bodies: list[tuple[int, int]] = field(default_factory=list)
    messages: dict[int, int] = field(default_factory=dict)
    digests: set[int] = field(default_factory=set)
    in_report: bool = False
    parts: int = 0
    header_bytes: int = 0
    notes: list[str] = field(default_factory=list)

    def note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)

    def replace(self, start: int, end: int, by: bytes) -> None:
        self.kept += (self.raw[self.copied : start], by)
        self.copied = end

    def lift(self, start: int, end: int) -> None:
        """Put a mark in the place of a body; the blocks of a report stay for the parser."""
        if end > start and not self.in_report:
            self.replace(start, end, numbered(self.mark, len(self.bodies)))
            self.bodies.append((start, end))

    def tell(self, header_start: int, header_end: int, start: int, end: int) -> int:
        """Add a field to a header section that names the part's whole content; returns the content's number."""
        line = f"{FIELD}: ".encode() + numbered(self.mark, len(self.bodies))
        self.replace(header_end, header_end, line + b"\r\n" if header_end == header_start else b"\r\n" + line)
        self.bodies.append((start, end))
        return len(self.bodies) - 1

    def close(self, level: int, end: int) -> None:
        """Close all containers from `level` on; mails among them end at `end`."""
        for inner in range(level, self.delimiters.depth):
            self.digests.discard(inner)
            if (number := self.messages.pop(inner, None)) is not None:
                self.bodies[number] = (self.bodies[number][0], max(end, self.bodies[number][0]))
        self.delimiters.close(level)


def bounded(raw: bytes, limits: ReadingLimits) -> tuple[Outline, tuple[str, ...]]:
    """Cut a message down to its bounds; returns its outline and a note for each bound that was met."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # line ends of old Macs
    walk = _Walk(raw, limits, mark_for(raw), Delimiters(raw))
    walk.copied = _MBOX_LINE.match(raw).end()  # type: ignore[union-attr]  # the pattern matches emptiness
    end = _visit(walk, walk.copied)
    walk.close(0, end)
    walk.kept.append(raw[walk.copied : end])
    if walk.delimiters.gave_up:
        walk.note("too many lines that look like delimiters: parts behind them were not told apart")
    return Outline(b"".join(walk.kept), raw, walk.mark, tuple(walk.bodies)), tuple(walk.notes)


def _visit(walk: _Walk, start: int) -> int:
    """Go from delimiter line to delimiter line of the open containers; returns where the message ends."""
    body = _read_header(walk, start, walk.delimiters.next(start))
    while True:
        found = walk.delimiters.next(body)
        walk.lift(body, found.before)
        if found.level < 0:
            return len(walk.raw)
        walk.close(found.level if found.closes else found.level + 1, found.before)
        walk.in_report = False
        body = found.behind
        if found.closes:
            continue
        walk.parts += 1
        if walk.parts > walk.limits.max_parts:
            walk.note(f"more than {walk.limits.max_parts} parts: the rest was not read")
            return found.at + 1
        body = _read_header(walk, body, walk.delimiters.next(body))


def _read_header(walk: _Walk, start: int, until: Delimiter) -> int:
    """Bound the header section at `start`, remember the container it opens; returns where its body begins."""
    end, body = _extent(walk.raw, start, until)
    section = _bound_section(walk, start, end)
    kind = _type_of(section, in_digest=walk.delimiters.depth - 1 in walk.digests)
    if kind.main not in ("multipart", "message"):
        return body
    if walk.delimiters.depth >= walk.limits.max_depth or walk.parts > walk.limits.max_parts:
        walk.note(f"nested deeper than {walk.limits.max_depth} or in too many parts: read as text from there")
        walk.replace(max(start, walk.copied), end, _TOO_DEEP)
        return body
    if kind.main == "message":
        return _read_message(walk, kind, (start, end, body), until)
    if kind.boundary is not None:
        if kind.media_type == "multipart/digest":
            walk.digests.add(walk.delimiters.depth)
        walk.delimiters.open(kind.boundary)
    return body


def _read_message(walk: _Walk, kind: _Type, header: tuple[int, int, int], until: Delimiter) -> int:
    """Go into a message/* part as the parser does: a report's blocks, or a header section of its own."""
    start, end, body = header
    if kind.media_type == "message/delivery-status":
        if until.before - body > _MAX_REPORT_BYTES:
            walk.replace(max(start, walk.copied), end, _LONG_REPORT)  # the parser makes a message of each of its blocks
            return body
        walk.in_report = True
        walk.tell(start, end, body, max(body, until.before))
        return body
    walk.messages[walk.delimiters.depth] = walk.tell(start, end, body, body)
    walk.parts += 1
    walk.delimiters.open(None)
    return _read_header(walk, body, until)


def _extent(raw: bytes, start: int, until: Delimiter) -> tuple[int, int]:
    """Return where the header section at `start` ends, and where its body begins."""
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return start, min(raw.index(b"\n", start) + 1, max(until.before, start))
    if start >= until.before or not _FIRST_LINE.match(raw, start, until.before):
        return start, start
    blank = _HEADER_END.search(raw, start, min(until.at + 1, len(raw)))
    return (blank.start(), blank.end()) if blank else (until.before, until.before)


def _type_of(section: bytes, *, in_digest: bool) -> _Type:
    """Read the Content-Type as the parser will, where it may open a container."""
    found = _CONTENT_TYPE.search(section)
    if found is None:
        return _Type("message", "message/rfc822") if in_digest else _Type()
    value = found.group(1).lower()
    if b"multipart" not in value and b"message" not in value:
        return _Type()
    message = Message()
    message["Content-Type"] = found.group(1).decode("ascii", "surrogateescape").strip()
    main = message.get_content_maintype()
    return _Type(main, message.get_content_type(), _boundary(message) if main == "multipart" else None)


def _boundary(message: Message) -> bytes | None:
    """The boundary as it stands in delimiter lines; None when there is none, or one that no octets can spell."""
    boundary = message.get_boundary()
    try:
        return None if boundary is None else boundary.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:  # characters by RFC 2231
        return None


def _bound_section(walk: _Walk, start: int, end: int) -> bytes:
    """Return the header section's octets after shortening what exceeds a bound."""
    budget = walk.limits.max_header_bytes - walk.header_bytes
    walk.header_bytes += end - start
    if end - start <= min(budget, MAX_FIELDS):  # no field can be shorter than a byte
        section = walk.raw[start:end]
        if b"\0" not in section:
            return section
    shortened, whole = _shortened(walk.raw, start, end, max(budget, 1000))
    if not whole:
        walk.note("header fields longer than the bound: shortened")
    walk.replace(max(start, walk.copied), end, shortened)
    return shortened


def _shortened(raw: bytes, start: int, end: int, budget: int) -> tuple[bytes, bool]:
    """Keep whole fields as far as `budget` octets reach, each with no more than `MAX_FIELD_BYTES`, without NUL.

    Fields that tell the structure are short, so they are kept even behind the bound. Also tells whether nothing went.
    """
    kept: list[bytes] = []
    whole, position = True, start
    for one in _ONE_FIELD.finditer(raw, start, end):
        if len(kept) >= MAX_FIELDS or budget <= 0:
            break
        position = one.end()
        text = raw[one.start() : min(one.end(), one.start() + MAX_FIELD_BYTES)].rstrip(b"\r")
        fits = len(text) <= budget
        whole = whole and fits and one.end() - one.start() <= MAX_FIELD_BYTES
        if fits:
            kept.append(text.replace(b"\0", b""))
            budget -= len(text)
    else:
        position = end
    behind = islice(_STRUCTURAL.finditer(raw, position, end), MAX_FIELDS)
    kept += [one.group().rstrip(b"\r") for one in behind]
    return b"\r\n".join(kept), whole and position == end
