"""Cut the answered mail: quoted lines, what introduces them, and all that follows an unmarked quote.

In: a `Draft` and whether the mail forwards something. Out: the same, with history cut and the context of
interleaved answers kept.
"""

from __future__ import annotations

import re

from mailbot.inbound.attribution import Attributions, heads_comment, named_quote
from mailbot.inbound.draft import QUOTE, Draft
from mailbot.inbound.header_block import HeaderBlocks, boxed_at
from mailbot.inbound.separators import (
    has_dashed_words,
    is_groupwise,
    is_long_rule,
    is_original_words,
    is_short_rule,
    separator_kind,
)

_CONTEXT_LINES = 4
_MAX_ANNOUNCEMENT = 400
_ANNOUNCES = re.compile(
    r"\b(?:see|answered|replied|answers?|comments?|replies|responses?|remarks|notes)\b.{0,30}\b(?:in-?\s?line"
    r"|between the lines)\b"
    r"|\b(?:answers?|comments?|replies|responses?|remarks)\b.{0,40}\b(?:below|in (?:blue|red|green|bold|colou?r|caps"
    r"|italics?)|in the text)\b"
    r"|\b(?:antworten|anmerkungen|kommentare)\b.{0,40}\b(?:unten|im text|in (?:rot|blau|grün)|dazwischen|inline)\b"
    r"|\b(?:réponses|commentaires|remarques)\b.{0,40}\b(?:ci-dessous|dans le texte|en (?:rouge|bleu|vert|gras))\b"
    r"|\b(?:respuestas|comentarios)\b.{0,40}\b(?:abajo|en (?:rojo|azul|verde|negrita)|en el texto)\b"
    r"|\b(?:risposte|commenti)\b.{0,40}\b(?:sotto|in (?:rosso|blu|verde|grassetto)|nel testo)\b"
    r"|\b(?:antwoorden|opmerkingen)\b.{0,40}\b(?:hieronder|in (?:rood|blauw|groen)|tussen de tekst)\b"
    r"|\b(?:respostas|comentários)\b.{0,40}\b(?:abaixo|em (?:vermelho|azul|verde|negrito)|no texto)\b"
    r"|\bodpowiedzi\b.{0,40}\b(?:poniżej|na (?:czerwono|niebiesko)|w tekście)\b"
    r"|\bsvar(?:en)?\b.{0,40}\b(?:nedan|nedenfor|i (?:rött|blått|teksten)|med (?:rødt|blått|rött))\b",
    re.IGNORECASE,
)
"""Matches words that say: the answers stand in what is quoted below."""
_LED_LINES = 8
_BAR = re.compile(r"\|(?:\s[^|\n]{0,200}|)\Z")
_WRAP_COLUMN = 68
_SEPARATOR_RULES = {"own": "our separator", "original": "original message", "forward": "forwarded message"}
_FORWARDED_RULES = frozenset(("forwarded message", "header block", "original message"))


def cut_history(draft: Draft, *, forwards: bool) -> None:
    """Walk down the lines once; each mark cuts itself, and all below unless that is marked line by line."""
    walk = _Walk(draft, forwards=forwards)
    index = 0
    while index < len(draft.lines):
        index = walk.step(index)


class _Walk:
    """One pass down the lines of a draft."""

    def __init__(self, draft: Draft, *, forwards: bool) -> None:
        self.draft = draft
        self.forwards = forwards
        self.attributions = Attributions(draft.lines)
        self.headers = HeaderBlocks(draft.lines)
        self.marks: set[str] = set()  # with which this mail marks the lines it quotes, if not with ">": "AF>", "|"

    def step(self, index: int) -> int:
        """Judge the line at `index`; returns the next one to look at."""
        draft, line = self.draft, self.draft.lines[index]
        if draft.rules[index] or (line.blank and not line.depth):
            return index + 1
        if is_groupwise(line):
            return _cut_from(draft, index, index + 1, "attribution")
        if (
            line.depth
            or line.zone.startswith(("history:", "own:"))
            or _is_wrapped_quote(draft, index)
            or self._is_marked_otherwise(index)
            or _ends_quote(draft, index)
        ):
            draft.cut(index, index + 1, QUOTE)
            return index + 1
        rule, end = self._mark(index)
        if not rule:
            return index + 1
        if self.forwards and rule in _FORWARDED_RULES:
            return len(draft.lines)
        if rule == "header block" and not line.starts and self._is_shown(index):
            return end
        return _cut_from(draft, index, end, rule)

    def _is_marked_otherwise(self, index: int) -> bool:
        """Whether a name ("AF> text") or a bar marks a line as quoted.

        The first such line stands right below what introduces it: a shell's prompt or a table looks the same.
        """
        text = self.draft.lines[index].text
        mark = named_quote(text) or ("|" if _BAR.match(text) else "")
        if mark and mark not in self.marks and self._is_introduced(index):
            self.marks.add(mark)
        return mark in self.marks

    def _is_introduced(self, index: int) -> bool:
        above = index - 1
        while above > 0 and self.draft.lines[above].blank:
            above -= 1
        return above >= 0 and self.draft.rules[above] != "" and self.draft.lines[above].text.rstrip().endswith(":")

    def _is_shown(self, index: int) -> bool:
        """Whether a person's line, ending in a colon, leads up to the line at `index`: he shows it, and goes on."""
        above = index - 1
        while above > 0 and self.draft.lines[above].blank:
            above -= 1
        return above >= 0 and self.draft.kept(above) and self.draft.lines[above].text.rstrip().endswith((":", "："))

    def _mark(self, index: int) -> tuple[str, int]:
        """Return the rule by which the answered mail begins at `index`, and where its mark ends; "" for none."""
        line = self.draft.lines[index]
        if kind := separator_kind(line):
            return _SEPARATOR_RULES[kind], self._behind_separator(index)
        if length := self.headers.at(index) or boxed_at(self.draft.lines, index):
            return "header block", index + length
        if (has_dashed_words(line) or is_original_words(line)) and (end := self._header_below(index)):
            return "original message", end
        if length := self.attributions.at(index):
            return "attribution", index + length
        if is_long_rule(line) and (end := self._comment_below(index)):
            return "attribution", end
        return (line.starts, index + 1) if line.starts.startswith("html:") else ("", index + 1)

    def _comment_below(self, index: int) -> int:
        """Return where a help desk's line right below a drawn rule ends: "NAME, DATE, HOUR:", no verb; 0 if none."""
        below = index + 1
        return below + 1 if below < len(self.draft.lines) and heads_comment(self.draft.lines[below].text) else 0

    def _behind_separator(self, index: int) -> int:
        """Return where the separator and the printed header fields below it end."""
        return self._header_below(index) or index + 1

    def _header_below(self, index: int) -> int:
        below = self.draft.next_said(index + 1)
        if below is None or below - index > 4:
            return 0
        length = self.headers.at(below, lenient=True)
        return below + length if length else 0


def _cut_from(draft: Draft, start: int, end: int, rule: str) -> int:
    """Cut a mark, the drawn rule above it, and the rest if the quote that follows bears no marks of its own."""
    above = start
    while above and (draft.lines[above - 1].blank or is_short_rule(draft.lines[above - 1])):
        above -= 1
    if any(is_short_rule(line) for line in draft.lines[above:start]):
        draft.cut(above, start, rule)
    draft.cut(start, end, rule)
    following = draft.next_said(end)
    if following is None:
        return len(draft.lines)
    line = draft.lines[following]
    if line.depth or line.zone.startswith(("history:", "own:")) or named_quote(line.text) or _BAR.match(line.text):
        return end
    draft.cut(end, len(draft.lines), f"{QUOTE} below {rule}")
    return len(draft.lines)


def _is_wrapped_quote(draft: Draft, index: int) -> bool:
    """Whether a relay wrapped a quoted line here and lost its mark: a long quote above, another right below."""
    if not 0 < index < len(draft.lines) - 1:
        return False
    above, line, below = draft.lines[index - 1 : index + 2]
    if not above.depth or above.blank or not below.depth or line.depth or line.blank:
        return False
    if above.text.endswith(("?", ":")) or len(line.text) > _WRAP_COLUMN:
        return False
    goes_on = line.text.strip()[0].islower() and len(above.shown) > _WRAP_COLUMN - 20
    overflows = len(above.shown) + len(line.text.split(maxsplit=1)[0]) > _WRAP_COLUMN and not above.text.endswith(
        (".", "!")
    )
    return goes_on or overflows


def _ends_quote(draft: Draft, index: int) -> bool:
    """Whether a program closes the quote above: "----- End message from NAME <address> -----"."""
    line = draft.lines[index]
    if "@" not in line.text or not has_dashed_words(line):
        return False
    above = index - 1
    while above > 0 and draft.lines[above].blank:
        above -= 1
    return above >= 0 and draft.rules[above] == QUOTE


def keep_context(draft: Draft, *, answers: bool) -> None:
    """Keep the quoted lines that answers stand right under, when answers are interleaved with the quote.

    An answer below the whole quote stands under nothing in particular: there the quote goes entirely. A few marked
    lines that a person's words lead up to and go on from are part of what he says (a shell's output, a list). A mail
    that answers nothing holds no history: what its author marks between his words he marked himself.
    """
    runs = _quote_runs(draft)
    if not runs:
        return
    ends = [*(start for start, _ in runs[1:]), len(draft.lines)]
    for (start, stop), end in zip(runs, ends, strict=True):
        first = start if answers else _with_attribution(draft, start)
        if (
            _said_between(draft, stop, end)
            and (first < start or _is_led_up_to(draft, start, stop, answers=answers))
            and stop - start <= _LED_LINES
        ):
            draft.restore(first, stop)
    answered = [run for run, end in zip(runs, ends, strict=True) if _said_between(draft, run[1], end)]
    if len(answered) < 2 and not (answered and answered[0] != runs[-1]):
        return
    for start, end in answered:
        last = end
        while last > start and draft.lines[last - 1].blank:
            last -= 1
        first = last
        while first > start and not draft.lines[first - 1].blank and last - first < _CONTEXT_LINES:
            first -= 1
        draft.restore(first, last)
        for index in range(first, last):
            if not draft.lines[index].depth:
                draft.show_quoted(index)


def keep_announced(draft: Draft) -> None:
    """Keep an unmarked quote whole when the words above it say that the answers stand in it.

    Outlook sets them apart by colour alone, so nothing else tells them from the quote: better too much than lost.
    """
    below = next((index for index, rule in enumerate(draft.rules) if rule.startswith("quote below ")), None)
    if below is None or QUOTE in draft.rules:
        return
    said = ""
    for index in range(len(draft.lines)):
        said += f" {draft.lines[index].shown}" if draft.kept(index) else ""
        if len(said) > _MAX_ANNOUNCEMENT:
            return
    if _ANNOUNCES.search(said):
        rule = draft.rules[below]
        for index in range(below, len(draft.lines)):
            if draft.rules[index] == rule:  # what HTML hides stays hidden
                draft.restore(index, index + 1)


def _quote_runs(draft: Draft) -> list[tuple[int, int]]:
    """Stretches of lines quoted mark by mark, with the attribution that introduces them left out."""
    runs: list[tuple[int, int]] = []
    start = None
    for index in range(len(draft.lines) + 1):
        quoted = index < len(draft.lines) and (
            draft.rules[index] == QUOTE
            or (start is not None and draft.lines[index].blank and _quoted_next(draft, index))
        )
        if quoted and start is None:
            start = index
        elif not quoted and start is not None:
            runs.append((start, index))
            start = None
    return runs


def _quoted_next(draft: Draft, index: int) -> bool:
    for one in range(index + 1, min(index + 4, len(draft.lines))):
        if not draft.lines[one].blank:
            return draft.rules[one] == QUOTE
    return False


def _with_attribution(draft: Draft, start: int) -> int:
    """Step back over the line that introduces the quote at `start`."""
    while start and draft.rules[start - 1] == "attribution":
        start -= 1
    return start


def _is_led_up_to(draft: Draft, start: int, stop: int, *, answers: bool) -> bool:
    """Whether marked lines go on from a person's words: below them, a colon, half a sentence, or in his own mail."""
    above = start - 1
    while above > 0 and draft.lines[above].blank:
        above -= 1
    if above < 0 or not draft.kept(above):
        return False
    text = draft.lines[above].text.rstrip()
    if not answers or above == start - 1 or text.endswith((":", "：")):
        return True
    return len(text.split()) > 2 and _goes_on(draft, text, stop)


def _goes_on(draft: Draft, text: str, stop: int) -> bool:
    """Whether a sentence that a line left open goes on at `stop`, in lower case."""
    below = draft.next_said(stop)
    return text[-1].isalpha() and below is not None and draft.lines[below].text.lstrip()[:1].islower()


def _said_between(draft: Draft, start: int, end: int) -> bool:
    return any(draft.kept(index) for index in range(start, end))
