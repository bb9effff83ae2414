"""Inactivity: the plan of a ticket type, what is due under it, and what the sweep must do now.

In: a plan (the steps for the party that owes the next word), the `Silence` of a ticket, a calendar, `now`.
Out: `Due`, the next step with its moment; `Step`, what to do about it now. Nobody is closed out without a
warning that was sent: the first step counts from the last activity, each next one from the sending of the
warning before it, so that at most one step is ever due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

from mailbot.core.business_time import Calendar, add, closing_when_late, next_allowed_closing
from mailbot.core.duration import Duration, QuantityError, parse_duration, shortened
from mailbot.core.ticket import Party

Action = Literal["warn", "close"]
ACTIONS: tuple[Action, ...] = ("warn", "close")
OTHER_ACTIONS: dict[str, Action] = {"remind": "warn", "warning": "warn", "closing": "close", "end": "close"}


class PlanError(ValueError):
    """A plan that cannot be meant. `index` is the faulty step, `suggestion` its line put right or None."""

    def __init__(self, message: str, suggestion: str | None = None, index: int = 0) -> None:
        self.suggestion = suggestion
        self.index = index
        super().__init__(message)


@dataclass(frozen=True)
class Rule:
    """One step of a plan."""

    action: Action
    after: Duration

    @property
    def text(self) -> str:
        """The step as an admin writes it: "warn after 48 hours"."""
        return f"{self.action} after {self.after}"


Plan = tuple[Rule, ...]


@dataclass(frozen=True)
class Plans:
    """The inactivity plans of a ticket type, one for each party that may owe the next word; () is none."""

    customer: Plan = ()
    vendor: Plan = ()

    def for_party(self, party: Party) -> Plan:
        """The plan that runs while this party owes the next word."""
        return self.vendor if party is Party.VENDOR else self.customer


@dataclass(frozen=True)
class Silence:
    """How long a party has owed the next word, and what was done about it.

    `since` is the start of the running clock. `warned_at` is the moment the last warning was sent to the
    party that owes; None while none was, while it is queued, and when it failed. The clock holds until
    `paused_until` and starts anew there.
    """

    waiting_on: Party
    since: datetime
    steps_taken: int = 0
    warned_at: datetime | None = None
    paused_until: datetime | None = None


@dataclass(frozen=True)
class Due:
    """The next step: what happens when, under which rule ("vendor: warn after 48 hours"), at which index."""

    action: Action
    at: datetime
    rule: str
    index: int


@dataclass(frozen=True)
class Rest:
    """Nothing will happen by itself: no plan, all steps taken, or the last warning is not settled as sent."""


@dataclass(frozen=True)
class Wait:
    """Nothing to do before `until`: `due.at`, or later when an overdue closing meets an excluded day."""

    until: datetime
    due: Due


@dataclass(frozen=True)
class Warn:
    """Warn now."""

    due: Due


@dataclass(frozen=True)
class Close:
    """Close now."""

    due: Due


Step = Rest | Wait | Warn | Close


def due(plan: Plan, silence: Silence, calendar: Calendar) -> Due | None:
    """The next step of the plan and its moment, or None when nothing comes by itself.

    Raises CalendarError when the calendar never lets it happen.
    """
    start = counted_from(plan, silence)
    if start is None:
        return None
    rule = plan[silence.steps_taken]
    at = add(calendar, start, rule.after)
    if rule.action == "close":
        at = next_allowed_closing(calendar, at)
    return Due(rule.action, at, f"{silence.waiting_on}: {rule.text}", silence.steps_taken)


def counted_from(plan: Plan, silence: Silence) -> datetime | None:
    """Where the clock of the next step starts; None when nothing comes by itself."""
    if silence.steps_taken >= len(plan):
        return None
    needs_warning = silence.steps_taken > 0 or plan[0].action == "close"
    start = silence.warned_at if needs_warning else silence.since
    if start is None or silence.paused_until is None:
        return start
    return max(start, silence.paused_until)


def next_step(plan: Plan, silence: Silence, calendar: Calendar, now: datetime) -> Step:
    """What the sweep does about a ticket at `now`.

    A closing that was due earlier never happens on an excluded day either: when the node slept from Friday to
    Saturday, it waits for the start of the next allowed day. Raises CalendarError as `due` does.
    """
    coming = due(plan, silence, calendar)
    if coming is None:
        return Rest()
    if now < coming.at:
        return Wait(coming.at, coming)
    if coming.action == "warn":
        return Warn(coming)
    allowed = closing_when_late(calendar, now)
    return Wait(allowed, coming) if now < allowed else Close(coming)


def parse_rule(line: str) -> Rule:
    """The step that a line of a plan says: "warn after 48 hours", "close after 7 business days".

    Raises PlanError, with the nearest right spelling where there is one.
    """
    words = line.split(maxsplit=2)
    if len(line) > 200 or len(words) < 2:
        raise PlanError(f'"{shortened(line)}": write a step as in "warn after 48 hours"')
    action = _action(line, words[0])
    length = _length(line, words)
    duration = _duration(line, action, length)
    rule = Rule(action, duration)
    if words[0].lower() != action or words[1].lower() != "after":
        raise PlanError(f'"{shortened(line)}": try "{rule.text}"', rule.text)
    return rule


def _action(line: str, word: str) -> Action:
    word = word.lower()
    near = get_close_matches(word[:20], ACTIONS, n=1, cutoff=0.6)
    action = OTHER_ACTIONS.get(word) or next((known for known in ACTIONS if known in near), None)
    if action is None:
        raise PlanError(f'"{shortened(line)}": a step begins with "warn" or "close", as in "warn after 48 hours"')
    return action


def _length(line: str, words: list[str]) -> str:
    """The part of the line that says how long; the word "after" may be missing or misspelt."""
    if words[1][0].isdigit():
        return " ".join(words[1:])
    if len(words) < 3:
        raise PlanError(f'"{shortened(line)}": say after how long, as in "{words[0].lower()} after 48 hours"')
    return words[2]


def _duration(line: str, action: Action, length: str) -> Duration:
    try:
        return parse_duration(length)
    except QuantityError as error:
        suggestion = f"{action} after {error.suggestion}" if error.suggestion else None
        raise PlanError(f'in "{shortened(line)}", {error}', suggestion) from error


def parse_plan(lines: Sequence[str]) -> Plan:
    """The plan that a list of lines says; no lines, no plan.

    Raises PlanError for the first faulty step: a line that does not parse, a closing without a warning before
    it, a step behind a closing. `faults_in` has them all.
    """
    for fault in faults_in(lines):
        raise fault
    return tuple(parse_rule(line) for line in lines)


def faults_in(lines: Sequence[str]) -> list[PlanError]:
    """Everything that is wrong with a plan, in the order of its steps."""
    faults = []
    closed_by = None
    for index, line in enumerate(lines):
        try:
            rule = parse_rule(line)
        except PlanError as error:
            faults.append(PlanError(str(error), error.suggestion, index))
            continue
        if closed_by is not None:
            faults.append(PlanError(f'"{rule.text}" never happens: "{closed_by}" comes before it', None, index))
        elif rule.action == "close" and index == 0:
            faults.append(
                PlanError(f'"{rule.text}": nobody is closed out without a warning; begin with "warn after …"')
            )
        if rule.action == "close":
            closed_by = rule.text
    return faults


DEFAULT_PLANS = Plans(
    customer=parse_plan(["warn after 7 business days", "close after 7 business days"]),
    vendor=parse_plan(["warn after 48 hours", "warn after 2 days", "close after 2 days"]),
)
