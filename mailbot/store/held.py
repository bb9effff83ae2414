"""Held mails: kept until their addressee or an admin decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from mailbot.core.sender import fold
from mailbot.store.schema import confirmed_sender, held, inserted_key


def hold(
    connection: Connection,
    ticket: int,
    party: str,
    row: int,
    at: datetime,
    *,
    sender: str,
    sender_name: str,
    reason: str,
    text: str,
    message_id: str | None,
) -> int:
    """Keeps a mail until its addressee or an admin decides; the held mail's id."""
    values = {
        "ticket": ticket,
        "party": party,
        "inbox": row,
        "at": at,
        "sender": sender,
        "sender_name": sender_name,
        "reason": reason,
        "text": text,
        "message_id": message_id,
        "state": "held",
    }
    return inserted_key(connection, insert(held).values(values))


def held_mails(connection: Connection, ticket: int | None = None) -> list[RowMapping]:
    """Mails that wait for a decision, oldest first."""
    query = select(held).where(held.c.state == "held").order_by(held.c.id)
    if ticket is not None:
        query = query.where(held.c.ticket == ticket)
    return list(connection.execute(query).mappings())


def get_held(connection: Connection, key: int) -> RowMapping | None:
    """One held mail, decided or not."""
    return connection.execute(select(held).where(held.c.id == key)).mappings().first()


def decide_held(connection: Connection, key: int, state: str) -> bool:
    """Ends the holding of a mail; False when somebody decided before."""
    waiting = update(held).where(held.c.id == key, held.c.state == "held").values(state=state)
    return connection.execute(waiting).rowcount == 1


def confirm_sender(connection: Connection, ticket: int, party: str, address: str) -> None:
    """Remembers that an address speaks for a party of this ticket."""
    if fold(address) not in confirmed_senders(connection, ticket, party):
        row = {"ticket": ticket, "party": party, "address": fold(address)}
        connection.execute(insert(confirmed_sender).values(row))


def confirmed_senders(connection: Connection, ticket: int, party: str) -> frozenset[str]:
    """The addresses that a party has confirmed for a ticket."""
    query = select(confirmed_sender.c.address).where(
        confirmed_sender.c.ticket == ticket, confirmed_sender.c.party == party
    )
    return frozenset(connection.execute(query).scalars())
