"""The power is cut at every step between a mail and its answers, one step after the other.

For each n a process of its own takes an opening and an answer from a relay, and kills itself at the n-th point of
`mailbot.faults`. Its successor goes on, and the relay sends again what was not acknowledged.
"""

import asyncio
import contextlib
import os
import shutil
import signal
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot import faults
from mailbot.core.ticket import Party
from mailbot.outbound.mail import Delivery, Sent
from mailbot.service import deliver, receive, show
from mailbot.service.desk import Desk, open_desk
from mailbot.service.handover import Envelope, Session
from mailbot.service.intake import store_mails
from mailbot.store import inbox
from tests.given import ANN, BOB, MONDAY, MovedClock, a_mail, a_play

MANY = 200
LONG = "It leaks.\n" + "drip drip drip drip drip drip drip drip\n" * 2000
"""Beyond what lies in a row, so that its file is walked, too."""


class LoggingRelay:
    """Takes every mail, and notes durably what it took."""

    def __init__(self, log: Path) -> None:
        self._log = log

    async def send(self, raw: bytes, return_path: str, recipient: str) -> Delivery:
        del return_path  # a relay writes it down; this one need not
        message_id = next(line for line in raw.split(b"\r\n") if line.lower().startswith(b"message-id:"))
        with self._log.open("ab") as log:
            log.write(message_id + b" " + recipient.encode() + b"\n")
        return Sent("250 2.0.0 taken")

    async def close(self) -> None:
        """Nothing is kept open."""


class HereAndNow:
    """Does the work of the worker processes in this one."""

    async def run(self, task: Any, *arguments: Any) -> Any:
        return task(*arguments)

    def turn_for(self, _size: int) -> contextlib.AbstractAsyncContextManager[None]:
        return contextlib.nullcontext()


def hand_over(desk: Desk, acknowledged: Path, recipient: str, raw: bytes, return_path: str) -> None:
    """What a relay does: it offers a mail until it is acknowledged."""
    if not acknowledged.exists():
        store_mails(desk, [Envelope(Session("127.0.0.1", "relay.example", "ESMTP"), return_path, (recipient,), raw)])
        acknowledged.touch()


async def settle_all(desk: Desk, relay: LoggingRelay) -> None:
    workers: Any = HereAndNow()
    while rows := receive.claim(desk, frozenset(), 4):
        for row in rows:
            await receive.handle(desk, workers, row)
    while mails := deliver.claim(desk, frozenset(), 4):
        for mail in mails:
            await deliver.handle(desk, workers, relay, mail)


async def live(desk: Desk, folder: Path) -> None:
    """An opening comes in, both parties are told, the vendor answers, both are told."""
    relay = LoggingRelay(folder / "relay.log")
    hand_over(desk, folder / "first", "support@desk.example", a_mail(LONG), ANN)
    await settle_all(desk, relay)
    answer = a_mail("Which one?", BOB, "<b1@vendor.example>")
    hand_over(desk, folder / "second", desk.addresses.reply(1001, Party.VENDOR), answer, BOB)
    await settle_all(desk, relay)


def dies_at(folder: Path, n: int) -> bool:
    """Lives in a process of its own; whether that died at its n-th point, before its life was over."""
    (folder / "n").write_text(str(n))
    child = os.fork()
    if child == 0:
        status = 1
        try:
            faults.arm(folder / "n")
            asyncio.run(live(reopened(folder), folder))
            status = 0
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    assert ended in (0, signal.SIGKILL), f"it neither lived on nor was killed: {ended}"
    return ended != 0


def reopened(folder: Path, later: timedelta = timedelta(0)) -> Desk:
    from mailbot.config import load

    return open_desk(load(folder / "config.toml"), MovedClock(MONDAY + later))


@pytest.mark.timeout(300)
def test_wherever_the_power_is_cut_there_is_one_comment_and_one_mail_per_party(tmp_path: Path) -> None:
    (tmp_path / "0").mkdir()
    a_play(tmp_path / "0").desk.store.close()
    for n in range(1, MANY):
        folder = shutil.copytree(tmp_path / "0", tmp_path / str(n))

        died = dies_at(folder, n)
        desk = reopened(folder, timedelta(hours=2))
        asyncio.run(live(desk, folder))

        with desk.store.read() as connection:
            ticket = show.ticket_object(connection, desk, 1001)
            waiting = inbox.any_waiting(connection, frozenset())
        assert [comment["text"][:10].strip() for comment in ticket["comments"]] == ["It leaks.", "Which one?"], n
        assert Counter((mail["kind"], mail["to"], mail["status"]) for mail in ticket["mails"]) == {
            (kind, party, "sent"): 1 for kind in ("opened", "reply") for party in ("customer", "vendor")
        }, n
        assert not waiting, n
        taken = Counter((folder / "relay.log").read_bytes().splitlines())
        assert set(taken) == {
            f"Message-ID: {mail['message_id']} {to_address(mail)}".encode() for mail in ticket["mails"]
        }
        assert taken.total() <= 4 + died, f"more than one repeat at {n}: {taken}"
        desk.store.close()
        if not died:
            assert n > 20, "the points are no longer on the way"
            return
    pytest.fail("it never lived to the end")


def to_address(mail: dict[str, str]) -> str:
    return ANN if mail["to"] == "customer" else BOB
