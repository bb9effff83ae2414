"""Ticket, history and vendor rows, to and from the core's values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, func, insert, or_, select, update

from mailbot.core.ticket import (
    Actor,
    Attachment,
    Closed,
    Event,
    Grade,
    NewEntry,
    Open,
    Party,
    State,
    Ticket,
    Via,
)
from mailbot.errors import Conflict, NotFound
from mailbot.store.schema import attachment, blob, history, inserted_key, ticket

# Statements of every change, made once: making them anew costs more than the database does.
_TICKET = select(ticket).where(ticket.c.number == bindparam("of_number"))
_AT_VERSION = update(ticket).where(
    ticket.c.number == bindparam("of_number"), ticket.c.version == bindparam("of_version")
)
_LAST_ENTRY = select(func.coalesce(func.max(history.c.number), 0)).where(history.c.ticket == bindparam("of_ticket"))
_ADD_ENTRY = insert(history).values(number=_LAST_ENTRY.scalar_subquery() + 1).returning(history.c.id, history.c.number)


@dataclass(frozen=True)
class Words:
    """What a person wrote, with where it came from. `cuts` are (rule, text) pairs that were not new words."""

    text: str
    sender: str
    sender_name: str
    grade: Grade
    via: Via
    message_id: str | None = None
    inbox: int | None = None
    cuts: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A history entry as stored; `number` counts from 1 in its ticket."""

    number: int
    event: Event
    at: datetime
    actor: Actor
    facts: tuple[tuple[str, str], ...]
    words: Words | None = None


def insert_ticket(connection: Connection, new: Ticket, due_at: datetime | None, language: str = "") -> Ticket:
    """Adds a ticket; gives it back with its number. `new.number` and `new.version` are ignored."""
    row = _row(new) | {"version": 1, "due_at": due_at, "customer_language": language}
    number = inserted_key(connection, insert(ticket).values(row))
    return get_ticket(connection, number)


def get_ticket(connection: Connection, number: int) -> Ticket:
    """The ticket with that number; NotFound when there is none."""
    row = connection.execute(_TICKET, {"of_number": number}).mappings().first()
    if row is None:
        raise NotFound(f"there is no ticket {number}")
    return _ticket(row)


def epoch(connection: Connection, number: int, party: Party) -> int | None:
    """How often the addresses of a party were revoked; None when there is no such ticket."""
    column = ticket.c.customer_epoch if party is Party.CUSTOMER else ticket.c.vendor_epoch
    return connection.execute(select(column).where(ticket.c.number == number)).scalar_one_or_none()


def revoke(connection: Connection, number: int, party: Party) -> None:
    """Ends all addresses and links that a party of a ticket has; NotFound when there is no such ticket."""
    column = ticket.c.customer_epoch if party is Party.CUSTOMER else ticket.c.vendor_epoch
    raised = update(ticket).where(ticket.c.number == number).values({column: column + 1})
    if connection.execute(raised).rowcount != 1:
        raise NotFound(f"there is no ticket {number}")


def exists(connection: Connection, number: int) -> bool:
    """Whether there is such a ticket; one look at the primary key."""
    return connection.execute(select(ticket.c.number).where(ticket.c.number == number)).first() is not None


def update_ticket(connection: Connection, changed: Ticket, due_at: datetime | None) -> Ticket:
    """Writes a changed ticket if nobody else did since `changed.version` was read; Conflict when somebody did."""
    written = replace(changed, version=changed.version + 1)
    row = _row(written) | {"version": written.version, "due_at": due_at}
    result = connection.execute(_AT_VERSION, row | {"of_number": changed.number, "of_version": changed.version})
    if result.rowcount != 1:
        raise Conflict(f"ticket {changed.number} was changed by somebody else at the same moment; try again")
    return written


def any_due(connection: Connection, now: datetime) -> bool:
    """Whether the time of a ticket has come; asks the index on `due_at`."""
    return connection.execute(select(ticket.c.number).where(ticket.c.due_at <= now).limit(1)).first() is not None


def due_tickets(connection: Connection, now: datetime, most: int) -> list[Ticket]:
    """Tickets whose time has come, the longest due first; asks the index on `due_at`."""
    query = select(ticket).where(ticket.c.due_at <= now).order_by(ticket.c.due_at).limit(most)
    return [_ticket(row) for row in connection.execute(query).mappings()]


def coming_tickets(
    connection: Connection, after: tuple[datetime, int] | None, until: datetime | None, most: int
) -> list[tuple[Ticket, datetime]]:
    """Tickets for which something is due by itself up to `until`, the soonest first, in batches.

    `after` is the (`due_at`, number) of the last one of the batch before. Asks the index on `due_at`.
    """
    query = select(ticket).where(ticket.c.due_at.is_not(None)).order_by(ticket.c.due_at, ticket.c.number).limit(most)
    if until is not None:
        query = query.where(ticket.c.due_at <= until)
    if after is not None:
        at, number = after
        query = query.where(ticket.c.due_at >= at, or_(ticket.c.due_at > at, ticket.c.number > number))
    return [(_ticket(row), row["due_at"]) for row in connection.execute(query).mappings()]


def open_tickets(connection: Connection, after: int, most: int) -> list[tuple[Ticket, datetime | None]]:
    """Open tickets with their `due_at`, by number from `after`, in batches: for recomputing when a plan changed."""
    query = select(ticket).where(ticket.c.status == "open", ticket.c.number > after).order_by(ticket.c.number)
    return [(_ticket(row), row["due_at"]) for row in connection.execute(query.limit(most)).mappings()]


def set_due_at(connection: Connection, at_version: Ticket, due_at: datetime | None) -> None:
    """Writes a recomputed `due_at`, unless the ticket changed meanwhile (then it was recomputed anyway)."""
    set_due_times(connection, [(at_version, due_at)])


def set_due_times(connection: Connection, times: Sequence[tuple[Ticket, datetime | None]]) -> None:
    """Does for many tickets what `set_due_at` does for one."""
    rows = [{"of_number": one.number, "of_version": one.version, "due_at": due_at} for one, due_at in times]
    connection.execute(_AT_VERSION, rows)


def list_tickets(
    connection: Connection, *, status: str | None = None, vendor: str | None = None, most: int | None = None
) -> list[Ticket]:
    """Tickets, newest first."""
    query = select(ticket).where(*_listed(status, vendor)).order_by(ticket.c.number.desc()).limit(most)
    return [_ticket(row) for row in connection.execute(query).mappings()]


def count_tickets(connection: Connection, *, status: str | None = None, vendor: str | None = None) -> int:
    """How many tickets `list_tickets` has in all."""
    return connection.execute(select(func.count()).select_from(ticket).where(*_listed(status, vendor))).scalar_one()


def _listed(status: str | None, vendor: str | None) -> list[ColumnElement[bool]]:
    wanted = ((ticket.c.status, status), (ticket.c.vendor, vendor))
    return [column == value for column, value in wanted if value]


def openers_by_mail(connection: Connection, domain: str, since: datetime) -> list[tuple[str, Grade]]:
    """Author address and sender grade of each ticket that was opened by mail from a domain since a moment."""
    query = (
        select(history.c.sender, history.c.sender_grade)
        .join(ticket, ticket.c.number == history.c.ticket)
        .where(ticket.c.opened_at > since, history.c.number == 1, history.c.via == Via.MAIL.value)
        .where(history.c.sender.endswith(f"@{domain}", autoescape=True))
    )
    return [(sender, Grade(of)) for sender, of in connection.execute(query)]


def customer_language(connection: Connection, number: int) -> str:
    """The language tag that the customer's own mail named, or ""."""
    query = select(ticket.c.customer_language).where(ticket.c.number == number)
    return str(connection.execute(query).scalar_one())


def add_entry(connection: Connection, number: int, new: NewEntry, words: Words | None = None) -> Entry:
    """Adds one history entry to a ticket and gives it its number. The ticket's row is locked by its update."""
    row = {
        "ticket": number,
        "event": new.event.value,
        "at": new.at,
        "actor": new.actor.value,
        "facts": [list(fact) for fact in new.facts],
        **(_word_columns(words) if words else {}),
    }
    key, position = connection.execute(_ADD_ENTRY, row | {"of_ticket": number}).one()
    _add_attachments(connection, key, words.attachments if words else ())
    return Entry(position, new.event, new.at, new.actor, new.facts, words)


def entries(connection: Connection, number: int, up_to: int | None = None) -> tuple[Entry, ...]:
    """The history of a ticket, oldest first, up to and including entry `up_to`."""
    query = select(history).where(history.c.ticket == number).order_by(history.c.number)
    if up_to is not None:
        query = query.where(history.c.number <= up_to)
    rows = connection.execute(query).mappings().all()
    files = _attachments(connection, number)
    return tuple(_entry(row, files.get(row["id"], ())) for row in rows)


def entry_of_held(connection: Connection, number: int, held: int) -> int | None:
    """Which entry of a ticket's history says that a held mail came."""
    query = select(history.c.number, history.c.facts).where(
        history.c.ticket == number, history.c.event == Event.HELD.value
    )
    found = (entry for entry, facts in connection.execute(query) if ["held", str(held)] in facts)
    return next(found, None)


def entry_of_mail(connection: Connection, number: int, inbox: int) -> int | None:
    """Which entry of a ticket's history an inbound mail became."""
    query = select(history.c.number).where(history.c.ticket == number, history.c.inbox == inbox)
    return connection.execute(query.order_by(history.c.number)).scalars().first()


def _add_attachments(connection: Connection, key: int, files: Iterable[Attachment]) -> None:
    rows = [
        {
            "history": key,
            "position": position,
            "name": file.name,
            "media_type": file.media_type,
            "digest": file.digest,
        }
        for position, file in enumerate(files, 1)
    ]
    if rows:
        connection.execute(insert(attachment), rows)


def _attachments(connection: Connection, number: int) -> Mapping[int, tuple[Attachment, ...]]:
    query = (
        select(attachment, blob.c.bytes)
        .join(blob, blob.c.digest == attachment.c.digest)
        .join(history, history.c.id == attachment.c.history)
        .where(history.c.ticket == number)
        .order_by(attachment.c.history, attachment.c.position)
    )
    found: dict[int, tuple[Attachment, ...]] = {}
    for row in connection.execute(query).mappings():
        file = Attachment(row["name"], row["media_type"], row["bytes"], row["digest"])
        found[row["history"]] = (*found.get(row["history"], ()), file)
    return found


def _row(value: Ticket) -> dict[str, Any]:
    return {
        "type": value.type,
        "subject": value.subject,
        "customer_name": value.customer_name,
        "customer_address": value.customer_address,
        "vendor": value.vendor,
        "details": [list(pair) for pair in value.details],
        "opened_at": value.opened_at,
        "successor_of": value.successor_of,
        **_state_columns(value.state),
    }


def _state_columns(state: State) -> dict[str, Any]:
    is_open = isinstance(state, Open)
    return {
        "status": "open" if is_open else "closed",
        "last_actor": state.last_actor.value,
        "last_activity_at": state.last_activity_at,
        "steps_taken": state.steps_taken if isinstance(state, Open) else 0,
        "warned_at": state.warned_at if isinstance(state, Open) else None,
        "paused_until": state.paused_until if isinstance(state, Open) else None,
        "closed_at": state.at if isinstance(state, Closed) else None,
        "closed_by": state.by.value if isinstance(state, Closed) else None,
    }


def _ticket(row: RowMapping) -> Ticket:
    return Ticket(
        number=row["number"],
        version=row["version"],
        type=row["type"],
        subject=row["subject"],
        customer_name=row["customer_name"],
        customer_address=row["customer_address"],
        vendor=row["vendor"],
        details=tuple((key, value) for key, value in row["details"]),
        opened_at=row["opened_at"],
        state=_state(row),
        successor_of=row["successor_of"],
        epochs=(row["customer_epoch"], row["vendor_epoch"]),
    )


def _state(row: RowMapping) -> State:
    last_actor = Party(row["last_actor"])
    if row["status"] == "closed":
        return Closed(last_actor, row["last_activity_at"], row["closed_at"], Actor(row["closed_by"]))
    return Open(last_actor, row["last_activity_at"], row["steps_taken"], row["warned_at"], row["paused_until"])


def _word_columns(words: Words) -> dict[str, Any]:
    return {
        "text": words.text,
        "cuts": [list(cut) for cut in words.cuts],
        "sender": words.sender,
        "sender_name": words.sender_name,
        "sender_grade": words.grade.value,
        "via": words.via.value,
        "message_id": words.message_id,
        "inbox": words.inbox,
    }


def _entry(row: RowMapping, files: tuple[Attachment, ...]) -> Entry:
    return Entry(
        number=row["number"],
        event=Event(row["event"]),
        at=row["at"],
        actor=Actor(row["actor"]),
        facts=tuple((key, value) for key, value in row["facts"]),
        words=None if row["text"] is None else _words(row, files),
    )


def _words(row: RowMapping, files: tuple[Attachment, ...]) -> Words:
    return Words(
        text=row["text"],
        sender=row["sender"] or "",
        sender_name=row["sender_name"] or "",
        grade=Grade(row["sender_grade"]),
        via=Via(row["via"]),
        message_id=row["message_id"],
        inbox=row["inbox"],
        cuts=tuple((rule, text) for rule, text in row["cuts"] or ()),
        attachments=files,
    )
