"""Steps of the wall clock under the real process: nothing fires twice, and the admins hear of each large one once."""

from __future__ import annotations

import signal
import smtplib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk, merged
from tests.system.movedclock import MovedClock
from tests.system.waiting import await_true, stays_true

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LEAPS = pytest.mark.parametrize("monotonic_too", [False, True], ids=["wall clock", "both clocks"])


def notices(desk: Desk) -> int:
    """How many mails to the admins there are."""
    return sum(mail["kind"] == "notice" for mail in desk.ask("outbox", "list"))


@LEAPS
def test_the_admins_hear_once_of_each_large_step(make_desk: MakeDesk, tmp_path: Path, monotonic_too: bool) -> None:
    clock = MovedClock(tmp_path / "clock")
    clock.move_to(MONDAY)
    desk = make_desk({}, clock.environment(monotonic_too=monotonic_too))
    desk.start()

    clock.move_to(MONDAY + 30 * DAY)
    await_true(lambda: notices(desk) == 1, 10, "the step forward is told", desk.tails)
    clock.move_to(MONDAY + 30 * DAY + 30 * MINUTE)
    clock.move_to(MONDAY + MINUTE)
    await_true(lambda: notices(desk) == 2, 10, "the step back is told", desk.tails)

    stays_true(lambda: notices(desk) == 2, 2, "nothing is told twice", desk.tails)
    desk.stop()


@pytest.mark.parametrize("step", [365 * DAY, -365 * DAY], ids=["forward", "back"])
def test_no_deadline_of_the_port_is_met_by_a_step_of_the_clock(
    make_desk: MakeDesk, tmp_path: Path, step: timedelta
) -> None:
    clock = MovedClock(tmp_path / "clock")
    clock.move_to(MONDAY)
    desk = make_desk({"smtp": {"command_timeout": "10 seconds"}}, clock.environment(monotonic_too=False))
    desk.start()

    with (
        closing(smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30)) as idle,
        closing(smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30)) as sending,
    ):
        idle.ehlo("relay.example")
        sending.ehlo("relay.example")
        sending.mail("ann@customer.example")
        sending.rcpt("support@desk.example")
        assert sending.docmd("DATA")[0] == 354
        sending.send("From: ann@customer.example\r\nSubject: Pump\r\n")
        clock.move_to(MONDAY + step)
        await_true(lambda: "clock stepped" in desk.log(), 10, "the step is noticed", desk.tails)
        sending.send("\r\nIt drips.\r\n.\r\n")

        assert sending.getreply()[0] == 250
        assert idle.noop()[0] == 250
        # And the deadline is still kept.
        assert idle.getreply()[0] == 421
    desk.await_ticket(lambda ticket: ticket["status"] == "open", "the mail opened a ticket")
    desk.stop()


def test_a_month_forward_and_back_warns_once_and_never_closes(make_desk: MakeDesk, tmp_path: Path) -> None:
    clock, desk = a_desk_with_a_ticket(make_desk, tmp_path)

    clock.move_to(MONDAY + 30 * DAY)
    await_true(lambda: events(desk) == ["opened", "warning"], 10, "what is due is warned", desk.tails)
    clock.move_to(MONDAY + MINUTE)
    stays_true(lambda: events(desk) == ["opened", "warning"], 2, "and no more", desk.tails)
    clock.move_to(MONDAY + 30 * DAY + MINUTE)
    stays_true(lambda: events(desk) == ["opened", "warning"], 2, "not twice either", desk.tails)

    assert desk.ticket()["status"] == "open"
    desk.stop()


def test_a_suspended_machine_warns_first_when_it_wakes(make_desk: MakeDesk, tmp_path: Path) -> None:
    clock, desk = a_desk_with_a_ticket(make_desk, tmp_path)

    assert desk.server is not None
    desk.server.send_signal(signal.SIGSTOP)
    clock.move_to(MONDAY + 20 * DAY)
    desk.server.send_signal(signal.SIGCONT)

    await_true(lambda: events(desk) == ["opened", "warning"], 10, "the sleeper warns", desk.tails)
    stays_true(lambda: events(desk) == ["opened", "warning"], 2, "and no more", desk.tails)
    desk.stop()


def test_a_clock_that_is_slewed_warns_once(make_desk: MakeDesk, tmp_path: Path) -> None:
    clock, desk = a_desk_with_a_ticket(make_desk, tmp_path)

    due = MONDAY + 2 * DAY
    for seconds in (-3, -2, 30, 28, 31, 29, 32):  # to and fro over the moment at which it is due
        clock.move_to(due + timedelta(seconds=seconds))
        desk.ticket()

    await_true(lambda: events(desk) == ["opened", "warning"], 10, "what is due is warned", desk.tails)
    stays_true(lambda: events(desk) == ["opened", "warning"], 2, "and once", desk.tails)
    desk.stop()


def a_desk_with_a_ticket(make_desk: MakeDesk, folder: Path) -> tuple[MovedClock, Desk]:
    """A desk that lives on a moved wall clock since Monday 9:00, with one ticket opened then."""
    clock = MovedClock(folder / "clock")
    clock.move_to(MONDAY)
    desk = make_desk({}, clock.environment(monotonic_too=False))
    desk.start()
    words = ["--type", "technical-support", "--vendor", "acme", "--customer", "ann@customer.example"]
    desk.ask("ticket", "open", *words, "--subject", "Pump leaks", "--body", "It drips.")
    return clock, desk


def events(desk: Desk) -> list[str]:
    """The ticket's history."""
    return [entry["event"] for entry in desk.ticket()["history"]]


def test_a_reload_brings_a_changed_plan_to_open_tickets(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.start()
    words = ["--type", "technical-support", "--vendor", "acme", "--customer", "ann@customer.example"]
    desk.ask("ticket", "open", *words, "--subject", "Pump leaks", "--body", "It drips.")

    sooner = {"types": {"technical-support": {"inactivity": {"vendor": ["warn after 1 second"]}}}}
    desk.configure(merged(desk.settings, sooner))
    assert desk.server is not None
    desk.server.send_signal(signal.SIGHUP)

    await_true(lambda: events(desk) == ["opened", "warning"], 10, "the new plan is followed", desk.tails)
    desk.stop()
