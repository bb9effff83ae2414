"""How long senders wait while mailbot is started again."""

from __future__ import annotations

import socket
import statistics
import time
from pathlib import Path

import pytest

from tests.system.desk import Desk, desk_settings
from tests.system.waiting import await_true

RESTARTS = 5
LONGEST_SECONDS = 2.0


def seconds_to_greeting(desk: Desk) -> float:
    """From the start of the process to its 220."""
    began = time.monotonic()
    desk.launch()
    await_true(lambda: greeting(desk.smtp_port).startswith(b"220 "), 30, "it greets", desk.tails)
    return time.monotonic() - began


def greeting(port: int) -> bytes:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            return connection.recv(1000)
    except ConnectionRefusedError:
        return b""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "desk", desk_settings(tmp_path / "var", 25))


def test_after_a_crash_it_greets_again_within_two_seconds(desk: Desk) -> None:
    desk.start()
    took = []

    try:
        for _ in range(RESTARTS):
            desk.kill()
            took.append(seconds_to_greeting(desk))
    finally:
        desk.clean_up()

    assert statistics.median(took) < LONGEST_SECONDS, took
