"""Mail to an intake address or the desk's own: it belongs to a ticket that its headers name, or opens one."""

from __future__ import annotations

import re
from datetime import timedelta

from mailbot.core.reply_token import Purpose
from mailbot.core.sender import fold
from mailbot.core.ticket import Grade, Kind, Party, Ticket
from mailbot.core.verdict import Outcome, Verdict
from mailbot.email_address import valid_address
from mailbot.errors import BadInput
from mailbot.outbound import threads
from mailbot.outbound.safe_text import whole_line
from mailbot.service import copies, openings, posting, recipients, to_ticket
from mailbot.service.case import Case
from mailbot.service.recipients import ToDesk, ToIntake
from mailbot.service.record import owe_notice, tell_admins
from mailbot.service.tickets import Opening, add_ticket
from mailbot.store import outbox, tickets

_COPY_COMES_WITHIN = timedelta(minutes=2)
NO_SUBJECT = "(no subject)"


def receive(case: Case, destination: ToIntake | ToDesk) -> Verdict:
    """Decides on a mail without a token in its recipient address."""
    if case.is_automatic:
        case.found("automatic", case.why_automatic)
        return case.verdict(Outcome.IGNORED, f"automatic: {case.why_automatic}")
    if end := copies.speaks_elsewhere(case):
        return end
    if named := copies.ticket_in_headers(case):
        return _continue(case, *named, copy_comes=True)
    if named := _named_ticket(case):
        return _continue(case, *named)
    if isinstance(destination, ToDesk):
        return _forward(case, "nothing opens at this address")
    if not case.desk.config.tickets.open_by_mail:
        return case.verdict(Outcome.REFUSED, "opening by mail is switched off ([tickets] open_by_mail)")
    return _open(case, destination)


def _named_ticket(case: Case) -> tuple[Ticket, Party] | None:
    """The ticket and party that a reply's headers name: our signed Message-ID, else the subject tag of a party."""
    for message_id in case.reading.message_ids:
        token = case.desk.addresses.read_message_id(message_id)
        if token and token.purpose is Purpose.MESSAGE and tickets.exists(case.connection, token.number):
            case.found("ticket", f"{message_id} in In-Reply-To or References is ours")
            return tickets.get_ticket(case.connection, token.number), token.party
    return _tagged_ticket(case)


def _tagged_ticket(case: Case) -> tuple[Ticket, Party] | None:
    name = re.escape(threads.tag(case.desk.config.desk.name, 0)).replace("0", r"(\d{1,9})")
    tag = re.search(name, case.reading.subject)
    if tag is None or case.reading.author is None or not tickets.exists(case.connection, int(tag[1])):
        return None
    ticket = tickets.get_ticket(case.connection, int(tag[1]))
    for party in Party:
        if fold(posting.standing(case.connection, ticket, party).address) == fold(case.reading.author.address):
            case.found("ticket", f"the subject bears {tag[0]}")
            return ticket, party
    return None


def _continue(case: Case, ticket: Ticket, party: Party, *, copy_comes: bool = False) -> Verdict:
    """Such a reply is only posted when the sender is that party and authentication says pass; else it is held.

    With `copy_comes`, a copy to the ticket's own address is likely to come, and the party is not asked meanwhile.
    """
    author = fold(case.reading.author.address) if case.reading.author else ""
    is_party = author == fold(posting.standing(case.connection, ticket, party).address)
    trusted = is_party and case.authentication == "pass"
    ask_at = case.now + _COPY_COMES_WITHIN if copy_comes else None
    return to_ticket.hear(case, ticket, party, Purpose.REPLY, trusted=trusted, ask_at=ask_at)


def _open(case: Case, destination: ToIntake) -> Verdict:
    intake = destination.intake
    if not case.first_time(f"intake:{intake.vendor}:{intake.type}"):
        return case.verdict(Outcome.IGNORED, "duplicate: this mail was taken before")
    author = case.reading.author
    try:
        address = valid_address(author.address) if author else ""
    except BadInput as error:
        return _forward(case, str(error))
    if author is None:
        return _forward(case, f"From is not exactly one mailbox: {case.reading.author_fault}")
    if recipients.is_ours(case.desk, address):
        return _refuse_own(case, address)
    grade = Grade.FAILED if case.authentication == "fail" else Grade.ADDRESSEE
    case.found("authentication", case.authentication)
    words = posting.words_of(case, grade)
    if not case.is_released and (
        why := openings.beyond_cap(case.connection, case.desk, author.address, grade, case.now)
    ):
        return openings.hold(case, words, why)
    opening = Opening(
        type=intake.type,
        vendor=intake.vendor,
        customer_address=address,
        customer_name=author.name,
        subject=whole_line(case.reading.subject) or NO_SUBJECT,
        words=words,
        language=case.reading.language or "",
        answer_customer=openings.may_answer(case, author.address, grade),
    )
    opened = add_ticket(case.connection, case.desk, opening, case.now)
    return case.verdict(Outcome.OPENED, f"with vendor {intake.vendor}", opened.ticket.number)


def _refuse_own(case: Case, address: str) -> Verdict:
    """Opens nothing for an author in our own domain: our answers would come back. The admins hear of it once a day."""
    why = f"{address} is in the desk's own domain: our answers would come back to us"
    if outbox.tell_once(case.connection, f"own-domain:{case.now:%Y-%m-%d}", case.now):
        look = f"`mailbot inbox show {case.row.id}` shows it, `mailbot inbox list` those that may follow today."
        tell_admins(case.connection, case.desk, case.now, f"Mail from {address} opened no ticket", f"{why}.", look)
    return case.verdict(Outcome.REFUSED, why)


def _forward(case: Case, why: str) -> Verdict:
    """What we cannot place goes to the admins as it came, so that nothing is lost."""
    case.found("placed", why)
    admins = case.desk.config.desk.admins
    for admin in admins:
        owe_notice(case.connection, case.desk, case.now, Kind.FORWARD, admin, None, forwards=case.row.mail)
    return case.verdict(Outcome.FORWARDED, f"{why}; it goes to " + (", ".join(admins) or "nobody: no admins"))
