"""The readable text of a mail: which parts are its text, and as which lines they read.

In: the leaves of a mail. Out: a `Body`: plain and HTML reading of the same text, and the leaves that are files.
Alternatives (RFC 2046 section 5.1.4) are one text in two forms; all other text parts follow one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mailbot.inbound.attachments import is_file, without_other_forms
from mailbot.inbound.charset import without_controls
from mailbot.inbound.html_lines import html_lines
from mailbot.inbound.lines import MAX_LINES, Line, text_lines, unflowed
from mailbot.inbound.mime import Leaf

_ENRICHED = frozenset(("text/enriched", "text/richtext"))
_ENRICHED_TAG = re.compile(r"<param>[^<]{0,200}</param>|</?[A-Za-z-]{1,60}>")
"""RFC 1896: formatting commands; "<<" is a less-than sign."""


@dataclass
class Section:
    """One stretch of a mail's text: its plain form, its HTML form, or both."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    _lines: list[Line] | None = None

    @property
    def has_plain(self) -> bool:
        """Whether the plain form says something."""
        if self._lines is not None:
            return any(not line.blank for line in self._lines)
        return any(text and not text.isspace() for text in self.plain)

    def plain_lines(self) -> list[Line]:
        """The plain form as lines; its text is not kept beside them."""
        if self._lines is None:
            self._lines = text_lines(without_controls("\n".join(text.rstrip("\n") for text in self.plain)), MAX_LINES)
            self.plain.clear()
        return self._lines

    def html_lines(self) -> list[Line]:
        """The HTML form as lines."""
        return [line for text in self.html for line in html_lines(without_controls(text))]


@dataclass(frozen=True)
class Body:
    """The text of a mail in sections, and its files."""

    sections: tuple[Section, ...]
    files: tuple[Leaf, ...]

    @property
    def has_html(self) -> bool:
        """Whether any section has an HTML form."""
        return any(section.html for section in self.sections)

    @property
    def has_plain(self) -> bool:
        """Whether any section has a plain form that says something."""
        return any(section.has_plain for section in self.sections)

    def plain_lines(self, limit: int) -> list[Line]:
        """The text as lines, plain form preferred in each section."""
        return _joined(
            (section.plain_lines() if section.has_plain else section.html_lines() for section in self.sections), limit
        )

    def html_lines(self, limit: int) -> list[Line]:
        """The text as lines, HTML form preferred in each section."""
        return _joined(
            (section.html_lines() if section.html else section.plain_lines() for section in self.sections), limit
        )


def body_of(leaves: Sequence[Leaf]) -> Body:
    """Sort a mail's leaves into text and files."""
    sections: list[Section] = []
    by_container: dict[int, Section] = {}
    files: list[Leaf] = []
    seen_text = False
    for leaf in without_other_forms(leaves):
        if is_file(leaf, first_text=not seen_text):
            files.append(leaf)
            continue
        if leaf.name and leaf.disposition and leaf.inside:
            files.append(leaf)  # a file that the mail shows in place of words is still one to keep
        seen_text = True
        text = leaf.text
        section = by_container.get(leaf.alternative) if leaf.alternative else None
        if section is None:
            section = Section()
            sections.append(section)
            if leaf.alternative:
                by_container[leaf.alternative] = section
        if leaf.media_type == "text/html":
            section.html.append(text)
        elif leaf.media_type in _ENRICHED:
            section.plain.append(_ENRICHED_TAG.sub("", text.replace("<<", "\0")).replace("\0", "<"))
        else:
            section.plain.append(unflowed(text, delsp=leaf.delsp) if leaf.flowed else text)
    return Body(tuple(sections), tuple(files))


def _joined(parts: Iterable[list[Line]], limit: int) -> list[Line]:
    """Put the lines of sections one below the other, a blank line between; rules see `limit` characters of them."""
    lines: list[Line] = []
    for part in parts:
        if lines and part:
            lines.append(Line(""))
        lines.extend(part)
    return _bounded(lines, limit)


def _bounded(lines: list[Line], max_chars: int) -> list[Line]:
    """Keep the first lines as they are and make one line of what exceeds the bounds, so that nothing is lost.

    That last line is a quote when every line in it is, and not looked at by any rule that reads lines.
    """
    left = max_chars
    for index, line in enumerate(lines):
        left -= len(line.text) + 1
        if left < 0 or index >= MAX_LINES:
            rest = lines[index:]
            return [*lines[:index], Line("\n".join(one.text for one in rest), min(one.depth for one in rest))]
    return lines
