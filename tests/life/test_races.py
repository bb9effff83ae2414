"""A reply and a closing in the same second, on real connections of their own: the reply never vanishes."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from mailbot.core.ticket import Party
from mailbot.core.verdict import Outcome
from mailbot.service import sweep
from mailbot.service.desk import open_desk
from tests.given import BOB, SETTINGS, a_mail, a_play

SECOND = timedelta(seconds=1)
ROUNDS = 60
AT_ONCE = '[types.technical-support.inactivity]\nvendor = ["warn after 1 second", "close after 1 second"]\n'


@pytest.fixture
def due_closings(tmp_path):
    """A desk on which every ticket's closing is due now, and the tickets."""
    play = a_play(tmp_path, SETTINGS, AT_ONCE)
    numbers = [play.open() for _ in range(ROUNDS)]
    play.deliver()
    play.wait(SECOND)
    play.clock.move(SECOND)
    yield play, numbers
    play.desk.store.close()


def test_a_reply_in_the_second_of_a_closing_wins_or_reopens_and_never_vanishes(due_closings, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 1)
    play, numbers = due_closings
    other = open_desk(play.desk.config, play.clock)
    together, verdicts, faults = Barrier(2), [], []

    def close_what_is_due() -> None:
        for _ in numbers:
            together.wait(30)
            sweep.sweep(other)

    def reply() -> None:
        for number in numbers:
            together.wait(30)
            mail = a_mail(f"Answer {number}", BOB, f"<b{number}@vendor.example>")
            verdicts.append(play.receive(play.reply_address(number, Party.VENDOR), mail, BOB).outcome)

    run_together([close_what_is_due, reply], faults)
    while sweep.sweep(other):
        pass
    other.store.close()

    assert faults == []
    assert set(verdicts) <= {Outcome.COMMENTED, Outcome.REOPENED}
    for number, verdict in zip(numbers, verdicts, strict=True):
        ticket = play.show(number)
        events = [entry["event"] for entry in ticket["history"]]
        ending = ["closed", "reopened", "comment"] if verdict is Outcome.REOPENED else ["comment"]
        assert events == ["opened", "warning", *ending]
        assert (ticket["status"], ticket["waiting_on"]) == ("open", "customer")
        assert ticket["comments"][-1]["text"] == f"Answer {number}"


def test_two_sweeps_at_once_take_each_step_once(due_closings, monkeypatch):
    monkeypatch.setattr(sweep, "BATCH", 3)
    play, numbers = due_closings
    others = [open_desk(play.desk.config, play.clock) for _ in range(3)]
    faults = []

    run_together([lambda desk=desk: sweep_all(desk) for desk in others], faults)
    for desk in others:
        desk.store.close()

    assert faults == []
    for number in numbers:
        ticket = play.show(number)
        assert [entry["event"] for entry in ticket["history"]] == ["opened", "warning", "closed"]
        assert [mail["kind"] for mail in ticket["mails"]] == ["opened"] * 2 + ["warning"] * 2 + ["closed"] * 2


def sweep_all(desk):
    while sweep.sweep(desk):
        pass


def run_together(deeds, faults):
    def kept(deed):
        try:
            deed()
        except BaseException as fault:
            faults.append(fault)
            raise

    threads = [Thread(target=kept, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
