"""What our own relay says about DMARC.

In: the raw, unfolded values of Authentication-Results, topmost first, and the name of the relay that we trust.
Out: pass, fail or none. The grammar is RFC 8601 section 2.2; only the topmost field of our relay counts, for
whoever sends a mail can write such fields himself further down.
"""

from __future__ import annotations

import re
from typing import Literal

Dmarc = Literal["pass", "fail", "none"]

_MAX_CHARS = 20_000
_ID = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s;"()=]+))\s*(?:\d+\s*)?')
_METHOD = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*([A-Za-z]+)(?=\s|\Z)")


def dmarc_verdict(results: tuple[str, ...], authserv_id: str) -> Dmarc:
    """Return DMARC's result in the topmost field of `authserv_id`; "none" when there is none or it is malformed."""
    wanted = authserv_id.strip().lower()
    if not wanted:
        return "none"
    for value in results:
        bare = _without_comments(value[:_MAX_CHARS])
        if bare is None:  # it may be ours, broken by what a sender made our relay write: nothing below it counts
            return "none"
        sections = _sections(bare)
        named = _ID.fullmatch(sections[0])
        if named and (named.group(1) or named.group(2) or "").lower() == wanted:
            return _dmarc(sections[1:])
    return "none"


def _dmarc(sections: list[str]) -> Dmarc:
    """Read the dmarc results of one field; when they contradict each other, the worst counts."""
    found: set[str] = set()
    for section in sections:
        method = _METHOD.match(section)
        if method and method.group(1).lower() == "dmarc":
            found.add(method.group(2).lower())
    if "fail" in found:
        return "fail"
    return "pass" if found == {"pass"} else "none"


def _sections(value: str) -> list[str]:
    """Split at semicolons outside quoted strings."""
    out, start, quoted, skip = [], 0, False, False
    for index, character in enumerate(value):
        if skip:
            skip = False
        elif quoted and character == "\\":
            skip = True
        elif character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            out.append(value[start:index])
            start = index + 1
    return [*out, value[start:]]


def _without_comments(value: str) -> str | None:
    """Replace comments by a space; None when parentheses or quotes do not balance."""
    out: list[str] = []
    depth, quoted, skip = 0, False, False
    for character in value:
        if skip:
            skip = False
            if not depth:
                out.append(character)
            continue
        if character == "\\" and (quoted or depth):
            skip = True
        elif character == '"' and not depth:
            quoted = not quoted
        elif character == "(" and not quoted:
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
