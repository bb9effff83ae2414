"""What a mail does beside speaking: it closes a ticket, keeps it open, or decides on a held mail.

Only the addressee acts by mail. Each act is idempotent, and what was typed along becomes a comment. Each mails both
parties, so the answer says what was done; whoever keeps a ticket open too late is told so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from mailbot.core import ticket as act
from mailbot.core.marks import is_separator
from mailbot.core.reply_token import Purpose, Token
from mailbot.core.sender import Act, Treatment
from mailbot.core.ticket import Actor, Change, Event, Kind, NewEntry, NoChange, Party, Ticket, TooLate
from mailbot.core.verdict import Outcome, Verdict
from mailbot.service import from_nobody, holding
from mailbot.service.case import Case, said_scope
from mailbot.service.holding import End
from mailbot.service.posting import grade_author, post, refuse_late, treat, words_of
from mailbot.service.record import address_of, owe_notice, record
from mailbot.store import outbox, tickets
from mailbot.store.held import Held
from mailbot.store.tickets import Words

_OUTCOMES = {Purpose.CLOSE: Outcome.CLOSED, Purpose.KEEP: Outcome.KEPT_OPEN}
_ACTS = {
    Purpose.CLOSE: Act.CLOSE,
    Purpose.KEEP: Act.KEEP_OPEN,
    Purpose.CONFIRM: Act.CONFIRM,
    Purpose.DISCARD: Act.DISCARD,
}


def act_on_ticket(case: Case, ticket: Ticket, party: Party, purpose: Purpose, words: Words) -> Verdict:
    """The addressee closes a ticket or keeps it open; `words` are what was typed along.

    Anybody else's action is nothing, but words of his that may be posted are, as without it.
    """
    typed = _typed(words)
    if treat(case.desk, _ACTS[purpose], words.grade) is not Treatment.POST:
        case.found("mail action", f"not done: it counts only from the address on file, not from a {words.grade}")
        if _says_something(typed):
            return post(case, ticket, party, typed)
        return case.verdict(Outcome.REFUSED, "a mail action counts only from the address on file", ticket.number)
    outbox.clear_failing(case.connection, words.sender)  # whoever writes has his mailbox back
    change = _change(case, ticket, party, purpose)
    if isinstance(change, NoChange):
        return _act_on_closed(case, ticket, party, purpose, typed)
    if _says_something(typed):
        change = _with_comment(change, NewEntry(Event.COMMENT, case.now, Actor(party)), purpose)
    record(case.connection, case.desk, change, typed)
    return case.verdict(_OUTCOMES[purpose], f"by the {party}", ticket.number)


def decide_held(case: Case, token: Token) -> Verdict:
    """The addressee publishes or discards a held mail."""
    waiting = holding.find(case.connection, token.number)
    ticket = tickets.get_ticket(case.connection, holding.ticket_of(waiting))
    if case.is_automatic:
        return from_nobody.ignore_automatic(case, ticket, waiting.party)
    sender_grade = grade_author(case, ticket, waiting.party)
    if treat(case.desk, _ACTS[token.purpose], sender_grade) is not Treatment.POST:
        return case.verdict(Outcome.REFUSED, "only the address on file can confirm", ticket.number)
    verdict = _decide(case, ticket, waiting, token.purpose)
    typed = _typed(words_of(case, sender_grade))
    if _says_something(typed) and case.first_time(said_scope(ticket.number, waiting.party)):
        post(case, tickets.get_ticket(case.connection, ticket.number), waiting.party, typed)
    return verdict


def _decide(case: Case, ticket: Ticket, waiting: Held, purpose: Purpose) -> Verdict:
    if waiting.state == "expired":
        _tell_expired(case, ticket, waiting)
    decided = holding.decide(case.connection, case.desk, waiting, case.now, publish=purpose is Purpose.CONFIRM)
    match decided.end:
        case End.BEFORE:
            return case.verdict(Outcome.IGNORED, f"held mail {waiting.id} is {waiting.state} already", ticket.number)
        case End.TOO_LATE:
            return refuse_late(case, ticket, waiting.party, waiting.words)
        case End.SUCCEEDED:
            reason = f"held mail {waiting.id} is posted; ticket {ticket.number} was closed too long ago to be reopened"
            return case.verdict(Outcome.OPENED, reason, decided.ticket.number)
        case _:
            return case.verdict(Outcome.CONFIRMED, f"held mail {waiting.id} is {decided.end}", ticket.number)


def _change(case: Case, ticket: Ticket, party: Party, purpose: Purpose) -> Change | NoChange:
    by = Actor(party)
    return act.close(ticket, by, case.now) if purpose is Purpose.CLOSE else act.keep_open(ticket, by, case.now)


def _act_on_closed(case: Case, ticket: Ticket, party: Party, purpose: Purpose, typed: Words) -> Verdict:
    """The ticket is closed already. Words are never lost: they are posted, and a ticket to be closed closes again."""
    if not _says_something(typed):
        if purpose is Purpose.KEEP:
            _tell_too_late(case, ticket, party)
        return case.verdict(Outcome.IGNORED, "the ticket is closed already", ticket.number)
    spoken = _spoken(case, ticket, party)
    if purpose is Purpose.KEEP or isinstance(spoken, TooLate):
        return post(case, ticket, party, typed)
    closed = act.close(spoken.ticket, Actor(party), case.now)
    assert not isinstance(closed, NoChange), "words open a ticket"
    record(case.connection, case.desk, replace(closed, entries=(*spoken.entries, *closed.entries)), typed)
    return case.verdict(Outcome.CLOSED, f"by the {party}, with words for a ticket that was closed", ticket.number)


def _spoken(case: Case, ticket: Ticket, party: Party) -> Change | TooLate:
    return act.comment(ticket, party, case.now, timedelta(seconds=case.desk.config.tickets.reopen_within))


def _tell_too_late(case: Case, ticket: Ticket, party: Party) -> None:
    """Tells who wanted to keep a closed ticket open how to open it again."""
    _tell_once(case, ticket, party, f"keep-closed:{ticket.number}", "late_keep")


def _tell_expired(case: Case, ticket: Ticket, waiting: Held) -> None:
    """Tells who decided too late that nothing was published."""
    _tell_once(
        case,
        ticket,
        waiting.party,
        f"expired:{waiting.id}",
        "expired",
        sender=holding.shown_sender(case.connection, case.desk, ticket, waiting.party, waiting.words),
    )


def _tell_once(case: Case, ticket: Ticket, party: Party, what: str, says: str, **facts: str) -> None:
    """Tells a party why its mail did nothing, in the words that `says` names; once a day for each matter."""
    if not outbox.tell_once(case.connection, f"{what}:{party}:{case.now:%Y-%m-%d}", case.now):
        return
    notice = {
        "subject": f"[{case.desk.config.desk.name} #{ticket.number}] {ticket.subject}",
        "says": says,
        "facts": {"number": str(ticket.number), **facts},
        "party": party.value,
        "reply_to": case.desk.addresses.reply(ticket.number, party, ticket.epoch(party)),
    }
    to_address = address_of(case.connection, ticket, party)
    owe_notice(case.connection, case.desk, case.now, Kind.REFUSED, to_address, notice, ticket=ticket.number)


def _typed(words: Words) -> Words:
    """What a person typed above the separator that a client may have quoted."""
    lines = (line for line in words.text.splitlines() if not is_separator(line))
    return replace(words, text="\n".join(lines).strip())


def _says_something(typed: Words) -> bool:
    return bool(typed.text or typed.attachments)


def _with_comment(change: Change, comment: NewEntry, purpose: Purpose) -> Change:
    mail = Kind.CLOSED if purpose is Purpose.CLOSE else Kind.REPLY
    entries = (comment, *change.entries) if purpose is Purpose.CLOSE else (*change.entries, comment)
    return replace(change, entries=entries, mail=mail)
