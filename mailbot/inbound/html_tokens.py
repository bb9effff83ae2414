"""HTML to tokens in linear time, whatever is unclosed, misnested or endless.

In: HTML text. Out: a stream of `Open`, `Close` and `Words`. No tree is built: html5ever and lexbor take
quadratic time on deep nesting (20,000 nested elements need a second), lxml drops what is nested deeper than 255,
and html.parser has quadratic cases of its own. Our reader needs no tree, only which elements are open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final, NamedTuple


class Open(NamedTuple):
    """A start tag; `attributes` is the raw text between name and end."""

    tag: str
    attributes: str


class Close(NamedTuple):
    """An end tag."""

    tag: str


class Words(NamedTuple):
    """Character data, entities decoded."""

    text: str


Token = Open | Close | Words

MAX_TAGS: Final = 30_000
_MARKUP = re.compile(r"<(?:/?[a-zA-Z]|[!?])")
_GREAT_NUMBER = re.compile(r"&#[0-9]{20,}+;?")
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>\"'<]{0,60})")
_TAG_END = re.compile(r"""(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")
_ATTRIBUTE = re.compile(r"""([^\s=/>"']{1,40}+)\s{0,9}=\s{0,9}(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++))""")
_RAW = {tag: re.compile(rf"</{tag}", re.IGNORECASE) for tag in ("style", "script", "title", "xml", "noscript")}
_MAX_ATTRIBUTES_CHARS: Final = 4000
_PIECE_CHARS: Final = 65_536


def tokens(html: str) -> Iterator[Token]:
    """Yield the tokens of an HTML text. What never ends is text; nothing is lost but comments, styles, scripts.

    Behind `MAX_TAGS` tags the rest comes as words alone, so that a page of nothing but tags costs no more.
    """
    position, left = 0, MAX_TAGS
    ends: dict[str, bool] = {}
    while found := _MARKUP.search(html, position):
        start = found.start()
        if start > position:
            yield Words(unescaped(html[position:start]))
        left -= 1
        if left < 0:
            yield from _words_alone(html, start)
            return
        token, position = _markup(html, start, ends)
        if token is not None:
            yield token
    if position < len(html):
        yield Words(unescaped(html[position:]))


def _words_alone(html: str, start: int) -> Iterator[Words]:
    """The rest of a text without its tags; piece by piece, since a substitution holds a string for every tag."""
    while start < len(html):
        end = html.find(">", start + _PIECE_CHARS) + 1 or len(html)
        yield Words(unescaped(_ANY_TAG.sub(" ", html[start:end])))
        start = end


def unescaped(text: str) -> str:
    """Text with its character references read. The library raises for a number that Python would not convert."""
    return unescape(_GREAT_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text)) if "&" in text else text


def _markup(html: str, start: int, ends: dict[str, bool]) -> tuple[Token | None, int]:
    """Read what begins with "<" at `start`; returns its token, if it is one, and where the rest begins.

    `ends` remembers what is known not to come any more, so that no search runs twice to the end.
    """
    if html.startswith("<!--", start):
        return None, _past(html, start + 4, "-->", ends)
    if html.startswith(("<!", "<?"), start):
        return None, _past(html, start + 2, ">", ends)
    tag = _TAG.match(html, start)
    end = _tag_end(html, tag.end(), ends) if tag else -1
    if tag is None or end < 0:
        return Words(unescaped(html[start:])), len(html)
    name = tag.group(2).lower()
    if tag.group(1):
        return Close(name), end
    attributes_text = html[tag.end() : min(end - 1, tag.end() + _MAX_ATTRIBUTES_CHARS)]
    return Open(name, attributes_text), _past_raw(html, name, end, ends) if name in _RAW else end


def _past(html: str, position: int, mark: str, ends: dict[str, bool]) -> int:
    """Return the place behind the next `mark`, or `position` when there is none."""
    if ends.get(mark):
        return position
    found = html.find(mark, position)
    if found < 0:
        ends[mark] = True
        return position
    return found + len(mark)


def _tag_end(html: str, position: int, ends: dict[str, bool]) -> int:
    """Return the place behind a tag's ">", quotes respected as long as they balance; -1 when there is none."""
    if not ends.get("quotes"):
        end = _TAG_END.match(html, position)
        if end:
            return end.end()
        ends["quotes"] = True
    return html.find(">", position) + 1 or -1


def _past_raw(html: str, name: str, position: int, ends: dict[str, bool]) -> int:
    """Return the place of the end tag of a style or script, or `position` when it never ends."""
    if ends.get(name):
        return position
    found = _RAW[name].search(html, position)
    if found is None:
        ends[name] = True
        return position
    return found.start()


def attributes(text: str) -> dict[str, str]:
    """Return the attributes of a start tag, names in lower case; the first of two of a name counts."""
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(text):
        found.setdefault(one.group(1).lower(), unescaped(one.group(2) or one.group(3) or one.group(4) or ""))
    return found
