"""A plan played on a calendar without a ticket: what would happen when, and plans that cannot work.

In: plans, a calendar, what people do. Out: each warning and closing with its moment and rule, as if every
warning were sent the moment it is due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from mailbot.core.business_time import Calendar, CalendarError, add, closing_when_late, next_allowed_closing
from mailbot.core.inactivity import Action, Plan, Plans, Rule, Silence, counted_from, due
from mailbot.core.ticket import Party

Deed = Party | Literal["keep open"]
SOME_DAY = datetime(2026, 1, 1, 12, tzinfo=UTC)
SAMPLED_DAYS = 371


@dataclass(frozen=True)
class Played:
    """A warning or closing: its moment, its rule, who owed the next word, and from when it was counted.

    `planned_at` is what the rule alone says; `at` is later when no ticket closes on that day, or when the step is
    `overdue`.
    """

    action: Action
    at: datetime
    rule: str
    waiting_on: Party
    counted_from: datetime
    planned_at: datetime
    overdue: bool = False


def foresee(plan: Plan, silence: Silence, calendar: Calendar, now: datetime) -> Iterator[Played]:
    """What a silence will bring from `now` on if nobody speaks: overdue steps at once, each warning sent at once.

    Nothing while the last warning is not settled. Raises CalendarError as `due` does.
    """
    while (coming := due(plan, silence, calendar)) is not None:
        at = max(coming.at, now)
        if coming.action == "close" and at > coming.at:
            at = closing_when_late(calendar, at)
        start = counted_from(plan, silence) or silence.since
        planned_at = add(calendar, start, plan[coming.index].after)
        yield Played(coming.action, at, coming.rule, silence.waiting_on, start, planned_at, now > coming.at)
        if coming.action == "close":
            return
        silence = replace(silence, steps_taken=coming.index + 1, warned_at=at)


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
    silence: Silence | None = Silence(by.other, opened_at)
    played: list[Played] = []
    for at, deed in ordered:
        steps = [step for step in _undisturbed(plans, calendar, silence) if step.at < at]
        silence = _after(None if steps and steps[-1].action == "close" else silence, at, deed)
        played += steps
    played += _undisturbed(plans, calendar, silence)
    return tuple(step for step in played if until is None or step.at <= until)


def _undisturbed(plans: Plans, calendar: Calendar, silence: Silence | None) -> Iterator[Played]:
    """All that a silence brings to its end; nothing for a closed ticket, which has none."""
    if silence is not None:
        yield from foresee(plans.for_party(silence.waiting_on), silence, calendar, silence.since)


def _after(silence: Silence | None, at: datetime, deed: Deed) -> Silence | None:
    """The silence that follows an act."""
    if isinstance(deed, Party):
        return Silence(deed.other, at)
    return Silence(silence.waiting_on, at) if silence else None


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
        _landing(rule, calendar, starts[-1])  # a list of holidays may swallow all days from some date on
        moves = all(_landing(rule, calendar, start) != add(calendar, start, rule.after) for start in starts)
    except CalendarError as error:
        return f'"{rule.text}" never happens: {error}'
    if moves:
        return f'"{rule.text}" falls only on days on which no ticket closes; each closing moves to a later day'
    return None


def _landing(rule: Rule, calendar: Calendar, start: datetime) -> datetime:
    at = add(calendar, start, rule.after)
    return next_allowed_closing(calendar, at) if rule.action == "close" else at
