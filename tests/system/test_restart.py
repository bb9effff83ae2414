"""How long senders wait while mailbot is started again."""

from __future__ import annotations

import smtplib
import socket
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.desk import Desk, desk_settings, merged
from tests.system.waiting import await_true

RESTARTS = 5
LONGEST_SECONDS = 2.0
WELL_BEFORE_A_LEASE_ENDS = 25.0


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
    except (ConnectionRefusedError, ConnectionResetError):
        return b""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk", merged(desk_settings(tmp_path / "var", 25), {"smarthost": {"url": "capture"}}))
    yield desk
    desk.clean_up()


def test_after_a_crash_it_greets_again_within_two_seconds(desk: Desk) -> None:
    desk.start()
    took = []

    for _ in range(RESTARTS):
        desk.kill()
        took.append(seconds_to_greeting(desk))

    assert statistics.median(took) < LONGEST_SECONDS, took


def test_a_mail_that_ends_while_the_server_ends_is_read_as_soon_as_it_is_back(desk: Desk) -> None:
    desk.start()
    session = smtplib.SMTP("127.0.0.1", desk.smtp_port, "mx.relay.example", timeout=60)
    session.ehlo()
    session.mail("ann@customer.example")
    session.rcpt("support@desk.example")
    assert session.docmd("DATA")[0] == 354
    session.send(b"From: ann@customer.example\r\nSubject: Pump leaks\r\n\r\nIt ")
    assert desk.server is not None
    desk.server.terminate()
    await_true(lambda: greeting(desk.smtp_port) == b"", 30, "it takes nobody new", desk.tails)
    session.send(b"leaks.\r\n.\r\n")
    assert session.getreply()[0] == 250
    session.close()
    desk.stop()

    desk.start()

    await_true(lambda: len(desk.ask("ticket", "list")) == 1, WELL_BEFORE_A_LEASE_ENDS, "it is read", desk.tails)
