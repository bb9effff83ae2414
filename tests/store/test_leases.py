from datetime import timedelta

import pytest

from mailbot.service import deliver
from mailbot.store.leases import Owner
from tests.given import a_play


@pytest.fixture
def play(tmp_path):
    played = a_play(tmp_path)
    yield played
    played.desk.store.close()


@pytest.mark.parametrize("step", [timedelta(days=30), timedelta(days=-30), timedelta(0)])
def test_a_row_that_we_work_on_is_not_claimed_again_when_the_clock_steps(play, step):
    play.open()
    busy = frozenset(row.id for row in deliver.claim(play.desk, frozenset(), 10))

    play.clock.move(step)

    assert len(busy) == 2
    assert deliver.claim(play.desk, busy, 10) == []


@pytest.mark.parametrize("step", [timedelta(days=30), timedelta(days=-30), timedelta(0)])
def test_a_row_left_over_from_a_fault_is_claimed_again_at_once(play, step):
    play.open()
    deliver.claim(play.desk, frozenset(), 10)

    play.clock.move(step)

    assert len(deliver.claim(play.desk, frozenset(), 10)) == 2


def test_another_process_waits_for_the_end_of_a_lease(play):
    play.open()
    deliver.claim(play.desk, frozenset(), 10)
    first, play.desk.store.owner = play.desk.store.owner, Owner(play.desk.config.desk.data_dir / "run")

    too_early = deliver.claim(play.desk, frozenset(), 10)
    play.clock.move(timedelta(hours=1))
    in_time = deliver.claim(play.desk, frozenset(), 10)

    first.release()
    assert (len(too_early), len(in_time)) == (0, 2)


def test_a_dead_process_is_known_by_its_lock(tmp_path):
    first, second = Owner(tmp_path), Owner(tmp_path)
    name = first.name
    assert second.name != name
    assert second.dead() == []

    first._lock.close()  # as the kernel does when a process ends

    assert second.dead() == [name]
    second.bury([name])
    assert second.dead() == []
    second.release()


def test_what_a_process_had_taken_when_it_ended_well_is_given_back_at_once(tmp_path):
    first, second = Owner(tmp_path), Owner(tmp_path)
    name = first.name

    first.release()

    assert second.dead() == [name]
    second.bury([name])
    assert second.dead() == []
