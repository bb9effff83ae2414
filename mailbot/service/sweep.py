"""The sweep: what is due is warned or closed. Asks an index; its cost follows what is due, not what is open."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.core import ticket as act
from mailbot.core.business_time import CalendarError
from mailbot.core.inactivity import Close, Rest, Wait, Warn, next_step
from mailbot.core.ticket import Actor, Change, NoChange, Ticket
from mailbot.errors import Conflict, MailbotError
from mailbot.service.desk import Desk
from mailbot.service.record import record, silence
from mailbot.store import tickets

log = logging.getLogger("mailbot.sweep")

BATCH = 100
_AGAIN = timedelta(hours=1)


def sweep(desk: Desk) -> bool:
    """Takes the next step of tickets whose time has come, a batch in one transaction; whether more may wait."""
    with desk.store.read() as connection:
        if not tickets.any_due(connection, desk.clock.now()):
            return False
    with desk.store.write() as connection:
        now = desk.clock.now()
        batch = tickets.due_tickets(connection, now, BATCH)
        for ticket in batch:
            _sweep_ticket(connection, desk, ticket, now)
    return len(batch) == BATCH


def _sweep_ticket(connection: Connection, desk: Desk, ticket: Ticket, now: datetime) -> None:
    try:
        with connection.begin_nested():
            _take_step(connection, desk, ticket, now)
    except Conflict:
        log.info("sweep overtaken ticket=%d", ticket.number)  # somebody acted at this moment: the next sweep looks
    except (MailbotError, CalendarError):
        log.exception("step failed ticket=%d", ticket.number)  # one that cannot be handled never blocks the others
        tickets.set_due_at(connection, ticket, now + _AGAIN)


def _take_step(connection: Connection, desk: Desk, ticket: Ticket, now: datetime) -> None:
    quiet = silence(ticket.state)
    assert quiet is not None, "a closed ticket has no due_at"
    plan = desk.config.plans_for(ticket.type, ticket.vendor).for_party(quiet.waiting_on)
    change: Change | NoChange
    match next_step(plan, quiet, desk.config.calendar_for(ticket.vendor), now):
        case Warn(due):
            change = act.warn(ticket, due.rule, now)
        case Close(due):
            change = act.close(ticket, Actor.INACTIVITY, now, due.rule)
        case Wait(until):
            tickets.set_due_at(connection, ticket, until)
            return
        case Rest():
            tickets.set_due_at(connection, ticket, None)
            return
    assert isinstance(change, Change)
    record(connection, desk, change)
    log.info("step taken ticket=%d event=%s", ticket.number, change.entries[-1].event)
