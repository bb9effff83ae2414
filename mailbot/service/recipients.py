"""RCPT TO decides first: whose address a recipient is. Asked by every way in before a mail is taken.

In: an address as a relay spells it. Out: what it means to this desk, or why it is refused (RFC 5321, RFC 3463).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.config_sections import IntakeSection
from mailbot.core.addresses import ROLES
from mailbot.core.reply_token import Purpose, Retired, Token, Unknown
from mailbot.outbound.headers import ascii_domain
from mailbot.service.desk import Desk
from mailbot.service.handover import Refusal
from mailbot.store import held, tickets

UNKNOWN = Refusal(550, "5.1.1", "No such address here")
RETIRED = Refusal(550, "5.7.1", "This address is no longer in use; please write to the desk anew")
NOT_OURS = Refusal(550, "5.7.1", "We do not relay mail")

_PERCENT_OR_BANG = re.compile(r"[%!@]")


@dataclass(frozen=True)
class ToTicket:
    """An address of ours with a token in it."""

    token: Token


@dataclass(frozen=True)
class ToIntake:
    """An address whose mail opens tickets."""

    local_part: str
    intake: IntakeSection


@dataclass(frozen=True)
class ToDesk:
    """The desk's own address: nothing opens here, but a reply may find its ticket."""


@dataclass(frozen=True)
class ToRole:
    """postmaster or abuse (RFC 2142): forwarded to the admins."""

    role: str


Destination = ToTicket | ToIntake | ToDesk | ToRole


def resolve(desk: Desk, address: str) -> Destination | Refusal:
    """What a recipient address means. Looks at config and signature only, not at the store."""
    local_part, at, _ = address.rpartition("@")
    if not at and address.casefold() == "postmaster":  # RFC 5321 section 4.5.1: without a domain, too
        return ToRole("postmaster")
    if not is_ours(desk, address):
        return NOT_OURS
    local_part = local_part.removeprefix('"').removesuffix('"')
    if local_part.casefold() in ROLES:
        return ToRole(local_part.casefold())
    match desk.addresses.read_local_part(local_part):
        case Token() as token:
            return ToTicket(token)
        case Retired():
            return RETIRED
        case Unknown():
            return UNKNOWN
    return _named(desk, local_part)


def decide(desk: Desk, address: str) -> Refusal | None:
    """The answer to RCPT TO; None accepts. Looks up that what a token names is still there."""
    found = resolve(desk, address)
    if isinstance(found, Refusal):
        return found
    return _outlived(desk, found.token) if isinstance(found, ToTicket) else None


def is_ours(desk: Desk, address: str) -> bool:
    """Whether an address is in our domain: mail to it comes to us, whoever may have it.

    Compares domains as the DNS knows them: with SMTPUTF8 a relay may write ours in its own script (RFC 6531).
    """
    try:
        return ascii_domain(address.rpartition("@")[2].rstrip(".")).lower() == desk.config.desk.domain
    except ValueError:  # no domain at all
        return False


def _named(desk: Desk, local_part: str) -> Destination | Refusal:
    if _PERCENT_OR_BANG.search(local_part):
        return NOT_OURS
    name = local_part.casefold()
    intake = desk.config.intake.get(name) or desk.config.intake.get(name.partition("+")[0])
    if intake is not None:
        return ToIntake(name, intake)
    return ToDesk() if f"{name}@{desk.config.desk.domain}" == desk.config.from_address.casefold() else UNKNOWN


def _outlived(desk: Desk, token: Token) -> Refusal | None:
    """Why a token that we signed is not taken any more: what it names is gone, or it was revoked."""
    with desk.store.read() as connection:
        if token.purpose in (Purpose.CONFIRM, Purpose.DISCARD):
            waiting = held.get_held(connection, token.number)
            number = waiting.ticket if waiting else None
        else:
            number = token.number
        epoch = None if number is None else tickets.epoch(connection, number, token.party)
    if epoch is None:
        return UNKNOWN
    return RETIRED if token.purpose is not Purpose.BOUNCE and token.serial != epoch else None
