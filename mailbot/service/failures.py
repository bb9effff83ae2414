"""What follows when a mail of ours has finally failed, at the relay or by a bounce."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.core import ticket as act
from mailbot.core.delivery_words import meaning_of
from mailbot.core.ticket import Event, Kind, Open, Ticket
from mailbot.service.desk import Desk
from mailbot.service.record import add_note, due_at, tell_admins
from mailbot.store import outbox, tickets
from mailbot.store.outbox import OutboxRow

_RESENDINGS = 2
"""How often a mail is sent anew after the relay gave it up for a fault that may pass."""


def record_delay(connection: Connection, mail: OutboxRow, answer: str, now: datetime) -> None:
    """Notes that the relay still tries to deliver a mail; once for each mail."""
    if outbox.tell_once(connection, f"late:{mail.id}", now):
        _note_delay(connection, mail, answer, now)


def record_soft_bounce(connection: Connection, desk: Desk, mail: OutboxRow, answer: str, now: datetime) -> None:
    """The relay gave a mail up for a fault that may pass: it is sent again, and fails at the third time.

    A mail after which a later one has told its party everything is not sent again.
    """
    if not any(outbox.tell_once(connection, f"soft:{mail.id}:{number}", now) for number in range(_RESENDINGS)):
        record_failure(connection, desk, mail, f"given up after {_RESENDINGS + 1} times: {answer}", now, bounced=True)
        return
    _note_delay(connection, mail, answer, now)
    again = now + timedelta(seconds=desk.config.smarthost.retry_longest)
    if not outbox.send_again(connection, mail, f"came back: {answer}", again):
        outbox.mark_failed(connection, mail.id, f"came back: {answer}", now, bounced=True)
    elif mail.kind is Kind.WARNING and mail.ticket is not None:
        _unwarn(connection, desk, tickets.get_ticket(connection, mail.ticket), mail)


def _note_delay(connection: Connection, mail: OutboxRow, answer: str, now: datetime) -> None:
    if mail.ticket is not None and mail.party is not None:
        facts = {"what": "mail delayed", "party": mail.party.value, "reason": answer}
        add_note(connection, mail.ticket, Event.NOTE, now, **facts)


def record_failure(
    connection: Connection,
    desk: Desk,
    mail: OutboxRow,
    answer: str,
    now: datetime,
    *,
    bounced: bool = False,
    blames_address: bool = True,
) -> None:
    """Marks a mail failed and its address failing, notes it on the ticket, and tells the admins once.

    `bounced`: the relay had taken it, and a report came back. Unless it `blames_address`, nobody spoke of the
    recipient (the smarthost was away until we gave up, say), and his address stays in good standing.
    """
    if not outbox.mark_failed(connection, mail.id, answer, now, bounced=bounced):
        return
    if mail.forwards is not None:
        _tell_of_forward(connection, desk, mail, answer, now)
    if mail.ticket is None or mail.party is None:
        return
    ticket = tickets.get_ticket(connection, mail.ticket)
    unwarned = mail.kind is Kind.WARNING and _unwarn(connection, desk, ticket, mail)
    is_news = not blames_address or outbox.mark_failing(connection, mail.to_address, answer, now, bounced=bounced)
    if is_news:
        add_note(connection, mail.ticket, Event.DELIVERY_FAILED, now, party=mail.party, kind=mail.kind, reason=answer)
    if not blames_address:
        _tell_of_giving_up(connection, desk, answer, now)
    elif is_news or unwarned:
        _tell(connection, desk, mail, answer, now, unwarned=unwarned)


def settle_warning(connection: Connection, desk: Desk, mail: OutboxRow, sent_at: datetime) -> None:
    """Starts the clock of the next step, once a warning has left for the party that owes the next word.

    It never counts from before the warning was decided, whatever a clock that steps back says of its leaving.
    """
    if mail.ticket is None or mail.kind is not Kind.WARNING:
        return
    ticket = tickets.get_ticket(connection, mail.ticket)
    if _is_current(connection, ticket, mail):
        _update(connection, desk, act.settle_warning(ticket, max(sent_at, mail.created_at)))


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
        f"{mail.to_address} answered: {answer}" + (f" ({meaning})" if (meaning := meaning_of(answer)) else ""),
        stays,
        f"`mailbot outbox list` shows what waits; `mailbot outbox retry {mail.id}` tries again.",
        ticket=mail.ticket,
    )


def _tell_of_giving_up(connection: Connection, desk: Desk, answer: str, now: datetime) -> None:
    """Mails that nobody refused were tried for too long; said once a day, since it mostly hits many."""
    if outbox.tell_once(connection, f"given up:{now:%Y-%m-%d}", now):
        tell_admins(
            connection,
            desk,
            now,
            "Mails were given up, and not for their recipients' sake",
            answer,
            "`mailbot outbox list --status failed` shows them; `mailbot outbox retry ID` tries one again.",
        )


def _tell_of_forward(connection: Connection, desk: Desk, mail: OutboxRow, answer: str, now: datetime) -> None:
    tell_admins(
        connection,
        desk,
        now,
        "A mail to postmaster or the desk could not be passed on to you",
        f"{mail.to_address} answered: {answer}",
        "It is kept: `mailbot inbox list` names it, `mailbot inbox show ID --raw` shows it.",
    )
