"""A ticket, and rows of inbox and outbox, as JSON objects: the interface that programs around mailbot rely on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from mailbot.core.delivery_words import meaning_of
from mailbot.core.ticket import Actor, Open, Party, Ticket
from mailbot.service.desk import Desk
from mailbot.service.record import next_due
from mailbot.store import held, outbox, tickets, vendors
from mailbot.store.held import Held
from mailbot.store.inbox import InboxRow
from mailbot.store.outbox import OutboxRow
from mailbot.store.tickets import Entry

Json = dict[str, Any]


def moment(at: datetime | None) -> str | None:
    """A moment as RFC 3339 in UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def ticket_object(connection: Connection, desk: Desk, number: int) -> Json:
    """Everything about a ticket. NotFound when there is none."""
    ticket = tickets.get_ticket(connection, number)
    state, entries = ticket.state, tickets.entries(connection, number)
    due = next_due(desk, ticket.type, ticket.vendor, state)
    return {
        **ticket_summary(ticket),
        "next": {"action": due.action, "at": moment(due.at), "rule": due.rule} if due else None,
        "customer": _customer(connection, desk, ticket),
        "vendor": _vendor(connection, desk, ticket),
        "details": dict(ticket.details),
        "successor_of": ticket.successor_of,
        "comments": _comments(connection, ticket, entries),
        "history": [_event(entry) for entry in entries],
        "held": [_held(mail) for mail in held.held_mails(connection, number)],
        "mails": [mail_object(mail) for mail in outbox.ticket_mails(connection, number) if mail.party],
    }


def ticket_summary(ticket: Ticket) -> Json:
    """What a list says of a ticket."""
    state = ticket.state
    return {
        "number": ticket.number,
        "type": ticket.type,
        "status": "open" if ticket.is_open else "closed",
        "subject": ticket.subject,
        "opened_at": moment(ticket.opened_at),
        "waiting_on": state.waiting_on.value if isinstance(state, Open) else None,
        "last_actor": state.last_actor.value,
        "last_activity_at": moment(state.last_activity_at),
        "customer_address": ticket.customer_address,
        "vendor_id": ticket.vendor,
    }


def mail_object(mail: OutboxRow) -> Json:
    """A mail of ours and its fate. `to` is a party, or "admin"."""
    return {
        "id": mail.id,
        "kind": mail.kind.value,
        "to": mail.party.value if mail.party else "admin",
        "message_id": mail.message_id,
        "status": mail.status,
        "attempts": mail.attempts,
        "next_try_at": moment(mail.next_try_at) if mail.attempts else None,
        "answer": mail.answer,
        "settled_at": moment(mail.settled_at),
        "fate": fate_of(mail),
    }


def fate_of(mail: OutboxRow) -> str:
    """What came of a mail, in plain words."""
    meaning = meaning_of(mail.answer)
    why = f"{mail.answer} ({meaning})" if meaning else mail.answer
    times = "once" if mail.attempts == 1 else f"{mail.attempts} times"
    if mail.status == "sent":
        return f"the relay took it at {moment(mail.settled_at)}: {mail.answer}"
    if mail.status == "failed":
        return f"not delivered, given up at {moment(mail.settled_at)}: {why}"
    if mail.status == "withdrawn":
        return f"not sent: {mail.answer}"
    if mail.attempts:
        return f"tried {times}, put off until {moment(mail.next_try_at)}: {why}"
    return "waits for its turn"


def inbox_object(row: InboxRow) -> Json:
    """An inbound mail for one recipient; `verdict` is null while it waits."""
    return {
        "id": row.id,
        "received_at": moment(row.received_at),
        "recipient": row.recipient,
        "return_path": row.return_path,
        "author": row.author,
        "subject": row.subject,
        "message_id": row.message_id,
        "ticket": row.ticket,
        "verdict": row.verdict.outcome.value if row.verdict else None,
        "reason": row.verdict.reason if row.verdict else None,
    }


def _customer(connection: Connection, desk: Desk, ticket: Ticket) -> Json:
    address = ticket.customer_address
    return {"name": ticket.customer_name, **_reached(connection, desk, ticket, Party.CUSTOMER, address)}


def _vendor(connection: Connection, desk: Desk, ticket: Ticket) -> Json:
    vendor = vendors.get_vendor(connection, ticket.vendor)
    return {"id": vendor.id, "name": vendor.name, **_reached(connection, desk, ticket, Party.VENDOR, vendor.address)}


def _reached(connection: Connection, desk: Desk, ticket: Ticket, party: Party, address: str) -> Json:
    return {
        "address": address,
        "reply_address": desk.addresses.reply(ticket.number, party, ticket.epoch(party)),
        "page": desk.addresses.page(ticket.number, party, ticket.epoch(party)),
        "address_failing": bool(address) and outbox.failing_reason(connection, address) is not None,
    }


def _comments(connection: Connection, ticket: Ticket, entries: tuple[Entry, ...]) -> list[Json]:
    spoken = [entry for entry in entries if entry.words is not None]
    return [_comment(connection, ticket, number, entry) for number, entry in enumerate(spoken, 1)]


def _comment(connection: Connection, ticket: Ticket, number: int, entry: Entry) -> Json:
    words = entry.words
    assert words is not None
    on_file = ticket.customer_address if entry.actor is Actor.CUSTOMER else ""
    if entry.actor is Actor.VENDOR:
        on_file = vendors.get_vendor(connection, ticket.vendor).address
    return {
        "number": number,
        "opening": entry.number == 1,
        "party": entry.actor.value,
        "sender": words.sender or on_file,
        "sender_grade": words.grade.value,
        "at": moment(entry.at),
        "text": words.text,
        "message_id": words.message_id,
        "via": words.via.value,
        "attachments": [
            {"name": file.name, "bytes": file.bytes, "media_type": file.media_type} for file in words.attachments
        ],
    }


def _event(entry: Entry) -> Json:
    return {
        "number": entry.number,
        "event": entry.event.value,
        "at": moment(entry.at),
        "by": entry.actor.value,
        "facts": dict(entry.facts),
    }


def _held(mail: Held) -> Json:
    return {
        "id": mail.id,
        "party": mail.party.value,
        "sender": mail.words.sender,
        "reason": mail.reason,
        "text": mail.words.text,
        "message_id": mail.words.message_id,
        "at": moment(mail.at),
    }


def held_object(mail: Held) -> Json:
    """A held mail with its ticket, as a list shows it."""
    return {"ticket": mail.ticket, **_held(mail)}
