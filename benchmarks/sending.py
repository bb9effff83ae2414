"""How quickly mails are composed, signed and handed over: `python benchmarks/sending.py`.

Composing is measured in CPU time of one process; sending goes to Debian's `smtp-sink` (package postfix) on
loopback, which takes mails and forgets them: straight, and by a way that delays each octet.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from mailbot.core.ticket import Kind, Party
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mail
from mailbot.outbound.mail import OutgoingMail, Sent
from mailbot.outbound.signing import SigningKey, new_private_key
from mailbot.outbound.smarthost import Smarthost

ROUNDS = 7
SENDING_ROUNDS = 5
MAILS = 500
MAILS_WITH_DELAY = 25
DELAY_SECONDS = 0.02


def ticket_with(comments: int) -> OutgoingMail:
    """A mail about a ticket with that many comments of some 250 characters, each at another time."""
    mail = example_mail(Kind.REPLY, Party.CUSTOMER)
    model = mail.history[0]
    history = tuple(
        replace(
            model,
            number=number,
            at=model.at + timedelta(minutes=37 * number),
            text=f"{model.text}\n{number}",
            attachments=(),
        )
        for number in range(comments, 0, -1)
    )
    return replace(mail, entry=history[0], newest=history[:1], history=history)


def milliseconds(work: Callable[[], object], times: int) -> float:
    """The median CPU time of one call over several rounds."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - start) / times * 1000)
    return statistics.median(rounds)


def compose_figures() -> None:
    rsa = SigningKey("desk.example", "r", new_private_key("rsa"))
    ed25519 = SigningKey("desk.example", "e", new_private_key("ed25519"))
    choices = {"none": None, "RSA-2048": (rsa,), "Ed25519": (ed25519,), "both": (rsa, ed25519)}
    print("comments  bytes    DKIM      ms per mail")
    for comments in (10, 200):
        mail = ticket_with(comments)
        size = len(compose(mail, None))
        for name, keys in choices.items():
            spent = milliseconds(lambda mail=mail, keys=keys: compose(mail, None, keys), 2000 // comments)
            print(f"{comments:8}  {size:7}  {name:8}  {spent:.2f}")


async def hand_over(raw: bytes, port: int, connections: int, mails: int) -> float:
    """Mails per second that the sink took over that many kept connections."""
    smarthost = Smarthost(f"smtp://127.0.0.1:{port}", 30, max_connections=connections)
    start = time.perf_counter()
    deliveries = await asyncio.gather(
        *(smarthost.send(raw, "bounce+x@desk.example", "ann@customer.example") for _ in range(mails))
    )
    spent = time.perf_counter() - start
    await smarthost.close()
    assert all(isinstance(delivery, Sent) for delivery in deliveries)
    return mails / spent


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when something listens on the port."""
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"smtp-sink does not listen, exit code {process.poll()}")


@contextmanager
def smtp_sink() -> Iterator[int]:
    """A running smtp-sink; its port."""
    sink = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([sink, *user, f"127.0.0.1:{port}", "100"])
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextmanager
def slow_way(target: int, seconds: float) -> Iterator[int]:
    """A port that leads to another one, with a delay each way."""
    program = Path(__file__).with_name("slow_way.py")
    with subprocess.Popen(
        [sys.executable, str(program), str(target), str(seconds)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


def sending_figures() -> None:
    """Medians of `SENDING_ROUNDS`: straight to the sink, and with a delay as of a relay elsewhere."""
    print("\ncomments  delay each way  connections  mails per second handed over")
    with smtp_sink() as straight, slow_way(straight, DELAY_SECONDS) as delayed:
        for comments in (10, 200):
            raw = compose(ticket_with(comments), None)
            for delay, port, mails in ((0.0, straight, MAILS), (DELAY_SECONDS, delayed, MAILS_WITH_DELAY)):
                for connections in (1, 5):
                    rates = [
                        asyncio.run(hand_over(raw, port, connections, mails * connections))
                        for _ in range(SENDING_ROUNDS)
                    ]
                    print(f"{comments:8}  {delay * 1000:11.0f} ms  {connections:11}  {statistics.median(rates):.0f}")


if __name__ == "__main__":
    compose_figures()
    sending_figures()
