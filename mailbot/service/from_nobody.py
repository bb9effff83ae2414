"""Mail that no person wrote to a party: loops, automatic mail, delivery reports, mail to a role address.

None of it is activity and none of it is answered (RFC 3834). On a ticket it is a note at most.
"""

from __future__ import annotations

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Event, Kind, Party, Ticket
from mailbot.core.verdict import Outcome, Verdict
from mailbot.inbound.reading import FailedRecipient, MailKind
from mailbot.outbound import headers
from mailbot.service.case import Case, said_scope
from mailbot.service.failures import record_delay, record_failure, record_soft_bounce
from mailbot.service.record import add_note, owe_notice
from mailbot.store import outbox, tickets


def refuse_loop(case: Case) -> Verdict | None:
    """The verdict on a mail of our own that came back; None for any other mail."""
    if why := _is_own(case):
        case.found("own mail", why)
        return case.verdict(Outcome.IGNORED, "loop: our own mail came back")
    return None


def _is_own(case: Case) -> str:
    """Why a mail is one of ours, or "". A delivery report may bear the List-Id of the mail that it returns."""
    message_id = case.reading.message_id
    if message_id and case.desk.addresses.read_message_id(message_id):
        return f"Message-ID {message_id} is ours"
    ours = f"<{headers.list_id(case.desk.config.desk.domain)}>"
    if case.reading.kind is not MailKind.BOUNCE and case.reading.list_id.strip().lower().endswith(ours):
        return f"List-Id {ours} is ours"
    return ""


def ignore_automatic(case: Case, ticket: Ticket, party: Party) -> Verdict:
    """A machine answered a ticket's mail: a delivery report is recorded, anything else is a note, once a day."""
    case.found("automatic", case.why_automatic)
    if case.reading.kind is MailKind.BOUNCE:
        return _record_bounce(case, ticket, party, case.reading.original_message_id)
    what = f"note:{ticket.number}:{party}:{case.now:%Y-%m-%d}"
    if case.first_time(said_scope(ticket.number, party)) and outbox.tell_once(case.connection, what, case.now):
        facts = {"what": "automatic reply", "party": party.value, "reason": case.why_automatic}
        if case.reading.return_date:
            facts["return_date"] = case.reading.return_date
        add_note(case.connection, ticket.number, Event.NOTE, case.now, **facts)
    return case.verdict(Outcome.IGNORED, f"automatic: {case.why_automatic}", ticket.number)


def receive_bounce(case: Case, token: Token) -> Verdict:
    """Mail to a return path of ours: a delivery report, and otherwise something that a machine sent there."""
    ticket = tickets.get_ticket(case.connection, token.number)
    message_id = case.desk.addresses.message_id(Token(Purpose.MESSAGE, token.party, token.number, token.serial))
    kind = case.reading.kind
    if kind is MailKind.BOUNCE or (not case.row.return_path and kind is not MailKind.AUTO_REPLY):
        return _record_bounce(case, ticket, token.party, message_id)
    return ignore_automatic(case, ticket, token.party)


def forward(case: Case, role: str) -> Verdict:
    """Postmaster and abuse go to the admins as they came."""
    if case.reading.hops > 30 or not case.first_time(f"role:{role}"):
        return case.verdict(Outcome.IGNORED, "loop: it has been through here before")
    admins = case.desk.config.desk.admins
    for admin in admins:
        owe_notice(case.connection, case.desk, case.now, Kind.FORWARD, admin, None, forwards=case.row.mail)
    return case.verdict(Outcome.FORWARDED, f"mail to {role} goes to " + (", ".join(admins) or "nobody: no admins"))


def _record_bounce(case: Case, ticket: Ticket, party: Party, message_id: str | None) -> Verdict:
    mail = outbox.find_mail(case.connection, message_id) if message_id else None
    if mail is None or mail.ticket != ticket.number or mail.party is not party:
        return case.verdict(Outcome.IGNORED, "a delivery report about no mail of ours", ticket.number)
    case.found("bounced mail", f"{mail.kind} to the {party}, outbox {mail.id}")
    report = _gravest(case.reading.failed_recipients)
    if report is None or report.permanent is not True:
        why = report.diagnostic if report else "no failed recipient is named"
        record_delay(case.connection, mail, why[:500], case.now)
        return case.verdict(Outcome.BOUNCE_RECORDED, f"not a final failure: {why[:200]}", ticket.number)
    answer = f"{report.status or '5.0.0'} {report.diagnostic}".strip()[:500]
    if not case.first_time(f"bounce:{mail.id}"):
        return case.verdict(Outcome.IGNORED, "duplicate: this report was taken before", ticket.number)
    if answer.startswith("4.") and mail.status == "sent":
        record_soft_bounce(case.connection, case.desk, mail, answer, case.now)
        return case.verdict(Outcome.BOUNCE_RECORDED, f"the relay gave up, but it may pass: {answer}", ticket.number)
    record_failure(case.connection, case.desk, mail, answer, case.now, bounced=True)
    return case.verdict(Outcome.BOUNCE_RECORDED, f"the {party}'s address does not accept mail: {answer}", ticket.number)


def _gravest(reports: tuple[FailedRecipient, ...]) -> FailedRecipient | None:
    return max(reports, key=lambda report: report.permanent is True, default=None)
