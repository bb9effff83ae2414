"""A disk that is full, or turned read-only: mail is told to wait, the server lives, and it heals by itself."""

from __future__ import annotations

import os
import smtplib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.desk import Desk, desk_settings, merged
from tests.system.packages import in_ci
from tests.system.waiting import await_true

ANN = "ann@customer.example"
DISK_MEGABYTES = 32
"""Room for all mails of a test and what they cause, several times over, once the ballast is gone."""


def mount(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *words], capture_output=True, text=True, timeout=20)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    size = f"size={DISK_MEGABYTES}m,mode=700"
    mounted = mount("-t", "tmpfs", "-o", size, "mailbot-test", str(folder)) if os.getuid() == 0 else None
    if mounted is None or mounted.returncode != 0:
        reason = "DISK TESTS SKIPPED: they need root and the right to mount a tmpfs"
        pytest.fail(reason) if in_ci() else pytest.skip(reason)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True, timeout=20)


@pytest.fixture
def desk(disk: Path, tmp_path: Path) -> Iterator[Desk]:
    """A running mailbot on that disk, which captures what it sends."""
    settings = merged(desk_settings(disk / "var", 25), {"smarthost": {"url": "capture"}})
    desk = Desk(tmp_path / "desk", settings)
    desk.start()
    yield desk
    desk.clean_up()


def hand_over(desk: Desk, number: int, text: str = "It leaks.") -> int:
    """Offers a mail; the code of the answer that decided."""
    head = (
        f"From: {ANN}\r\nTo: support@desk.example\r\nSubject: Pump {number}\r\nMessage-ID: <{number}@customer.example>"
    )
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, "mx.relay.example", timeout=60) as session:
        session.ehlo()
        for code, _ in (session.mail(ANN), session.rcpt("support@desk.example")):
            if code != 250:
                return code
        return session.data(f"{head}\r\n\r\n{text}\r\n".encode())[0]


def captured(desk: Desk) -> int:
    folder = desk.data_dir / "captured" / "new"
    return len(list(folder.iterdir())) if folder.is_dir() else 0


def fill(disk: Path) -> Path:
    """Takes every octet that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 4096, 1):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return ballast


def assert_lives(desk: Desk) -> None:
    assert desk.server is not None
    assert desk.server.poll() is None, desk.tails()


@pytest.mark.parametrize("text", ["It leaks.", "drip drip drip\r\n" * 12_000], ids=["in a row", "in a file"])
def test_on_a_full_disk_mail_is_told_to_wait_and_taken_when_there_is_room(disk: Path, desk: Desk, text: str) -> None:
    assert hand_over(desk, 1) == 250
    await_true(lambda: captured(desk) == 2, 60, "both know of the first", desk.tails)

    ballast = fill(disk)
    codes = [hand_over(desk, number, text) for number in range(10, 16)]
    full = [number for number, code in zip(range(10, 16), codes, strict=True) if code != 250]
    assert_lives(desk)
    ballast.unlink()

    assert full, "it always found room"
    assert set(codes) <= {250, 451, 452}
    for number in full:
        await_true(lambda number=number: hand_over(desk, number, text) == 250, 30, "there is room again", desk.tails)
    await_true(lambda: len(desk.ask("ticket", "list")) == 7, 90, "nothing is lost or doubled", desk.tails)
    assert_lives(desk)


@pytest.fixture
def on_this_disk(tmp_path: Path) -> Iterator[Desk]:
    """A running mailbot on the disk of the tests."""
    settings = merged(desk_settings(tmp_path / "var", 25), {"smarthost": {"url": "capture"}})
    desk = Desk(tmp_path / "desk", settings)
    desk.start()
    yield desk
    desk.clean_up()


@contextmanager
def read_only(*files: Path) -> Iterator[None]:
    """Nobody, not even who has them open, can write to files (man 1 chattr)."""
    words = [str(file) for file in files]
    made = subprocess.run(["chattr", "+i", *words], capture_output=True, text=True, timeout=20)
    try:
        if made.returncode != 0:
            reason = f"DISK TESTS SKIPPED: files cannot be made immutable here: {made.stderr}"
            pytest.fail(reason) if in_ci() else pytest.skip(reason)
        yield
    finally:
        subprocess.run(["chattr", "-i", *words], capture_output=True, timeout=20)


def test_while_the_database_is_read_only_mail_is_told_to_wait_and_taken_afterwards(on_this_disk: Desk) -> None:
    desk = on_this_disk
    file = desk.database

    with read_only(file, file.with_name(f"{file.name}-wal")):
        codes = {hand_over(desk, 1), hand_over(desk, 2)}
        assert_lives(desk)

    assert codes == {451}
    await_true(lambda: hand_over(desk, 1) == 250, 30, "the database can be written to again", desk.tails)
    await_true(lambda: captured(desk) == 2, 60, "both know of it", desk.tails)
    assert [ticket["number"] for ticket in desk.ask("ticket", "list")] == [1001]
