"""Held mails: kept until their addressee or an admin decides.

Words on a ticket wait for their party; a mail that would have opened one ticket too many waits for an admin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, RowMapping, insert, select, update

from mailbot.core.sender import fold
from mailbot.core.ticket import Attachment, Grade, Party, Via
from mailbot.store.schema import confirmed_sender, held, inserted_key
from mailbot.store.tickets import Words

Reason = Literal["stranger", "failed", "ambiguous", "shunted", "cap", "domain cap"]
Decision = Literal["released", "rejected", "expired"]


@dataclass(frozen=True)
class Held:
    """A mail that waits for a decision (`state` "held"), or had one. `words` are what would be posted.

    `ticket` is None for one that would open a ticket (`reason` "cap" or "domain cap").
    """

    id: int
    ticket: int | None
    party: Party
    inbox: int | None
    at: datetime
    reason: Reason
    state: str
    words: Words


def hold(
    connection: Connection, ticket: int | None, party: Party, inbox: int, at: datetime, reason: Reason, words: Words
) -> int:
    """Keeps a mail; the held mail's id."""
    values = {
        "ticket": ticket,
        "party": party.value,
        "inbox": inbox,
        "at": at,
        "sender": words.sender,
        "sender_name": words.sender_name,
        "sender_grade": words.grade.value,
        "reason": reason,
        "text": words.text,
        "cuts": [list(cut) for cut in words.cuts],
        "files": [vars(file) for file in words.attachments],
        "message_id": words.message_id,
        "state": "held",
    }
    return inserted_key(connection, insert(held).values(values))


def held_mails(connection: Connection, ticket: int | None = None) -> list[Held]:
    """Mails that wait for a decision, oldest first."""
    query = select(held).where(held.c.state == "held").order_by(held.c.id)
    if ticket is not None:
        query = query.where(held.c.ticket == ticket)
    return [_held(row) for row in connection.execute(query).mappings()]


def held_openings(connection: Connection, domain: str) -> list[Held]:
    """Mails of a domain that would have opened one ticket too many and wait for an admin."""
    query = select(held).where(held.c.ticket.is_(None), held.c.state == "held").order_by(held.c.id)
    of_domain = query.where(held.c.sender.endswith(f"@{domain}", autoescape=True))
    return [_held(row) for row in connection.execute(of_domain).mappings()]


def was_released(connection: Connection, inbox: int) -> bool:
    """Whether an admin released an inbound mail that had been held."""
    query = select(held.c.id).where(held.c.inbox == inbox, held.c.state == "released")
    return connection.execute(query).first() is not None


def outlived(connection: Connection, before: datetime, most: int) -> list[Held]:
    """Mails that have waited since before a moment, oldest first. Shunted ones are our fault and wait for ever."""
    query = select(held).where(held.c.state == "held", held.c.at < before, held.c.reason != "shunted")
    return [_held(row) for row in connection.execute(query.order_by(held.c.id).limit(most)).mappings()]


def get_held(connection: Connection, key: int) -> Held | None:
    """One held mail, decided or not."""
    row = connection.execute(select(held).where(held.c.id == key)).mappings().first()
    return _held(row) if row else None


def decide_held(connection: Connection, key: int, decision: Decision) -> bool:
    """Ends the holding of a mail; False when somebody decided before."""
    waiting = update(held).where(held.c.id == key, held.c.state == "held").values(state=decision)
    return connection.execute(waiting).rowcount == 1


def release_shunted(connection: Connection, inbox: int) -> None:
    """Ends the holding of a shunted mail that is tried again."""
    shunted = update(held).where(held.c.inbox == inbox, held.c.reason == "shunted", held.c.state == "held")
    connection.execute(shunted.values(state="released", inbox=None))


def confirm_sender(connection: Connection, ticket: int, party: Party, address: str) -> None:
    """Remembers that an address speaks for a party of this ticket."""
    if address and fold(address) not in confirmed_senders(connection, ticket, party):
        row = {"ticket": ticket, "party": party.value, "address": fold(address)}
        connection.execute(insert(confirmed_sender).values(row))


def confirmed_senders(connection: Connection, ticket: int, party: Party) -> frozenset[str]:
    """The addresses that a party has confirmed for a ticket."""
    query = select(confirmed_sender.c.address).where(
        confirmed_sender.c.ticket == ticket, confirmed_sender.c.party == party.value
    )
    return frozenset(connection.execute(query).scalars())


def _held(row: RowMapping) -> Held:
    reason: Reason = row["reason"]
    words = Words(
        text=row["text"],
        sender=row["sender"],
        sender_name=row["sender_name"],
        grade=Grade(row["sender_grade"]),
        via=Via.MAIL,
        message_id=row["message_id"],
        inbox=row["inbox"],
        cuts=tuple((rule, text) for rule, text in row["cuts"]),
        attachments=tuple(Attachment(**file) for file in row["files"]),
    )
    party = Party(row["party"])
    return Held(row["id"], row["ticket"], party, row["inbox"], row["at"], reason, row["state"], words)
