"""Writes one decision: ticket, history, mails owed. Called inside the caller's transaction, by every use case."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection

from mailbot.core import inactivity
from mailbot.core.business_time import CalendarError
from mailbot.core.inactivity import Due, Silence
from mailbot.core.own_tokens import without_tokens
from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Actor, Change, Event, Kind, NewEntry, Open, Party, State, Ticket
from mailbot.inbound.own_links import without_own_links
from mailbot.inbound.reading import OwnHistory
from mailbot.service.desk import Desk
from mailbot.store import outbox, tickets, vendors
from mailbot.store.outbox import Owed
from mailbot.store.tickets import Entry, Words

log = logging.getLogger("mailbot.tickets")

CAP_MET: Final = "too many mails"
"""What a note says when a party's cap is met: the one note that its ticket page shows."""
_HOUR = timedelta(hours=1)
_PARTIES = (Actor.CUSTOMER, Actor.VENDOR)
_CAPPED = (Kind.REPLY, Kind.REOPENED, Kind.CLOSED)
"""Kinds that a robot which writes as a person could cause without end."""


@dataclass(frozen=True)
class Recorded:
    """A decision as written: the ticket after it, and the entries it added."""

    ticket: Ticket
    entries: tuple[Entry, ...]


def silence(state: State) -> Silence | None:
    """How long the party that owes the next word has been silent; None for a closed ticket."""
    return silence_of(state) if isinstance(state, Open) else None


def silence_of(state: Open) -> Silence:
    """How long the party that owes the next word on an open ticket has been silent."""
    return Silence(state.waiting_on, state.last_activity_at, state.steps_taken, state.warned_at, state.paused_until)


def next_due(desk: Desk, type_name: str, vendor_id: str, state: State) -> Due | None:
    """What the clock will do with a vendor's ticket of a type in a state, by the plan and calendar in force.

    A step that the calendar never lets happen is none: `mailbot check` has warned of it.
    """
    quiet = silence(state)
    if quiet is None:
        return None
    plan = desk.config.plans_for(type_name, vendor_id).for_party(quiet.waiting_on)
    try:
        return inactivity.due(plan, quiet, desk.config.calendar_for(vendor_id))
    except CalendarError:
        return None


def due_at(desk: Desk, ticket: Ticket) -> datetime | None:
    """When the sweep has to look at a ticket."""
    coming = next_due(desk, ticket.type, ticket.vendor, ticket.state)
    return coming.at if coming else None


def record(connection: Connection, desk: Desk, change: Change, words: Words | None = None) -> Recorded:
    """Writes a change: the ticket's new state, its history, and a mail to each party.

    `words` belong to the change's comment. Conflict when somebody else changed the ticket first.
    """
    now = change.entries[-1].at
    said = cleaned(desk, words) if words else None
    ticket = tickets.update_ticket(connection, change.ticket, due_at(desk, change.ticket))
    entries = tuple(
        tickets.add_entry(connection, ticket.number, entry, said if entry.event is Event.COMMENT else None)
        for entry in change.entries
    )
    if change.mail is not Kind.WARNING:
        outbox.withdraw_warnings(connection, ticket.number, now)
    if change.mail is not None:
        owe_mails(connection, desk, ticket, entries[-1], change.mail)
    log.info("ticket changed ticket=%d event=%s by=%s", ticket.number, entries[-1].event, entries[-1].actor)
    return Recorded(ticket, entries)


def cleaned(desk: Desk, words: Words) -> Words:
    """Words without our own tokens and links: whoever holds one acts as the party it was made for."""
    own = OwnHistory(domain=desk.config.desk.domain, base_url=desk.config.desk.base_url)
    keys = desk.addresses.keys

    def clean(text: str) -> str:
        return without_tokens(without_own_links(text, own), keys)

    return replace(
        words,
        text=clean(words.text),
        sender_name=without_tokens(words.sender_name, keys),
        cuts=tuple((rule, clean(text)) for rule, text in words.cuts),
        attachments=tuple(replace(file, name=without_tokens(file.name, keys)) for file in words.attachments),
    )


def add_note(connection: Connection, number: int, event: Event, at: datetime, **facts: str) -> Entry:
    """Adds a history entry that changes nothing else."""
    return tickets.add_entry(connection, number, NewEntry(event, at, Actor.DESK, tuple(facts.items())))


def owe_mails(
    connection: Connection, desk: Desk, ticket: Ticket, entry: Entry, kind: Kind, *, spare: Party | None = None
) -> None:
    """Owes both parties (but `spare`) a mail about a history entry.

    A vendor without an address gets none, and the admins are told. When one party's comments caused too many
    mails within an hour, the next ones wait for one digest.
    """
    wait_until = _digest_time(connection, desk, ticket, entry, kind)
    owed = []
    for party in Party:
        to_address = address_of(connection, ticket, party)
        if party is spare:
            continue
        if not to_address:
            _tell_of_missing_address(connection, desk, ticket, entry.at)
            continue
        if wait_until is None:  # what waits for its digest goes before it, not after the next hour
            outbox.release_digest(connection, ticket.number, party, entry.at)
        if wait_until is None or not _joins_digest(connection, ticket.number, party, entry, kind):
            message_id = desk.addresses.message_id(Token(Purpose.MESSAGE, party, ticket.number, entry.number))
            owed.append(Owed(kind, to_address, message_id, ticket.number, entry.number, party))
    outbox.add_all(connection, owed, entry.at, not_before=wait_until)


def address_of(connection: Connection, ticket: Ticket, party: Party) -> str:
    """A party's address on file, or ""."""
    if party is Party.CUSTOMER:
        return ticket.customer_address
    return vendors.get_vendor(connection, ticket.vendor).address


def tell_admins(
    connection: Connection, desk: Desk, now: datetime, subject: str, *paragraphs: str, ticket: int | None = None
) -> None:
    """Owes each admin a notice. Without admins the log has it."""
    log.warning("admins told subject=%r ticket=%s", subject, ticket)
    for admin in desk.config.desk.admins:
        notice = {"subject": subject, "reason": subject, "paragraphs": list(paragraphs)}
        owe_notice(connection, desk, now, Kind.NOTICE, admin, notice, ticket=ticket)


def owe_notice(
    connection: Connection,
    desk: Desk,
    now: datetime,
    kind: Kind,
    to_address: str,
    notice: Mapping[str, Any] | None,
    *,
    ticket: int | None = None,
    forwards: int | None = None,
) -> None:
    """Owes somebody a mail that carries its own text (or an inbound mail that goes on as it came)."""
    unique = Token(Purpose.NOTICE, Party.CUSTOMER, secrets.randbits(32), secrets.randbits(24))
    message_id = desk.addresses.message_id(unique)
    outbox.add(
        connection,
        Owed(kind, to_address, message_id, ticket, notice=dict(notice) if notice else None, forwards=forwards),
        now,
    )


def _tell_of_missing_address(connection: Connection, desk: Desk, ticket: Ticket, now: datetime) -> None:
    if outbox.tell_once(connection, f"no-address:{ticket.number}", now):
        tell_admins(
            connection,
            desk,
            now,
            f"Ticket {ticket.number}: vendor {ticket.vendor} has no email address on file",
            f"The customer was told how else to reach the vendor. Give [vendors.{ticket.vendor}] an email, or answer"
            f" with `mailbot ticket comment {ticket.number} --as vendor`.",
            ticket=ticket.number,
        )


def _digest_time(connection: Connection, desk: Desk, ticket: Ticket, entry: Entry, kind: Kind) -> datetime | None:
    """When the mails about a party's act may leave if it has caused too many within the hour; else None."""
    if entry.actor not in _PARTIES or kind not in _CAPPED:
        return None
    since = entry.at - _HOUR
    times = outbox.mailed_act_times(connection, ticket.number, entry.actor, since)
    limit = desk.config.limits.mails_per_ticket_and_hour
    if len(times) < limit:
        return None
    if outbox.tell_once(connection, f"cap:{ticket.number}:{entry.actor}:{entry.at:%Y-%m-%dT%H}", entry.at):
        facts = {"what": CAP_MET, "party": entry.actor.value, "reason": f"more than {limit} within an hour"}
        add_note(connection, ticket.number, Event.NOTE, entry.at, **facts)
        tell_admins(
            connection,
            desk,
            entry.at,
            f"Ticket {ticket.number}: the {entry.actor} wrote more than {limit} comments within an hour",
            "Each is on the ticket; the mails about the latest wait for one digest. A machine may be writing.",
            ticket=ticket.number,
        )
    return times[-limit] + _HOUR


def _joins_digest(connection: Connection, number: int, party: Party, entry: Entry, kind: Kind) -> bool:
    waiting = outbox.waiting_digest(connection, number, party, entry.at)
    if waiting is None:
        return False
    outbox.postpone_to(connection, waiting, entry.number, kind)
    return True
