"""kill -9 at any moment, again and again, while mail comes in and goes out through the real Postfix."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from tests.system.conftest import MakeDesk
from tests.system.mailclient import Client
from tests.system.waiting import await_true, pause

ROUNDS = int(os.environ.get("MAILBOT_KILL_ROUNDS", "20"))
SEED = int(os.environ.get("MAILBOT_KILL_SEED", "0")) or random.randrange(1, 2**31)


@pytest.mark.timeout(60 + 10 * ROUNDS)
def test_kill_9_loses_nothing_and_doubles_nothing(make_desk: MakeDesk, ann: Client, bob: Client) -> None:
    moments = random.Random(SEED)
    desk = make_desk({"limits": {"mails_per_ticket_and_hour": 10_000}})
    desk.start()
    ann.write("support@desk.example", "Pump leaks", "Comment 0.")
    for_ann, for_bob = ann.inbox.await_mail(), bob.inbox.await_mail()
    told = ["Comment 0."]

    for number in range(ROUNDS):
        for client, mail in ((ann, for_ann), (bob, for_bob)):
            told.append(f"Comment {len(told)}.")
            client.reply(mail, told[-1])
        pause(moments.uniform(0, 0.8))
        desk.kill()
        if number % 4 == 3:
            # Mail that waits at the relay for a server that is down.
            told.append(f"Comment {len(told)}.")
            ann.reply(for_ann, told[-1])
        desk.start()

    await_true(
        lambda: len(ann.inbox.mails()) >= len(told) <= len(bob.inbox.mails()),
        60,
        f"{len(told)} mails each, seed {SEED}; ann has {len(ann.inbox.mails())}, bob {len(bob.inbox.mails())}",
        desk.tails,
    )
    ticket = desk.await_ticket(
        lambda ticket: {mail["status"] for mail in ticket["mails"]} == {"sent"}, f"all sent, seed {SEED}"
    )
    assert Counter(comment["text"].strip() for comment in ticket["comments"]) == Counter(told), f"seed {SEED}"
    assert len(ticket["mails"]) == 2 * len(told), f"seed {SEED}"
    for client in (ann, bob):
        ids = {mail.message_id for mail in client.inbox.mails()}
        assert len(ids) == len(told), f"seed {SEED}"
    desk.stop()
