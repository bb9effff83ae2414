"""Mail to an address with a token: a party speaks, or acts by mail, or confirms what a stranger wrote.

The token says which ticket and whose address; the author address is a claim, graded before anything is posted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from mailbot.core import ticket as act
from mailbot.core.marks import is_separator
from mailbot.core.reply_token import Purpose, Token
from mailbot.core.sender import Standing, Treatment, grade
from mailbot.core.ticket import (
    Actor,
    Attachment,
    Change,
    Event,
    Grade,
    Kind,
    NewEntry,
    NoChange,
    Party,
    Ticket,
    TooLate,
    Via,
)
from mailbot.core.verdict import Outcome, Verdict
from mailbot.inbound.reading import Reading
from mailbot.service import from_nobody, holding
from mailbot.service.case import Case
from mailbot.service.record import owe_notice, record
from mailbot.service.tickets import succeed
from mailbot.store import held, tickets, vendors
from mailbot.store.tickets import Words

_OUTCOMES = {Kind.REOPENED: Outcome.REOPENED, Kind.REPLY: Outcome.COMMENTED}


def receive(case: Case, token: Token) -> Verdict:
    """Decides on a mail to a token address."""
    if token.purpose is Purpose.BOUNCE:
        return from_nobody.receive_bounce(case, token)
    if token.purpose in (Purpose.CONFIRM, Purpose.DISCARD):
        return _decide_held(case, token)
    ticket = tickets.get_ticket(case.connection, token.number)
    if case.is_automatic:
        return from_nobody.ignore_automatic(case, ticket, token.party)
    return hear(case, ticket, token.party, token.purpose)


def hear(case: Case, ticket: Ticket, party: Party, purpose: Purpose, *, trusted: bool = True) -> Verdict:
    """A person writes as a party. Without `trusted` (no token named the party) the words wait for its consent."""
    scope = f"ticket:{ticket.number}:{party}" + ("" if purpose is Purpose.REPLY else f":{purpose.name}")
    if not case.first_time(scope):
        return case.verdict(Outcome.IGNORED, "duplicate: this mail was taken before", ticket.number)
    sender_grade = _grade(case, ticket, party)
    treatment = case.desk.config.senders.treatment(sender_grade) if trusted else Treatment.HOLD
    if case.reading.author is None:
        treatment = Treatment.REFUSE if treatment is Treatment.REFUSE else Treatment.HOLD
    case.found("treatment", treatment)
    if treatment is Treatment.REFUSE:
        return case.verdict(Outcome.REFUSED, f"[senders] {sender_grade} = refuse", ticket.number)
    if treatment is Treatment.HOLD:
        return holding.hold(case, ticket, party, sender_grade, words_of(case, sender_grade))
    if purpose in (Purpose.CLOSE, Purpose.KEEP):
        return _act(case, ticket, party, purpose, sender_grade)
    return post(case, ticket, party, sender_grade)


def post(case: Case, ticket: Ticket, party: Party, sender_grade: Grade) -> Verdict:
    """The words become a comment; on a ticket closed too long ago, a new ticket or a refusal."""
    words = words_of(case, sender_grade)
    change = act.comment(ticket, party, case.now, timedelta(seconds=case.desk.config.tickets.reopen_within))
    if isinstance(change, TooLate):
        return _too_late(case, ticket, party, words)
    record(case.connection, case.desk, change, words)
    return case.verdict(_OUTCOMES[change.mail or Kind.REPLY], f"by the {party}, {sender_grade}", ticket.number)


def words_of(case: Case, sender_grade: Grade) -> Words:
    """The new words of a mail, with its files stored."""
    reading = case.reading
    return Words(
        text=reading.text,
        sender=reading.author.address if reading.author else "",
        sender_name=reading.author.name if reading.author else "",
        grade=sender_grade,
        via=Via.MAIL,
        message_id=reading.message_id,
        inbox=case.row.id,
        cuts=tuple((cut.rule, cut.text) for cut in reading.cuts),
        attachments=_store_files(case, reading),
    )


def standing(connection: Connection, ticket: Ticket, party: Party) -> Standing:
    """Who speaks for a party of a ticket."""
    confirmed = held.confirmed_senders(connection, ticket.number, party)
    if party is Party.CUSTOMER:
        return Standing(ticket.customer_address, confirmed=confirmed)
    vendor = vendors.get_vendor(connection, ticket.vendor)
    others = frozenset(filter(None, (vendor.email, vendor.ticket_email, *vendor.also)))
    return Standing(vendor.address, others, confirmed)


def _grade(case: Case, ticket: Ticket, party: Party) -> Grade:
    author = case.reading.author.address if case.reading.author else None
    found = grade(author, case.authentication, standing(case.connection, ticket, party))
    case.found("author", author or f"not exactly one mailbox: {case.reading.author_fault}")
    case.found("authentication", case.authentication)
    case.found("sender grade", found)
    return found


def _store_files(case: Case, reading: Reading) -> tuple[Attachment, ...]:
    blobs = case.desk.store.blobs
    return tuple(
        Attachment(file.name, file.media_type, len(file.content), blobs.put(case.connection, file.content))
        for file in reading.attachments
    )


def _act(case: Case, ticket: Ticket, party: Party, purpose: Purpose, sender_grade: Grade) -> Verdict:
    """A mail action of the addressee. What was typed along becomes a comment."""
    if sender_grade is not Grade.ADDRESSEE:
        return case.verdict(Outcome.REFUSED, "a mail action counts only from the address on file", ticket.number)
    by = Actor(party)
    change = act.close(ticket, by, case.now) if purpose is Purpose.CLOSE else act.keep_open(ticket, by, case.now)
    if isinstance(change, NoChange):
        return case.verdict(Outcome.IGNORED, change.reason, ticket.number)
    words = words_of(case, sender_grade)
    typed = "\n".join(line for line in words.text.splitlines() if not is_separator(line)).strip()
    if typed or words.attachments:
        change = _with_comment(change, NewEntry(Event.COMMENT, case.now, by), purpose)
    record(case.connection, case.desk, change, replace(words, text=typed))
    outcome = Outcome.CLOSED if purpose is Purpose.CLOSE else Outcome.KEPT_OPEN
    return case.verdict(outcome, f"by the {party}", ticket.number)


def _with_comment(change: Change, comment: NewEntry, purpose: Purpose) -> Change:
    mail = Kind.CLOSED if purpose is Purpose.CLOSE else Kind.REPLY
    entries = (comment, *change.entries) if purpose is Purpose.CLOSE else (*change.entries, comment)
    return replace(change, entries=entries, mail=mail)


def _too_late(case: Case, ticket: Ticket, party: Party, words: Words) -> Verdict:
    if case.desk.config.tickets.late_reply == "new ticket":
        opened = succeed(case.connection, case.desk, ticket, party, words, case.now)
        reason = f"ticket {ticket.number} was closed too long ago to be reopened"
        return case.verdict(Outcome.OPENED, reason, opened.ticket.number)
    to_address = standing(case.connection, ticket, party).address
    notice = {
        "subject": f"[{case.desk.config.desk.name} #{ticket.number}] {ticket.subject}",
        "reason": f"Your answer to ticket {ticket.number} was not posted.",
        "paragraphs": ["The ticket was closed too long ago to be reopened. Please write to the desk anew."],
        "quoted": words.text,
    }
    owe_notice(case.connection, case.desk, case.now, Kind.REFUSED, to_address, notice, ticket=ticket.number)
    return case.verdict(Outcome.REFUSED, "the ticket was closed too long ago", ticket.number)


def _decide_held(case: Case, token: Token) -> Verdict:
    waiting = held.get_held(case.connection, token.number)
    assert waiting is not None, "RCPT looked it up, and held mails are never deleted"
    ticket = tickets.get_ticket(case.connection, waiting.ticket)
    if case.is_automatic:
        return from_nobody.ignore_automatic(case, ticket, waiting.party)
    if _grade(case, ticket, waiting.party) is not Grade.ADDRESSEE:
        return case.verdict(Outcome.REFUSED, "only the address on file can confirm", ticket.number)
    if token.purpose is Purpose.DISCARD:
        holding.reject(case.connection, token.number)
        return case.verdict(Outcome.CONFIRMED, f"held mail {token.number} is discarded", ticket.number)
    holding.release(case.connection, case.desk, token.number, case.now)
    return case.verdict(Outcome.CONFIRMED, f"held mail {token.number} is posted", ticket.number)
