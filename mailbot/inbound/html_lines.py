"""HTML to lines as a reader sees them, each knowing the quote, signature or hidden element it stands in.

In: HTML text. Out: `Line`s. One pass over the tokens with a stack of open elements; cost is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from mailbot.inbound.html_marks import is_quote, mark
from mailbot.inbound.html_tokens import Open, Words, attributes, tokens
from mailbot.inbound.lines import MAX_DEPTH, MAX_LINES, Line, normal, unquoted
from mailbot.inbound.substitution import substituted

_BLOCK: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "signature",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "ul",
        "caption",
    ]
)
_SPACED: Final = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "table"])
_VOID: Final = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_REACH: Final = 50
_MAX_OPEN: Final = 5000
"""Open elements that say something; what is nested deeper is read as if it were not."""
_SPACE_RUN = re.compile(r"[ \t\n\r\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_BORDER_TOP = re.compile(r"border-top\s*:\s*(?!none)[^;]*solid", re.IGNORECASE)
_URL = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)


@dataclass(slots=True)
class _Element:
    """An open element and what it says about the lines inside."""

    tag: str
    quote: int = 0
    zone: str = ""
    pre: bool = False
    href: str = ""
    text_at: int = 0


@dataclass
class _Page:
    """What is rendered so far, and the elements that are open."""

    lines: list[Line] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    rest_depth: int = MAX_DEPTH
    words: list[str] = field(default_factory=list)
    cids: list[str] = field(default_factory=list)
    open: list[_Element] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    quotes: int = 0
    zones: list[str] = field(default_factory=list)
    pres: int = 0
    starts: str = ""
    space_due: bool = False
    gap_due: bool = False

    def break_line(self, *, even_empty: bool = False) -> None:
        """End the line in hand, if it holds anything."""
        text = "".join(self.words).strip(" \t\n") if not self.pres else "".join(self.words)
        self.words.clear()
        self.space_due = False
        if not text and not self.cids and not even_empty:
            return
        if self.gap_due and text and self.lines and not self.lines[-1].blank:
            self._add(Line("", min(self.quotes, MAX_DEPTH), self._zone()))
        self.gap_due = False
        marks, text = unquoted(text)
        self._add(
            Line(text, min(self.quotes + marks, MAX_DEPTH), self._zone(), self.starts if text else "", tuple(self.cids))
        )
        self.cids.clear()
        if text:
            self.starts = ""

    def _add(self, line: Line) -> None:
        if len(self.lines) < MAX_LINES:
            self.lines.append(line)
        else:
            self.rest.append(line.text)
            self.rest_depth = min(self.rest_depth, line.depth)

    def all_lines(self) -> list[Line]:
        """The lines; what exceeds their bound is one last line, a quote when all of it is."""
        return [*self.lines, Line("\n".join(self.rest), self.rest_depth)] if self.rest else self.lines

    def _zone(self) -> str:
        return self.zones[-1] if self.zones else ""

    def write(self, text: str) -> None:
        """Add character data to the line in hand; white space collapses except in a pre element."""
        if self.pres and len(self.lines) < MAX_LINES:
            first, *rest = text.split("\n")
            self.words.append(first)
            for line in rest:
                self.break_line(even_empty=True)
                self.words.append(line)
            return
        collapsed = _collapsed(text)
        if collapsed.startswith(" ") and (not self.words or self.words[-1].endswith(" ")):
            collapsed = collapsed[1:]
        if self.space_due and self.words and collapsed:
            self.words.append(" ")
            self.space_due = False
        if collapsed:
            self.words.append(collapsed)


def html_lines(html: str) -> list[Line]:
    """Render HTML as lines; every word a reader could see is in one of them, hidden ones in zone "hidden"."""
    page = _Page()
    for token in tokens(html):
        if isinstance(token, Words):
            page.write(normal(token.text))
        elif isinstance(token, Open):
            _enter(page, token.tag, token.attributes)
        else:
            _leave(page, token.tag)
    page.break_line()
    return page.all_lines()


def _enter(page: _Page, tag: str, raw: str) -> None:
    if tag == "br":
        page.break_line(even_empty=True)
        return
    found = attributes(raw) if raw.strip(" /") else {}
    if tag == "img":
        _image(page, found)
        return
    what, which = mark(found) if found else ("", "")
    if tag in _BLOCK:
        _enter_block(page, tag, found)
    elif tag in ("td", "th"):
        page.space_due = True
    if what == "starts":
        page.starts = f"html:{which}"
    if tag == "hr" and page.starts != "html:stopspelling":
        page.words.append("________________________________")
        page.break_line()
    if tag in _VOID or (raw.endswith("/") and tag not in _BLOCK and tag not in ("span", "a", "b", "i", "u", "font")):
        return
    _push(page, tag, found, what, which)


def _enter_block(page: _Page, tag: str, found: dict[str, str]) -> None:
    page.break_line()
    if tag in _SPACED and "mso" not in found.get("class", "").lower():
        page.gap_due = True
    if tag == "li":
        page.words.append("- ")
    if found and _BORDER_TOP.search(found.get("style", "")) and not page.starts:
        page.starts = "rule above"


def _push(page: _Page, tag: str, found: dict[str, str], what: str, which: str) -> None:
    element = _Element(tag)
    if tag == "blockquote" and is_quote(found):
        element.quote = 1
    if what in ("history", "signature", "own"):
        element.zone = f"{what}:{which}"
    elif tag == "signature":
        element.zone = "signature:signature"
    elif found and _HIDDEN.search(found.get("style", "")):
        element.zone = "hidden"
    element.pre = tag == "pre" or "pre-wrap" in found.get("style", "")
    if tag == "a":
        element.href = found.get("href", "").strip()
        element.text_at = len(page.words)
    tells = element.quote or element.zone or element.pre or element.href
    if not (tells or page.counts.get(tag)) or len(page.open) >= _MAX_OPEN:
        return  # tells nothing, and no end tag can be taken for that of an element that does
    page.open.append(element)
    page.counts[tag] = page.counts.get(tag, 0) + 1
    page.quotes += element.quote
    page.pres += element.pre
    if element.zone:
        page.zones.append(element.zone)


def _leave(page: _Page, tag: str) -> None:
    """Close the innermost open element of that name, and what stands open inside it."""
    if tag in _BLOCK:
        page.break_line()
        page.gap_due = page.gap_due or tag in ("p", "table", "ul", "ol", "pre")
    if not page.counts.get(tag) or (tag not in _BLOCK and not _reachable(page, tag)):
        return
    while page.open:
        element = page.open.pop()
        page.counts[element.tag] -= 1
        if element.href:
            _link(page, element)
        page.quotes -= element.quote
        page.pres -= element.pre
        if element.zone:
            page.zones.pop()
        if element.tag == tag:
            return


def _reachable(page: _Page, tag: str) -> bool:
    """Tell whether an inline element can be closed without closing a block (`<b><div></b>` leaves the div open)."""
    for element in page.open[: -_REACH - 1 : -1]:
        if element.tag == tag:
            return True
        if element.tag in _BLOCK:
            return False
    return False


def _link(page: _Page, element: _Element) -> None:
    """Write a link's target behind its words, where they do not already show it."""
    words = "".join(page.words[element.text_at :]).strip()
    target = element.href
    if not words or not _URL.fullmatch(target):
        return
    bare = target.split("://", 1)[1].rstrip("/").lower()
    if bare in words.lower() or (
        words.lower().removeprefix("http://").removeprefix("https://").rstrip("/.…") in bare and "." in words
    ):
        return
    page.words.append(f" <{target}>")


def _image(page: _Page, found: dict[str, str]) -> None:
    source = found.get("src", "")
    alt = normal(found.get("alt", "")).strip()
    if source.lower().startswith("cid:"):
        page.cids.append(unquote(source[4:]).strip("<> "))
        page.write(f"[image: {alt[:100]}]" if alt else "[image]")
    elif alt and found.get("width") not in ("0", "1"):
        page.write(f"[image: {alt[:100]}]")


def _collapsed(text: str) -> str:
    """Make one space of each run."""
    joined = substituted(_SPACE_RUN, " ", text)
    return joined if len(text) == len(joined) else joined.replace("  ", " ")  # a run over the border of two slices
