"""Mails that are made to hurt: each is read to a definite end, in bounded time and memory."""

import json
import os
import time
from pathlib import Path

import pytest

from mailbot.inbound.message import read
from tests.inbound.bombs import Bomb, bombs

MAX_SECONDS = 3.0
"""Of this machine's processor, on which nobody else can slow it down."""
MAX_GROWTH_MIB, MAX_GROWTH_OF_SIZE = 100, 25
"""Peak memory of the worker: linear in the mail's octets, and far below `[limits] reading_memory`."""


def peak_mib() -> float:
    """The most memory this process had since its peak was last forgotten."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024


def cost_of(bomb: Bomb) -> dict[str, float]:
    """CPU seconds and growth of peak memory of reading a mail, in a process of its own."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(ours)
            os.write(theirs, json.dumps(_cost(bomb())).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    assert told, "reading raised instead of ending"
    cost: dict[str, float] = json.loads(told)
    return cost


def _cost(raw: bytes) -> dict[str, float]:
    Path("/proc/self/clear_refs").write_text("5")  # forgets the peak (man 5 proc)
    before, began = peak_mib(), time.process_time()
    read(raw)
    return {"seconds": time.process_time() - began, "mib": peak_mib() - before, "octets": len(raw)}


@pytest.mark.parametrize(("name", "bomb"), list(bombs()), ids=[name for name, _ in bombs()])
def test_a_bomb_is_read_to_its_end_in_time_and_memory(name: str, bomb: Bomb) -> None:
    cost = cost_of(bomb)

    assert cost["seconds"] < MAX_SECONDS
    assert cost["mib"] < MAX_GROWTH_MIB + MAX_GROWTH_OF_SIZE * cost["octets"] / 2**20


def test_there_are_more_than_a_hundred_kinds() -> None:
    assert len({name for name, _ in bombs()}) > 100
