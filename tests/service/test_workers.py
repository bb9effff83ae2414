import asyncio
import os
import signal
from pathlib import Path

import pytest

from mailbot.service.workers import Overrun, Workers


@pytest.fixture
def workers():
    pool = Workers(2, cpu_seconds=0.5, memory_bytes=2**30)
    yield pool
    pool.close()


class Stubborn(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def fail_stubbornly() -> None:
    raise Stubborn("cannot", "travel")


def spin() -> None:
    while True:
        pass


def fill_memory() -> int:
    return len(bytearray(2**31))


def size_of(octets: int) -> int:
    return len(bytearray(octets))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise ValueError("told so")


def test_a_worker_gives_back_what_its_task_returns_or_raises(workers):
    async def play() -> tuple[int, str]:
        with pytest.raises(ValueError, match="told so"):
            await workers.run(fail)
        return await workers.run(len, "four"), await workers.run(str.upper, "x")

    assert asyncio.run(play()) == (4, "X")


@pytest.mark.parametrize("task", [spin, fill_memory, die])
def test_a_worker_that_overruns_dies_and_is_replaced(workers, task):
    async def play() -> list[int]:
        with pytest.raises(Overrun):
            await workers.run(task)
        return [await workers.run(len, "x" * length) for length in range(4)]

    assert asyncio.run(play()) == [0, 1, 2, 3]


def test_others_do_not_wait_for_a_worker_that_overruns(workers):
    async def play() -> bool:
        stuck = asyncio.create_task(workers.run(spin))
        await asyncio.sleep(0)
        await workers.run(len, "x")
        was_stuck = not stuck.done()
        with pytest.raises(Overrun):
            await stuck
        return was_stuck

    assert asyncio.run(play())


def test_cpu_time_of_earlier_tasks_does_not_count(workers):
    async def play() -> None:
        for _ in range(8):
            await workers.run(sum, range(6_000_000))

    asyncio.run(play())


def test_an_exception_that_cannot_travel_comes_as_its_words(workers):
    with pytest.raises(RuntimeError, match="Stubborn: cannot travel"):
        asyncio.run(workers.run(fail_stubbornly))


def test_renewed_workers_are_other_processes(workers):
    async def play() -> tuple[int, int, int]:
        first, second = await workers.run(os.getpid), await workers.run(os.getpid)
        workers.renew(0.5, 2**30)
        return first, second, await workers.run(os.getpid)

    first, second, third = asyncio.run(play())
    assert first == second
    assert third != first


def test_large_things_take_turns_and_small_ones_do_not_wait_for_them(workers):
    async def play() -> bool:
        async with workers.turn_for(2**24), workers.turn_for(100), workers.turn_for(100):
            waiting = asyncio.create_task(workers.turn_for(2**24).__aenter__())
            await asyncio.sleep(0)
            was_waiting = not waiting.done()
        await waiting
        return was_waiting

    assert asyncio.run(play())


def test_a_worker_may_take_so_much_beyond_its_idle_size_and_gives_it_back():
    pool = Workers(1, cpu_seconds=5, memory_bytes=100 * 2**20)

    async def play() -> list[int]:
        with pytest.raises(Overrun):
            await pool.run(bytearray, 110 * 2**20)
        return [await pool.run(size_of, 80 * 2**20) for _ in range(3)]

    assert asyncio.run(play()) == [80 * 2**20] * 3
    pool.close()


def keep(octets: int) -> int:
    kept = [b"x" * 1000 + str(number).encode() for number in range(octets // 1000)]
    globals().setdefault("kept", []).append(kept)
    return os.getpid()


def test_a_worker_that_keeps_much_of_its_tasks_is_replaced():
    pool = Workers(1, cpu_seconds=5, memory_bytes=100 * 2**20)

    async def play() -> list[int]:
        return [await pool.run(keep, size) for size in (1000, 40_000_000, 40_000_000, 1000, 1000)]

    first, second, third, fourth, fifth = asyncio.run(play())

    assert first == second
    assert len({second, third, fourth}) == 3
    assert fourth == fifth
    pool.close()


def test_renewed_bounds_hold_for_the_next_task_also_where_a_worker_was_busy(workers, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    async def play() -> tuple[int, int]:
        busy = asyncio.create_task(workers.run(wait_for, str(pipe)))
        opened = await asyncio.to_thread(open, pipe, "wb")  # opens when the task reads
        workers.renew(0.5, 64 * 2**20)
        opened.close()
        before = await busy
        with pytest.raises(Overrun):
            await workers.run(size_of, 128 * 2**20)
        workers.renew(0.5, 2**30)
        assert await workers.run(size_of, 128 * 2**20) == 128 * 2**20
        return before, await workers.run(os.getpid)

    before, after = asyncio.run(play())

    assert before != after


def wait_for(pipe: str) -> int:
    Path(pipe).read_bytes()
    return os.getpid()
