"""Texts that an office or a list adds to every mail: legal notices, list footers, warnings about outside senders.

In: paragraphs. Out: whether one is such a text. Legal notices count by how many telling phrases they hold, so
that a person who says "this is confidential" is heard.
"""

from __future__ import annotations

from typing import Final

from mailbot.inbound import notice_words as words

_MAX_CHARS: Final = 4000


def is_legal(paragraph: str) -> bool:
    """Tell whether a paragraph is an office's legal notice: a heading of one, or two telling phrases and more."""
    text = paragraph[:_MAX_CHARS]
    if len(text) < 100 and words.LEGAL_HEADING.fullmatch(text):
        return True
    if words.FIRST_PERSON.search(text):
        return False
    if _asks_to_save_paper(text) or (len(text) < 400 and words.REGISTERED.search(text)):
        return True
    if len(text) < (40 if words.DENSE.search(text) else 60):
        return False
    lower = _without_questions(text.lower())
    hits = sum(1 for phrase in words.LEGAL_PHRASES if phrase.search(lower))
    return hits >= 3 or (hits == 2 and words.LEGAL_HEADING.match(text) is not None)


def _without_questions(text: str) -> str:
    """The sentences that ask nothing: who asks about what is confidential is a person, an office states."""
    return " ".join(sentence for sentence in words.SENTENCE_END.split(text) if not sentence.endswith(("?", "？")))


def _asks_to_save_paper(text: str) -> bool:
    """Whether a short text asks to think before printing; who asks to print, and says before when, is a person."""
    hesitates = words.HESITATES.search(text) if len(text) <= 160 else None
    return hesitates is not None and bool(words.PRINT.search(text, hesitates.start()) and words.SPARED.search(text))


def is_list_footer(paragraph: str) -> bool:
    """Tell whether a paragraph is what a mailing list, a tracker or a virus scanner adds at the end."""
    text = words.LINKED.sub(" ", paragraph[:400]).strip()
    if words.FIRST_PERSON.search(text):
        return False
    if words.LIST.match(text):
        return True
    return len(text) <= 250 and text.count("?") == 0 and words.SCANNED.fullmatch(text) is not None


def is_banner(line: str) -> bool:
    """Tell whether a line warns of a sender from outside, as mail gateways put on top.

    A person warns too: a gateway says that the mail, or its sender, is from outside.
    """
    if len(line) > 600:
        return False
    if words.BANNER.match(line):
        return True
    warning = words.WARNING.match(line)
    rest = line[warning.end() : 250] if warning else ""
    return bool(words.OUTSIDE.search(rest) and words.MAILED.search(rest))


def banner_goes_on(line: str) -> bool:
    """Tell whether a line reads like the second sentence of such a warning."""
    return len(line) <= 600 and words.BANNER_GOES_ON.match(line) is not None
