"""What one party must not learn of the other from us: addresses that mail programs print into a person's words.

In: a text or a name, and the addresses of whoever wrote it. Out: the same without them. What a person types is his;
what his mail program put beside it (quoted lines, attributions, printed header fields, link targets) is not. Linear.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from mailbot.core.sender import fold
from mailbot.inbound.attribution import Below, introduces
from mailbot.inbound.header_block import is_field

_MARK: Final = "…"
_LOCAL_PART_END: Final = re.compile(r"[^\s<>\"(),:;\[\]]{1,64}\Z")
_DOMAIN_START: Final = re.compile(r"[^\W_](?:[\w.-]{0,250}[^\W_])?")
_NAMED: Final = re.compile(r"[<(\[]?[^\s<>\"'(),:;\[\]@]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}[>)\]]?")
"""An address in a display name; a name with an @ and no domain is a name."""
_QUOTED: Final = re.compile(r"\s{0,40}[>|»]")
_LONGEST_PRINTED_LINE: Final = 1000


def without_addresses(text: str) -> str:
    """A text in which each email address is only hinted at. Linear: it looks only around each @."""
    before, *others = text.split("@")
    done = []
    for after in others:
        local, domain = _LOCAL_PART_END.search(before[-64:]), _DOMAIN_START.match(after)
        if local and domain:
            done.append(before[: len(before) - len(local[0])] + _MARK)
            before = after[domain.end() :]
        else:
            done.append(before + "@")
            before = after
    return "".join([*done, before])


def name_without_addresses(name: str) -> str:
    """A display name without the address that some programs make of it; "" when nothing else is in it."""
    if "@" not in name:
        return name
    return " ".join(_NAMED.sub(" ", name).split()).strip("\"' ")


def without_printed_addresses(text: str, addresses: frozenset[str]) -> str:
    """A text in which these addresses are gone wherever a mail program printed them."""
    if "@" not in text or not addresses or not any(address in fold(text) for address in addresses):
        return text
    return "\n".join(_cleared(line, addresses) if "@" in line else line for line in text.split("\n"))


def _cleared(line: str, addresses: frozenset[str]) -> str:
    bracketed, bare = _patterns(addresses)
    is_printed = _is_printed(line)
    line = bracketed.sub("", line)
    return bare.sub(_MARK, line) if is_printed else line


def _is_printed(line: str) -> bool:
    if _QUOTED.match(line):
        return True
    return len(line) <= _LONGEST_PRINTED_LINE and (is_field(line) or introduces(line, wrapped=False, below=Below.QUOTE))


@lru_cache(maxsize=256)
def _patterns(addresses: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """These addresses as a program prints them beside a name or a link, and anywhere."""
    any_of = "|".join(re.escape(address) for address in sorted(addresses, key=len, reverse=True))
    return (
        re.compile(rf"[ \t]?[<\[(](?:mailto:)?(?:{any_of})(?:\?[^\s>\])]{{0,200}})?[>\])]", re.IGNORECASE),
        re.compile(rf"(?:mailto:)?(?<![\w.+-])(?:{any_of})(?![\w-])", re.IGNORECASE),
    )
