"""Who may speak: the sender grade of an author address for a token, and what is done with it.

In: the author address of a mail (a claim), the authentication result, and the addresses on file.
Out: a grade, and the treatment that the config gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from mailbot.core.public_mail_providers import PUBLIC_MAIL_PROVIDERS
from mailbot.core.ticket import Grade

Authentication = Literal["pass", "fail", "none"]


class Treatment(StrEnum):
    """What happens to the words of a grade."""

    POST = "post"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Standing:
    """Whom a token belongs to: the address on file, what else speaks for it, and what was confirmed for this ticket."""

    address: str
    also: frozenset[str] = frozenset()
    confirmed: frozenset[str] = frozenset()


TREATMENTS: Mapping[Grade, Treatment] = {
    Grade.ADDRESSEE: Treatment.POST,
    Grade.COLLEAGUE: Treatment.POST,
    Grade.STRANGER: Treatment.HOLD,
    Grade.FAILED: Treatment.HOLD,
}


def grade(author: str | None, authentication: Authentication, standing: Standing) -> Grade:
    """The grade of `author` (None: From was missing or ambiguous) for a party's token."""
    if author is None:
        return Grade.STRANGER
    if authentication == "fail":
        return Grade.FAILED
    address = fold(author)
    if address in {fold(standing.address), *map(fold, standing.confirmed)}:
        return Grade.ADDRESSEE
    return Grade.COLLEAGUE if _is_colleague(address, standing) else Grade.STRANGER


def fold(address: str) -> str:
    """The address as compared: case folded whole, since no mail host that people use tells case apart."""
    return address.strip().casefold()


def _is_colleague(address: str, standing: Standing) -> bool:
    domain = address.rpartition("@")[2]
    listed = {fold(entry).lstrip("@") for entry in standing.also}
    if address in listed or domain in listed:
        return True
    same_organisation = domain == fold(standing.address).rpartition("@")[2]
    return same_organisation and bool(domain) and domain not in PUBLIC_MAIL_PROVIDERS
