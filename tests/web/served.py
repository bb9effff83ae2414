"""A desk in a temporary folder with its pages on real sockets, for tests that ask as a browser does.

In: settings to lay over a small config. Out: `Served`: the desk, a clock to move, addresses to open.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

from mailbot.config import load
from mailbot.core.ticket import Actor, Attachment, Grade, Party, Ticket, Via
from mailbot.outbound.capture import Capture
from mailbot.outbound.compose import compose
from mailbot.outbound.mail import OutgoingMail
from mailbot.service import tickets
from mailbot.service.desk import Desk, open_desk
from mailbot.service.mails import outgoing
from mailbot.service.tickets import Opening
from mailbot.store import outbox
from mailbot.store.tickets import Entry, Words, entries
from mailbot.web.captured import names
from mailbot.web.server import PageServer, capture_pages, ticket_pages
from tests.given import MovedClock
from tests.system.desk import as_toml, merged
from tests.system.waiting import free_port


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Served:
    """A desk whose pages are served."""

    desk: Desk
    clock: MovedClock
    port: int
    capture_port: int
    loop: asyncio.AbstractEventLoop
    wakes: list[int] = field(default_factory=list)

    def open_ticket(self, text: str = "It drips.", subject: str = "Pump leaks", **changes: Any) -> Ticket:
        """A ticket of Ann's with Acme."""
        named: dict[str, Any] = {
            "type": "technical-support",
            "vendor": "acme",
            "customer_address": "ann@customer.example",
            "customer_name": "Ann",
            "subject": subject,
            "words": tickets.desk_words(text, Via.CLI),
        }
        return tickets.open_ticket(self.desk, Opening(**(named | changes))).ticket

    def say(self, ticket: Ticket, party: Party, text: str, **changes: Any) -> Entry:
        """A comment by mail."""
        sender = "ann@customer.example" if party is Party.CUSTOMER else "bob@vendor.example"
        named: dict[str, Any] = {"sender_name": "", "grade": Grade.ADDRESSEE, "via": Via.MAIL}
        words = Words(text=text, sender=sender, **(named | changes))
        return tickets.comment(self.desk, ticket.number, party, words).entries[-1]

    def stored(self, name: str, content: bytes, media_type: str = "application/octet-stream") -> Attachment:
        """A file in the store, to hang on a comment."""
        with self.desk.store.write() as connection:
            digest = self.desk.store.blobs.put(connection, content)
        return Attachment(name, media_type, len(content), digest)

    def close(self, ticket: Ticket, by: Actor = Actor.VENDOR) -> None:
        tickets.close(self.desk, ticket.number, by)

    def capture(self, *mails: OutgoingMail) -> list[str]:
        """Captures mails as the outbox would; the names of their files."""
        maildir = self.desk.config.desk.data_dir / "captured"
        relay = Capture(maildir)
        before = names(maildir)
        for mail in mails:
            sending = relay.send(compose(mail, None), mail.return_path, mail.to_address)
            asyncio.run_coroutine_threadsafe(sending, self.loop).result(30)
        return sorted(names(maildir) - before)

    def capture_queued(self, ticket: Ticket) -> list[str]:
        """Captures the ticket's queued mails; the names of their files."""
        with self.desk.store.read() as connection:
            queued = [row for row in outbox.ticket_mails(connection, ticket.number) if row.status == "queued"]
            made = [outgoing(connection, self.desk, row, self.clock.now()) for row in queued]
        captured = self.capture(*(mail for mail in made if isinstance(mail, OutgoingMail)))
        self.settle(ticket)
        return captured

    def path(self, ticket: Ticket, party: Party = Party.VENDOR) -> str:
        """The page's path for a party."""
        return "/t/" + self.desk.addresses.page(ticket.number, party).rpartition("/")[2]

    def url(self, ticket: Ticket, party: Party = Party.VENDOR) -> str:
        return f"http://127.0.0.1:{self.port}{self.path(ticket, party)}"

    def history(self, ticket: Ticket) -> tuple[Entry, ...]:
        with self.desk.store.read() as connection:
            return entries(connection, ticket.number)

    def mails(self, ticket: Ticket) -> list[outbox.OutboxRow]:
        with self.desk.store.read() as connection:
            return outbox.ticket_mails(connection, ticket.number)

    def settle(self, ticket: Ticket, status: outbox.Status = "sent", party: Party | None = None) -> None:
        """Every queued mail (of a party) ends so."""
        with self.desk.store.write() as connection:
            for mail in outbox.ticket_mails(connection, ticket.number):
                if mail.status == "queued" and party in (None, mail.party):
                    outbox.settle(connection, mail.id, status, "", self.clock.now())

    def ask(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """One request to the ticket pages."""
        return asked(self.port, path, method, headers, body)


def asked(
    port: int, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """One HTTP request to a port of 127.0.0.1."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response: HTTPResponse = connection.getresponse()
        lowered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, lowered, response.read())
    finally:
        connection.close()


def settings(folder: Path, port: int, capture_port: int) -> dict[str, Any]:
    """The config that tests start from."""
    return {
        "desk": {
            "name": "Desk",
            "domain": "desk.example",
            "admins": ["admin@operator.example"],
            "data_dir": str(folder / "var"),
            "base_url": f"http://127.0.0.1:{port}",
            "complaints": "https://desk.example/complaints",
        },
        "smtp": {"listen": f"127.0.0.1:{free_port()}"},
        "web": {"listen": f"127.0.0.1:{port}"},
        "capture": {"listen": f"127.0.0.1:{capture_port}"},
        "smarthost": {"url": "capture"},
        "vendors": {
            "acme": {"name": "Acme", "email": "bob@vendor.example"},
            "mute": {"name": "Mute & Sons", "contact": "+1 555 0100"},
        },
        "types": {"technical-support": {"label": "Technical support"}, "refund": {"label": "Refund"}},
        "intake": {"support": {"vendor": "acme", "type": "technical-support"}},
    }


@contextmanager
def served(folder: Path, changes: Mapping[str, Any] | None = None, clock: Any = None) -> Iterator[Served]:
    """A desk with both listeners, in an event loop of their own."""
    folder.mkdir(parents=True, exist_ok=True)
    port, capture_port = free_port(), free_port()
    file = folder / "config.toml"
    file.write_text(as_toml(merged(settings(folder, port, capture_port), changes or {})))
    clock = clock or MovedClock()
    desk = open_desk(load(file), clock)
    loop = asyncio.new_event_loop()
    here = Served(desk, clock, port, capture_port, loop)
    with running(loop, ticket_pages(desk, lambda: here.wakes.append(1)), capture_pages(desk)):
        yield here
    desk.store.close()


@contextmanager
def running(loop: asyncio.AbstractEventLoop, *servers: PageServer) -> Iterator[None]:
    """Servers in a thread that runs their loop."""
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def do(act: Callable[[PageServer], Any]) -> None:
        for server in servers:
            asyncio.run_coroutine_threadsafe(act(server), loop).result(30)

    try:
        do(PageServer.start)
        yield
    finally:
        do(PageServer.stop)
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()
