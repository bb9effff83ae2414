"""Mails that take more than their share, at the running server: shunted once, and nobody waits for them."""

from __future__ import annotations

import os
import smtplib
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.desk import Desk, desk_settings, merged
from tests.system.waiting import await_true

BOMBS, PROBES = 6, 12
MAX_WAIT_SECONDS = 0.5
MAX_GROWTH_MIB = 150
SAMPLE_SECONDS = 0.02
HEAD = "To: support@desk.example\r\nSubject: Pump\r\nMIME-Version: 1.0\r\n"
LARGE = 18_000_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A running mailbot with the limits that are shipped; it captures what it sends."""
    desk = Desk(tmp_path / "desk", merged(desk_settings(tmp_path / "var", 25), {"smarthost": {"url": "capture"}}))
    desk.start()
    yield desk
    desk.clean_up()


def hand_over(desk: Desk, sender: str, mail: bytes) -> float:
    """Offers a mail that has to be taken; the seconds until it was."""
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, "mx.relay.example", timeout=60) as session:
        session.sendmail(sender, ["support@desk.example"], mail)
    return time.monotonic() - began


def memory_mib(desk: Desk) -> float:
    """What the server and all its workers have in memory now, each shared page counted once."""
    assert desk.server is not None
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == desk.server.pid:
                rollup = (folder / "smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue  # it ended meanwhile
    return total / 1024


@contextmanager
def peak_of(desk: Desk) -> Iterator[list[float]]:
    """Samples the memory of the server and its workers until the end of the block; the list holds all samples."""
    samples, ended = [memory_mib(desk)], threading.Event()

    def sample() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            samples.append(memory_mib(desk))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def a_probe(number: int) -> bytes:
    return f"From: c{number}@customer.example\r\n{HEAD}\r\nLeak {number}.\r\n".encode()


def a_bomb(number: int) -> bytes:
    """Eighteen megabytes of which each letter takes four octets of memory: more than a worker may have."""
    kind = f"Content-Type: text/plain; charset=utf-8\r\nMessage-ID: <{number}@else.example>\r\n\r\n"
    line = "The ring was thin \U0001f600.\r\n".encode()
    return f"From: eve@else.example\r\n{HEAD}{kind}".encode() + line * (LARGE // len(line))


def warmed(desk: Desk) -> None:
    """Has each worker started, so that what follows is what a mail takes."""
    for number in range(4):
        hand_over(desk, "ann@customer.example", a_probe(100 + number))
    await_true(lambda: not desk.ask("inbox", "list", "--waiting"), 30, "every mail has its verdict", desk.tails)


def test_bombs_are_shunted_once_and_others_do_not_wait_for_them(desk: Desk) -> None:
    warmed(desk)

    with peak_of(desk) as samples:
        for number in range(BOMBS):
            hand_over(desk, "eve@else.example", a_bomb(number))
        waits = [hand_over(desk, f"c{probe}@customer.example", a_probe(probe)) for probe in range(PROBES)]
        began = time.monotonic()
        await_true(lambda: not desk.ask("inbox", "list", "--waiting"), 90, "every mail has its verdict", desk.tails)
        settled = time.monotonic() - began

    assert statistics.median(waits) < MAX_WAIT_SECONDS, waits
    rows = desk.ask("inbox", "list")
    assert len(rows) == 4 + BOMBS + PROBES
    verdicts = [row["verdict"].partition(":")[0] for row in rows]
    assert (verdicts.count("shunted"), verdicts.count("opened")) == (BOMBS, 4 + PROBES)
    bombs = [desk.ask("inbox", "show", str(row["id"])) for row in rows if row["verdict"].startswith("shunted")]
    assert {bomb["attempts"] for bomb in bombs} == {1}
    growth = max(samples) - samples[0]
    assert growth < MAX_GROWTH_MIB
    print(
        f"waits {statistics.median(waits):.3f} s, longest {max(waits):.3f} s; all in {settled:.1f} s, {growth:.0f} MiB"
    )
