"""Header values to text: unfolding, 8-bit octets, encoded words.

In: a raw header value as the standard library keeps it (8-bit octets as surrogates). Out: one line of text.
Encoded words per RFC 2047, with what mailers make of it: no space between words, spaces inside, a character
split over two words, an unknown charset.
"""

from __future__ import annotations

import binascii
import quopri
import re

from mailbot.inbound.charset import decoded, without_controls

_FOLD = re.compile(r"(?<![ \t])[ \t]*+\r?\n[ \t]*|\r")
"""From the first blank on: tried at every blank of a long run it would take quadratic time."""
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,2000})\?=")
_BETWEEN = re.compile(r"\?=[ \t]{1,100}=\?")


def raw_value(value: object, charset: str | None = None) -> str:
    """Return a header value as text; octets beyond ASCII are UTF-8, or else of the `charset` that the mail names."""
    text = str(value)
    if text.isascii():
        return text
    try:
        octets = text.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return decoded(octets, charset)


def clean_value(value: str) -> str:
    """Unfold a header value (RFC 5322 section 2.2.3) and drop control characters."""
    return without_controls(_FOLD.sub(" ", value)).strip()


def decoded_words(value: str) -> str:
    """Decode the encoded words of a header value; what is none, or is broken, stays as written."""
    if "=?" not in value:
        return value
    joined = _BETWEEN.sub("?==?", value)
    out: list[str] = []
    pending: tuple[str, bytes] | None = None
    end = 0
    for word in _WORD.finditer(joined):
        between = joined[end : word.start()]
        end = word.end()
        charset, octets = word.group(1).split("*")[0].lower(), _octets(word.group(2), word.group(3))
        if octets is None:
            _flush(out, pending)
            pending = None
            out.append(between + word.group())
        elif pending and not between and pending[0] == charset:
            pending = (charset, pending[1] + octets)
        else:
            _flush(out, pending)
            out.append(between)
            pending = (charset, octets)
    _flush(out, pending)
    out.append(joined[end:])
    return clean_value("".join(out))


def _flush(out: list[str], pending: tuple[str, bytes] | None) -> None:
    """Decode the octets that neighbouring words of one charset gathered, so that split characters meet."""
    if pending:
        out.append(decoded(pending[1], pending[0]))


def _octets(encoding: str, text: str) -> bytes | None:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b" ", b"_").replace(b"_", b"=20"))
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return None
