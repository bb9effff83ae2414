"""A plan played on a calendar without a ticket: what would happen when, and plans that cannot work.

In: plans, a calendar, what people do. Out: each warning and closing with its moment and rule, as if every
warning were sent the moment it is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from mailbot.core.business_time import Calendar, CalendarError, add, next_allowed_closing
from mailbot.core.inactivity import Action, Due, Plan, Plans, Rule, Silence, due
from mailbot.core.ticket import Party

Deed = Party | Literal["keep open"]
SOME_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
SAMPLED_DAYS = 371


@dataclass(frozen=True)
class Played:
    """A warning or closing: its moment, its rule, who owed the next word, and from when it was counted."""

    action: Action
    at: datetime
    rule: str
    waiting_on: Party
    counted_from: datetime


@dataclass
class _Game:
    """A ticket while it is played."""

    plans: Plans
    calendar: Calendar
    silence: Silence
    closed: bool = False

    def steps(self, before: datetime | None) -> list[Played]:
        """The steps that the silence brings; the one at `before` does not happen any more."""
        steps = []
        while (coming := self._coming()) and (before is None or coming.at < before):
            steps.append(self._take(coming))
        return steps

    def _coming(self) -> Due | None:
        if self.closed:
            return None
        return due(self.plans.for_party(self.silence.waiting_on), self.silence, self.calendar)

    def _take(self, coming: Due) -> Played:
        silence = self.silence
        self.closed = coming.action == "close"
        self.silence = replace(silence, steps_taken=coming.index + 1, warned_at=coming.at)
        start = silence.warned_at or silence.since
        return Played(coming.action, coming.at, coming.rule, silence.waiting_on, start)

    def act(self, at: datetime, deed: Deed) -> None:
        """What a person does: a party's word turns the ticket around, "keep open" restarts the clock."""
        if isinstance(deed, Party):
            self.silence, self.closed = Silence(deed.other, at), False
        elif not self.closed:
            self.silence = Silence(self.silence.waiting_on, at)


def simulate(
    plans: Plans,
    calendar: Calendar,
    opened_at: datetime,
    by: Party,
    acts: Sequence[tuple[datetime, Deed]] = (),
    until: datetime | None = None,
) -> tuple[Played, ...]:
    """What silence brings after `by` opened a ticket and people did `acts`, up to `until` (None: to the end).

    A party's act hands the next word to the other side, and reopens a ticket that was closed; "keep open"
    restarts the running clock of an open one. An act in the very moment of a step comes first. Raises
    ValueError for an act before the opening, CalendarError for a step that the calendar never lets happen.
    """
    ordered = sorted(acts, key=lambda act: act[0])
    if ordered and ordered[0][0] < opened_at:
        raise ValueError(f"an act at {ordered[0][0]:%Y-%m-%d %H:%M} UTC lies before the opening")
    game = _Game(plans, calendar, Silence(by.other, opened_at))
    played: list[Played] = []
    for at, deed in ordered:
        played += game.steps(before=at)
        game.act(at, deed)
    played += game.steps(before=None)
    return tuple(step for step in played if until is None or step.at <= until)


def faults_of(plans: Plans, calendar: Calendar, since: datetime = SOME_DAY) -> list[str]:
    """Plans that can never do what they say, one sentence each; what `check` warns of.

    Starts are sampled on each day of the year after `since`, so holidays count as they fall then.
    """
    faults = []
    for party in Party:
        plan = plans.for_party(party)
        faults += [f"{party}: {fault}" for fault in _faults_of_plan(plan, calendar, since)]
    return faults


def _faults_of_plan(plan: Plan, calendar: Calendar, since: datetime) -> list[str]:
    faults = [fault for rule in plan if (fault := _fault_of_rule(rule, calendar, since))]
    if plan and plan[-1].action != "close":
        faults.append(f'never closes: nothing follows "{plan[-1].text}"')
    return faults


def _fault_of_rule(rule: Rule, calendar: Calendar, since: datetime) -> str | None:
    starts = [since + timedelta(days=day) for day in range(SAMPLED_DAYS)]
    try:
        landings = [add(calendar, start, rule.after) for start in starts]
        closings = [next_allowed_closing(calendar, at) for at in landings] if rule.action == "close" else landings
    except CalendarError as error:
        return f'"{rule.text}" never happens: {error}'
    if all(landing != closing for landing, closing in zip(landings, closings, strict=True)):
        return f'"{rule.text}" falls only on days on which no ticket closes; each closing moves to a later day'
    return None
