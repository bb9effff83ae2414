"""Signatures, device taglines, legal notices and list footers below the new words, and banners above them.

In: a `Draft` whose history is already cut. Out: the same, with these lines cut as well. A sign-off with a name
is a person's words and stays.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.inbound.draft import Draft
from mailbot.inbound.lines import Line
from mailbot.inbound.machine_words import says_i
from mailbot.inbound.notices import banner_goes_on, is_banner, is_legal, is_list_footer
from mailbot.inbound.separators import is_rule
from mailbot.inbound.taglines import TAGLINE_OPENING, goes_on, is_tagline

_DELIMITER = re.compile(r"\s{0,3}(?:--|- -|—|–|—-|-—|――|---|__|___)\s{0,3}")
_DRAWN: Final = frozenset(("---", "- -", "__", "___"))
_LIST_MARKS: Final = ("- ", "* ", "• ")
_OPTION = re.compile(r"\s{0,8}--\w")
_MAX_SOFT_LINES: Final = 14
_MAX_SIGNATURE_LINES: Final = 40
CONTACT = re.compile(
    r"(?:\+|\b00)\d[\d\s()./-]{6,}|\(?\d{2,5}\)?[\s/.-]\d{3,}|\b\d\d(?:[.-]\d\d){3,4}\b"
    r"|\b\d{2,4}(?: \d{2,4}){2,4}\b"
    r"|\b(?:tel|phone|fon|fax|mob|mobile?|gsm|cell|handy|"
    r"tél|teléfono|tfno|telefon|tlf|kom|office|direct|skype|e-?mail|web|тел|моб|факс)\b\s?\.?\s?[:|]"
    r"|https?://|\bwww\.|[^\s@]{1,64}@[^\s@]{1,255}\.\w|\b(?:gmbh|ltd|inc|llc|s\.?a\.?r?\.?l|b\.v\.|oy|ab|"
    r"aps|s\.r\.l|s\.p\.a|sp\. z o\.o|kft|co\.|llp|plc|pty|corp|sarl|zrt|a/s|asa|"
    r"s\.r\.o|d\.o\.o|(?-i:AS|AG|KG|SA|NV|BV))\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S{1,2000}")
_CITED: Final = frozenset(('""', "“”", "„“", "„”", "«»", "»«", "''", "‘’", "「」"))
_ASKS = re.compile(r"\?(?: |\Z)")
_FEW_WORDS: Final = 8
_MOTTO_WORDS: Final = 15
_WRAPPED: Final = 50
_MAX_SENTENCES: Final = 4000
_MAX_LOOK: Final = 200
_MAX_NOTICES: Final = 80
_LAST_PARAGRAPHS: Final = 25
_LONG: Final = 160
_BANNER_LINES: Final = 12
_TAGLINES: Final = 4


def cut_banners(draft: Draft) -> None:
    """Cut the warnings that a gateway put above a person's words."""
    said = 0
    index = 0
    while index < len(draft.lines) and said < _BANNER_LINES:
        line = draft.lines[index]
        if line.blank or draft.rules[index]:
            index += 1
            continue
        if not is_banner(line.text):
            said += 1
            if said > 1:
                return
            index += 1
            continue
        end = index + 1
        while end < len(draft.lines) and (
            draft.lines[end].blank or banner_goes_on(draft.lines[end].text) or is_rule(draft.lines[end])
        ):
            end += 1
        draft.cut(index, end, "banner")
        index = end


def cut_marked_signatures(draft: Draft) -> None:
    """Cut what the HTML itself calls a signature."""
    for index, line in enumerate(draft.lines):
        if line.zone.startswith("signature:") and not draft.rules[index]:
            draft.cut(index, index + 1, f"signature ({line.zone.partition(':')[2]})")


def cut_signatures(draft: Draft) -> None:
    """Cut from the delimiter "-- " (RFC 3676 section 4.3), or one that people use for it, to the end of the run."""
    for start, end in list(draft.kept_runs()):
        for index in range(start, end):
            line = draft.lines[index]
            if line.depth or not _DELIMITER.fullmatch(line.text):
                continue
            if end - index >= _MAX_LOOK:
                continue
            below = draft.lines[index + 1 : end]
            if _parts_sections(draft, index, start, end) and not _is_added(below):
                break
            if _reads_like_signature(below, line.text.strip()):
                draft.cut(index, end, "signature")
                break


def _is_added(lines: list[Line]) -> bool:
    """Whether any of the lines is what signatures and programs hold: ways to reach somebody, a tagline, a footer."""
    texts = [line.text[:_LONG] for line in lines]
    return any(CONTACT.search(text) or is_tagline(text) or is_list_footer(text) for text in texts)


def _reads_like_signature(lines: list[Line], delimiter: str) -> bool:
    """Judge what stands below a delimiter: the less the delimiter proves, the shorter and terser it must be."""
    said = [line.text for line in lines if not line.blank]
    if said and (said[0].lstrip().startswith(_LIST_MARKS) or _OPTION.match(said[0])):
        return False  # a list goes on
    if delimiter in _DRAWN:  # also how people set off a paragraph
        return 0 < len(said) <= 6 and all(
            len(text) < 75 and not text.rstrip().endswith((".", "?", "!", ":")) for text in said
        )
    if _goes_on_saying(said):
        return False
    strong = delimiter == "--"
    if len(said) > (_MAX_SIGNATURE_LINES if strong else _MAX_SOFT_LINES):
        return False
    return sum(len(text) > _LONG for text in said) <= (3 if strong else 1)


def _goes_on_saying(said: list[str]) -> bool:
    """Whether lines are whole sentences that ask or say "I", and nothing else: a person goes on below his dashes.

    A signature holds a name or a way to reach somebody on a line of its own; a motto is short or in quotation marks.
    """
    text = " ".join(" ".join(said).split())
    words = len(text.split())
    return (
        words >= _FEW_WORDS
        and all(len(one) >= _WRAPPED or one.rstrip().endswith((".", "?", "!", ",")) for one in said)
        and text.endswith((".", "?", "!"))
        and (says_i(text[:_MAX_SENTENCES]) or (words >= _MOTTO_WORDS and _ASKS.search(text) is not None))
        and not any(quote in text for quote in '"“„«”')
        and CONTACT.search(text[:_MAX_SENTENCES]) is None
        and TAGLINE_OPENING.match(text[:_LONG].lower()) is None
    )


def cut_taglines(draft: Draft, *, whole_tail: bool) -> None:
    """Cut device taglines; with `whole_tail` also what stands behind one.

    A phone that marks no quote at all puts the answered mail right below its tagline.
    """
    for start, end in list(draft.kept_runs()):
        tail = end
        for index in range(end - 1, start - 1, -1):  # upwards: one tagline may stand right below another
            if not draft.kept(index) or draft.lines[index].depth or not is_tagline(draft.lines[index].text):
                continue
            below = index + 1
            while below < min(end, index + _TAGLINES) and goes_on(draft.lines[below].text):
                below += 1
            if not _ends_paragraph(draft, below, end) or is_spoken_of(draft, index, start):
                continue
            first = _with_delimiters_above(draft, index, start)
            draft.cut(first, below, "tagline")
            if whole_tail and draft.kept_before(first):
                draft.cut(below, tail, "behind tagline")
                tail = first


def _with_delimiters_above(draft: Draft, index: int, start: int) -> int:
    """Step back over what sets a tagline off: blank lines, rules, "-- "."""
    while index > start:
        above = draft.lines[index - 1]
        if not (above.blank or is_rule(above) or _DELIMITER.fullmatch(above.text)):
            break
        index -= 1
    return index


def _ends_paragraph(draft: Draft, below: int, end: int) -> bool:
    return below >= end or draft.lines[below].blank or not draft.kept(below) or is_rule(draft.lines[below])


def is_spoken_of(draft: Draft, index: int, start: int) -> bool:
    """Whether a person's line, ending in a colon, leads up to the line at `index`: it is shown, not added."""
    above = index - 1
    while above >= start and draft.lines[above].blank:
        above -= 1
    return above >= start and draft.lines[above].text.rstrip().endswith((":", "："))


def _is_cited(draft: Draft, first: int, last: int) -> bool:
    """Whether a person puts a paragraph between quotation marks: he shows it."""
    whole = draft.lines[first].text.strip()[:1] + draft.lines[last - 1].text.strip()[-1:]
    return whole in _CITED


def cut_notices(draft: Draft) -> None:
    """Cut legal notices and list footers, from the first such paragraph to the end of its run.

    They stand at the end of a run: only its last paragraphs are looked at.
    """
    left = _MAX_NOTICES
    for start, end in reversed(list(draft.kept_runs())):
        paragraphs = _paragraphs(draft, start, end)[-_LAST_PARAGRAPHS:]
        left -= len(paragraphs)
        if left < 0:
            return
        for first, last in paragraphs:
            if draft.lines[first].depth or not draft.kept_before(first) or _is_cited(draft, first, last):
                continue
            rule, until = _notice(draft, first, last, end)
            draft.cut(_with_rule_above(draft, first) if rule else first, until, rule)
            if until == end and rule:
                break


def _notice(draft: Draft, first: int, last: int, end: int) -> tuple[str, int]:
    """Return the rule that cuts the paragraph from `first` to `last`, and how far it cuts; "" for none."""
    head = first + 1 if is_rule(draft.lines[first]) and first + 1 < last else first
    inner = " ".join(line.text.strip() for line in draft.lines[head:last])
    if is_list_footer(inner) or any(is_list_footer(line.text) for line in draft.lines[head : min(last, head + 8)]):
        return "list footer", end
    return ("legal notice", last) if is_legal(inner) else ("", first)


def _paragraphs(draft: Draft, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of lines between blank ones."""
    found: list[tuple[int, int]] = []
    first = None
    for index in range(start, end + 1):
        blank = index == end or draft.lines[index].blank
        if not blank and first is None:
            first = index
        elif blank and first is not None:
            found.append((first, index))
            first = None
    return found


def _with_rule_above(draft: Draft, first: int) -> int:
    """Step back over blank lines and drawn rules, which belong to what stands below."""
    above = first
    while above and not draft.rules[above - 1] and (draft.lines[above - 1].blank or is_rule(draft.lines[above - 1])):
        above -= 1
        if is_rule(draft.lines[above]):
            first = above
    return first


def _underlines(draft: Draft, index: int) -> bool:
    """Whether a rule is as long as the line right above: the heading of what a person wrote below."""
    heading = draft.lines[index - 1].text.strip() if index else ""
    return bool(heading) and abs(len(heading) - len(draft.lines[index].text.strip())) <= 2


def _parts_sections(draft: Draft, index: int, start: int, end: int) -> bool:
    """Whether another such line has words below it as well: a person parts what he says with them."""
    mark = draft.lines[index].text.strip()
    last = end - 1
    while last > index and draft.lines[last].blank:
        last -= 1
    others = range(max(start, end - _MAX_LOOK), last)
    return any(other != index and draft.lines[other].text.strip() == mark for other in others)


def _is_terse(text: str) -> bool:
    """Whether a line is short, or is but for a link."""
    return len(text) < 75 or (len(text) < 300 and (" " not in text.strip() or len(_LINK.sub("", text)) < 75))


def cut_ruled_signatures(draft: Draft) -> None:
    """Cut a short block with ways to reach somebody that a drawn rule sets off at the end of a run."""
    for start, end in list(draft.kept_runs()):
        for index in range(end - 1, max(start, end - _MAX_SOFT_LINES) - 1, -1):
            if not draft.kept(index) or draft.lines[index].depth or not is_rule(draft.lines[index]):
                continue
            if (
                _underlines(draft, index)
                or _parts_sections(draft, index, start, end)
                or is_spoken_of(draft, index, start)
            ):
                continue
            below = [line.text for line in draft.lines[index + 1 : end] if not line.blank]
            if any(text.rstrip().endswith((":", "：")) for text in below):
                continue  # leads up to something: told, not printed below each mail
            if (
                draft.kept_before(index)
                and (len(below) > 1 or "|" in "".join(below) or any(is_tagline(text) for text in below))
                and all(_is_terse(text) for text in below)
                and any(CONTACT.search(text) or is_tagline(text) for text in below)
            ):
                draft.cut(index, end, "signature")
                break
