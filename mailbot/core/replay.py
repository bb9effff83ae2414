"""What a ticket was when a history entry had been written: the history, played again.

A mail about an entry says what was true then, however late it leaves and whatever came after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailbot.core.ticket import Actor, Closed, Event, Open, Party, State


class Played(Protocol):
    """What the replay asks of a history entry."""

    @property
    def event(self) -> Event:
        """What it records."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def actor(self) -> Actor:
        """Who did it."""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Its own values."""


@dataclass(frozen=True)
class Then:
    """A ticket's state and type at some entry. `warned_at` of the state is not known to the history."""

    state: State
    type: str


_TURNS = (Event.COMMENT, Event.REOPENED, Event.TYPE_CHANGED)


def replay(history: Iterable[Played], type_now: str, up_to: int) -> Then:
    """The ticket after the first `up_to` entries of its history; the first one is its opening."""
    entries = list(history)
    state: State = Open(Party(entries[0].actor), entries[0].at)
    for entry in entries[1:up_to]:
        state = _after(state, entry)
    return Then(state, _type_then(entries[up_to:], type_now))


def _after(state: State, entry: Played) -> State:
    if entry.event is Event.CLOSED:
        return Closed(state.last_actor, state.last_activity_at, entry.at, entry.actor)
    if entry.event in _TURNS and (isinstance(state, Open) or entry.event is not Event.TYPE_CHANGED):
        is_party = entry.actor in (Actor.CUSTOMER, Actor.VENDOR)
        return Open(Party(entry.actor) if is_party else state.last_actor, entry.at)
    if isinstance(state, Closed):
        return state
    if entry.event is Event.KEPT_OPEN:
        return Open(state.last_actor, entry.at)
    if entry.event is Event.PAUSED:
        return Open(state.last_actor, entry.at, paused_until=datetime.fromisoformat(dict(entry.facts)["until"]))
    if entry.event is Event.WARNING:
        return Open(state.last_actor, state.last_activity_at, state.steps_taken + 1, paused_until=state.paused_until)
    return state


def _type_then(later: Iterable[Played], type_now: str) -> str:
    return next((dict(entry.facts)["from"] for entry in later if entry.event is Event.TYPE_CHANGED), type_now)
