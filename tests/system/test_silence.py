"""Silence on a moved clock: the real process under libfaketime, its mails through the real Postfix.

Each date is spelled out as a calendar has it. The clock is put to a moment; what is due must happen at once,
whether the monotonic clock leaps along (libfaketime's default) or goes on quietly (a machine's).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk
from tests.system.mailclient import Client
from tests.system.movedclock import MovedClock
from tests.system.relay import Relay
from tests.system.waiting import stays_true

MONDAY_9 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
# A second is promised; a machine that does other work beside the tests may take longer.
NOTICED_WITHIN = timedelta(seconds=5)
LEAPS = pytest.mark.parametrize("monotonic_too", [False, True], ids=["wall clock", "both clocks"])


def march(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of March 2027, UTC; the 1st is a Monday."""
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def clock(tmp_path: Path) -> MovedClock:
    clock = MovedClock(tmp_path / "clock")
    clock.move_to(MONDAY_9)
    return clock


class OpenTicket(Protocol):
    """Starts a mailbot that lives by the clock, opens ticket 1001 for ann with Acme; both have their first mail."""

    def __call__(self, changes: Mapping[str, Any] | None = None, *, monotonic_too: bool = False) -> Desk: ...


@pytest.fixture
def open_ticket(make_desk: MakeDesk, clock: MovedClock, ann: Client, bob: Client) -> OpenTicket:
    def make(changes: Mapping[str, Any] | None = None, *, monotonic_too: bool = False) -> Desk:
        desk = make_desk(changes, clock.environment(monotonic_too=monotonic_too))
        desk.start()
        words = ["--type", "technical-support", "--vendor", "acme", "--customer", ann.address]
        desk.ask("ticket", "open", *words, "--subject", "Pump leaks", "--body", "It drips.")
        ann.inbox.await_mail(1)
        bob.inbox.await_mail(1)
        return desk

    return make


def moments(ticket: Any, event: str) -> list[datetime]:
    """When an event happened, by the ticket's history."""
    found = (entry["at"] for entry in ticket["history"] if entry["event"] == event)
    return [datetime.fromisoformat(at) for at in found]


def next_step(ticket: Any) -> tuple[str, datetime]:
    """What the ticket says will happen, with its moment to the minute."""
    upcoming = ticket["next"]
    return upcoming["action"], datetime.fromisoformat(upcoming["at"]).replace(second=0, microsecond=0)


def mails_of(ticket: Any, kind: str) -> list[Any]:
    """The ticket's mails of a kind."""
    return [mail for mail in ticket["mails"] if mail["kind"] == kind]


@LEAPS
def test_a_vendors_silence_brings_two_warnings_and_a_closing_but_none_on_a_weekend(
    open_ticket: OpenTicket, clock: MovedClock, ann: Client, bob: Client, monotonic_too: bool
) -> None:
    desk = open_ticket(monotonic_too=monotonic_too)
    assert next_step(desk.ticket()) == ("warn", march(3))

    clock.move_to(march(3) + MINUTE)
    first_warning = bob.inbox.await_mail(2)
    ann.inbox.await_mail(2)
    assert next_step(desk.ticket()) == ("warn", march(5, 9, 1))

    clock.move_to(march(5) + 2 * MINUTE)
    second_warning = bob.inbox.await_mail(3)
    ann.inbox.await_mail(3)
    # 48 hours and twice 2 days after Monday 9 o'clock is a Sunday, so the Monday after it is the day.
    assert next_step(desk.ticket()) == ("close", march(8, 9, 2))

    clock.move_to(march(7) + 5 * MINUTE)
    stays_true(lambda: len(bob.inbox.mails()) == 3, 2, "no closing on a Sunday", desk.tails)
    clock.move_to(march(8) + 3 * MINUTE)
    closing = bob.inbox.await_mail(4)
    ann.inbox.await_mail(4)

    ticket = desk.ticket()
    warned, closed = moments(ticket, "warning"), moments(ticket, "closed")
    assert [len(warned), len(closed)] == [2, 1]
    assert warned[0] - (march(3) + MINUTE) < NOTICED_WITHIN
    assert warned[1] - (march(5) + 2 * MINUTE) < NOTICED_WITHIN
    assert timedelta(0) <= closed[0] - (march(8) + 3 * MINUTE) < NOTICED_WITHIN
    assert "5 March" in first_warning.text
    assert "8 March" in second_warning.text
    assert "UTC" in second_warning.text
    assert "closed" in closing.text.lower()
    assert ticket["status"] == "closed"
    assert len(ann.inbox.mails()) == len(bob.inbox.mails()) == 4
    desk.stop()


@pytest.mark.parametrize(
    ("holidays", "warned_on", "closed_on"),
    [([], 10, 19), (["2027-03-04", "2027-03-15"], 11, 23)],
    ids=["no holidays", "two holidays"],
)
def test_a_customers_silence_counts_in_business_days(
    open_ticket: OpenTicket,
    clock: MovedClock,
    ann: Client,
    holidays: list[str],
    warned_on: int,
    closed_on: int,
) -> None:
    desk = open_ticket({"calendar": {"holidays": holidays}})
    desk.ask("ticket", "comment", "1001", "--as", "vendor", "--body", "Which pump is it?")
    ann.inbox.await_mail(2)
    ticket = desk.ticket()
    assert ticket["waiting_on"] == "customer"
    assert next_step(ticket) == ("warn", march(warned_on))

    clock.move_to(march(warned_on) + MINUTE)
    ann.inbox.await_mail(3)
    assert next_step(desk.ticket()) == ("close", march(closed_on, 9, 1))
    clock.move_to(march(closed_on) + 2 * MINUTE)
    ann.inbox.await_mail(4)

    assert [event["event"] for event in desk.ticket()["history"]] == ["opened", "comment", "warning", "closed"]


def test_an_answer_by_mail_forgets_the_warnings(
    open_ticket: OpenTicket, clock: MovedClock, ann: Client, bob: Client
) -> None:
    desk = open_ticket()
    clock.move_to(march(3) + MINUTE)
    warning = bob.inbox.await_mail(2)

    bob.reply(warning, "Sorry, I was away. Which pump is it?")

    assert "Which pump" in ann.inbox.await_mail(3).text
    ticket = desk.ticket()
    assert ticket["waiting_on"] == "customer"
    assert next_step(ticket) == ("warn", march(12, 9, 1))


def test_a_clock_that_steps_back_and_forth_fires_nothing_twice(
    open_ticket: OpenTicket, clock: MovedClock, bob: Client
) -> None:
    desk = open_ticket()
    clock.move_to(march(3) + MINUTE)
    bob.inbox.await_mail(2)

    for moment in (march(2), march(3) + 2 * MINUTE, march(1), march(4)):
        clock.move_to(moment)
        stays_true(lambda: len(bob.inbox.mails()) == 2, 1.2, "one warning", desk.tails)
    clock.move_to(march(5) + 2 * MINUTE)
    bob.inbox.await_mail(3)

    ticket = desk.ticket()
    assert len(moments(ticket, "warning")) == 2
    assert len(mails_of(ticket, "warning")) == 4


def test_after_a_step_back_mail_comes_in_and_leaves_at_once(
    open_ticket: OpenTicket, clock: MovedClock, ann: Client, bob: Client
) -> None:
    desk = open_ticket()
    opened = bob.inbox.await_mail(1)

    clock.move_to(MONDAY_9 - timedelta(days=30))
    bob.reply(opened, "Tighten it.")

    assert "Tighten it." in ann.inbox.await_mail(2, within_seconds=15).text
    desk.ask("ticket", "comment", "1001", "--as", "customer", "--body", "Done, thanks.")
    assert "Done, thanks." in bob.inbox.await_mail(3, within_seconds=15).text


def test_downtime_delays_and_never_warns_and_closes_in_one_go(
    open_ticket: OpenTicket, clock: MovedClock, bob: Client
) -> None:
    desk = open_ticket()
    desk.stop()

    clock.move_to(march(22))
    desk.start()
    bob.inbox.await_mail(2)

    stays_true(lambda: len(bob.inbox.mails()) == 2, 1.5, "one warning", desk.tails)
    assert next_step(desk.ticket()) == ("warn", march(24))


def test_no_ticket_closes_while_its_warning_is_queued(
    relay: Relay, open_ticket: OpenTicket, clock: MovedClock, bob: Client
) -> None:
    plan = {"vendor": ["warn after 2 days", "close after 2 days"], "customer": []}
    changes = {
        "types": {"technical-support": {"inactivity": plan}},
        "smarthost": {"give_up_after": "100 days"},
    }
    desk = open_ticket(changes)

    with relay.down():
        clock.move_to(march(3) + MINUTE)
        desk.await_ticket(lambda ticket: len(mails_of(ticket, "warning")) == 2, "a warning is queued")
        clock.move_to(march(17))
        stays_true(lambda: desk.ticket()["status"] == "open", 2, "it stays open", desk.tails)
    bob.inbox.await_mail(2)

    assert next_step(desk.ticket()) == ("close", march(19))
    clock.move_to(march(19) + MINUTE)
    bob.inbox.await_mail(3)
    assert desk.ticket()["status"] == "closed"
