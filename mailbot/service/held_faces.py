"""Held mails as their own party may see them on its ticket page: who wrote, why they wait, what they say.

The other party never sees one: everything here asks for ticket and party. Shunted mails are an admin's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection

from mailbot.core.sender import fold
from mailbot.core.ticket import Party, Ticket
from mailbot.errors import NotFound
from mailbot.service.desk import Desk
from mailbot.service.holding import shown_sender
from mailbot.service.record import address_of
from mailbot.store import held, tickets
from mailbot.store.held import Held

MAX_TEXT_CHARS: Final = 6_000
"""Of one held mail on the page; its whole text is a link away."""
_MOST: Final = 10
_ROOM_OCTETS: Final = 30_000
_MARKUP_OCTETS: Final = 1_200

Why = Literal["stranger", "failed", "ambiguous", "unproven"]


@dataclass(frozen=True)
class HeldFace:
    """One held mail. `why` it is held: "unproven" bears the reader's own address, and nothing proves that he wrote it.

    `sender` is an address (never the other party's), or ""; `files` are names and sizes; `until` is when it
    expires; `state` is "held", "released", "rejected" or "expired".
    """

    id: int
    sender: str
    sender_name: str
    why: Why
    text: str
    files: tuple[tuple[str, int], ...]
    at: datetime
    until: datetime
    state: str


def waiting(connection: Connection, desk: Desk, ticket: Ticket, reader: Party) -> tuple[HeldFace, ...]:
    """What waits for a party's decision, oldest first."""
    return tuple(
        _face(connection, desk, ticket, one)
        for one in held.held_mails(connection, ticket.number)
        if one.party is reader and one.reason != "shunted"
    )


def shown(faces: Sequence[HeldFace]) -> tuple[HeldFace, ...]:
    """As many of them as a page has room for, at least one."""
    count = next((n for n in range(1, len(faces) + 1) if octets(faces[:n]) > _ROOM_OCTETS), len(faces) + 1) - 1
    return tuple(faces[: min(max(count, 1), _MOST)])


def octets(faces: Sequence[HeldFace]) -> int:
    """About how much room they take on a page, markup included."""
    return sum(_MARKUP_OCTETS + len(face.text[:MAX_TEXT_CHARS].encode("utf-8", "replace")) for face in faces)


def decided(connection: Connection, desk: Desk, ticket: Ticket, reader: Party, key: int | None) -> HeldFace | None:
    """The held mail that a party was asked about, once it has been decided on."""
    found = _own(connection, ticket, reader, key)
    return _face(connection, desk, ticket, found) if found and found.state != "held" else None


def whole_text(desk: Desk, number: int, reader: Party, key: int) -> str:
    """All that a waiting mail says. NotFound for one of anybody else, or none."""
    with desk.store.read() as connection:
        found = _own(connection, tickets.get_ticket(connection, number), reader, key)
    if found is None or found.state != "held":
        raise NotFound(f"no mail {key} waits for the {reader} of ticket {number}")
    return found.words.text


def _own(connection: Connection, ticket: Ticket, reader: Party, key: int | None) -> Held | None:
    found = held.get_held(connection, key) if key is not None else None
    is_own = found is not None and (found.ticket, found.party) == (ticket.number, reader)
    return found if found and is_own and found.reason != "shunted" else None


def _face(connection: Connection, desk: Desk, ticket: Ticket, one: Held) -> HeldFace:
    return HeldFace(
        id=one.id,
        sender=shown_sender(connection, desk, ticket, one.party, one.words),
        sender_name=one.words.sender_name,
        why=_why(connection, ticket, one),
        text=one.words.text,
        files=tuple((file.name, file.bytes) for file in one.words.attachments),
        at=one.at,
        until=one.at + timedelta(seconds=desk.config.senders.hold_for),
        state=one.state,
    )


def _why(connection: Connection, ticket: Ticket, one: Held) -> Why:
    if one.reason in ("failed", "ambiguous"):
        return "failed" if one.reason == "failed" else "ambiguous"
    on_file = address_of(connection, ticket, one.party)
    return "unproven" if fold(one.words.sender) == fold(on_file) else "stranger"
