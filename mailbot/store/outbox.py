"""The outbox: mails owed, written in the transaction that decided them, settled when the relay has answered.

Mails to one party about one ticket leave in their order: a row can be claimed when no earlier one waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from mailbot.core.sender import fold
from mailbot.core.ticket import Kind, Party
from mailbot.errors import NotFound
from mailbot.store.leases import Lease, free
from mailbot.store.schema import failing_address, history, outbox, told

_ADD = insert(outbox)

_NO_BOUNCE_AFTER = timedelta(days=1)

Status = Literal["queued", "sent", "failed", "withdrawn"]


@dataclass(frozen=True)
class Owed:
    """A mail to add. A party's mail names ticket and history entry; any other one carries its own `notice`.

    `forwards` names an inbound mail that goes on to an admin as it came.
    """

    kind: Kind
    to_address: str
    message_id: str
    ticket: int | None = None
    entry: int | None = None
    party: Party | None = None
    notice: dict[str, Any] | None = None
    forwards: int | None = None


@dataclass(frozen=True)
class OutboxRow:
    """A mail of ours and how far its sending is."""

    id: int
    kind: Kind
    to_address: str
    message_id: str
    ticket: int | None
    entry: int | None
    party: Party | None
    status: Status
    attempts: int
    created_at: datetime
    first_tried_at: datetime | None
    next_try_at: datetime | None
    answer: str
    settled_at: datetime | None
    notice: dict[str, Any] | None
    forwards: int | None


def add(connection: Connection, mail: Owed, at: datetime) -> None:
    """Owes a mail from now on."""
    add_all(connection, [mail], at)


def add_all(connection: Connection, mails: Sequence[Owed], at: datetime, *, not_before: datetime | None = None) -> None:
    """Owes mails from now on (or from `not_before`), in this order."""
    if mails:
        connection.execute(_ADD, [_columns(mail, at, not_before or at) for mail in mails])


def _columns(mail: Owed, at: datetime, next_try_at: datetime) -> dict[str, Any]:
    return {
        "kind": mail.kind.value,
        "to_address": mail.to_address,
        "message_id": mail.message_id,
        "ticket": mail.ticket,
        "entry": mail.entry,
        "party": mail.party.value if mail.party else None,
        "notice": mail.notice,
        "forwards": mail.forwards,
        "status": "queued",
        "attempts": 0,
        "created_at": at,
        "next_try_at": next_try_at,
    }


def claim_due(connection: Connection, lease: Lease, longest_wait: timedelta, most: int) -> list[OutboxRow]:
    """Takes leases on mails whose time has come, oldest first.

    A next try further away than `longest_wait` was set on a clock that has stepped back since: it is due.
    """
    due = (
        select(outbox.c.id)
        .where(_is_due(lease, longest_wait))
        .order_by(outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.execute(due).scalars())
    if not ids:
        return []
    connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(lease.columns()))
    rows = connection.execute(select(outbox).where(outbox.c.id.in_(ids)).order_by(outbox.c.id))
    return [_row(row) for row in rows.mappings()]


def any_due(connection: Connection, lease: Lease, longest_wait: timedelta) -> bool:
    """Whether `claim_due` would find something; takes no lock."""
    query = select(outbox.c.id).where(_is_due(lease, longest_wait)).limit(1)
    return connection.execute(query).first() is not None


def settle(connection: Connection, row: int, status: Status, answer: str, at: datetime) -> bool:
    """Records how a sending ended; False when the row was settled already.

    A warning that was withdrawn while it was being sent has left all the same.
    """
    values = {
        "status": status,
        "answer": answer,
        "settled_at": at,
        "next_try_at": None,
        "lease_until": None,
        "lease_by": None,
        "attempts": outbox.c.attempts + (status in ("sent", "failed")),
    }
    waiting = update(outbox).where(outbox.c.id == row, outbox.c.status.in_(["queued", "withdrawn"]))
    return connection.execute(waiting.values(values)).rowcount == 1


def defer(connection: Connection, row: int, answer: str, next_try_at: datetime, tried_at: datetime) -> None:
    """Records an attempt, begun at `tried_at`, that was put off."""
    values = {
        "answer": answer,
        "next_try_at": next_try_at,
        "attempts": outbox.c.attempts + 1,
        "first_tried_at": _first(tried_at),
        "lease_until": None,
        "lease_by": None,
    }
    connection.execute(update(outbox).where(outbox.c.id == row, outbox.c.status == "queued").values(values))


def mark_failed(connection: Connection, row: int, answer: str, at: datetime, *, bounced: bool) -> bool:
    """Records that a mail was refused at an attempt, or has bounced since; False when it was known to have failed."""
    sent = update(outbox).where(outbox.c.id == row, outbox.c.status.in_(["sent", "queued"]))
    values: dict[str, Any] = {"status": "failed", "answer": answer, "settled_at": at, "next_try_at": None}
    values |= {"lease_until": None, "lease_by": None, "attempts": outbox.c.attempts + (not bounced)}
    return connection.execute(sent.values(values)).rowcount == 1


def withdraw_warnings(connection: Connection, ticket: int, at: datetime) -> int:
    """Takes back warnings that have not left; one that is being sent now leaves."""
    which = and_(outbox.c.ticket == ticket, outbox.c.kind == Kind.WARNING.value)
    return _withdraw(connection, which, "the ticket moved on", at)


def withdraw_question(connection: Connection, ticket: int, entry: int, at: datetime) -> None:
    """Takes back the question about a held mail that has been decided, unless it left."""
    which = and_(outbox.c.ticket == ticket, outbox.c.entry == entry, outbox.c.kind == Kind.CONFIRM.value)
    _withdraw(connection, which, "it has been decided", at)


def _withdraw(connection: Connection, which: ColumnElement[bool], why: str, at: datetime) -> int:
    waiting = update(outbox).where(which, outbox.c.status == "queued")
    values = {"status": "withdrawn", "answer": why, "settled_at": at, "next_try_at": None}
    return connection.execute(waiting.values(values | {"lease_until": None, "lease_by": None})).rowcount


def retry_now(connection: Connection, at: datetime, row: int | None = None) -> int:
    """Makes queued mails due at once, and failed ones queued again when named by id; how many."""
    wanted = outbox.c.status == "queued" if row is None else and_(outbox.c.id == row, outbox.c.status != "sent")
    free_again = {"status": "queued", "next_try_at": at, "first_tried_at": None, "settled_at": None}
    return connection.execute(
        update(outbox).where(wanted, outbox.c.status.in_(["queued", "failed"])).values(free_again)
    ).rowcount


def postpone_to(connection: Connection, row: int, entry: int, kind: Kind) -> None:
    """Lets a waiting digest speak of a later entry too, and be of its kind."""
    waiting = update(outbox).where(outbox.c.id == row, outbox.c.status == "queued")
    connection.execute(waiting.values(entry=entry, kind=kind.value))


def mailed_act_times(connection: Connection, ticket: int, actor: str, since: datetime) -> list[datetime]:
    """When a party spoke or acted on a ticket and mails left at once, after `since`, oldest first."""
    caused_mail = exists().where(
        outbox.c.ticket == history.c.ticket,
        outbox.c.entry == history.c.number,
        outbox.c.next_try_at.is_(None) | (outbox.c.next_try_at <= history.c.at) | (outbox.c.attempts > 0),
    )
    query = select(history.c.at).where(
        history.c.ticket == ticket,
        history.c.event.in_(["comment", "closed", "reopened", "kept_open", "paused"]),
        history.c.actor == actor,
        history.c.at > since,
        caused_mail,
    )
    return list(connection.execute(query.order_by(history.c.at)).scalars())


def count_since(connection: Connection, ticket: int, kind: Kind, since: datetime) -> int:
    """How many mails of a kind a ticket has caused since a moment."""
    query = select(func.count()).where(
        outbox.c.ticket == ticket, outbox.c.kind == kind.value, outbox.c.created_at > since
    )
    return connection.execute(query).scalar_one()


def waiting_digest(connection: Connection, ticket: int, party: Party, now: datetime) -> int | None:
    """The mail to a party about a ticket that waits for its digest time, or None."""
    query = select(outbox.c.id).where(
        outbox.c.ticket == ticket,
        outbox.c.party == party.value,
        outbox.c.status == "queued",
        outbox.c.attempts == 0,
        outbox.c.next_try_at > now,
        outbox.c.next_try_at > outbox.c.created_at,
    )
    return connection.execute(query).scalars().first()


def release_digest(connection: Connection, ticket: int, party: Party, now: datetime) -> None:
    """Lets what waits for its digest time leave now."""
    waiting = waiting_digest(connection, ticket, party, now)
    if waiting is not None:
        connection.execute(update(outbox).where(outbox.c.id == waiting).values(next_try_at=now))


def get_row(connection: Connection, row: int) -> OutboxRow | None:
    """One outbox row, or None."""
    found = connection.execute(select(outbox).where(outbox.c.id == row)).mappings().first()
    return _row(found) if found else None


def known_row(connection: Connection, row: int) -> OutboxRow:
    """The outbox row of that id; NotFound when there is none."""
    found = get_row(connection, row)
    if found is None:
        raise NotFound(f"there is no outgoing mail {row}; `mailbot outbox list` shows them")
    return found


def find_mail(connection: Connection, message_id: str) -> OutboxRow | None:
    """The mail with that Message-ID, or None."""
    found = connection.execute(select(outbox).where(outbox.c.message_id == message_id)).mappings().first()
    return _row(found) if found else None


def ticket_mails(connection: Connection, ticket: int) -> list[OutboxRow]:
    """All mails about a ticket, oldest first."""
    query = select(outbox).where(outbox.c.ticket == ticket).order_by(outbox.c.id)
    return [_row(row) for row in connection.execute(query).mappings()]


def list_rows(connection: Connection, status: Status | None = None, most: int | None = None) -> list[OutboxRow]:
    """Outbox rows, newest first."""
    query = select(outbox).where(_has_status(status)).order_by(outbox.c.id.desc()).limit(most)
    return [_row(row) for row in connection.execute(query).mappings()]


def count_rows(connection: Connection, status: Status | None = None) -> int:
    """How many rows `list_rows` has in all."""
    return connection.execute(select(func.count()).select_from(outbox).where(_has_status(status))).scalar_one()


def _has_status(status: Status | None) -> ColumnElement[bool]:
    return outbox.c.status == status if status else true()


def mark_failing(connection: Connection, address: str, reason: str, at: datetime, *, bounced: bool = False) -> bool:
    """Remembers that an address does not accept mail; False when that was known. `bounced`: a report came back."""
    if failing_reason(connection, address) is not None:
        return False
    connection.execute(insert(failing_address).values(address=fold(address), since=at, reason=reason, bounced=bounced))
    return True


def clear_failing(connection: Connection, address: str) -> None:
    """Forgets that an address failed: its owner wrote, or an admin knows better."""
    connection.execute(failing_address.delete().where(failing_address.c.address == fold(address)))


def clear_refused(connection: Connection, address: str, now: datetime) -> None:
    """Forgets that an address failed, when the relay has taken a mail for it and that proves something.

    It does when the relay itself had refused the address. After a bounce it proves nothing, since the relay took
    the mail that bounced, too; a mail that it took since, and that has not come back for a day, does.
    """
    kept = exists().where(
        outbox.c.to_address == address,
        outbox.c.status == "sent",
        outbox.c.settled_at > failing_address.c.since,
        outbox.c.settled_at < now - _NO_BOUNCE_AFTER,
    )
    is_proof = or_(~failing_address.c.bounced, kept)
    connection.execute(failing_address.delete().where(failing_address.c.address == fold(address), is_proof))


def send_again(connection: Connection, row: OutboxRow, answer: str, at: datetime) -> bool:
    """Queues a sent mail once more, for `at`; False when a later one has told its party everything since."""
    later = outbox.alias("later")
    told_since = exists().where(
        later.c.ticket == row.ticket,
        later.c.party == row.party,
        later.c.id > row.id,
        later.c.kind != Kind.CONFIRM.value,
        later.c.status != "withdrawn",
    )
    values = {"status": "queued", "answer": answer, "next_try_at": at, "first_tried_at": None, "settled_at": None}
    sent = update(outbox).where(outbox.c.id == row.id, outbox.c.status == "sent", ~told_since)
    return connection.execute(sent.values(values)).rowcount == 1


def failing_reason(connection: Connection, address: str) -> str | None:
    """Why an address is known not to accept mail, or None."""
    query = select(failing_address.c.reason).where(failing_address.c.address == fold(address))
    return connection.execute(query).scalar_one_or_none()


def tell_once(connection: Connection, what: str, at: datetime) -> bool:
    """Whether `what` is told for the first time; remembers it in the caller's transaction."""
    if connection.execute(select(told.c.what).where(told.c.what == what)).first() is not None:
        return False
    connection.execute(insert(told).values(what=what, at=at))
    return True


def _first(tried_at: datetime) -> Any:
    return func.coalesce(outbox.c.first_tried_at, literal(tried_at, outbox.c.first_tried_at.type))


def _row(row: RowMapping) -> OutboxRow:
    return OutboxRow(
        id=row["id"],
        kind=Kind(row["kind"]),
        to_address=row["to_address"],
        message_id=row["message_id"],
        ticket=row["ticket"],
        entry=row["entry"],
        party=Party(row["party"]) if row["party"] else None,
        status=row["status"],
        attempts=row["attempts"],
        created_at=row["created_at"],
        first_tried_at=row["first_tried_at"],
        next_try_at=row["next_try_at"],
        answer=row["answer"] or "",
        settled_at=row["settled_at"],
        notice=row["notice"],
        forwards=row["forwards"],
    )


def _is_due(lease: Lease, longest_wait: timedelta) -> ColumnElement[bool]:
    earlier = outbox.alias("earlier")
    overtakes = exists().where(
        earlier.c.ticket == outbox.c.ticket,
        earlier.c.party == outbox.c.party,
        earlier.c.status == "queued",
        earlier.c.id < outbox.c.id,
        earlier.c.kind != Kind.CONFIRM.value,  # a question is no part of the conversation, and may have to wait
    )
    is_due = or_(outbox.c.next_try_at <= lease.now, outbox.c.next_try_at > lease.now + longest_wait)
    return and_(outbox.c.status == "queued", is_due, free(outbox, lease), ~overtakes)
