"""What tests start from: a desk in a folder of its own, a clock that a test moves, mails as people write them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.config import load
from mailbot.core.ticket import Grade, Kind, Party, Via
from mailbot.core.verdict import Verdict
from mailbot.outbound.mail import Delivery, OutgoingMail, Sent
from mailbot.service import deliver, receive, show, sweep
from mailbot.service import tickets as use
from mailbot.service.desk import Desk, open_desk
from mailbot.service.handover import Envelope, Session
from mailbot.service.intake import store_mails
from mailbot.service.reading_reply import read_reply
from mailbot.service.tickets import Opening, desk_words
from mailbot.store.tickets import Words

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANN, BOB = "ann@customer.example", "bob@vendor.example"

BY_SMTP = Session("127.0.0.1", "relay.example", "ESMTP")

SETTINGS = """
[desk]
name = "Desk"
domain = "desk.example"
admins = ["admin@operator.example"]
data_dir = "data"
base_url = "http://desk.example"
[vendors.acme]
name = "Acme"
email = "bob@vendor.example"
[vendors.silent]
name = "Silent"
contact = "+1 555 0100"
[types.technical-support]
label = "Technical support"
[types.refund]
label = "Refund"
[intake."support"]
vendor = "acme"
"""


@dataclass
class MovedClock:
    """A clock that stands until a test moves it."""

    at: datetime = MONDAY
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.seconds

    def move(self, by: timedelta) -> None:
        self.at += by
        self.seconds += by.total_seconds()


@dataclass
class Play:
    """A desk whose stages a test runs by hand: what comes in, what is due, what is sent."""

    desk: Desk
    clock: MovedClock
    sent: list[OutgoingMail] = field(default_factory=list)

    def open(self, by_text: str = "It leaks.", vendor: str = "acme", type_name: str = "technical-support") -> int:
        words = desk_words(by_text, Via.CLI)
        opening = Opening(type_name, vendor, ANN, "Ann", "Pump leaks", words, details=(("order", "A-17"),))
        return use.open_ticket(self.desk, opening).ticket.number

    def say(self, number: int, party: Party, text: str) -> None:
        use.comment(self.desk, number, party, Words(text, "", "", Grade.DESK, Via.CLI))

    def receive(self, recipient: str, raw: bytes, return_path: str = ANN, session: Session = BY_SMTP) -> Verdict:
        """One mail through the inbox to its verdict."""
        store_mails(self.desk, [Envelope(session, return_path, (recipient,), raw)])
        (row,) = receive.claim(self.desk, frozenset(), 1)
        desk = self.desk
        reading = read_reply(
            receive.raw_mail(desk, row),
            receive.reading_limits(desk),
            receive.own_history(desk, row),
            receive.last_mail(desk, row),
            None,
        )
        return receive.settle(desk, row, reading)

    def deliver(self, fate: Delivery | None = None) -> list[OutgoingMail]:
        """Sends what is due; each mail's fate is `fate`, else sent. The mails to parties, as they would be composed."""
        tried = []
        while rows := deliver.claim(self.desk, frozenset(), 10):
            for row in rows:
                mail = deliver.prepare(self.desk, row)
                deliver.settle(self.desk, row, fate or Sent("250 2.0.0 taken"), self.clock.now())
                if isinstance(mail, OutgoingMail):
                    tried.append(mail)
        self.sent += tried
        return tried

    def wait(self, by: timedelta) -> list[tuple[Kind, Party]]:
        """Lets time pass, sweeps and sends; the kinds and addressees of what was sent."""
        self.clock.move(by)
        while sweep.sweep(self.desk):
            pass
        return [(mail.kind, mail.to_party) for mail in self.deliver()]

    def show(self, number: int) -> show.Json:
        with self.desk.store.read() as connection:
            return show.ticket_object(connection, self.desk, number)

    def reply_address(self, number: int, party: Party) -> str:
        return self.desk.addresses.reply(number, party)


def a_play(folder: Path, settings: str = SETTINGS, changes: str = "") -> Play:
    """A desk of `settings` in `folder`; `changes` are further tables."""
    file = folder / "config.toml"
    file.write_text(settings + changes)
    clock = MovedClock()
    return Play(open_desk(load(file), clock), clock)


def a_mail(
    text: str,
    sender: str = f"Ann <{ANN}>",
    message_id: str = "<1@customer.example>",
    subject: str = "Pump leaks",
    **fields: str,
) -> bytes:
    """A plain mail. Further fields by name, underscores for hyphens."""
    head = {"From": sender, "To": "support@desk.example", "Subject": subject, "Message-ID": message_id}
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in head.items()]
    return "\r\n".join([*lines, "", *text.splitlines(), ""]).encode()
