"""The running server dies at the n-th step between a mail and its answers, for one n after the other.

`tests/life/test_deaths.py` walks every step in a process without doors. Here a sample of them is walked with the
whole server (every one by `make torture`); the mails it takes over and over from us, who play the relay.
"""

from __future__ import annotations

import os
import random
import smtplib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.system.desk import Desk, desk_settings, merged
from tests.system.waiting import await_true

STRIDE = int(os.environ.get("MAILBOT_FAULT_STRIDE", "13"))
LAST = 60
"""More steps than there are: the walk ends with the first round that nobody dies in."""
ANN, BOB = "ann@customer.example", "bob@vendor.example"


@dataclass
class Walked:
    """A server, and the file that tells it where to die."""

    desk: Desk
    fuse: Path
    deaths: int = 0

    def revive(self) -> None:
        """Starts it again if it has died."""
        server = self.desk.server
        if server is not None and server.poll() is None:
            return
        self.fuse.unlink(missing_ok=True)
        self.deaths += 1
        self.desk.kill()
        self.desk.start()

    def until(self, probe: Callable[[], bool], what: str) -> None:
        """Waits until something is so, whatever dies meanwhile."""

        def is_so() -> bool:
            self.revive()
            return probe()

        await_true(is_so, 90, what, self.desk.tails)

    def hand_over(self, return_path: str, recipient: str, raw: bytes) -> None:
        """Offers a mail until it is acknowledged, as a relay does."""
        self.until(lambda: self._offer(return_path, recipient, raw), f"{recipient} is taken")

    def _offer(self, return_path: str, recipient: str, raw: bytes) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.desk.smtp_port, "mx.relay.example", timeout=30) as session:
                session.sendmail(return_path, [recipient], raw)
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def captured(self, subject: str) -> list[EmailMessage]:
        """What it has sent about a subject."""
        folder = self.desk.data_dir / "captured" / "new"
        files = folder.iterdir() if folder.is_dir() else ()
        mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in mails if mail["Subject"].endswith(subject)]


@pytest.fixture
def walked(tmp_path: Path) -> Iterator[Walked]:
    many = {"openings_per_address_and_hour": 10_000, "tickets_per_address_and_hour": 10_000}
    changes = {"smarthost": {"url": "capture"}, "limits": many}
    fuse = tmp_path / "n"
    settings = merged(desk_settings(tmp_path / "var", 25), changes)
    desk = Desk(tmp_path / "desk", settings, {**os.environ, "MAILBOT_DIE_AT": str(fuse)})
    yield Walked(desk, fuse)
    desk.clean_up()


def a_mail(sender: str, subject: str, text: str, message_id: str) -> bytes:
    head = f"From: {sender}\r\nTo: support@desk.example\r\nSubject: {subject}\r\nMessage-ID: <{message_id}>\r\n"
    return f"{head}\r\n{text}\r\n".encode()


def play_round(walked: Walked, n: int) -> None:
    """An opening and an answer, with a death at step n."""
    subject = f"Pump {n} leaks"
    walked.fuse.write_text(str(n))
    walked.hand_over(ANN, "support@desk.example", a_mail(ANN, subject, "It leaks.", f"a{n}@customer.example"))
    walked.until(lambda: len(walked.captured(subject)) == 2, f"both know of {subject}")
    to_bob = next(mail for mail in walked.captured(subject) if mail["To"].addresses[0].addr_spec == BOB)
    reply_address = to_bob["Reply-To"].addresses[0].addr_spec
    walked.hand_over(BOB, reply_address, a_mail(BOB, subject, "Which one?", f"b{n}@vendor.example"))
    walked.until(lambda: len(walked.captured(subject)) == 4, f"both know of the answer to {subject}")


@pytest.mark.timeout(120 + 60 * LAST // STRIDE)
def test_a_server_that_dies_at_any_step_tells_everybody_once(walked: Walked) -> None:
    rounds = []
    walked.desk.start()

    for n in range(random.randrange(1, STRIDE + 1), LAST, STRIDE):
        before = walked.deaths
        play_round(walked, n)
        walked.revive()
        rounds.append(n)
        if walked.deaths == before:
            break

    assert walked.deaths >= min(3, len(rounds) - 1)
    walked.fuse.unlink(missing_ok=True)
    for number, n in enumerate(rounds, 1001):
        ticket = walked.desk.await_ticket(
            lambda ticket: {mail["status"] for mail in ticket["mails"]} == {"sent"}, "all is settled", number
        )
        assert [comment["text"].strip() for comment in ticket["comments"]] == ["It leaks.", "Which one?"], n
        assert Counter((mail["kind"], mail["to"]) for mail in ticket["mails"]) == {
            (kind, party): 1 for kind in ("opened", "reply") for party in ("customer", "vendor")
        }, n
        ids = {mail["Message-ID"] for mail in walked.captured(f"Pump {n} leaks")}
        assert ids == {mail["message_id"] for mail in ticket["mails"]}, n
