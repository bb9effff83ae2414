"""A mail's text as lines that know how they are quoted: the one shape that all rules of the new words work on.

In: plain text. Out: `Line`s. HTML comes to the same shape in `html_lines`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from mailbot.inbound.substitution import substituted

_QUOTE_MARKS = re.compile(r"[ \t]{0,3}(?:>[ \t]?){1,500}")
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u2060\u2061-\u2064\ufeff\ufff9-\ufffb]")
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_LINE_ENDS = ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029")


_UNQUOTED_LINE = re.compile(r"^(?![>\n])", re.MULTILINE)
MAX_DEPTH = 50
MAX_LINES: Final = 10_000
"""Lines that rules look at; a mail of more is quoted or pasted, not written."""


class Line(NamedTuple):
    """One line: its words without quote marks, how deep it is quoted, and what its HTML said of it.

    `zone` names an HTML structure that makes the line history, signature or hidden ("" for none). `starts` is
    set on the first line behind an HTML mark that says: from here on it is the answered mail. `cids` are the
    Content-IDs of images shown in the line.
    """

    text: str
    depth: int = 0
    zone: str = ""
    starts: str = ""
    cids: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """Whether the line holds nothing but space."""
        return not self.text.strip()

    @property
    def shown(self) -> str:
        """The line as a reader sees it, quote marks in front."""
        return f"{'>' * self.depth} {self.text}".rstrip() if self.depth else self.text


def normal(text: str) -> str:
    """Return text with one kind of line end and of space, and without characters that nobody sees.

    Joiners stay (Persian, Hindi and emoji need them), and so do direction marks.
    """
    if text.isascii():
        return _with_one_end(text) if "\r" in text or "\x0b" in text or "\x0c" in text else text
    text = _with_one_end(text)
    return substituted(_INVISIBLE, "", substituted(_SPACES, " ", text))


def _with_one_end(text: str) -> str:
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    return text


def text_lines(text: str, max_lines: int) -> list[Line]:
    """Split plain text into lines and take the quote marks off.

    What exceeds `max_lines` becomes one last line, so that nothing is lost; it is a quote when all of it is.
    """
    text = normal(text)
    lines = text.split("\n", max_lines)
    rest = lines.pop() if len(lines) > max_lines else None
    found = [_line(one) for one in lines]
    if rest is not None:
        found.append(Line(rest.strip("\n"), 0 if _UNQUOTED_LINE.search(rest) else 1))
    return found


def _line(text: str) -> Line:
    depth, rest = unquoted(text)
    return Line(rest.rstrip(), depth)


def unquoted(text: str) -> tuple[int, str]:
    """Return how many quote marks a line begins with, and the line without them."""
    marks = _QUOTE_MARKS.match(text) if ">" in text[:4] else None
    if marks is None:
        return 0, text
    return min(marks.group().count(">"), MAX_DEPTH), text[marks.end() :]


def unflowed(text: str, *, delsp: bool) -> str:
    """Join what format=flowed has wrapped (RFC 3676 section 4): a line that ends in a space goes on in the next.

    Lines join only at equal quote depth; the signature's "-- " never flows.
    """
    out: list[str] = []
    pieces: list[str] = []
    open_depth = -1
    lines = _with_one_end(text).split("\n", MAX_LINES)
    rest = lines[MAX_LINES:]
    for line in lines[:MAX_LINES]:
        marks = len(line) - len(line.lstrip(">"))
        words = line[marks:]
        words = words.removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        if pieces and (marks != open_depth or words == "-- "):
            out.append("".join(pieces))
            pieces = []
        if not pieces:
            pieces.append(">" * marks + (" " if marks and words else ""))
            open_depth = marks
        pieces.append(words[:-1] if flows and delsp else words)
        if not flows:
            out.append("".join(pieces))
            pieces = []
    return "\n".join([*out, "".join(pieces), *rest] if pieces else [*out, *rest])
