"""Held mails: words that somebody else than the addressee wrote wait until he, or an admin, decides."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from mailbot.core import ticket as act
from mailbot.core.reply_token import Purpose, Token
from mailbot.core.sender import fold
from mailbot.core.ticket import Change, Event, Grade, Kind, Party, Ticket, TooLate
from mailbot.core.verdict import Outcome, Verdict
from mailbot.errors import BadInput, NotFound
from mailbot.outbound.safe_text import MAX_NAME_CHARS, one_line
from mailbot.service.case import Case, held_scope, said_scope
from mailbot.service.desk import Desk
from mailbot.service.hidden_addresses import name_without_addresses
from mailbot.service.record import add_note, address_of, cleaned, record, tell_admins
from mailbot.service.tickets import succeed
from mailbot.service.transaction import in_one_transaction
from mailbot.store import held, inbox, outbox, tickets, vendors
from mailbot.store.held import Held, Reason
from mailbot.store.outbox import Owed
from mailbot.store.tickets import Words

log = logging.getLogger("mailbot.tickets")

_AT_ONCE = 200
"""Held mails that one pass ends; the next pass takes the rest."""
_FILES_NAMED = 20
"""Of a held mail, in the question about it."""


class End(StrEnum):
    """What a decision on a held mail came to."""

    POSTED = "posted"
    SUCCEEDED = "opened the ticket that follows"
    DISCARDED = "discarded"
    TOO_LATE = "its ticket was closed too long ago"
    BEFORE = "decided before"
    OPENS = "opens its ticket"


@dataclass(frozen=True)
class Decided:
    """A decision on a held mail, and the ticket on which it took effect."""

    end: End
    ticket: Ticket


@dataclass(frozen=True)
class Released:
    """What an admin's release came to, and the number of the ticket that has the words; None before it is opened."""

    end: End
    ticket: int | None


def hold(
    case: Case, ticket: Ticket, party: Party, grade: Grade, words: Words, ask_at: datetime | None = None
) -> Verdict:
    """Keeps a mail's words and asks the addressee whether to publish them, at once or not before `ask_at`."""
    reason: Reason = "failed" if grade is Grade.FAILED else "stranger"
    if case.reading.author is None:
        reason = "ambiguous"
    said = cleaned(case.desk, words)
    key = held.hold(case.connection, ticket.number, party, case.row.id, case.now, reason, said)
    inbox.first_time(case.connection, held_scope(key), case.key, case.now)
    facts = {"party": party.value, "reason": reason, "held": str(key)}
    entry = add_note(case.connection, ticket.number, Event.HELD, case.now, **facts)
    if not _may_ask(case.connection, case.desk, ticket, party, case.now):
        return case.verdict(
            Outcome.HELD, f"{reason}: the {party} is not asked by mail, its page or an admin decides", ticket.number
        )
    _ask(case.connection, case.desk, ticket, party, key, entry.number, said, case.now, ask_at)
    return case.verdict(Outcome.HELD, f"{reason}: the {party} is asked to confirm", ticket.number)


def decide(connection: Connection, desk: Desk, waiting: Held, now: datetime, *, publish: bool) -> Decided:
    """Publishes a held mail as its party's comment and remembers its sender for this ticket, or discards it; once.

    Every way to decide ends here: mail action, ticket page, command line. BadInput when the mail was shunted.
    """
    ticket = tickets.get_ticket(connection, ticket_of(waiting))
    if waiting.reason == "shunted" and publish:
        raise BadInput(f"held mail {waiting.id} was never read; `mailbot replay {waiting.inbox}` tries again")
    if waiting.state != "held":
        return Decided(End.BEFORE, ticket)
    change = _spoken(desk, ticket, waiting.party, now) if publish else None
    late = isinstance(change, TooLate)
    if late and desk.config.tickets.late_reply == "refuse":
        return Decided(End.TOO_LATE, ticket)
    if not end(connection, waiting, "released" if publish else "rejected", now):
        return Decided(End.BEFORE, ticket)
    if publish:
        _remember_as_said(connection, waiting, now)
    log.info("held mail decided ticket=%d held=%d published=%s", ticket.number, waiting.id, publish)
    if change is None:
        return Decided(End.DISCARDED, ticket)
    held.confirm_sender(connection, ticket.number, waiting.party, waiting.words.sender)
    if isinstance(change, TooLate):
        return Decided(End.SUCCEEDED, succeed(connection, desk, ticket, waiting.party, waiting.words, now).ticket)
    return Decided(End.POSTED, record(connection, desk, change, waiting.words).ticket)


def release(desk: Desk, key: int) -> Released:
    """An admin publishes a held mail, or lets it open its ticket. NotFound when there is none, else as `decide`."""

    def once(connection: Connection) -> Released:
        waiting = find(connection, key)
        if waiting.ticket is None:
            return Released(_release_opening(connection, waiting), None)
        decided = decide(connection, desk, waiting, desk.clock.now(), publish=True)
        return Released(decided.end, decided.ticket.number)

    return in_one_transaction(desk, once)


def reject(desk: Desk, key: int) -> bool:
    """An admin discards a held mail, whatever it is; False when it was decided before. NotFound when there is none."""
    with desk.store.write() as connection:
        return end(connection, find(connection, key), "rejected", desk.clock.now())


def end(connection: Connection, waiting: Held, decision: held.Decision, now: datetime) -> bool:
    """Ends the waiting of a held mail and of the question about it; False when somebody decided before."""
    if not held.decide_held(connection, waiting.id, decision):
        return False
    if waiting.ticket is not None and (entry := tickets.entry_of_held(connection, waiting.ticket, waiting.id)):
        outbox.withdraw_question(connection, waiting.ticket, entry, now)
    return True


def find(connection: Connection, key: int) -> Held:
    """A held mail, decided or not. NotFound when there is none."""
    found = held.get_held(connection, key)
    if found is None:
        raise NotFound(f"there is no held mail {key}; `mailbot hold list` shows them")
    return found


def ticket_of(waiting: Held) -> int:
    """The ticket on which a held mail's words wait."""
    assert waiting.ticket is not None, "a mail that would open a ticket waits for an admin, not for a party"
    return waiting.ticket


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


def _release_opening(connection: Connection, waiting: Held) -> End:
    if not held.decide_held(connection, waiting.id, "released"):
        return End.BEFORE
    assert waiting.inbox is not None, "such a mail is held as it came"
    inbox.requeue(connection, waiting.inbox, Outcome.HELD)
    return End.OPENS


def _expire(connection: Connection, waiting: Held, now: datetime) -> bool:
    if not end(connection, waiting, "expired", now):
        return False
    if waiting.ticket is not None:
        facts = {"what": "held mail expired", "party": waiting.party.value, "held": str(waiting.id)}
        add_note(connection, waiting.ticket, Event.NOTE, now, **facts)
    return True


def _remember_as_said(connection: Connection, waiting: Held, now: datetime) -> None:
    """A copy that comes after the words were published is a duplicate."""
    for key in inbox.keys_seen(connection, held_scope(waiting.id)):
        inbox.first_time(connection, said_scope(ticket_of(waiting), waiting.party), key, now)


def _obituary(ended: list[Held]) -> list[str]:
    lines = [
        f"{_place(one)}: from {one.words.sender or 'an unreadable address'} ({one.reason}), inbound mail {one.inbox}"
        for one in ended
    ]
    return [
        "Neither the addressee nor an admin decided on them in time, so they were not published.",
        *lines,
        "`mailbot inbox show ID` shows such a mail.",
    ]


def _place(ended: Held) -> str:
    return f"Ticket {ended.ticket}, for the {ended.party}" if ended.ticket is not None else "A ticket to be opened"


def _spoken(desk: Desk, ticket: Ticket, party: Party, now: datetime) -> Change | TooLate:
    return act.comment(ticket, party, now, timedelta(seconds=desk.config.tickets.reopen_within))


def shown_sender(connection: Connection, desk: Desk, ticket: Ticket, party: Party, words: Words) -> str:
    """Who wrote held words, as their party may read it: an address, but never the other party's; "" for none."""
    other = address_of(connection, ticket, party.other)
    if not desk.config.desk.hide_addresses or not other or fold(words.sender) != fold(other):
        return words.sender
    if party is Party.VENDOR:
        return name_without_addresses(ticket.customer_name)
    return vendors.get_vendor(connection, ticket.vendor).name


def _may_ask(connection: Connection, desk: Desk, ticket: Ticket, party: Party, now: datetime) -> bool:
    """Whether the party is asked about one more held mail. A stranger cannot make us send many.

    Neither within an hour nor while as many wait undecided: a robot that takes each question for a mail to answer
    would otherwise be asked for ever. The admins are told, and the party's page shows all that waits.
    """
    if not address_of(connection, ticket, party):
        return False
    limit = desk.config.limits.mails_per_ticket_and_hour
    waiting = sum(one.party is party for one in held.held_mails(connection, ticket.number))
    asked = outbox.count_since(connection, ticket.number, Kind.CONFIRM, now - timedelta(hours=1))
    if asked < limit and waiting <= limit:
        return True
    if outbox.tell_once(connection, f"asked:{ticket.number}:{party}:{now:%Y-%m-%d}", now):
        facts = {"what": "too many held mails", "party": party.value, "reason": f"more than {limit} wait or came"}
        add_note(connection, ticket.number, Event.NOTE, now, **facts)
        tell_admins(
            connection,
            desk,
            now,
            f"Ticket {ticket.number}: more than {limit} held mails for the {party}",
            "Each is kept, and its ticket page shows them; the party gets no more questions by mail about the latest.",
            "`mailbot hold list` shows them, `mailbot hold release ID…` and `mailbot hold reject ID…` decide.",
            ticket=ticket.number,
        )
    return False


def _ask(
    connection: Connection,
    desk: Desk,
    ticket: Ticket,
    party: Party,
    key: int,
    entry: int,
    words: Words,
    now: datetime,
    ask_at: datetime | None,
) -> None:
    """Owes the addressee the question, to be answered by mail action or on the ticket page."""
    addresses, epoch = desk.addresses, ticket.epoch(party)
    files = ", ".join(one_line(file.name, MAX_NAME_CHARS) for file in words.attachments[:_FILES_NAMED])
    notice = {
        "subject": f"[{desk.config.desk.name} #{ticket.number}] {ticket.subject}",
        "says": "confirm",
        "facts": {
            "number": str(ticket.number),
            "sender": shown_sender(connection, desk, ticket, party, words),
            "files": files,
            "remembers": "yes" if words.sender and words.grade is Grade.STRANGER else "",
        },
        "quoted": words.text,
        "actions": [
            ["confirm_yes", addresses.address(Token(Purpose.CONFIRM, party, key, epoch))],
            ["confirm_no", addresses.address(Token(Purpose.DISCARD, party, key, epoch))],
            ["confirm_page", f"{addresses.page(ticket.number, party, epoch)}?held={key}"],
        ],
        "reply_to": addresses.reply(ticket.number, party, epoch),
    }
    to_address = address_of(connection, ticket, party)
    message_id = addresses.message_id(Token(Purpose.MESSAGE, party, ticket.number, entry))
    question = Owed(Kind.CONFIRM, to_address, message_id, ticket.number, entry, party, notice)
    outbox.add_all(connection, [question], now, not_before=ask_at)
