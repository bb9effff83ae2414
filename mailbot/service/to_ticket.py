"""Mail to an address with a token: a party speaks, or acts by mail, or confirms what a stranger wrote.

The token says which ticket and whose address; the author address is a claim, graded before anything is posted.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mailbot.core.command import without_close
from mailbot.core.reply_token import Purpose, Token
from mailbot.core.sender import Act, Treatment
from mailbot.core.ticket import Party, Ticket
from mailbot.core.verdict import Outcome, Verdict
from mailbot.service import copies, from_nobody, holding, mail_actions
from mailbot.service.case import Case, said_scope
from mailbot.service.posting import grade_author, post, treat, words_of
from mailbot.store import tickets
from mailbot.store.tickets import Words

_ACTIONS = (Purpose.CLOSE, Purpose.KEEP)


def receive(case: Case, token: Token) -> Verdict:
    """Decides on a mail to a token address."""
    if token.purpose is Purpose.BOUNCE:
        return from_nobody.receive_bounce(case, token)
    if token.purpose in (Purpose.CONFIRM, Purpose.DISCARD):
        return mail_actions.decide_held(case, token)
    ticket = tickets.get_ticket(case.connection, token.number)
    if case.is_automatic:
        return from_nobody.ignore_automatic(case, ticket, token.party)
    return hear(case, ticket, token.party, token.purpose)


def hear(
    case: Case,
    ticket: Ticket,
    party: Party,
    purpose: Purpose,
    *,
    trusted: bool = True,
    ask_at: datetime | None = None,
) -> Verdict:
    """A person writes as a party. Without `trusted` (no token named the party) the words wait for its consent.

    The party is asked for it at once, or not before `ask_at`.
    """
    scope = said_scope(ticket.number, party) + ("" if purpose is Purpose.REPLY else f":{purpose.name}")
    if case.was_seen(scope):
        return copies.duplicate(case, ticket)
    sender_grade = grade_author(case, ticket, party)
    treatment = treat(case.desk, Act.SPEAK, sender_grade)
    if not trusted or (case.reading.author is None and treatment is not Treatment.REFUSE):
        treatment = Treatment.HOLD
    case.found("treatment", treatment)
    if treatment is Treatment.REFUSE:
        return case.verdict(Outcome.REFUSED, f"[senders] {sender_grade} = refuse", ticket.number)
    if treatment is Treatment.HOLD:
        if case.was_seen(said_scope(ticket.number, party)) or not case.first_time(f"held:{scope}"):
            return copies.duplicate(case, ticket)
        return holding.hold(case, ticket, party, sender_grade, words_of(case, sender_grade), ask_at)
    if not case.first_time(scope):
        return copies.duplicate(case, ticket)
    copies.settle_held(case, ticket, party)
    return _obey(case, ticket, party, purpose, words_of(case, sender_grade))


def _obey(case: Case, ticket: Ticket, party: Party, purpose: Purpose, words: Words) -> Verdict:
    """Does what the address, or a command in the first line, asks for; otherwise the words are a comment."""
    if purpose in _ACTIONS:
        if not case.first_time(said_scope(ticket.number, party)):  # also sent to the reply address: said already
            words = replace(words, text="", attachments=())
        return mail_actions.act_on_ticket(case, ticket, party, purpose, words)
    rest = without_close(words.text)
    if rest is None or treat(case.desk, Act.CLOSE, words.grade) is not Treatment.POST:
        return post(case, ticket, party, words)
    case.found("command", "the first line says: close")
    return mail_actions.act_on_ticket(case, ticket, party, Purpose.CLOSE, replace(words, text=rest))
