"""What the clock will do, and why: of all tickets under way, of one with its past, of a plan without a ticket.

Each warning is taken to leave the moment it is due, and nobody to speak meanwhile.
"""

from __future__ import annotations

import contextlib
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from mailbot.config import Config
from mailbot.core.business_time import CalendarError
from mailbot.core.inactivity import due
from mailbot.core.simulate import Deed, Played, foresee, simulate
from mailbot.core.ticket import Closed, Event, Open, Party, Ticket
from mailbot.errors import BadInput, NotFound
from mailbot.service.desk import Desk
from mailbot.service.record import silence, silence_of
from mailbot.store import outbox, tickets
from mailbot.store.outbox import OutboxRow
from mailbot.store.tickets import Entry

BATCH = 200


@dataclass(frozen=True)
class Coming:
    """A warning or closing to come: of which ticket, and the zone in which its calendar counts."""

    ticket: int
    step: Played
    zone: str


@dataclass(frozen=True)
class Past:
    """A history entry, and what became of its mail to the party that owed the next word, if it is a warning."""

    entry: Entry
    mail: OutboxRow | None = None


@dataclass(frozen=True)
class Timeline:
    """A ticket's past and what the clock will do with it. `remark` says why nothing comes, or why it waits."""

    ticket: Ticket
    zone: str
    now: datetime
    past: tuple[Past, ...]
    coming: tuple[Played, ...]
    remark: str


@dataclass(frozen=True)
class Scene:
    """A plan played without a ticket: what people did, in order, and what the clock would do."""

    zone: str
    opened_by: Party
    acts: tuple[tuple[datetime, Deed], ...]
    steps: tuple[Played, ...]


def coming(desk: Desk, until: datetime | None, most: int | None) -> list[Coming]:
    """The next warnings and closings of all tickets, the soonest first, up to `until` and `most` (None: all)."""
    return list(islice(_all_coming(desk, until), most))


def timeline(desk: Desk, number: int) -> Timeline:
    """A ticket's past and future. NotFound when there is no such ticket."""
    now = desk.clock.now()
    with desk.store.read() as connection:
        ticket = tickets.get_ticket(connection, number)
        past = _past(connection, ticket)
    return Timeline(
        ticket=ticket,
        zone=desk.config.calendar_for(ticket.vendor).zone,
        now=now,
        past=past,
        coming=tuple(_foreseen(desk.config, ticket, now)),
        remark=_remark(desk, ticket, past, now),
    )


def play(
    config: Config,
    type_name: str,
    vendor_id: str,
    opened_at: datetime,
    opened_by: Party,
    acts: Sequence[tuple[datetime, Deed]],
) -> Scene:
    """What the plans of a type bring to a ticket that nobody has opened. `vendor_id` "" is a vendor like any other."""
    if type_name not in config.types:
        raise NotFound(f"there is no ticket type {type_name!r}; the config has " + ", ".join(config.types))
    calendar = config.calendar_for(vendor_id)
    try:
        steps = simulate(config.plans_for(type_name, vendor_id), calendar, opened_at, opened_by, acts)
    except (ValueError, CalendarError) as error:
        raise BadInput(str(error)) from error
    return Scene(calendar.zone, opened_by, ((opened_at, opened_by), *sorted(acts, key=lambda act: act[0])), steps)


def local(at: datetime, zone: str) -> str:
    """A moment as people read it: "Wed 2026-11-25 16:00", in local time."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


def why_later(step: Played, zone: str) -> str:
    """Why a step comes later than its rule alone says, or ""."""
    if step.at == step.planned_at:
        return ""
    planned = local(step.planned_at, zone)
    return f"overdue since {planned}" if step.overdue else f"moved from {planned}, when no ticket closes"


def _all_coming(desk: Desk, until: datetime | None) -> Iterator[Coming]:
    """Merges what each ticket brings by time. Holds one step of each ticket that it has come to."""
    now = desk.clock.now()
    waiting: list[_Waiting] = []
    for ticket, due_at in _by_due(desk, until):
        while waiting and waiting[0].step.at <= max(due_at, now):
            yield from _take(waiting)
        zone = desk.config.calendar_for(ticket.vendor).zone
        _put(waiting, ticket.number, zone, _foreseen(desk.config, ticket, now, until))
    while waiting:
        yield from _take(waiting)


@dataclass(frozen=True, order=True)
class _Waiting:
    """The next step of a ticket, and those behind it."""

    at: datetime
    ticket: int
    zone: str
    step: Played = field(compare=False)
    rest: Iterator[Played] = field(compare=False)


def _put(waiting: list[_Waiting], ticket: int, zone: str, steps: Iterator[Played]) -> None:
    if (step := next(steps, None)) is not None:
        heapq.heappush(waiting, _Waiting(step.at, ticket, zone, step, steps))


def _take(waiting: list[_Waiting]) -> Iterator[Coming]:
    soonest = heapq.heappop(waiting)
    yield Coming(soonest.ticket, soonest.step, soonest.zone)
    _put(waiting, soonest.ticket, soonest.zone, soonest.rest)


def _by_due(desk: Desk, until: datetime | None) -> Iterator[tuple[Ticket, datetime]]:
    """Tickets by `due_at`, read a batch at a time."""
    after: tuple[datetime, int] | None = None
    while True:
        with desk.store.read() as connection:
            batch = tickets.coming_tickets(connection, after, until, BATCH)
        yield from batch
        if len(batch) < BATCH:
            return
        ticket, due_at = batch[-1]
        after = (due_at, ticket.number)


def _foreseen(config: Config, ticket: Ticket, now: datetime, until: datetime | None = None) -> Iterator[Played]:
    """What a ticket's silence brings up to `until`; it ends before a step that its calendar never lets happen."""
    quiet = silence(ticket.state)
    if quiet is None:
        return
    plan = config.plans_for(ticket.type, ticket.vendor).for_party(quiet.waiting_on)
    with contextlib.suppress(CalendarError):
        for step in foresee(plan, quiet, config.calendar_for(ticket.vendor), now):
            if until is not None and step.at > until:
                return
            yield step


def _past(connection: Connection, ticket: Ticket) -> tuple[Past, ...]:
    sent = {(mail.entry, mail.party): mail for mail in outbox.ticket_mails(connection, ticket.number)}
    return tuple(
        Past(entry, sent.get((entry.number, _warned(entry)))) for entry in tickets.entries(connection, ticket.number)
    )


def _warned(entry: Entry) -> Party | None:
    """The party that a warning told it owes the next word; None for any other entry."""
    return Party(dict(entry.facts)["waiting_on"]) if entry.event is Event.WARNING else None


def _remark(desk: Desk, ticket: Ticket, past: Sequence[Past], now: datetime) -> str:
    match ticket.state:
        case Closed(at=at):
            until = at + timedelta(seconds=desk.config.tickets.reopen_within)
            zone = desk.config.calendar_for(ticket.vendor).zone
            return f"closed; a reply reopens it until {local(until, zone)}" if now < until else "closed for good"
        case Open() as state:
            return _remark_on_open(desk, ticket, state, past, now)


def _remark_on_open(desk: Desk, ticket: Ticket, state: Open, past: Sequence[Past], now: datetime) -> str:
    owes, quiet, calendar = state.waiting_on, silence_of(state), desk.config.calendar_for(ticket.vendor)
    plan = desk.config.plans_for(ticket.type, ticket.vendor).for_party(owes)
    if not plan:
        return f"nothing comes by itself: type {ticket.type} has no plan for a silent {owes}"
    if state.paused_until and state.paused_until > now:
        return f"the clock holds until {local(state.paused_until, calendar.zone)} and starts anew there"
    if state.steps_taken and state.warned_at is None:
        return _remark_on_warning(owes, past)
    if state.steps_taken >= len(plan):
        return f"nothing comes by itself: the plan for a silent {owes} has no further step"
    try:
        due(plan, quiet, calendar)
    except CalendarError as error:
        return f"nothing comes by itself: {error}"
    return f"waiting on the {owes} since {local(state.last_activity_at, calendar.zone)}"


def _remark_on_warning(owes: Party, past: Sequence[Past]) -> str:
    """Why no further step is due: the last warning is not settled as sent."""
    mail = next((one.mail for one in reversed(past) if one.entry.event is Event.WARNING), None)
    if mail is not None and mail.status == "queued":
        return f"the warning to the {owes} has not left yet; the next step counts from when it does"
    if mail is None:
        return f"the {owes} has no address to be warned at, so the ticket stays open until somebody acts"
    return f"the warning did not reach the {owes}, so the ticket stays open until somebody acts"
