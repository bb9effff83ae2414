"""From an inbox row and its reading to one verdict, in one transaction: the list of verbs for inbound mail.

A mail that we stored and then cannot handle is shunted: kept, shown, and the admins are told.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from mailbot.core.reply_token import Purpose
from mailbot.core.ticket import Event, Grade, Via
from mailbot.core.verdict import Outcome, Verdict
from mailbot.errors import BadInput, NotFound, StoreUnavailable
from mailbot.inbound.reading import MailKind, OwnHistory, Reading, ReadingLimits
from mailbot.outbound.mail import OutgoingMail
from mailbot.service import from_nobody, mails, recipients, to_desk, to_ticket
from mailbot.service.case import Case, Decision
from mailbot.service.desk import Desk
from mailbot.service.handover import Refusal
from mailbot.service.reading_reply import read_reply
from mailbot.service.recipients import ToDesk, ToIntake, ToRole, ToTicket
from mailbot.service.record import add_note, tell_admins
from mailbot.service.transaction import in_one_transaction
from mailbot.service.workers import Overrun, Workers
from mailbot.store import held, inbox, tickets
from mailbot.store.inbox import Headline, InboxRow
from mailbot.store.leases import Lease
from mailbot.store.tickets import Words

log = logging.getLogger("mailbot.inbox")

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 50
_NAMES_TICKET = (Purpose.REPLY, Purpose.CLOSE, Purpose.KEEP)


def claim(desk: Desk, busy: frozenset[int], most: int) -> list[InboxRow]:
    """Takes waiting mails to read, beside those that this process is `busy` with."""
    with desk.store.read() as connection:
        if not inbox.any_waiting(connection, busy):
            return []
    with desk.store.write() as connection:
        lease = Lease(desk.clock.now(), LEASE, desk.store.owner.name, busy)
        return inbox.claim_waiting(connection, lease, most)


def raw_mail(desk: Desk, row: InboxRow) -> bytes:
    """The octets of a mail as they came."""
    with desk.store.read() as connection:
        return desk.store.blobs.get(connection, row.raw)


def raw_size(desk: Desk, row: InboxRow) -> int:
    """How many octets a mail has."""
    with desk.store.read() as connection:
        return desk.store.blobs.size(connection, row.raw)


def _place_of_raw_mail(desk: Desk, row: InboxRow) -> bytes | Path:
    """A mail's octets, or their file: a worker reads a large mail there, and it is in memory once."""
    with desk.store.read() as connection:
        return desk.store.blobs.place(connection, row.raw)


def own_history(desk: Desk, row: InboxRow) -> OwnHistory:
    """What we wrote on the ticket that the recipient names, to recognise it in a quote.

    Of a mail that was posted already, what stood there before it: later words it cannot quote.
    """
    destination = recipients.resolve(desk, row.recipient)
    lines: tuple[str, ...] = ()
    if isinstance(destination, ToTicket) and destination.token.purpose in _NAMES_TICKET:
        with desk.store.read() as connection:
            became = tickets.entry_of_mail(connection, destination.token.number, row.id)
            history = tickets.entries(connection, destination.token.number, became - 1 if became else None)
        lines = tuple(line for entry in history if entry.words for line in entry.words.text.splitlines())
    return OwnHistory(lines, desk.config.desk.domain, desk.config.desk.base_url)


def last_mail(desk: Desk, row: InboxRow) -> OutgoingMail | None:
    """What our newest mail to the party was made from whose reply address the recipient is."""
    destination = recipients.resolve(desk, row.recipient)
    if not isinstance(destination, ToTicket) or destination.token.purpose not in _NAMES_TICKET:
        return None
    with desk.store.read() as connection:
        number, party = destination.token.number, destination.token.party
        became = tickets.entry_of_mail(connection, number, row.id)
        return mails.last_mail(connection, desk, number, party, desk.clock.now(), before=became)


def settle(desk: Desk, row: InboxRow, reading: Reading, decide: Decision | None = None) -> Verdict:
    """Decides on a mail and writes everything that follows, with its verdict, in one transaction."""

    def once(connection: Connection) -> Verdict:
        case = Case(desk, connection, row, reading, desk.clock.now())
        verdict = (decide or _decide)(case)
        headline = Headline(reading.message_id, _author(reading), reading.subject)
        if not inbox.settle(connection, row.id, verdict, headline, case.now):
            connection.rollback()
        return verdict

    verdict = in_one_transaction(desk, once)
    log.info("mail settled inbox=%d verdict=%r ticket=%s", row.id, str(verdict), verdict.ticket)
    return verdict


def shunt(desk: Desk, row: InboxRow, why: str) -> Verdict:
    """Keeps a mail that we could not handle, where an admin sees it; on its ticket when its token was good."""
    empty = Reading(kind=MailKind.OTHER, why_kind="not read", subject="", text="")
    return settle(desk, row, empty, lambda case: _shunt(case, why))


def replay(desk: Desk, key: int) -> None:
    """Lets a shunted mail be read and decided again. NotFound when there is none of that id, BadInput for others."""
    with desk.store.write() as connection:
        if inbox.get_row(connection, key) is None:
            raise NotFound(f"there is no inbound mail {key}; `mailbot inbox list` shows them")
        if not inbox.requeue(connection, key):
            raise BadInput(f"inbound mail {key} is not shunted; only such mails can be replayed")
        held.release_shunted(connection, key)


async def handle(desk: Desk, workers: Workers, row: InboxRow) -> None:
    """Reads a claimed mail in a worker and settles it; shunts it when we cannot.

    When the store is away, the mail stays claimed by us and is taken up at the next tick.
    """
    try:
        if row.attempts > MAX_ATTEMPTS:
            await asyncio.to_thread(shunt, desk, row, f"tried {MAX_ATTEMPTS} times without an end")
            return
        async with workers.turn_for(await asyncio.to_thread(raw_size, desk, row)):
            reading = await _read(desk, workers, row)
            await asyncio.to_thread(settle, desk, row, reading)
    except StoreUnavailable as error:
        log.warning("mail waits inbox=%d reason=%r", row.id, str(error))
    except Overrun as overrun:
        await asyncio.to_thread(shunt, desk, row, str(overrun))
    except Exception as error:  # the door of the inbox: a bug of ours must not lose the mail or stop the next one
        log.exception("mail shunted inbox=%d", row.id)
        await asyncio.to_thread(shunt, desk, row, f"{type(error).__name__}: {error}")


async def _read(desk: Desk, workers: Workers, row: InboxRow) -> Reading:
    raw = await asyncio.to_thread(_place_of_raw_mail, desk, row)
    own = await asyncio.to_thread(own_history, desk, row)
    last = await asyncio.to_thread(last_mail, desk, row)
    folder = desk.config.desk.templates
    return await workers.run(read_reply, raw, reading_limits(desk), own, last, str(folder) if folder else None)


def reading_limits(desk: Desk) -> ReadingLimits:
    """The bounds on one inbound mail."""
    limits = desk.config.limits
    return ReadingLimits(limits.max_parts, limits.max_depth, limits.max_header_bytes)


def _shunt(case: Case, why: str) -> Verdict:
    number = None
    destination = recipients.resolve(case.desk, case.row.recipient)
    if (
        isinstance(destination, ToTicket)
        and destination.token.purpose in _NAMES_TICKET
        and tickets.exists(case.connection, destination.token.number)
    ):
        number, party = destination.token.number, destination.token.party
        nothing = Words("", "", "", Grade.STRANGER, Via.MAIL, inbox=case.row.id)
        held.hold(case.connection, number, party, case.row.id, case.now, "shunted", nothing)
        add_note(case.connection, number, Event.HELD, case.now, party=party, reason="shunted")
    tell_admins(
        case.connection,
        case.desk,
        case.now,
        f"Mail {case.row.id} could not be handled",
        f"It is kept as it came: {why}",
        f"`mailbot inbox show {case.row.id}` shows it, `mailbot replay {case.row.id}` tries again.",
        ticket=number,
    )
    return case.verdict(Outcome.SHUNTED, why, number)


def _decide(case: Case) -> Verdict:
    destination = recipients.resolve(case.desk, case.row.recipient)
    case.found("recipient", _described(destination))
    if not isinstance(destination, ToRole) and (end := from_nobody.refuse_loop(case)):
        return end
    match destination:
        case ToTicket(token):
            return to_ticket.receive(case, token)
        case ToIntake() | ToDesk():
            return to_desk.receive(case, destination)
        case ToRole(role):
            return from_nobody.forward(case, role)
        case Refusal():
            return case.verdict(Outcome.REFUSED, f"the recipient is not known any more: {destination}")


def _described(destination: recipients.Destination | Refusal) -> str:
    match destination:
        case ToTicket(token) if token.purpose in (Purpose.CONFIRM, Purpose.DISCARD):
            return f"{token.purpose.name.lower()} address of held mail {token.number} for the {token.party}"
        case ToTicket(token):
            return f"{token.purpose.name.lower()} address of the {token.party} of {token.number}"
        case ToIntake(local_part):
            return f"intake address {local_part}"
        case ToDesk():
            return "the desk's own address"
        case ToRole(role):
            return f"role address {role}"
        case Refusal():
            return str(destination)


def _author(reading: Reading) -> str | None:
    return reading.author.address if reading.author else None
