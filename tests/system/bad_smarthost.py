"""A desk whose smarthost is a real Postfix with a port for each oddity, and what both say of a ticket's mails.

In: a Postfix, a desk, a policy that decides what smtpd does. Out: tickets opened, mails awaited and counted.
"""

from __future__ import annotations

import json
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from mailbot.__main__ import mailbot
from tests.system.desk import Desk, merged
from tests.system.mailbox import Mail
from tests.system.policy import OPTIONS, Policy
from tests.system.relay import Relay
from tests.system.waiting import PATIENCE_SECONDS, await_true

ANN, BOB, ADMIN = "ann@customer.example", "bob@vendor.example", "admin@operator.example"
PATIENCE = "1 second"
OPEN = (
    *("ticket", "open", "--type", "technical-support", "--vendor", "acme", "--customer", ANN),
    *("--subject", "Pump leaks", "--body", "It drips."),
)
SMALL, TINY = 30_000, 1_500


@dataclass
class Ports:
    """Where the Postfix listens: what is odd about each is its name."""

    asking: int
    small: int
    tiny: int
    no_certificate: int
    other_name: int
    good_name: int


@dataclass
class Scene:
    """A desk, its smarthost, and who decides what that does."""

    relay: Relay
    policy: Policy
    ports: Ports
    desk: Desk
    certificates: Path

    def ask(self, *words: str) -> Any:
        """What a command says in JSON. It runs in this process: twenty times as quick, and the same command."""
        done = CliRunner().invoke(
            mailbot, [*words, "--json", "--config", str(self.desk.config)], catch_exceptions=False
        )
        assert done.exit_code == 0, f"{words}: {done.output}\n{self.desk.tails()}"
        return json.loads(done.stdout)

    def open_ticket(self) -> int:
        """A ticket of Ann's with Bob; both are owed a mail."""
        return int(self.ask(*OPEN)["number"])

    def await_mails(self, number: int, *fates: str, to: str = "") -> list[Any]:
        """The ticket's mails (to a party), once each is as one of `fates` says, and `outbox list` agrees."""

        def mails_of(ticket: Any) -> list[Any]:
            return [mail for mail in ticket["mails"] if to in ("", mail["to"])]

        def is_so(ticket: Any) -> bool:
            found = mails_of(ticket)
            return len(found) > 0 and all(any(fate in mail["fate"] for fate in fates) for mail in found)

        return mails_of(self.await_ticket(is_so, f"mails that say {fates}", number))

    def await_ticket(self, probe: Callable[[Any], bool], what: str, number: int) -> Any:
        """The ticket as soon as `probe` is true of it."""
        seen: Any = None

        def is_so() -> bool:
            nonlocal seen
            seen = self.ask("ticket", "show", str(number))
            return probe(seen)

        await_true(is_so, PATIENCE_SECONDS, what, lambda: f"{seen and seen['mails']}\n{self.desk.tails()}")
        return seen

    def await_sent(self, number: int) -> Any:
        """The ticket, once the relay has taken both mails."""

        def everything_left(ticket: Any) -> bool:
            return [mail["status"] for mail in ticket["mails"]] == ["sent", "sent"]

        ticket = self.await_ticket(everything_left, "both mails are sent", number)
        assert not ticket["customer"]["address_failing"]
        assert not ticket["vendor"]["address_failing"]
        assert {row["status"] for row in self.outbox(number)} == {"sent"}
        return ticket

    def outbox(self, number: int) -> list[Any]:
        """What `outbox list` says of a ticket's mails."""
        return [row for row in self.ask("outbox", "list") if row["ticket"] == number]

    def arrived(self, address: str, number: int, count: int = 1) -> list[Mail]:
        """A party's mails about a ticket, once there are so many; the relay has nothing left to deliver."""
        box = self.relay.mailbox(address)

        def about() -> list[Mail]:
            return [mail for mail in box.mails() if f"#{number}]" in mail.subject]

        await_true(lambda: len(about()) >= count, PATIENCE_SECONDS, f"{count} mails to {address}", self.relay.tails)
        await_true(lambda: self.relay.queued() == 0, PATIENCE_SECONDS, "the relay's queue is empty", self.relay.tails)
        return about()

    def told_admins(self, subject: str) -> int:
        """How many mails to the admins speak of something."""
        return sum(subject in mail.subject for mail in self.relay.mailbox(ADMIN).mails())

    def is_there_once(self, number: int) -> None:
        """Each party has its mail, and has it once."""
        for address in (ANN, BOB):
            assert len(self.arrived(address, number)) == 1

    def use(self, port: int, host: str = "127.0.0.1", **smarthost: str) -> None:
        """Another smarthost from now on, by SIGHUP."""
        ours = {"url": f"smtp://{host}:{port}", "timeout": PATIENCE, "starttls": "when offered", "ca_file": ""}
        self.desk.configure(merged(self.desk.settings, {"smarthost": ours | smarthost}))
        assert self.desk.server is not None
        before = self.desk.log().count("config reloaded")
        self.desk.server.send_signal(signal.SIGHUP)
        await_true(
            lambda: self.desk.log().count("config reloaded") > before, PATIENCE_SECONDS, "reloaded", self.desk.tails
        )


def services(ports: Ports, certificates: Path) -> str:
    """Lines of master.cf."""

    def tls(file: Path) -> str:
        names = ("smtpd_tls_cert_file", "smtpd_tls_key_file")
        return "-o smtpd_tls_security_level=may -o smtpd_tls_received_header=yes " + " ".join(
            f"-o {name}={file}" for name in names
        )

    options = {
        ports.asking: OPTIONS,
        ports.small: f"-o message_size_limit={SMALL}",
        ports.tiny: f"-o message_size_limit={TINY}",
        ports.no_certificate: tls(certificates / "lost.pem"),
        ports.other_name: tls(certificates / "elsewhere.example.pem"),
        ports.good_name: tls(certificates / "localhost.pem"),
    }
    common = "inet n - n - - smtpd -o smtpd_recipient_restrictions="
    return "tlsmgr unix - - n 1000? 1 tlsmgr\n" + "".join(
        f"127.0.0.1:{port} {common} {words}\n" for port, words in options.items()
    )


class ForgetfulWay:
    """A way to the smarthost that is cut as soon as this one's answer to the first mail is on it."""

    def __init__(self, target: int) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.target = target
        self.cut = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self.listening.getsockname()[1])

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listening.accept()
            except OSError:
                return  # closed: the test is over
            server = socket.create_connection(("127.0.0.1", self.target))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with closing(source), closing(sink):
            try:
                while octets := source.recv(65536):
                    if b"queued as" in octets and not self.cut.is_set():
                        self.cut.set()
                        return
                    sink.sendall(octets)
            except OSError:
                return  # the other direction was cut
