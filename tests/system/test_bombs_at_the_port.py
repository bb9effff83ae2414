"""Mails that take more than their share, at the running server: shunted once, and nobody waits for them."""

from __future__ import annotations

import smtplib
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.desk import Desk, desk_settings, merged
from tests.system.waiting import await_true

BOMBS, PROBES = 6, 12
MAX_WAIT_SECONDS = 0.5
MAX_GROWTH_MIB = 150
HEAD = "To: support@desk.example\r\nSubject: Pump\r\nMIME-Version: 1.0\r\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A running mailbot whose workers have little time; it captures what it sends."""
    changes = {"smarthost": {"url": "capture"}, "limits": {"reading_time": "0.3 seconds"}}
    desk = Desk(tmp_path / "desk", merged(desk_settings(tmp_path / "var", 25), changes))
    desk.start()
    yield desk
    desk.clean_up()


def hand_over(desk: Desk, sender: str, mail: str) -> float:
    """Offers a mail that has to be taken; the seconds until it was."""
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, "mx.relay.example", timeout=60) as session:
        session.sendmail(sender, ["support@desk.example"], mail)
    return time.monotonic() - began


def peak_mib(desk: Desk) -> float:
    """The most memory that the server itself has had."""
    assert desk.server is not None
    lines = Path(f"/proc/{desk.server.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def a_bomb(number: int) -> str:
    """Five megabytes of lines that are nearly boundaries: more than 0.3 s of work."""
    kind = "Content-Type: multipart/mixed; boundary=b\r\n"
    return f"From: eve@else.example\r\n{HEAD}{kind}Message-ID: <{number}@else.example>\r\n\r\n" + "--bX\r\n" * 900_000


def test_bombs_are_shunted_once_and_others_do_not_wait_for_them(desk: Desk) -> None:
    hand_over(desk, "ann@customer.example", f"From: ann@customer.example\r\n{HEAD}\r\nIt leaks.\r\n")
    before = peak_mib(desk)

    for number in range(BOMBS):
        hand_over(desk, "eve@else.example", a_bomb(number))
    waits = [
        hand_over(desk, f"c{probe}@customer.example", f"From: c{probe}@customer.example\r\n{HEAD}\r\nLeak {probe}.\r\n")
        for probe in range(PROBES)
    ]

    assert statistics.median(waits) < MAX_WAIT_SECONDS, waits
    assert peak_mib(desk) - before < MAX_GROWTH_MIB
    await_true(lambda: not desk.ask("inbox", "list", "--waiting"), 90, "every mail has its verdict", desk.tails)
    rows = desk.ask("inbox", "list")
    assert len(rows) == 1 + BOMBS + PROBES
    verdicts = [row["verdict"].partition(":")[0] for row in rows]
    assert (verdicts.count("shunted"), verdicts.count("opened")) == (BOMBS, 1 + PROBES)
    bombs = [desk.ask("inbox", "show", str(row["id"])) for row in rows if row["verdict"].startswith("shunted")]
    assert {bomb["attempts"] for bomb in bombs} == {1}
    print(
        f"median wait {statistics.median(waits):.3f} s, longest {max(waits):.3f} s, {peak_mib(desk) - before:.0f} MiB"
    )
