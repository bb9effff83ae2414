import asyncio
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from mailbot.errors import StoreUnavailable
from mailbot.scheduler import Scheduler, Stage, _Every

DAY, NONE = timedelta(days=1), timedelta()


def test_a_stage_works_until_nothing_is_left_and_sleeps_until_it_is_woken():
    pieces, done = [3], asyncio.Event()

    async def work() -> bool:
        pieces[0] -= 1
        if pieces[0] == 0:
            done.set()
        return pieces[0] > 0

    async def play() -> None:
        stage = Stage("test", work)
        running = asyncio.create_task(stage.run())
        stage.wake()
        await asyncio.wait_for(done.wait(), 5)
        running.cancel()

    asyncio.run(play())
    assert pieces == [0]


def test_a_fault_ends_neither_the_stage_nor_the_process(caplog):
    faults = [StoreUnavailable("away"), ValueError("a bug"), None]
    done = asyncio.Event()

    async def work() -> bool:
        fault = faults.pop(0)
        if fault:
            stage.wake()
            raise fault
        done.set()
        return False

    stage = Stage("test", work)

    async def play() -> None:
        running = asyncio.create_task(stage.run())
        stage.wake()
        await asyncio.wait_for(done.wait(), 5)
        running.cancel()

    asyncio.run(play())
    assert [record.levelname for record in caplog.records] == ["WARNING", "ERROR"]


def test_the_scheduler_wakes_every_stage_again_and_again():
    async def play() -> int:
        beats, enough = [0], asyncio.Event()

        async def work() -> bool:
            beats[0] += 1
            if beats[0] == 3:
                enough.set()
            return False

        async def keep_house() -> None:
            return None

        stage = Stage("test", work)
        running = asyncio.create_task(stage.run())
        scheduler = Scheduler([stage], keep_house)
        scheduler.start()
        await asyncio.wait_for(enough.wait(), 10)
        scheduler.stop()
        running.cancel()
        return beats[0]

    assert asyncio.run(play()) == 3


def test_a_step_of_the_wall_clock_is_told_once_and_resets_the_timer():
    async def play() -> tuple[list[timedelta], int]:
        told: list[timedelta] = []
        woken, beats = asyncio.Event(), [0]

        async def work() -> bool:
            beats[0] += 1
            woken.set()
            return False

        async def keep_house() -> None:
            return None

        stage = Stage("test", work)
        running = asyncio.create_task(stage.run())
        scheduler = Scheduler([stage], keep_house, told.append)
        scheduler.start()
        for step in (30 * DAY, NONE, timedelta(minutes=30), -30 * DAY, NONE, NONE, -9 * DAY, 9 * DAY, NONE):
            scheduler._watch(step)
        await asyncio.wait_for(woken.wait(), 10)
        scheduler.stop()
        running.cancel()
        return told, beats[0]

    told, beats = asyncio.run(play())

    assert told == [30 * DAY, -30 * DAY]
    assert beats > 0


def test_a_clock_that_goes_on_as_it_should_is_not_told_of():
    async def play() -> list[timedelta]:
        told: list[timedelta] = []
        beats, enough = [0], asyncio.Event()

        async def work() -> bool:
            beats[0] += 1
            if beats[0] == 3:
                enough.set()
            return False

        async def keep_house() -> None:
            return None

        stage = Stage("test", work)
        running = asyncio.create_task(stage.run())
        scheduler = Scheduler([stage], keep_house, told.append)
        scheduler.start()
        await asyncio.wait_for(enough.wait(), 10)
        scheduler.stop()
        running.cancel()
        return told

    assert asyncio.run(play()) == []


def test_a_step_of_years_costs_one_tick_not_each_that_was_missed():
    every = _Every(timedelta(seconds=0.5))
    then = datetime(2026, 11, 23, 9, tzinfo=UTC)
    job = AsyncIOScheduler(timezone=UTC).add_job(print, every, next_run_time=then)

    missed = job._get_run_times(then + 10_000 * DAY)

    assert missed == [then]
    assert every.get_next_fire_time(then, then + 10_000 * DAY) == then + 10_000 * DAY + timedelta(seconds=0.5)
