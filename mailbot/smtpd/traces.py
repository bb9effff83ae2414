"""How what strangers sent is written into a log: on one line, shortened so that no whole token stands there."""

from __future__ import annotations

import json
import re

_PLAIN = re.compile(r"[A-Za-z0-9@+<>=.,:/_\[\]…-]{1,200}\Z")
_SHOWN_CHARS = 8


def shown_address(address: str) -> str:
    """An address whose local part lost all but the first 8 characters of each piece between plus signs.

    A reply address is known by a few characters of its token and useless with them; a mangled spelling of one
    (SRS, BATV) hides its token no worse. The null path is "<>".
    """
    if not address:
        return "<>"
    local, at, domain = address.rpartition("@")
    if not at:
        local, domain = domain, ""
    return shown("+".join(_shortened(piece) for piece in local.split("+")) + at + domain)


def shown(text: str) -> str:
    """A value for `key=value`: as it is where it is plain, else a JSON string (ASCII, up to 200 characters)."""
    return text if _PLAIN.match(text) else json.dumps(text[:200])


def _shortened(piece: str) -> str:
    return piece if len(piece) <= _SHOWN_CHARS else piece[:_SHOWN_CHARS] + "…"
