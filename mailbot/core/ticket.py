"""The ticket: its parties, its states, its history, and what an act does to it.

In: a ticket's state and an act of a party or of the desk. Out: the next state and the history entry.
Everything is a frozen value; time is an argument (aware UTC datetimes).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Party(StrEnum):
    """One of the two sides of a ticket."""

    CUSTOMER = "customer"
    VENDOR = "vendor"

    @property
    def other(self) -> Party:
        """The side across the table."""
        return Party.VENDOR if self is Party.CUSTOMER else Party.CUSTOMER


class Actor(StrEnum):
    """Who did something to a ticket: a party, the desk (an admin), or the clock."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    DESK = "desk"
    INACTIVITY = "inactivity"


class Event(StrEnum):
    """What a history entry records."""

    OPENED = "opened"
    COMMENT = "comment"
    TYPE_CHANGED = "type_changed"
    WARNING = "warning"
    CLOSED = "closed"
    REOPENED = "reopened"
    KEPT_OPEN = "kept_open"
    PAUSED = "paused"
    DELIVERY_FAILED = "delivery_failed"
    HELD = "held"
    NOTE = "note"


class Kind(StrEnum):
    """Why a mail of ours is sent. The first six go to both parties."""

    OPENED = "opened"
    REPLY = "reply"
    TYPE_CHANGED = "type_changed"
    CLOSED = "closed"
    WARNING = "warning"
    REOPENED = "reopened"
    CONFIRM = "confirm"
    REFUSED = "refused"
    NOTICE = "notice"
    FORWARD = "forward"


class Via(StrEnum):
    """The way a comment came in."""

    MAIL = "mail"
    PAGE = "page"
    CLI = "cli"


class Grade(StrEnum):
    """Sender grade: how much the author address is worth for the token it came with."""

    ADDRESSEE = "addressee"
    COLLEAGUE = "colleague"
    STRANGER = "stranger"
    FAILED = "failed"
    DESK = "desk"
    LINK = "link"


@dataclass(frozen=True)
class Attachment:
    """A file that came with a comment; its bytes lie in the store under `digest` (SHA-256, hex)."""

    name: str
    media_type: str
    bytes: int
    digest: str


@dataclass(frozen=True)
class Open:
    """Being worked on. `last_activity_at` starts the running clock; `steps_taken` counts the plan's warnings.

    `warned_at` is when the last warning was sent to the party that owes the next word: None while it is
    queued, and for ever when it failed.
    """

    last_actor: Party
    last_activity_at: datetime
    steps_taken: int = 0
    warned_at: datetime | None = None
    paused_until: datetime | None = None

    @property
    def waiting_on(self) -> Party:
        """The party that owes the next word."""
        return self.last_actor.other


@dataclass(frozen=True)
class Closed:
    """Ended at `at` by `by`; a reply may reopen it for a while."""

    last_actor: Party
    last_activity_at: datetime
    at: datetime
    by: Actor


State = Open | Closed


@dataclass(frozen=True)
class Ticket:
    """The matter between one customer and one vendor. `version` grows with each change (optimistic locking)."""

    number: int
    version: int
    type: str
    subject: str
    customer_name: str
    customer_address: str
    vendor: str
    details: tuple[tuple[str, str], ...]
    opened_at: datetime
    state: State
    successor_of: int | None = None
    epochs: tuple[int, int] = (0, 0)

    def epoch(self, party: Party) -> int:
        """How often the addresses and links of a party were revoked; only tokens that bear it are good."""
        return self.epochs[party is Party.VENDOR]

    @property
    def is_open(self) -> bool:
        """Whether the ticket is open."""
        return isinstance(self.state, Open)


@dataclass(frozen=True)
class NewEntry:
    """A history entry that an act adds. `facts` are its own values, for people and for templates."""

    event: Event
    at: datetime
    actor: Actor
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Change:
    """What an act does: the next state, the history it adds, the mail both parties get (about the last entry)."""

    ticket: Ticket
    entries: tuple[NewEntry, ...]
    mail: Kind | None


@dataclass(frozen=True)
class NoChange:
    """The act is already so, e.g. closing a closed ticket: nothing is written, nobody is told twice."""

    reason: str


@dataclass(frozen=True)
class TooLate:
    """The ticket was closed longer ago than `reopen_within`; `closed_at` says when."""

    closed_at: datetime


def comment(ticket: Ticket, party: Party, now: datetime, reopen_within: timedelta) -> Change | TooLate:
    """A party says something: it becomes the last actor. On a closed ticket it reopens it, for a while."""
    words = NewEntry(Event.COMMENT, now, Actor(party))
    if isinstance(ticket.state, Open):
        return Change(_turn(ticket, party, now), (words,), Kind.REPLY)
    if now - ticket.state.at > reopen_within:
        return TooLate(ticket.state.at)
    reopened = NewEntry(Event.REOPENED, now, Actor(party))
    return Change(_turn(ticket, party, now), (reopened, words), Kind.REOPENED)


def close(ticket: Ticket, by: Actor, now: datetime, rule: str = "") -> Change | NoChange:
    """A party, the desk or the clock (by a rule of its plan) ends the ticket."""
    if isinstance(ticket.state, Closed):
        return NoChange("the ticket is closed already")
    state = Closed(ticket.state.last_actor, ticket.state.last_activity_at, now, by)
    facts = {"waiting_on": ticket.state.waiting_on.value, "rule": rule} if by is Actor.INACTIVITY else {}
    entry = NewEntry(Event.CLOSED, now, by, tuple((key, value) for key, value in facts.items() if value))
    return Change(replace(ticket, state=state), (entry,), Kind.CLOSED)


def reopen(ticket: Ticket, by: Actor, now: datetime) -> Change | NoChange:
    """A party reopens the ticket and becomes its last actor; the desk reopens it and turns nothing around."""
    if isinstance(ticket.state, Open):
        return NoChange("the ticket is open already")
    entry = NewEntry(Event.REOPENED, now, by)
    return Change(_act(ticket, by, now), (entry,), Kind.REOPENED)


def change_type(ticket: Ticket, new_type: str, by: Actor, now: datetime) -> Change | NoChange:
    """Gives the ticket another type, and with it another plan. Only an open ticket has its clock restarted."""
    if ticket.type == new_type:
        return NoChange(f"the type is {new_type} already")
    entry = NewEntry(Event.TYPE_CHANGED, now, by, (("from", ticket.type), ("to", new_type)))
    changed = replace(ticket, type=new_type)
    return Change(_act(changed, by, now) if ticket.is_open else changed, (entry,), Kind.TYPE_CHANGED)


def keep_open(ticket: Ticket, by: Actor, now: datetime) -> Change | NoChange:
    """Restarts the running clock; who owes the next word stays as it was. What a party does is mailed to both."""
    if isinstance(ticket.state, Closed):
        return NoChange("the ticket is closed")
    state = Open(ticket.state.last_actor, now)
    return Change(replace(ticket, state=state), (NewEntry(Event.KEPT_OPEN, now, by),), _told(by))


def pause(ticket: Ticket, by: Actor, until: datetime, now: datetime) -> Change | NoChange:
    """Holds the running clock until `until`; it starts anew there. What a party does is mailed to both."""
    if isinstance(ticket.state, Closed):
        return NoChange("the ticket is closed")
    if until <= now:
        return NoChange("that day has passed")
    state = Open(ticket.state.last_actor, now, paused_until=until)
    entry = NewEntry(Event.PAUSED, now, by, (("until", until.isoformat()),))
    return Change(replace(ticket, state=state), (entry,), _told(by))


def _told(by: Actor) -> Kind | None:
    """The mail about a clock that was restarted or held: the desk does so for itself, a party tells the other."""
    return None if by is Actor.DESK else Kind.REPLY


def warn(ticket: Ticket, rule: str, now: datetime) -> Change | NoChange:
    """Takes the plan's next warning step; its clock stands until `settle_warning` says that the mail left."""
    if isinstance(ticket.state, Closed):
        return NoChange("the ticket is closed")
    state = replace(ticket.state, steps_taken=ticket.state.steps_taken + 1, warned_at=None)
    facts = (
        ("rule", rule),
        ("waiting_on", state.waiting_on.value),
        ("since", state.last_activity_at.isoformat()),
    )
    entry = NewEntry(Event.WARNING, now, Actor.INACTIVITY, facts)
    return Change(replace(ticket, state=state), (entry,), Kind.WARNING)


def settle_warning(ticket: Ticket, sent_at: datetime | None) -> Ticket:
    """Records when the last warning left for the party that owes the next word; None when it failed for good."""
    assert isinstance(ticket.state, Open)
    return replace(ticket, state=replace(ticket.state, warned_at=sent_at))


def _turn(ticket: Ticket, party: Party, now: datetime) -> Ticket:
    return replace(ticket, state=Open(party, now))


def _act(ticket: Ticket, by: Actor, now: datetime) -> Ticket:
    last_actor = Party(by) if by in (Actor.CUSTOMER, Actor.VENDOR) else ticket.state.last_actor
    return replace(ticket, state=Open(last_actor, now))
