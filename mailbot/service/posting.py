"""The words of a mail: whose they are worth, and how they become a comment, a new ticket or a refusal."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from mailbot.core import ticket as act
from mailbot.core.sender import Act, Standing, Treatment, grade, treatment
from mailbot.core.ticket import Attachment, Grade, Kind, Party, Ticket, TooLate, Via
from mailbot.core.verdict import Outcome, Verdict
from mailbot.inbound.reading import Reading
from mailbot.service import openings
from mailbot.service.case import Case
from mailbot.service.desk import Desk
from mailbot.service.files import without_own_tokens
from mailbot.service.record import owe_notice, record
from mailbot.service.tickets import succeed
from mailbot.store import held, outbox, vendors
from mailbot.store.tickets import Words

_OUTCOMES = {Kind.REOPENED: Outcome.REOPENED, Kind.REPLY: Outcome.COMMENTED}


def post(case: Case, ticket: Ticket, party: Party, words: Words) -> Verdict:
    """The words become a comment; on a ticket closed too long ago, a new ticket or a refusal."""
    change = act.comment(ticket, party, case.now, timedelta(seconds=case.desk.config.tickets.reopen_within))
    if isinstance(change, TooLate):
        return post_too_late(case, ticket, party, words)
    if words.grade is Grade.ADDRESSEE:
        outbox.clear_failing(case.connection, words.sender)  # whoever writes has his mailbox back
    record(case.connection, case.desk, change, words)
    return case.verdict(_OUTCOMES[change.mail or Kind.REPLY], f"by the {party}, {words.grade}", ticket.number)


def post_too_late(case: Case, ticket: Ticket, party: Party, words: Words) -> Verdict:
    """Words for a ticket that was closed too long ago open the one that follows it, or are refused, as configured."""
    if case.desk.config.tickets.late_reply == "new ticket":
        if not case.is_released and (
            why := openings.beyond_cap(case.connection, case.desk, words.sender, words.grade, case.now)
        ):
            return openings.hold(case, words, why)
        opened = succeed(case.connection, case.desk, ticket, party, words, case.now)
        reason = f"ticket {ticket.number} was closed too long ago to be reopened"
        return case.verdict(Outcome.OPENED, reason, opened.ticket.number)
    return refuse_late(case, ticket, party, words)


def refuse_late(case: Case, ticket: Ticket, party: Party, words: Words) -> Verdict:
    """Tells a party that its ticket was closed too long ago to be answered."""
    to_address = standing(case.connection, ticket, party).address
    notice = {
        "subject": f"[{case.desk.config.desk.name} #{ticket.number}] {ticket.subject}",
        "says": "late_reply",
        "facts": {"number": str(ticket.number)},
        "party": party.value,
        "quoted": words.text,
    }
    owe_notice(case.connection, case.desk, case.now, Kind.REFUSED, to_address, notice, ticket=ticket.number)
    return case.verdict(Outcome.REFUSED, "the ticket was closed too long ago", ticket.number)


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


def treat(desk: Desk, what: Act, grade_found: Grade) -> Treatment:
    """What is done with an act of a grade here. Every way in asks this: mail however it came, and the page."""
    return treatment(what, grade_found, desk.config.senders.treatment(grade_found))


def grade_author(case: Case, ticket: Ticket, party: Party) -> Grade:
    """The sender grade of a mail for a party of a ticket, with the steps that led there."""
    author = case.reading.author.address if case.reading.author else None
    found = grade(author, case.authentication, standing(case.connection, ticket, party))
    case.found("author", author or f"not exactly one mailbox: {case.reading.author_fault}")
    case.found("authentication", case.authentication)
    case.found("sender grade", found)
    return found


def standing(connection: Connection, ticket: Ticket, party: Party) -> Standing:
    """Who speaks for a party of a ticket."""
    confirmed = held.confirmed_senders(connection, ticket.number, party)
    if party is Party.CUSTOMER:
        return Standing(ticket.customer_address, confirmed=confirmed)
    vendor = vendors.get_vendor(connection, ticket.vendor)
    others = frozenset(filter(None, (vendor.email, vendor.ticket_email, *vendor.also)))
    return Standing(vendor.address, others, confirmed)


def _store_files(case: Case, reading: Reading) -> tuple[Attachment, ...]:
    blobs = case.desk.store.blobs
    files = []
    for file in reading.attachments:
        content = without_own_tokens(case.desk, file.name, file.media_type, file.content)
        files.append(Attachment(file.name, file.media_type, len(content), blobs.put(case.connection, content)))
    return tuple(files)
