"""Held mails: words that somebody else than the addressee wrote wait until he, or an admin, decides."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Event, Grade, Kind, Party, Ticket
from mailbot.core.verdict import Outcome, Verdict
from mailbot.errors import BadInput, NotFound
from mailbot.service.case import Case
from mailbot.service.desk import Desk
from mailbot.service.record import Recorded, add_note, address_of, record, tell_admins
from mailbot.service.tickets import comment_change
from mailbot.store import held, outbox, tickets
from mailbot.store.held import Held, Reason
from mailbot.store.outbox import Owed
from mailbot.store.tickets import Words

_AT_ONCE = 200
"""Held mails that one pass ends; the next pass takes the rest."""


def hold(case: Case, ticket: Ticket, party: Party, grade: Grade, words: Words) -> Verdict:
    """Keeps a mail's words and asks the addressee whether to publish them."""
    reason: Reason = "failed" if grade is Grade.FAILED else "stranger"
    if case.reading.author is None:
        reason = "ambiguous"
    key = held.hold(case.connection, ticket.number, party, case.row.id, case.now, reason, words)
    facts = {"party": party.value, "reason": reason, "held": str(key)}
    entry = add_note(case.connection, ticket.number, Event.HELD, case.now, **facts)
    _ask(case.connection, case.desk, ticket, party, key, entry.number, words, case.now)
    return case.verdict(Outcome.HELD, f"{reason}: the {party} is asked to confirm", ticket.number)


def release(connection: Connection, desk: Desk, key: int, now: datetime) -> Recorded | None:
    """Posts a held mail as its party's comment and remembers its sender; None when it was decided before.

    NotFound when there is no such held mail, BadInput when it was shunted, NotPermitted when its ticket was
    closed too long ago.
    """
    waiting = _held(connection, key)
    if waiting.reason == "shunted":
        raise BadInput(f"held mail {key} was never read; `mailbot replay {waiting.inbox}` tries again")
    if not held.decide_held(connection, key, "released"):
        return None
    held.confirm_sender(connection, waiting.ticket, waiting.party, waiting.words.sender)
    ticket = tickets.get_ticket(connection, waiting.ticket)
    return record(connection, desk, comment_change(desk, ticket, waiting.party, now), waiting.words)


def reject(connection: Connection, key: int) -> bool:
    """Discards a held mail; False when it was decided before. NotFound when there is none."""
    _held(connection, key)
    return held.decide_held(connection, key, "rejected")


def expire(desk: Desk) -> int:
    """Ends what nobody decided on within `[senders] hold_for`; one word to the admins for all. How many ended.

    The mails stay in the inbox, and each ticket notes it.
    """
    now = desk.clock.now()
    before = now - timedelta(seconds=desk.config.senders.hold_for)
    with desk.store.read() as connection:
        if not held.outlived(connection, before, most=1):
            return 0
    with desk.store.write() as connection:
        ended = [one for one in held.outlived(connection, before, _AT_ONCE) if _expire(connection, one, now)]
        if ended:
            tell_admins(connection, desk, now, f"{len(ended)} held mails have expired", *_obituary(ended))
    return len(ended)


def _expire(connection: Connection, waiting: Held, now: datetime) -> bool:
    if not held.decide_held(connection, waiting.id, "expired"):
        return False
    facts = {"what": "held mail expired", "party": waiting.party.value, "held": str(waiting.id)}
    add_note(connection, waiting.ticket, Event.NOTE, now, **facts)
    return True


def _obituary(ended: list[Held]) -> list[str]:
    lines = [
        f"Ticket {one.ticket}, for the {one.party}: from {one.words.sender or 'an unreadable address'} ({one.reason}),"
        f" inbound mail {one.inbox}"
        for one in ended
    ]
    return [
        "Neither the addressee nor an admin decided on them in time, so they were not published.",
        *lines,
        "`mailbot inbox show ID` shows such a mail.",
    ]


def _held(connection: Connection, key: int) -> Held:
    found = held.get_held(connection, key)
    if found is None:
        raise NotFound(f"there is no held mail {key}; `mailbot hold list` shows them")
    return found


def _ask(
    connection: Connection,
    desk: Desk,
    ticket: Ticket,
    party: Party,
    key: int,
    entry: int,
    words: Words,
    now: datetime,
) -> None:
    """Owes the addressee the question. A stranger cannot make us send many: beyond the cap the admins decide."""
    to_address = address_of(connection, ticket, party)
    asked = outbox.count_since(connection, ticket.number, Kind.CONFIRM, now - timedelta(hours=1))
    if not to_address or asked >= desk.config.limits.mails_per_ticket_and_hour:
        return
    addresses = desk.addresses
    notice = {
        "subject": f"[{desk.config.desk.name} #{ticket.number}] {ticket.subject}",
        "says": "confirm",
        "facts": {"number": str(ticket.number), "sender": words.sender},
        "quoted": words.text,
        "actions": [
            ["confirm_yes", addresses.address(Token(Purpose.CONFIRM, party, key))],
            ["confirm_no", addresses.address(Token(Purpose.DISCARD, party, key))],
        ],
        "reply_to": addresses.reply(ticket.number, party, ticket.epoch(party)),
    }
    message_id = addresses.message_id(Token(Purpose.MESSAGE, party, ticket.number, entry))
    outbox.add(connection, Owed(Kind.CONFIRM, to_address, message_id, ticket.number, entry, party, notice), now)
