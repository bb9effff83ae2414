"""Silence on a moved clock: the real process under libfaketime, its mails through the real Postfix.

Each date is spelled out as a calendar has it. The clock is put to a moment; what is due must happen at once,
whether the monotonic clock leaps along (libfaketime's default) or goes on quietly (a machine's).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk
from tests.system.mailclient import Client
from tests.system.movedclock import MovedClock
from tests.system.relay import Relay
from tests.system.waiting import await_true, stays_true

MONDAY_9 = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOTICED_WITHIN = timedelta(seconds=2)
LEAPS = pytest.mark.parametrize("monotonic_too", [False, True], ids=["wall clock", "both clocks"])


def march(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of March 2027, UTC; the 1st is a Monday."""
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def clock(tmp_path: Path) -> MovedClock:
    clock = MovedClock(tmp_path / "clock")
    clock.move_to(MONDAY_9)
    return clock


def opened_desk(make_desk: MakeDesk, clock: MovedClock, *, monotonic_too: bool, **changes: Any) -> Desk:
    """A running desk that lives by the clock, with ticket 1001 opened for ann with the vendor Acme."""
    desk = make_desk(changes, clock.environment(monotonic_too=monotonic_too))
    desk.start()
    words = ["--type", "technical-support", "--vendor", "acme", "--customer", "ann@customer.example"]
    desk.ask("ticket", "open", *words, "--subject", "Pump leaks", "--body", "It drips.")
    return desk


def moments(desk: Desk, event: str) -> list[datetime]:
    """When an event happened, by the ticket's history."""
    found = (entry["at"] for entry in desk.ticket()["history"] if entry["event"] == event)
    return [datetime.fromisoformat(at) for at in found]


def next_step(desk: Desk) -> tuple[str, datetime]:
    """What the ticket says will happen, with its moment to the minute."""
    upcoming = desk.ticket()["next"]
    return upcoming["action"], datetime.fromisoformat(upcoming["at"]).replace(second=0, microsecond=0)


def mails_of(desk: Desk, kind: str) -> list[Any]:
    """The ticket's mails of a kind."""
    return [mail for mail in desk.ticket()["mails"] if mail["kind"] == kind]


@LEAPS
def test_a_vendors_silence_brings_two_warnings_and_a_closing_but_none_on_a_weekend(
    make_desk: MakeDesk, clock: MovedClock, ann: Client, bob: Client, monotonic_too: bool
) -> None:
    desk = opened_desk(make_desk, clock, monotonic_too=monotonic_too)
    bob.inbox.await_mail(1)
    assert next_step(desk) == ("warn", march(3))

    clock.move_to(march(3) + MINUTE)
    first_warning = bob.inbox.await_mail(2)
    ann.inbox.await_mail(2)
    assert next_step(desk) == ("warn", march(5, 9, 1))

    clock.move_to(march(5) + 2 * MINUTE)
    second_warning = bob.inbox.await_mail(3)
    ann.inbox.await_mail(3)
    # 48 hours and twice 2 days after Monday 9 o'clock is a Sunday, so the Monday after it is the day.
    assert next_step(desk) == ("close", march(8, 9, 2))

    clock.move_to(march(7) + 5 * MINUTE)
    stays_true(lambda: len(bob.inbox.mails()) == 3, 2, "no closing on a Sunday", desk.tails)
    clock.move_to(march(8) + 3 * MINUTE)
    closing = bob.inbox.await_mail(4)
    ann.inbox.await_mail(4)

    assert moments(desk, "warning")[0] - (march(3) + MINUTE) < NOTICED_WITHIN
    assert moments(desk, "warning")[1] - (march(5) + 2 * MINUTE) < NOTICED_WITHIN
    assert timedelta(0) <= moments(desk, "closed")[0] - (march(8) + 3 * MINUTE) < NOTICED_WITHIN
    assert "5 March" in first_warning.text
    assert "8 March" in second_warning.text
    assert "UTC" in second_warning.text
    assert "closed" in closing.text.lower()
    assert desk.ticket()["status"] == "closed"
    assert len(ann.inbox.mails()) == len(bob.inbox.mails()) == 4
    desk.stop()


@pytest.mark.parametrize(
    ("holidays", "warned_on", "closed_on"),
    [([], 10, 19), (["2027-03-04", "2027-03-15"], 11, 23)],
    ids=["no holidays", "two holidays"],
)
def test_a_customers_silence_counts_in_business_days(
    make_desk: MakeDesk,
    clock: MovedClock,
    ann: Client,
    holidays: list[str],
    warned_on: int,
    closed_on: int,
) -> None:
    desk = opened_desk(make_desk, clock, monotonic_too=False, calendar={"holidays": holidays})
    desk.ask("ticket", "comment", "1001", "--as", "vendor", "--body", "Which pump is it?")
    ann.inbox.await_mail(2)
    assert desk.ticket()["waiting_on"] == "customer"
    assert next_step(desk) == ("warn", march(warned_on))

    clock.move_to(march(warned_on) + MINUTE)
    ann.inbox.await_mail(3)
    assert next_step(desk) == ("close", march(closed_on, 9, 1))
    clock.move_to(march(closed_on) + 2 * MINUTE)
    ann.inbox.await_mail(4)

    assert [event["event"] for event in desk.ticket()["history"]] == ["opened", "comment", "warning", "closed"]


def test_an_answer_by_mail_forgets_the_warnings(
    make_desk: MakeDesk, clock: MovedClock, ann: Client, bob: Client
) -> None:
    desk = opened_desk(make_desk, clock, monotonic_too=False)
    clock.move_to(march(3) + MINUTE)
    warning = bob.inbox.await_mail(2)

    bob.reply(warning, "Sorry, I was away. Which pump is it?")

    assert "Which pump" in ann.inbox.await_mail(3).text
    assert desk.ticket()["waiting_on"] == "customer"
    assert next_step(desk) == ("warn", march(12, 9, 1))


def test_a_clock_that_steps_back_and_forth_fires_nothing_twice(
    make_desk: MakeDesk, clock: MovedClock, bob: Client
) -> None:
    desk = opened_desk(make_desk, clock, monotonic_too=False)
    clock.move_to(march(3) + MINUTE)
    bob.inbox.await_mail(2)

    for moment in (march(2), march(3) + 2 * MINUTE, march(1), march(4)):
        clock.move_to(moment)
        stays_true(lambda: len(bob.inbox.mails()) == 2, 1.2, "one warning", desk.tails)
    clock.move_to(march(5) + 2 * MINUTE)
    bob.inbox.await_mail(3)

    assert len(moments(desk, "warning")) == 2
    assert len(mails_of(desk, "warning")) == 4


def test_after_a_step_back_mail_comes_in_and_leaves_at_once(
    make_desk: MakeDesk, clock: MovedClock, ann: Client, bob: Client
) -> None:
    desk = opened_desk(make_desk, clock, monotonic_too=False)
    opened = bob.inbox.await_mail(1)

    clock.move_to(MONDAY_9 - timedelta(days=30))
    bob.reply(opened, "Tighten it.")

    assert "Tighten it." in ann.inbox.await_mail(2, within_seconds=5).text
    desk.ask("ticket", "comment", "1001", "--as", "customer", "--body", "Done, thanks.")
    assert "Done, thanks." in bob.inbox.await_mail(3, within_seconds=5).text


def test_downtime_delays_and_never_warns_and_closes_in_one_go(
    make_desk: MakeDesk, clock: MovedClock, bob: Client
) -> None:
    desk = opened_desk(make_desk, clock, monotonic_too=False)
    bob.inbox.await_mail(1)
    desk.stop()

    clock.move_to(march(22))
    desk.start()
    bob.inbox.await_mail(2)

    stays_true(lambda: len(bob.inbox.mails()) == 2, 1.5, "one warning", desk.tails)
    assert next_step(desk) == ("warn", march(24))
    assert desk.ticket()["status"] == "open"


def test_no_ticket_closes_while_its_warning_is_queued(
    relay: Relay, make_desk: MakeDesk, clock: MovedClock, bob: Client
) -> None:
    plan = {"vendor": ["warn after 2 days", "close after 2 days"], "customer": []}
    changes = {
        "types": {"technical-support": {"inactivity": plan}},
        "smarthost": {"give_up_after": "100 days"},
    }
    desk = opened_desk(make_desk, clock, monotonic_too=False, **changes)
    bob.inbox.await_mail(1)

    with relay.down():
        clock.move_to(march(3) + MINUTE)
        await_true(lambda: len(mails_of(desk, "warning")) == 2, 10, "a warning is queued", desk.tails)
        clock.move_to(march(17))
        stays_true(lambda: desk.ticket()["status"] == "open", 2, "it stays open", desk.tails)
    bob.inbox.await_mail(2)

    assert next_step(desk) == ("close", march(19))
    clock.move_to(march(19) + MINUTE)
    bob.inbox.await_mail(3)
    assert desk.ticket()["status"] == "closed"
