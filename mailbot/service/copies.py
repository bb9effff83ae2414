"""Copies of one mail: sent again, or to several addresses of ours. Its words are said once, by the copy that may.

A copy that has to wait for consent keeps none back that needs none: whichever comes first, the words are posted
once, and what waited is settled.
"""

from __future__ import annotations

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Party, Ticket
from mailbot.core.verdict import Outcome, Verdict
from mailbot.service import holding, recipients
from mailbot.service.case import Case, held_scope
from mailbot.service.recipients import ToTicket
from mailbot.store import held, inbox, tickets

_SPEAKS = (Purpose.REPLY, Purpose.CLOSE, Purpose.KEEP)


def duplicate(case: Case, ticket: Ticket) -> Verdict:
    """The verdict on a copy whose words are said, or wait for consent."""
    return case.verdict(Outcome.IGNORED, "duplicate: this mail was taken before", ticket.number)


def settle_held(case: Case, ticket: Ticket, party: Party) -> None:
    """Ends the waiting of held copies of a mail that may be posted after all."""
    for waiting in held.held_mails(case.connection, ticket.number):
        if waiting.party is party and inbox.was_seen(case.connection, held_scope(waiting.id), case.key):
            holding.end(case.connection, waiting, "released", case.now)
            case.found("held copy", f"held mail {waiting.id} is the same and need not wait any more")


def speaks_elsewhere(case: Case) -> Verdict | None:
    """The verdict on a mail whose envelope names a ticket's address as well: that copy speaks, this one is silent."""
    for recipient in inbox.recipients_of(case.connection, case.row.mail):
        match recipients.resolve(case.desk, recipient):
            case ToTicket(token) if token.purpose in _SPEAKS:
                case.found("ticket", f"the same mail goes to the {token.party} address of {token.number}")
                return case.verdict(Outcome.IGNORED, "duplicate: the mail also went to its ticket", token.number)
    return None


def ticket_in_headers(case: Case) -> tuple[Ticket, Party] | None:
    """The ticket and party whose address To or Cc names: a relay may hand a mail over once for each recipient."""
    for address in case.reading.to_addresses:
        match recipients.resolve(case.desk, address):
            case ToTicket(token) if token.purpose in _SPEAKS and _is_in_use(case, token):
                case.found("ticket", f"To or Cc names the {token.party} address of {token.number}")
                return tickets.get_ticket(case.connection, token.number), token.party
    return None


def _is_in_use(case: Case, token: Token) -> bool:
    return token.serial == tickets.epoch(case.connection, token.number, token.party)
