"""The inbox: inbound mails, committed as they came, one row per recipient until each has its verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, exists, func, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from mailbot.core.verdict import Outcome, Verdict
from mailbot.store.leases import Lease, free
from mailbot.store.schema import inbound_mail, inbox, inserted_key, seen


@dataclass(frozen=True)
class Arrived:
    """A mail to store: envelope, session, and the digest of its octets (a blob)."""

    received_at: datetime
    return_path: str
    recipients: tuple[str, ...]
    peer: str
    helo: str
    protocol: str
    raw: str


@dataclass(frozen=True)
class InboxRow:
    """One inbound mail for one recipient. `verdict` is None while it waits."""

    id: int
    mail: int
    received_at: datetime
    return_path: str
    recipient: str
    peer: str
    raw: str
    attempts: int
    message_id: str | None
    author: str | None
    subject: str | None
    ticket: int | None
    verdict: Verdict | None


@dataclass(frozen=True)
class Headline:
    """What a list shows of a read mail."""

    message_id: str | None
    author: str | None
    subject: str | None


_COLUMNS = (
    inbox,
    inbound_mail.c.received_at,
    inbound_mail.c.return_path,
    inbound_mail.c.peer,
    inbound_mail.c.raw,
)


def add_mail(connection: Connection, mail: Arrived) -> list[int]:
    """Stores a mail for each of its recipients; the inbox rows' ids, in the recipients' order."""
    values = {
        "received_at": mail.received_at,
        "return_path": mail.return_path,
        "peer": mail.peer,
        "helo": mail.helo,
        "protocol": mail.protocol,
        "raw": mail.raw,
    }
    key = inserted_key(connection, insert(inbound_mail).values(values))
    rows = ({"mail": key, "recipient": to, "state": "waiting", "attempts": 0} for to in mail.recipients)
    return [inserted_key(connection, insert(inbox).values(row)) for row in rows]


def get_mail(connection: Connection, key: int) -> Arrived:
    """An inbound mail with all its recipients."""
    row = connection.execute(select(inbound_mail).where(inbound_mail.c.id == key)).mappings().one()
    to = tuple(recipients_of(connection, key))
    return Arrived(row["received_at"], row["return_path"], to, row["peer"], row["helo"], row["protocol"], row["raw"])


def claim_waiting(connection: Connection, lease: Lease, most: int) -> list[InboxRow]:
    """Takes leases on waiting rows, oldest first; mails to one address with a token keep their order."""
    earlier = inbox.alias("earlier")
    overtakes = exists().where(
        earlier.c.recipient == inbox.c.recipient,
        earlier.c.state == "waiting",
        earlier.c.id < inbox.c.id,
        inbox.c.recipient.like("%+%"),
    )
    open_rows = (
        select(inbox.c.id)
        .where(inbox.c.state == "waiting", free(inbox, lease), ~overtakes)
        .order_by(inbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.execute(open_rows).scalars())
    if not ids:
        return []
    taken = lease.columns() | {"attempts": inbox.c.attempts + 1}
    connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(taken))
    return _rows(connection, inbox.c.id.in_(ids))


def settle(connection: Connection, row: int, verdict: Verdict, headline: Headline, now: datetime) -> bool:
    """Records the verdict; False when the row has one already (another process was faster)."""
    values = {
        "state": "shunted" if verdict.outcome is Outcome.SHUNTED else "done",
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "ticket": verdict.ticket,
        "steps": [list(step) for step in verdict.steps],
        "settled_at": now,
        "lease_until": None,
        "lease_by": None,
        "message_id": headline.message_id,
        "author": headline.author,
        "subject": headline.subject,
    }
    waiting = update(inbox).where(inbox.c.id == row, inbox.c.state == "waiting")
    return connection.execute(waiting.values(values)).rowcount == 1


def requeue(connection: Connection, row: int, ended_as: Outcome = Outcome.SHUNTED) -> bool:
    """Lets a mail that was shunted (or `ended_as` says how) wait for its verdict again; False for any other."""
    waiting = {"state": "waiting", "outcome": None, "reason": None, "steps": None, "settled_at": None, "attempts": 0}
    ended = update(inbox).where(inbox.c.id == row, inbox.c.outcome == ended_as.value)
    return connection.execute(ended.values(waiting)).rowcount == 1


def get_row(connection: Connection, row: int) -> InboxRow | None:
    """One inbox row, or None."""
    found = _rows(connection, inbox.c.id == row)
    return found[0] if found else None


def list_rows(connection: Connection, *, waiting: bool = False, most: int | None = None) -> list[InboxRow]:
    """Inbox rows, newest first."""
    query = _select().where(_may_wait(waiting)).order_by(inbox.c.id.desc()).limit(most)
    return [_row(row) for row in connection.execute(query).mappings()]


def count_rows(connection: Connection, *, waiting: bool = False) -> int:
    """How many rows `list_rows` has in all."""
    return connection.execute(select(func.count()).select_from(inbox).where(_may_wait(waiting))).scalar_one()


def _may_wait(waiting: bool) -> ColumnElement[bool]:
    return inbox.c.state == "waiting" if waiting else true()


def any_waiting(connection: Connection, busy: frozenset[int]) -> bool:
    """Whether a row beside `busy` waits for its verdict."""
    query = select(inbox.c.id).where(inbox.c.state == "waiting", inbox.c.id.not_in(busy)).limit(1)
    return connection.execute(query).first() is not None


def first_time(connection: Connection, scope: str, key: str, now: datetime) -> bool:
    """Whether this mail is seen for the first time in this scope; remembers it in the caller's transaction."""
    try:
        with connection.begin_nested():
            connection.execute(insert(seen).values(scope=scope, key=key, at=now))
    except IntegrityError:
        return False
    return True


def was_seen(connection: Connection, scope: str, key: str) -> bool:
    """Whether this mail was seen in this scope before."""
    query = select(seen.c.at).where(seen.c.scope == scope, seen.c.key == key)
    return connection.execute(query).first() is not None


def keys_seen(connection: Connection, scope: str) -> list[str]:
    """The mails that were seen in a scope."""
    return list(connection.execute(select(seen.c.key).where(seen.c.scope == scope)).scalars())


def recipients_of(connection: Connection, mail: int) -> list[str]:
    """All of our recipients that an inbound mail names in its envelope, in order."""
    query = select(inbox.c.recipient).where(inbox.c.mail == mail).order_by(inbox.c.id)
    return list(connection.execute(query).scalars())


def _rows(connection: Connection, condition: ColumnElement[bool]) -> list[InboxRow]:
    query = _select().where(condition).order_by(inbox.c.id)
    return [_row(row) for row in connection.execute(query).mappings()]


def _select() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).join(inbound_mail, inbound_mail.c.id == inbox.c.mail)


def _row(row: RowMapping) -> InboxRow:
    return InboxRow(
        id=row["id"],
        mail=row["mail"],
        received_at=row["received_at"],
        return_path=row["return_path"],
        recipient=row["recipient"],
        peer=row["peer"],
        raw=row["raw"],
        attempts=row["attempts"],
        message_id=row["message_id"],
        author=row["author"],
        subject=row["subject"],
        ticket=row["ticket"],
        verdict=None if row["outcome"] is None else _verdict(row),
    )


def _verdict(row: RowMapping) -> Verdict:
    steps: Iterable[tuple[str, str]] = ((asked, found) for asked, found in row["steps"] or ())
    return Verdict(Outcome(row["outcome"]), row["reason"], row["ticket"], tuple(steps))
