"""Lines that separate an answered mail from its answer: "-----Original Message-----" and kin, drawn rules, our own.

In: a line. Out: what it separates.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.core.marks import is_separator
from mailbot.inbound import header_labels as labels
from mailbot.inbound.lines import Line

_ORIGINAL: Final = frozenset(phrase.lower() for phrase in labels.ORIGINAL)
_FORWARDED: Final = frozenset(phrase.lower() for phrase in labels.FORWARDED)
_MARKS: Final = "-_=~—–#<*|"
_DASHED = re.compile(
    r"[\s*_|]{0,8}(?:[-_=~—–#<]{2,80}[\s*]{0,8}|\*{3,20}\s?)([^\W_][^\n]{1,60}?)[\s*:：]{0,8}"
    r"(?:[-_=~—–#>]{2,80}[\s*:]{0,8}|\*{3,20})"
)
_PROCESSED = re.compile(
    r"(?i:original message|originalnachricht|ursprüngliche nachricht) (?:processed by|verarbeitet von) \S{2,20}®"
)
_NOTES = re.compile(
    r"\"?[^\W\d][^\"\n]{0,80}?\"? {0,2}-{3}\d{1,4}[-./]\d{1,2}[-./]\d{2,4} \d{1,2}[:.]\d\d[^-\n]{0,12}-{3}"
)
"""Notes above its printed header: the author, when, and how his mail begins."""
_TIME = re.compile(r"\d{1,2}[:.]\d\d")
_ABOVE_WORDS: Final = ("above", "antwort", "dessus", "encima", "arriba", "acima", "sopra", "boven")
_ABOVE_ALONE = re.compile(
    r"(?:please )?(?:(?:reply|respond|type your reply|write your reply|add your reply)"
    r"(?: to this (?:e-?mail|message))? above|do not (?:write|type|reply|delete anything|edit anything|"
    r"change anything) below) (?:this|the) line\.?",
    re.IGNORECASE,
)
_ABOVE = re.compile(
    r"[\W_]{2,}\s?(?:please\s)?(?:reply|respond|type|write|enter|add)\b.{0,40}\babove\b.{0,20}\b(?:line|"
    r"message)|[\W_]{2,}.{0,30}antwort.{0,30}\b(?:über|oberhalb)\b.{0,20}\b(?:linie|zeile)"
    r"|[\W_]{2,}.{0,30}répon.{0,30}(?:au-dessus|dessus).{0,20}ligne|[\W_]{2,}.{0,30}(?:respond|respuesta|"
    r"escrib).{0,30}(?:encima|arriba).{0,20}línea|[\W_]{2,}.{0,30}(?:respond|"
    r"resposta).{0,30}acima.{0,20}linha|[\W_]{2,}.{0,30}rispo.{0,30}sopra.{0,20}(?:linea|riga)|"
    r"[\W_]{2,}.{0,30}(?:antwoord|reageer).{0,30}boven.{0,20}(?:lijn|regel)",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"[\s*]{0,8}(?:[-_=*~—–]{5,120}|(?:[-_=] ){4,60}[-_=]?|#{5,120}|\+{5,120}|\.{8,120}|[─━═┄┈▬]{3,120}"
    r"|[・•·◆◇☆★■□▼▲]{5,80})[\s*]{0,8}"
)


def separator_kind(line: Line) -> str:
    """Return "own", "original" or "forward" for a line that separates an answered mail from its answer; else ""."""
    text = line.text.strip()
    if "---" in text[1:120] and _NOTES.match(text[:200]):
        return "original"
    if _ABOVE_ALONE.fullmatch(text[:80]):
        return "own"
    if not text or len(text) > 200 or not (text[0] in _MARKS or text.endswith((":", "：", "*", "_", ">", "®"))):
        return ""
    if is_separator(text):
        return "own"
    lower = text.lower()
    if len(text) <= 120 and any(word in lower for word in _ABOVE_WORDS) and _ABOVE.search(text):
        return "own"
    if _PROCESSED.fullmatch(text):
        return "original"
    dashed = _DASHED.fullmatch(text)
    words = (dashed.group(1) if dashed else text).strip(" \t*_:：").lower()
    if words in _FORWARDED and (dashed or text.rstrip(" *_").endswith((":", "："))):
        return "forward"
    return "original" if words in _ORIGINAL and dashed else ""


def is_groupwise(line: Line) -> bool:
    """Whether a line is GroupWise's ">>> NAME <address> DATE >>>", below which nothing is marked as quoted."""
    text = line.text.strip()
    return (
        line.depth == 3
        and len(text) <= 200
        and ("@" in text or _TIME.search(text) is not None)
        and (text.endswith(">>>") or _TIME.search(text) is not None)
    )


def is_rule(line: Line) -> bool:
    """Whether a line is a drawn rule and nothing else."""
    return 3 <= len(line.text) <= 140 and _RULE.fullmatch(line.text) is not None


def is_long_rule(line: Line) -> bool:
    """Whether a line is twenty dashes or more and nothing else, which a program draws rather than a person."""
    text = line.text.strip()
    return 20 <= len(text) <= 140 and not text.strip("-_=")


def is_short_rule(line: Line) -> bool:
    """Whether a line is a rule of three marks or more; enough right above something that begins a quote."""
    text = line.text.strip(" *")
    return len(text) >= 3 and set(text) <= set("-_=*~—–")


def has_dashed_words(line: Line) -> bool:
    """Whether a line is some words between dashes, in a language that the table may not know."""
    text = line.text.strip()
    return 6 <= len(text) <= 160 and text[0] in _MARKS and _DASHED.fullmatch(text) is not None


def is_original_words(line: Line) -> bool:
    """Whether a line is "Original Message" or its kin and nothing else, as BlackBerry sets it above a header."""
    return len(line.text) <= 60 and line.text.strip(" \t*:").lower() in _ORIGINAL
