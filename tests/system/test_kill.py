"""kill -9 at any moment, again and again, while mail comes in and goes out through the real Postfix.

Two desks are killed side by side: one that the relay feeds by SMTP, one by LMTP.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk
from tests.system.mailbox import Mail
from tests.system.mailclient import Client
from tests.system.relay import LMTP_DESK, Relay
from tests.system.waiting import PATIENCE_SECONDS, await_true, free_port, pause

ROUNDS = int(os.environ.get("MAILBOT_KILL_ROUNDS", "200"))
SEED = int(os.environ.get("MAILBOT_KILL_SEED", "0")) or random.randrange(1, 2**31)
ROUNDS_PER_TICKET = 10
"""A ticket's history stays about as long as in life."""
LONGEST_LIFE_SECONDS = 0.5
"""By then a mail that came in has long gone out again."""


@dataclass
class Talk:
    """What two people told each other on one ticket."""

    number: int
    subject: str
    told: list[str]
    to_customer: Mail
    to_vendor: Mail


@dataclass
class Lane:
    """A desk that is killed, its two parties, and the moments at which it dies."""

    desk: Desk
    customer: Client
    vendor: Client
    moments: random.Random
    talks: list[Talk] = field(default_factory=list)

    def live(self, rounds: int) -> None:
        """Kills it as often; then sees that everybody was told everything once."""
        self.desk.start()
        for number in range(rounds):
            if number % ROUNDS_PER_TICKET == 0:
                self.talks.append(self._opened(f"Pump {number} leaks"))
            self._die(number)
        for talk in self.talks:
            self._see_all_told(talk)
        self.desk.stop()

    def _opened(self, subject: str) -> Talk:
        self.customer.write(f"support@{self.desk.settings['desk']['domain']}", subject, "Comment 0.")
        mails = [self._await_mails(client, subject, 1)[0] for client in (self.customer, self.vendor)]
        return Talk(1001 + len(self.talks), subject, ["Comment 0."], *mails)

    def _die(self, number: int) -> None:
        """Both write; it dies at any moment, every fourth time while it starts, and every fourth mail finds it down."""
        talk = self.talks[-1]
        self._say(talk, self.customer, talk.to_customer)
        self._say(talk, self.vendor, talk.to_vendor)
        pause(self.moments.uniform(0, LONGEST_LIFE_SECONDS))
        self.desk.kill()
        if number % 4 == 3:
            self._say(talk, self.customer, talk.to_customer)
        if number % 4 == 1:
            self.desk.launch()
            pause(self.moments.uniform(0, LONGEST_LIFE_SECONDS))
            self.desk.kill()
        self.desk.start()

    def _say(self, talk: Talk, client: Client, mail: Mail) -> None:
        talk.told.append(f"Comment {len(talk.told)}.")
        client.reply(mail, talk.told[-1])

    def _await_mails(self, client: Client, subject: str, count: int) -> list[Mail]:
        def about_it() -> list[Mail]:
            return [mail for mail in client.inbox.mails() if mail.subject.endswith(subject)]

        what = f"{count} mails to {client.name} about {subject}, seed {SEED}"
        await_true(lambda: len(about_it()) >= count, PATIENCE_SECONDS, what, client.relay.tails)
        return about_it()

    def _see_all_told(self, talk: Talk) -> None:
        ticket = self.desk.await_ticket(
            lambda ticket: (
                len(ticket["comments"]) >= len(talk.told) and {mail["status"] for mail in ticket["mails"]} == {"sent"}
            ),
            f"all is said and sent, seed {SEED}",
            talk.number,
        )
        assert Counter(comment["text"].strip() for comment in ticket["comments"]) == Counter(talk.told), f"seed {SEED}"
        assert len(ticket["mails"]) == 2 * len(talk.told), f"seed {SEED}"
        for client in (self.customer, self.vendor):
            ids = {mail.message_id for mail in self._await_mails(client, talk.subject, len(talk.told))}
            assert len(ids) == len(talk.told), f"seed {SEED}"


@pytest.fixture
def lanes(relay: Relay, make_desk: MakeDesk, ann: Client, bob: Client) -> list[Lane]:
    keys = ("mails_per_ticket_and_hour", "openings_per_address_and_hour", "tickets_per_address_and_hour")
    limits = {"limits": dict.fromkeys(keys, 10_000)}
    by_lmtp = {
        "desk": {"domain": LMTP_DESK},
        "smtp": {"listen": f"127.0.0.1:{free_port()}", "lmtp_listen": f"127.0.0.1:{relay.lmtp_port}"},
        "vendors": {"acme": {"email": "eve@vendor.example"}},
    }
    carl, eve = Client("Carl", "carl@customer.example", relay), Client("Eve", "eve@vendor.example", relay)
    lmtp_desk = make_desk({**limits, **by_lmtp})
    return [
        Lane(make_desk(limits), ann, bob, random.Random(SEED)),
        Lane(lmtp_desk, carl, eve, random.Random(SEED + 1)),
    ]


@pytest.mark.timeout(120 + 10 * ROUNDS)
def test_kill_9_loses_nothing_and_doubles_nothing(lanes: list[Lane]) -> None:
    with ThreadPoolExecutor(len(lanes)) as side_by_side:
        ends = [side_by_side.submit(lane.live, ROUNDS // len(lanes)) for lane in lanes]

    for end in ends:
        end.result()
