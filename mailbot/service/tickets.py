"""What people do to tickets: open, comment, close, reopen, change type, keep open, pause. One transaction each.

Every way in (mail, page, command line) ends here. Errors: NotFound, BadInput, NotPermitted, StoreUnavailable,
and Conflict when others keep changing the same ticket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.core import ticket as act
from mailbot.core.own_tokens import without_tokens
from mailbot.core.ticket import Actor, Change, Event, Grade, Kind, NewEntry, NoChange, Open, Party, Ticket, TooLate, Via
from mailbot.email_address import valid_address
from mailbot.errors import BadInput, NotFound, NotPermitted
from mailbot.outbound.safe_text import body_text, whole_line
from mailbot.service import recipients
from mailbot.service.desk import Desk
from mailbot.service.record import Recorded, cleaned, due_at, owe_mails, record
from mailbot.service.transaction import in_one_transaction
from mailbot.store import tickets, vendors
from mailbot.store.tickets import Words


@dataclass(frozen=True)
class Opening:
    """What a ticket is opened with. `words` is the opening text; `by` the party that wrote it."""

    type: str
    vendor: str
    customer_address: str
    customer_name: str
    subject: str
    words: Words
    details: tuple[tuple[str, str], ...] = ()
    by: Party = Party.CUSTOMER
    language: str = ""
    successor_of: int | None = None
    answer_customer: bool = True


def desk_words(text: str, via: Via, grade: Grade = Grade.DESK, name: str = "") -> Words:
    """Words that did not come by mail."""
    return Words(text=body_text(text), sender="", sender_name=name, grade=grade, via=via)


def open_ticket(desk: Desk, opening: Opening) -> Recorded:
    """Opens a ticket in a transaction of its own. BadInput when its customer would be the desk itself."""
    if recipients.is_ours(desk, opening.customer_address):
        raise BadInput(f"{opening.customer_address} is in the desk's own domain: our mails would come back to us")
    with desk.store.write() as connection:
        return add_ticket(connection, desk, opening, desk.clock.now())


def add_ticket(connection: Connection, desk: Desk, opening: Opening, now: datetime) -> Recorded:
    """Opens a ticket and owes both parties the mail that says so."""
    _check(connection, desk, opening)
    fresh = Ticket(
        number=0,
        version=0,
        type=opening.type,
        subject=without_tokens(opening.subject, desk.addresses.keys),
        customer_name=without_tokens(opening.customer_name, desk.addresses.keys),
        customer_address=opening.customer_address,
        vendor=opening.vendor,
        details=opening.details,
        opened_at=now,
        state=Open(opening.by, now),
        successor_of=opening.successor_of,
    )
    opened = tickets.insert_ticket(connection, fresh, due_at(desk, fresh), opening.language)
    facts = (("successor_of", str(opening.successor_of)),) if opening.successor_of else ()
    new = NewEntry(Event.OPENED, now, Actor(opening.by), facts)
    entry = tickets.add_entry(connection, opened.number, new, cleaned(desk, opening.words))
    spare = None if opening.answer_customer else Party.CUSTOMER
    owe_mails(connection, desk, opened, entry, Kind.OPENED, spare=spare)
    return Recorded(opened, (entry,))


def comment(desk: Desk, number: int, party: Party, words: Words) -> Recorded:
    """Adds a party's words to a ticket. NotPermitted when it was closed too long ago."""

    def decide(ticket: Ticket, now: datetime) -> Change:
        return comment_change(desk, ticket, party, now)

    return _act(desk, number, decide, words)


def comment_change(desk: Desk, ticket: Ticket, party: Party, now: datetime) -> Change:
    """The change that a party's words make; NotPermitted when the ticket was closed too long ago."""
    change = act.comment(ticket, party, now, timedelta(seconds=desk.config.tickets.reopen_within))
    if isinstance(change, TooLate):
        raise NotPermitted(f"ticket {ticket.number} was closed on {change.closed_at:%Y-%m-%d}; open a new one")
    return change


def close(desk: Desk, number: int, by: Actor) -> Recorded:
    """Closes a ticket."""
    return _act(desk, number, lambda ticket, now: act.close(ticket, by, now))


def reopen(desk: Desk, number: int, by: Actor) -> Recorded:
    """Reopens a ticket."""
    return _act(desk, number, lambda ticket, now: act.reopen(ticket, by, now))


def keep_open(desk: Desk, number: int, by: Actor) -> Recorded:
    """Restarts a ticket's clock."""
    return _act(desk, number, lambda ticket, now: act.keep_open(ticket, by, now))


def pause(desk: Desk, number: int, by: Actor, until: datetime) -> Recorded:
    """Holds a ticket's clock until a day."""
    return _act(desk, number, lambda ticket, now: act.pause(ticket, by, until, now))


def change_type(desk: Desk, number: int, new_type: str, by: Actor) -> Recorded:
    """Gives a ticket another type, and with it another plan."""
    _known_type(desk, new_type)
    if not desk.config.may_change_type(by):
        raise NotPermitted(f"the {by} may not change a ticket's type here ([tickets] may_change_type)")
    return _act(desk, number, lambda ticket, now: act.change_type(ticket, new_type, by, now))


def succeed(connection: Connection, desk: Desk, old: Ticket, party: Party, words: Words, now: datetime) -> Recorded:
    """Opens the ticket that follows one which was closed too long ago, with the reply to it as its opening."""
    opening = Opening(
        type=old.type,
        vendor=old.vendor,
        customer_address=old.customer_address,
        customer_name=old.customer_name,
        subject=old.subject,
        words=words,
        details=old.details,
        by=party,
        language=tickets.customer_language(connection, old.number),
        successor_of=old.number,
    )
    return add_ticket(connection, desk, opening, now)


def checked_opening(opening: Opening) -> Opening:
    """An opening that a person typed, its address checked and its lines cleaned. BadInput says what is wrong."""
    subject = whole_line(opening.subject)
    if not subject:
        raise BadInput("a ticket needs a subject")
    details = tuple((whole_line(key), whole_line(value)) for key, value in opening.details)
    if not all(key for key, _ in details):
        raise BadInput("a field needs a name, as in order=A-17")
    return replace(
        opening,
        subject=subject,
        customer_name=whole_line(opening.customer_name),
        customer_address=valid_address(opening.customer_address),
        details=details,
    )


def _act(
    desk: Desk,
    number: int,
    decide: Callable[[Ticket, datetime], Change | NoChange],
    words: Words | None = None,
) -> Recorded:
    def once(connection: Connection) -> Recorded:
        ticket = tickets.get_ticket(connection, number)
        change = decide(ticket, desk.clock.now())
        return Recorded(ticket, ()) if isinstance(change, NoChange) else record(connection, desk, change, words)

    return in_one_transaction(desk, once)


def _check(connection: Connection, desk: Desk, opening: Opening) -> None:
    _known_type(desk, opening.type)
    vendors.get_vendor(connection, opening.vendor)


def _known_type(desk: Desk, name: str) -> None:
    if name not in desk.config.types:
        raise NotFound(f"there is no ticket type {name!r}; the config has " + ", ".join(desk.config.types))
