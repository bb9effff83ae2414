"""A changed plan reaches the tickets that are open, and only then is anything read."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import event

from mailbot.config import load
from mailbot.core.ticket import Actor, Party
from mailbot.service import recompute
from mailbot.service import tickets as use
from mailbot.service.recompute import Recompute, fingerprint
from tests.given import SETTINGS

DAY = timedelta(days=1)
SOONER = '[types.technical-support.inactivity]\nvendor = ["warn after 1 hour"]\n'


def reload(play, changes=""):
    file = play.desk.config.file
    file.write_text(SETTINGS + changes)
    play.desk.config = load(file)


def due_times(play, numbers):
    return [play.show(number)["next"]["at"] for number in numbers]


def stored_due_times(play):
    from mailbot.store import tickets

    with play.desk.store.read() as connection:
        return [f"{due_at:%d %H:%M}" for _, due_at in tickets.coming_tickets(connection, None, None, 100)]


def statements(play, deed):
    """The statements that a deed sends to the database."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement.split()[0])

    event.listen(play.desk.store.engine, "before_cursor_execute", note)
    deed()
    event.remove(play.desk.store.engine, "before_cursor_execute", note)
    return seen


def test_a_changed_plan_reaches_open_tickets_in_batches(play, monkeypatch):
    monkeypatch.setattr(recompute, "BATCH", 2)
    numbers = [play.open() for _ in range(5)]
    use.close(play.desk, numbers[0], Actor.DESK)
    assert stored_due_times(play) == ["25 09:00"] * 4
    reload(play, SOONER)

    run = Recompute(play.desk)
    steps = [run.step() for _ in range(4)]

    assert steps == [True, True, False, False]
    assert stored_due_times(play) == ["23 10:00"] * 4


def test_a_start_under_the_same_plans_reads_no_ticket(play):
    for _ in range(3):
        play.open()
    recompute.recompute(play.desk)

    started_again = statements(play, Recompute(play.desk).step)

    assert started_again == ["BEGIN", "SELECT"]


def test_once_done_a_tick_asks_nothing(play):
    run = Recompute(play.desk)
    while run.step():
        pass

    assert statements(play, run.step) == []


def test_a_reload_in_the_middle_begins_anew(play, monkeypatch):
    monkeypatch.setattr(recompute, "BATCH", 1)
    for _ in range(3):
        play.open()
    reload(play, SOONER)
    run = Recompute(play.desk)
    run.step()

    reload(play, SOONER.replace("1 hour", "2 hours"))
    while run.step():
        pass

    assert stored_due_times(play) == ["23 11:00"] * 3


def test_a_pass_that_was_cut_off_is_made_again_at_the_next_start(play, monkeypatch):
    monkeypatch.setattr(recompute, "BATCH", 1)
    for _ in range(3):
        play.open()
    reload(play, SOONER)
    Recompute(play.desk).step()

    recompute.recompute(play.desk)

    assert stored_due_times(play) == ["23 10:00"] * 3


def test_a_ticket_that_changes_meanwhile_keeps_its_newer_time(play):
    number = play.open()
    reload(play, SOONER)
    run = Recompute(play.desk)
    original = play.desk.store.write

    def answer_first():
        play.desk.store.write = original
        play.say(number, Party.VENDOR, "Which one?")
        return original()

    play.desk.store.write = answer_first
    while run.step():
        pass

    assert due_times(play, [number]) == ["2026-12-02T09:00:00Z"]
    assert stored_due_times(play) == ["02 09:00"]


def test_comments_come_in_while_tickets_are_recomputed(play, monkeypatch):
    monkeypatch.setattr(recompute, "BATCH", 3)
    numbers = [play.open() for _ in range(30)]
    reload(play, SOONER)

    pass_over_all = Thread(target=recompute.recompute, args=(play.desk,))
    pass_over_all.start()
    for number in numbers[::3]:
        play.say(number, Party.VENDOR, "Which one?")
    pass_over_all.join()

    answered = {play.show(number)["waiting_on"] for number in numbers[::3]}
    assert answered == {"customer"}
    assert sorted(stored_due_times(play)) == sorted(["23 10:00"] * 20 + ["02 09:00"] * 10)


@pytest.mark.parametrize(
    "changes",
    [
        SOONER,
        "[types.other.inactivity]\nvendor = ['warn after 1 hour']\n",
        '[calendar]\ntimezone = "Europe/Berlin"\n',
        '[calendar]\nholidays = ["2026-12-24"]\n',
        '[calendar]\nworking_hours = "09:00-17:00"\n',
        '[calendar]\nnever_close_on = ["holidays"]\n',
        "[vendors.acme.inactivity]\nvendor = []\n",
        '[vendors.acme.calendar]\nholidays = "JP"\n',
    ],
)
def test_whatever_decides_when_something_is_due_changes_the_fingerprint(play, changes):
    before = fingerprint(play.desk.config)

    reload(play, changes)

    assert fingerprint(play.desk.config) != before


def test_what_decides_nothing_of_time_leaves_the_fingerprint(play):
    before = fingerprint(play.desk.config)

    reload(play, '[tickets]\nreopen_within = "20 days"\n[vendors.more]\nname = "More"\n')

    assert fingerprint(play.desk.config) == before
    assert fingerprint(replace(play.desk.config)) == before
