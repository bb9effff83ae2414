"""The running server among many: few file descriptors, sockets that nobody reads, workers that stand still."""

from __future__ import annotations

import os
import signal
import smtplib
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.system.desk import MAILBOT, Desk, desk_settings
from tests.system.waiting import PATIENCE_SECONDS, await_true

SUPPORT = "support@desk.example"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A mailbot that starts with 64 file descriptors, and captures what it sends."""
    program = tmp_path / "mailbot"
    program.write_text(f'#!/bin/sh\nulimit -Sn 64\nexec {MAILBOT} "$@"\n')
    program.chmod(0o755)
    settings = desk_settings(tmp_path / "var", 25)
    settings["smarthost"] = {"url": "capture"}
    desk = Desk(tmp_path, settings, program=str(program))
    try:
        desk.start()
        yield desk
        desk.stop()
    finally:
        desk.clean_up()


def files(desk: Desk) -> int:
    """File descriptors that the server has open."""
    assert desk.server is not None
    return len(list(Path(f"/proc/{desk.server.pid}/fd").iterdir()))


def mail(number: int) -> bytes:
    """A mail of its own author, so that no cap on openings is met."""
    head = f"From: p{number}@d{number}.example\r\nSubject: {number}\r\nMessage-ID: <{number}@d{number}.example>\r\n"
    return (head + "\r\nIt drips.\r\n").encode()


def test_a_full_house_fits_into_the_file_descriptors_and_leaves_none_behind(desk: Desk) -> None:
    before = files(desk)

    with ExitStack() as crowd:
        for _ in range(199):
            guest = crowd.enter_context(socket.create_connection(("127.0.0.1", desk.smtp_port), timeout=30))
            assert guest.recv(3) == b"220"
        with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30) as session:
            assert session.sendmail("p1@d1.example", [SUPPORT], mail(1)) == {}
        refused = [crowd.enter_context(socket.create_connection(("127.0.0.1", desk.smtp_port))) for _ in range(50)]
        assert {guest.recv(3) for guest in refused[10:]} == {b"421"}

    # The server's threads keep a connection to the database each: some files more than at its start, once.
    await_true(lambda: files(desk) <= before + 40, PATIENCE_SECONDS, "the crowd has gone", desk.tails)
    assert "out of system resource" not in desk.log()


def test_two_hundred_sessions_lose_nothing_while_a_worker_stands_still(desk: Desk) -> None:
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30) as session:
        session.sendmail("p0@d0.example", [SUPPORT], mail(0))
    await_true(lambda: not desk.ask("inbox", "list", "--waiting"), PATIENCE_SECONDS, "the first is read", desk.tails)
    stopped = youngest_worker(desk)
    os.kill(stopped, signal.SIGSTOP)

    def hand_over(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=60) as session:
            session.sendmail(f"p{number}@d{number}.example", [SUPPORT], mail(number))

    with ThreadPoolExecutor(200) as pool:
        list(pool.map(hand_over, range(1, 201)))
    # Only what the stopped worker holds in its hands may wait.
    await_true(lambda: len(desk.ask("inbox", "list", "--waiting")) <= 1, 60, "others are read", desk.tails)
    os.kill(stopped, signal.SIGCONT)
    await_true(lambda: not desk.ask("inbox", "list", "--waiting"), PATIENCE_SECONDS, "all are read", desk.tails)

    verdicts = [row["verdict"] for row in desk.ask("inbox", "list")]
    assert len(verdicts) == 201
    assert set(verdicts) <= {"opened", "held"}


def youngest_worker(desk: Desk) -> int:
    """The process that was started last in the server's group."""
    assert desk.server is not None
    group = desk.server.pid
    return max(pid for pid in (int(one.name) for one in Path("/proc").glob("[0-9]*")) if group_of(pid) == group)


def group_of(pid: int) -> int | None:
    """The process group, or None of a process that has just ended."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None
