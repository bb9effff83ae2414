"""The author address: exactly one mailbox in From, strictly parsed, or nothing.

In: the values of a message's From fields. Out: a `Mailbox`, or None and the reason. The grammar is that of
RFC 5322 section 3.4 without groups and without obsolete routes. What two parsers could read in two ways is
refused: who wrote a mail must never depend on the reader.
"""

from __future__ import annotations

import re
import unicodedata

from mailbot.inbound.encoded_words import decoded_words
from mailbot.inbound.reading import Mailbox

_MAX_CHARS = 2000
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<quoted>"(?:[^"\\]|\\.)*+")|(?P<angle><[^<>]*+>)|(?P<special>[,;:<>"()\\])|(?P<atom>[^\s,;:<>"()\\]+)""",
    re.VERBOSE,
)
_LOCAL = re.compile(r"[^\s@,;:<>\"()\[\]\\.]+(?:\.[^\s@,;:<>\"()\[\]\\.]+)*+|\"(?:[^\"\\\x00-\x1f]|\\[\x20-\x7e])*+\"")
_DOMAIN = re.compile(
    r"(?:[^\W_]|[^\W_][\w-]{0,61}[^\W_])(?:\.(?:[^\W_]|[^\W_][\w-]{0,61}[^\W_])){0,30}\.?|\[[0-9A-Fa-fvIP:.]{2,60}\]"
)


def single_author(values: tuple[str, ...]) -> tuple[Mailbox | None, str | None]:
    """Return the one mailbox of From, or None and a reason."""
    if not values:
        return None, "no From field"
    if len(values) > 1:
        return None, "several From fields"
    value = values[0].strip()
    if not value:
        return None, "an empty From field"
    if len(value) > _MAX_CHARS:
        return None, "a From field of more than 2000 characters"
    return _mailbox(value)


def _mailbox(value: str) -> tuple[Mailbox | None, str | None]:
    without = _without_comments(value)
    if without is None:
        return None, "unbalanced parentheses in From"
    words: list[str] = []
    angles: list[str] = []
    for token in _TOKEN.finditer(without):
        kind = token.lastgroup
        if kind == "special":
            return None, _special_fault(token.group())
        if kind == "angle":
            angles.append(token.group()[1:-1].strip())
        elif kind != "space" and angles:
            return None, "words behind the address in From"
        elif kind != "space":
            words.append(token.group())
    return _from_pieces(words, angles)


def _special_fault(character: str) -> str:
    if character in ":;":
        return "a group or a list in From"
    return "several mailboxes in From" if character == "," else "stray punctuation in From"


def _from_pieces(words: list[str], angles: list[str]) -> tuple[Mailbox | None, str | None]:
    """Judge display name and address (name-addr), or a bare address (addr-spec)."""
    if len(angles) > 1:
        return None, "several addresses in From"
    if not angles:
        if len(words) != 1 and not (len(words) == 2 and words[1].startswith("@")):
            return None, "no address in From"
        return _checked("", "".join(words))
    if any("@" in word and not word.startswith('"') and "=?" not in word for word in words) and len(words) > 1:
        return None, "a second address beside the one in From"
    name = " ".join(_unquoted(word) for word in words)
    return _checked(name, angles[0])


def _checked(name: str, address: str) -> tuple[Mailbox | None, str | None]:
    local, at, domain = address.rpartition("@")
    if not at or len(address) > 254 or len(local) > 64:
        return None, "no valid address in From"
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        return None, "no valid address in From"
    if any(unicodedata.category(character)[0] in "CZ" and character != " " for character in local):
        return None, "invisible characters in the address in From"
    return Mailbox(_display(name), f"{local}@{domain.rstrip('.').lower()}"), None


def _display(name: str) -> str:
    return re.sub(r"\s+", " ", decoded_words(name)).strip()[:200]


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word


def _without_comments(value: str) -> str | None:
    """Replace comments (RFC 5322 section 3.2.2, they nest) by a space; None when parentheses do not balance."""
    out: list[str] = []
    depth, quoted, angle, skip = 0, False, False, False
    for character in value:
        if skip:
            skip = False
        elif character == "\\" and (quoted or depth):
            skip = True
        elif character == '"' and not depth:
            quoted = not quoted
        elif character in "<>" and not quoted and not depth:
            angle = character == "<"
        elif character == "(" and not quoted:
            if angle:
                return None  # a comment inside the address: two parsers, two addresses
            depth += 1
        elif character == ")" and not quoted:
            depth -= 1
            if depth < 0:
                return None
            out.append(" ")
            continue
        if not depth:
            out.append(character)
    return None if depth or quoted else "".join(out)


_ANY_ADDRESS = re.compile(r"[^\s<>\"(),;:\[\]]{1,128}@[^\s<>\"(),;:\[\]]{1,255}")


def addresses_in(value: str) -> tuple[str, ...]:
    """Return whatever looks like an address in a header value; never used to decide who wrote a mail."""
    return tuple(dict.fromkeys(hit.group().strip(".'") for hit in _ANY_ADDRESS.finditer(value[:_MAX_CHARS])))
