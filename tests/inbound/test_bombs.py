"""Mails that are made to hurt: each is read to a definite end, in bounded time and memory."""

import json
import os
import resource
import signal
import time
from pathlib import Path

import pytest

from mailbot.inbound.message import read
from tests.inbound.bombs import SCALE, Bomb, bombs

WORKERS_SECONDS, WORKERS_BYTES = 2.0, 2**30
"""`[limits] reading_time` and `reading_memory`: what takes more is killed, and its mail shunted."""
MAX_SECONDS = 3.0
"""Of this machine's processor, on which nobody else can slow it down."""
MAX_GROWTH_MIB = 1024 if SCALE >= 1 else 500
OUT_OF_MEMORY = 77


def peak_mib() -> float:
    """The most memory this process had since its peak was last forgotten."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def cost_of(bomb: Bomb) -> dict[str, float] | None:
    """CPU seconds and growth of peak memory of reading a mail; None when it took more than a worker's share."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(ours)
            os.write(theirs, json.dumps(_cost(bomb())).encode())
            status = 0
        except MemoryError:
            status = OUT_OF_MEMORY
        finally:
            os._exit(status)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        told = pipe.read()
    _, ended = os.waitpid(child, 0)
    if ended in (signal.SIGPROF, OUT_OF_MEMORY << 8):
        return None
    assert ended == 0, "reading raised instead of ending"
    cost: dict[str, float] = json.loads(told)
    return cost


def _cost(raw: bytes) -> dict[str, float]:
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak (man 5 proc)
    resource.setrlimit(resource.RLIMIT_AS, (WORKERS_BYTES, resource.RLIM_INFINITY))
    signal.setitimer(signal.ITIMER_PROF, WORKERS_SECONDS)
    before, began = peak_mib(), time.process_time()
    read(raw)
    return {"seconds": time.process_time() - began, "mib": peak_mib() - before}


@pytest.mark.parametrize(("name", "bomb"), list(bombs()), ids=[name for name, _ in bombs()])
def test_a_bomb_is_read_to_its_end_in_time_and_memory(name: str, bomb: Bomb) -> None:
    cost = cost_of(bomb)

    if cost is None:
        assert SCALE >= 1, "a mail of this size has to be read within a worker's share"
    else:
        assert cost["seconds"] < MAX_SECONDS
        assert cost["mib"] < MAX_GROWTH_MIB


def test_there_are_more_than_a_hundred_kinds() -> None:
    assert len({name for name, _ in bombs()}) > 100
