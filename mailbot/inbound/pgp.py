"""PGP in the text of a mail (RFC 9580 sections 7 and 6.2): signed text is shown, encrypted text is named as such.

In: text. Out: the text as it was signed, without the armour.
"""

from __future__ import annotations

import re

_SIGNED = re.compile(
    (
        r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\r?\n(?:(?:Hash|NotDashEscaped|"
        r"Charset): [^\n]{0,200}\n){0,5}[ \t]*\r?\n"
    ),
    re.MULTILINE,
)
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_ENDS = re.compile(r"^-----END PGP SIGNATURE-----[ \t]*\r?\n?", re.MULTILINE)
_ENCRYPTED = "-----BEGIN PGP MESSAGE-----"
_DASH_ESCAPE = re.compile(r"^- ", re.MULTILINE)


def without_armour(text: str) -> str:
    """Take a clear signature off a text; lines that signing escaped ("- -- ") are as they were."""
    opening = _SIGNED.search(text) if "BEGIN PGP SIGNED" in text else None
    if opening is None:
        return text
    start = text.find(_SIGNATURE, opening.end())
    if start < 0:
        return text
    end = _SIGNATURE_ENDS.search(text, start)
    rest = text[end.end() :] if end else ""
    return text[: opening.start()] + _DASH_ESCAPE.sub("", text[opening.end() : start]) + rest


def is_encrypted(text: str) -> bool:
    """Whether a text holds an encrypted PGP message."""
    return _ENCRYPTED in text
