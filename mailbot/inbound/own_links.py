"""Our own addresses and links, taken out of what the other party will read.

In: text and who we are. Out: the text without reply addresses, mail actions and ticket links, whatever host or
redirect stands around them. Whoever holds such a token acts as the party it was made for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mailbot.core.marks import CROCKFORD_DIGITS, PURPOSES, TOKEN_LENGTH
from mailbot.inbound.reading import OwnHistory

_TOKEN: Final = rf"[{CROCKFORD_DIGITS}]{{{TOKEN_LENGTH}}}"
_PURPOSE: Final = rf"(?:{'|'.join(PURPOSES)})"
_ADDRESS = re.compile(
    rf"[<(\[]?\s?(?:mailto:)?\b{_PURPOSE}(?:\+|%2b){_TOKEN}(?:@|%40)[^\s<>()\[\]\"']{{1,500}}(?:\s?[>)\]])?",
    re.IGNORECASE,
)
_URL = re.compile(r"[<(\[]?\s?\bhttps?://[^\s<>\"]{1,4000}>?", re.IGNORECASE)
_BEARS_TOKEN = re.compile(rf"(?:/t/|%2ft%2f|%252ft%252f|{_PURPOSE}(?:\+|%2b|%252b)){_TOKEN}", re.IGNORECASE)
_BARE = re.compile(rf"\b{_PURPOSE}\+{_TOKEN}\b", re.IGNORECASE)
_BEFORE_TOKEN = re.compile(rf"(?:\+|/t/|%2b|%252b|%2ft%2f|%252ft%252f){_TOKEN}", re.IGNORECASE)
_PIECE_CHARS: Final = 65_536
_EMPTIED = re.compile(r"[\s\W_]*")


def without_own_links(text: str, own: OwnHistory | None) -> str:
    """Return `text` without our tokens; a line that held nothing else goes with them."""
    if own is None or not _may_hold_links(text, own):
        return text
    return "\n".join(line for piece in _pieces(text) for line in _lines_without(piece, own))


def _may_hold_links(text: str, own: OwnHistory) -> bool:
    """Whether any of our links or addresses can stand in a text: one look, instead of several at each line."""
    base = re.escape(own.base_url.rstrip("/"))
    return _BEFORE_TOKEN.search(text) is not None or (
        base != "" and "://" in text and re.search(base, text, re.IGNORECASE) is not None
    )


def _pieces(text: str) -> Iterator[str]:
    """The lines of a text, some ten thousand characters at a time."""
    start = 0
    while (end := text.find("\n", start + _PIECE_CHARS)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _lines_without(text: str, own: OwnHistory) -> Iterator[str]:
    for line in text.split("\n"):
        bare = _without(line, own)
        if bare == line or not _EMPTIED.fullmatch(bare):
            yield bare


def _without(line: str, own: OwnHistory) -> str:
    if len(line) < TOKEN_LENGTH:
        return line
    line = _ADDRESS.sub("", line)
    line = _URL.sub(lambda url: "" if _is_ours(url.group(), own) else url.group(), line)
    return _BARE.sub("", line)


def _is_ours(url: str, own: OwnHistory) -> bool:
    base = own.base_url.rstrip("/").lower()
    inside = re.search(_TOKEN, url, re.IGNORECASE)
    return _BEARS_TOKEN.search(url) is not None or bool(
        base and inside and url.lower().lstrip("<([ ").startswith(f"{base}/")
    )
