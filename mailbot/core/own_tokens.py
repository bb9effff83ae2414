"""Our own tokens in other people's words and files, found by their signature and taken out.

In: text or octets, our keys. Out: the same without a token in it. Whoever holds a token acts as the party it was made
for, so the other party must not read one, whatever a client or a scanner made of the link around it: another host,
a redirect, percent escapes, character references, a link in base64, a line broken in the middle. A signature of 88
bits is not met by chance, so nothing else is ever taken out. Linear in the text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from mailbot.core.reply_token import ALPHABET, TOKEN_CHARACTERS, Purpose, Retired, Token, TokenKeys

_MARK: Final = "…"
_LOOKALIKES: Final = {"0": "0o", "1": "1il"}
_ESCAPED: Final = r"%(?:25){0,3}[3-7][0-9a-f]|&\#x0{0,4}[3-7][0-9a-f];|&\#0{0,4}\d{2,3};"
_UNIT: Final = re.compile(rf"[0-9a-z]|{_ESCAPED}", re.IGNORECASE)
_GAP_CHARACTERS: Final = "[=\\s>|\u00ad\u200b-\u200f\u2060\ufeff]"
_GAP: Final = re.compile(rf"{_GAP_CHARACTERS}{{0,40}}+")
"""What clients put inside a word: a (soft) line break with the quote marks of the next line, or a hint to break it."""
_BASE64_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{40,8000}")
_BASE64_LINES: Final = re.compile(
    rb"(?:[A-Za-z0-9+/]{40,998}\r?\n)+[A-Za-z0-9+/]{0,998}={0,2}|[A-Za-z0-9+/]{44,998}={0,2}"
)

_MAX_CHECKED: Final = 5000
"""How many beginnings of a token are followed up. Text that holds more was made to cost time; there, each goes."""

Span = tuple[int, int]


def without_tokens(text: str, keys: TokenKeys) -> str:
    """`text` in which each token of ours is only hinted at, and so is each run of base64 that hides one."""
    text = _replaced(text, tokens_in(text, keys), lambda _found: _MARK)
    return _BASE64_RUN.sub(lambda run: _MARK if _hides_token(run[0], keys) else run[0], text)


def blanked(octets: bytes, keys: TokenKeys) -> bytes:
    """A file of the same length in which each token of ours is unreadable, in its base64 parts, too."""
    text = octets.decode("latin-1")
    plain = _replaced(text, tokens_in(text, keys), _blank).encode("latin-1")
    return _BASE64_LINES.sub(lambda part: _blanked_base64(part[0], keys), plain)


def tokens_in(text: str, keys: TokenKeys) -> Iterator[Span]:
    """Where tokens stand in a text, from left to right."""
    start = checked = 0
    opening = _opening(keys.numbers)
    while found := opening.search(text, start):
        checked += 1
        end = _end_of_token(text, found.start(), keys) if checked <= _MAX_CHECKED else found.end()
        if end is not None:
            yield found.start(), end
        start = found.start() + 1 if end is None else end


def _end_of_token(text: str, start: int, keys: TokenKeys) -> int | None:
    """Where the token ends that begins at `start`; None when there is none."""
    characters: list[str] = []
    end = start
    while len(characters) < TOKEN_CHARACTERS:
        unit = _UNIT.match(text, _GAP.match(text, end).end() if characters else end)  # type: ignore[union-attr]  # it matches nothing, too
        if unit is None:
            return None
        characters.append(_plain(unit[0]))
        end = unit.end()
    return end if isinstance(keys.read("".join(characters)), Token | Retired) else None


def _plain(unit: str) -> str:
    if unit.startswith("&"):
        digits = unit[2:-1]
        code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    else:
        code = int(unit[-2:], 16) if unit.startswith("%") else ord(unit)
    return chr(code)


@lru_cache(maxsize=8)
def _opening(numbers: frozenset[int]) -> re.Pattern[str]:
    """How a token of these keys can begin: the key's number, then a purpose (see `reply_token`)."""
    purposes = _any_of([ALPHABET[purpose] for purpose in Purpose])
    heads = [_any_of([ALPHABET[n >> 3]]) + _GAP.pattern + _any_of([ALPHABET[(n & 7) << 2]]) for n in sorted(numbers)]
    return re.compile(f"(?:{'|'.join(heads)}){_GAP.pattern}{purposes}", re.IGNORECASE)


def _any_of(characters: list[str]) -> str:
    """A pattern for one of these characters in any letter case, plain or escaped."""
    plain = {each for one in characters for like in _LOOKALIKES.get(one, one) for each in (like, like.upper())}
    codes = sorted(map(ord, plain))
    escaped = "|".join(f"{code:02x}" for code in codes)
    numbers = "|".join(map(str, codes))
    return (
        f"(?:[{''.join(sorted(plain))}]|%(?:25){{0,3}}(?:{escaped})|&#x0{{0,4}}(?:{escaped});|&#0{{0,4}}(?:{numbers});)"
    )


def _replaced(text: str, spans: Iterator[Span], by: Callable[[str], str]) -> str:
    pieces, last = [], 0
    for start, end in spans:
        pieces += [text[last:start], by(text[start:end])]
        last = end
    return "".join([*pieces, text[last:]]) if pieces else text


def _blank(found: str) -> str:
    return re.sub("[0-9A-Za-z]", "x", found)


def _hides_token(run: str, keys: TokenKeys) -> bool:
    octets = _decoded(run.replace("-", "+").replace("_", "/").encode())
    return octets is not None and next(tokens_in(octets.decode("latin-1"), keys), None) is not None


def _blanked_base64(part: bytes, keys: TokenKeys) -> bytes:
    """A base64 part that says the same without tokens; its lines stay as they are, since its length does."""
    octets = _decoded(re.sub(rb"[\r\n]", b"", part).rstrip(b"="))
    if octets is None:
        return part
    text = octets.decode("latin-1")
    safe = _replaced(text, tokens_in(text, keys), _blank).encode("latin-1")
    if safe == octets:
        return part
    characters = iter(base64.b64encode(safe).decode().rstrip("="))
    return bytes(byte if byte in b"\r\n=" else ord(next(characters)) for byte in part)


def _decoded(run: bytes) -> bytes | None:
    try:
        return binascii.a2b_base64(run + b"=" * (-len(run) % 4))
    except binascii.Error:
        return None
