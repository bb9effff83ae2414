"""Mail to an address with a token: a party speaks, or acts by mail, or confirms what a stranger wrote.

The token says which ticket and whose address; the author address is a claim, graded before anything is posted.
"""

from __future__ import annotations

from dataclasses import replace

from mailbot.core.command import without_close
from mailbot.core.reply_token import Purpose, Token
from mailbot.core.sender import Act, Treatment
from mailbot.core.ticket import Party, Ticket
from mailbot.core.verdict import Outcome, Verdict
from mailbot.service import from_nobody, holding, mail_actions
from mailbot.service.case import Case
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


def hear(case: Case, ticket: Ticket, party: Party, purpose: Purpose, *, trusted: bool = True) -> Verdict:
    """A person writes as a party. Without `trusted` (no token named the party) the words wait for its consent."""
    scope = f"ticket:{ticket.number}:{party}" + ("" if purpose is Purpose.REPLY else f":{purpose.name}")
    if not case.first_time(scope):
        return case.verdict(Outcome.IGNORED, "duplicate: this mail was taken before", ticket.number)
    sender_grade = grade_author(case, ticket, party)
    treatment = treat(case.desk, Act.SPEAK, sender_grade)
    if not trusted or (case.reading.author is None and treatment is not Treatment.REFUSE):
        treatment = Treatment.HOLD
    case.found("treatment", treatment)
    if treatment is Treatment.REFUSE:
        return case.verdict(Outcome.REFUSED, f"[senders] {sender_grade} = refuse", ticket.number)
    words = words_of(case, sender_grade)
    if treatment is Treatment.HOLD:
        return holding.hold(case, ticket, party, sender_grade, words)
    return _obey(case, ticket, party, purpose, words)


def _obey(case: Case, ticket: Ticket, party: Party, purpose: Purpose, words: Words) -> Verdict:
    """Does what the address, or a command in the first line, asks for; otherwise the words are a comment."""
    if purpose in _ACTIONS:
        return mail_actions.act_on_ticket(case, ticket, party, purpose, words)
    rest = without_close(words.text)
    if rest is None or treat(case.desk, Act.CLOSE, words.grade) is not Treatment.POST:
        return post(case, ticket, party, words)
    case.found("command", "the first line says: close")
    return mail_actions.act_on_ticket(case, ticket, party, Purpose.CLOSE, replace(words, text=rest))
