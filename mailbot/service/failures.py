"""What follows when a mail of ours has finally failed, at the relay or by a bounce."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from mailbot.core import ticket as act
from mailbot.core.ticket import Event, Kind, Open, Ticket
from mailbot.service.desk import Desk
from mailbot.service.record import add_note, due_at, tell_admins
from mailbot.store import outbox, tickets
from mailbot.store.outbox import OutboxRow


def record_failure(connection: Connection, desk: Desk, mail: OutboxRow, answer: str, now: datetime) -> None:
    """Marks a mail failed and its address failing, notes it on the ticket, and tells the admins once."""
    if not outbox.mark_failed(connection, mail.id, answer, now):
        return
    if mail.ticket is None or mail.party is None:
        return
    ticket = tickets.get_ticket(connection, mail.ticket)
    is_news = outbox.mark_failing(connection, mail.to_address, answer, now)
    unwarned = mail.kind is Kind.WARNING and _unwarn(connection, desk, ticket, mail)
    if is_news:
        add_note(connection, mail.ticket, Event.DELIVERY_FAILED, now, party=mail.party, kind=mail.kind, reason=answer)
    if is_news or unwarned:
        _tell(connection, desk, mail, answer, now, unwarned=unwarned)


def settle_warning(connection: Connection, desk: Desk, mail: OutboxRow, sent_at: datetime) -> None:
    """Starts the clock of the next step, once a warning has left for the party that owes the next word."""
    if mail.ticket is None or mail.kind is not Kind.WARNING:
        return
    ticket = tickets.get_ticket(connection, mail.ticket)
    if _is_current(connection, ticket, mail):
        _update(connection, desk, act.settle_warning(ticket, sent_at))


def _unwarn(connection: Connection, desk: Desk, ticket: Ticket, mail: OutboxRow) -> bool:
    """Takes back that a party was warned; whether it had any meaning left."""
    if not _is_current(connection, ticket, mail):
        return False
    _update(connection, desk, act.settle_warning(ticket, None))
    return True


def _is_current(connection: Connection, ticket: Ticket, mail: OutboxRow) -> bool:
    """Whether a warning is the latest one of the running plan, and this its copy to the party that owes."""
    state = ticket.state
    if not isinstance(state, Open) or not state.steps_taken or state.waiting_on is not mail.party:
        return False
    warnings = [entry for entry in tickets.entries(connection, ticket.number) if entry.event is Event.WARNING]
    return warnings[-1].number == mail.entry


def _update(connection: Connection, desk: Desk, ticket: Ticket) -> None:
    tickets.update_ticket(connection, ticket, due_at(desk, ticket))


def _tell(connection: Connection, desk: Desk, mail: OutboxRow, answer: str, now: datetime, *, unwarned: bool) -> None:
    stays = "It was a warning, so the ticket stays open until somebody acts." if unwarned else ""
    tell_admins(
        connection,
        desk,
        now,
        f"Ticket {mail.ticket}: the {mail.party}'s address does not accept mail",
        f"{mail.to_address} answered: {answer}",
        stays,
        f"`mailbot outbox list` shows what waits; `mailbot outbox retry {mail.id}` tries again.",
        ticket=mail.ticket,
    )
