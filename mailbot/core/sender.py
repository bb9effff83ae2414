"""Who may speak and act: the sender grade of an author address for a token, and what is done with his words and acts.

In: the author address of a mail (a claim), the authentication result, and the addresses on file.
Out: a grade, and the treatment of an act of that grade.
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


class Act(StrEnum):
    """What somebody wants with a mail or a form."""

    SPEAK = "speak"
    CLOSE = "close"
    KEEP_OPEN = "keep open"
    REOPEN = "reopen"
    PAUSE = "need time"
    CHANGE_TYPE = "change the type"
    CONFIRM = "confirm"
    DISCARD = "discard"


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
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_ACTING = (Grade.ADDRESSEE, Grade.LINK, Grade.DESK)


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


def treatment(act: Act, of: Grade, configured: Treatment) -> Treatment:
    """What is done with an act of a grade; `configured` is what the config says about that grade's words.

    Words go as configured. Everything else counts from the party itself alone: its addressee, whoever holds its link,
    or the desk for it. What is held of somebody else's act are his words. Confirming is how an address proves
    itself, so it never waits for a confirmation.
    """
    is_decision = act in (Act.CONFIRM, Act.DISCARD)
    if act is not Act.SPEAK and (is_decision or configured is Treatment.POST):
        return Treatment.POST if of in _ACTING else Treatment.REFUSE
    return configured


def fold(address: str) -> str:
    """The address as compared: ASCII letters in lower case, since no mail host that people use tells case apart.

    No other letter is folded: Unicode's folding makes one of `straße.example` and `strasse.example`, which are two
    domains (RFC 5892), and of a long s or a Kelvin sign and the letters that they look like.
    """
    return address.strip().translate(_LOWER)


def base_address(address: str) -> str:
    """The mailbox behind an address: folded, without what follows a plus in its local part (RFC 5233)."""
    local, _, domain = fold(address).rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def _is_colleague(address: str, standing: Standing) -> bool:
    domain = address.rpartition("@")[2]
    listed = {fold(entry).lstrip("@") for entry in standing.also}
    if address in listed:
        return True
    same_organisation = domain in listed or domain == fold(standing.address).rpartition("@")[2]
    return same_organisation and bool(domain) and domain not in PUBLIC_MAIL_PROVIDERS
