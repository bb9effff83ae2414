"""Faults of the world around a running mailbot: it says 4xx or waits, loses nothing, and heals by itself."""

from __future__ import annotations

import smtplib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk
from tests.system.mailclient import Client
from tests.system.relay import REFUSED, Relay
from tests.system.waiting import await_true


@contextmanager
def locked(desk: Desk) -> Iterator[None]:
    """Another program holds the database for itself."""
    with closing(sqlite3.connect(desk.database, isolation_level=None)) as database:
        database.execute("PRAGMA busy_timeout = 10000")
        database.execute("BEGIN EXCLUSIVE")
        yield
        database.execute("ROLLBACK")


def hand_over(desk: Desk, client: Client, text: str) -> tuple[int, bytes]:
    """Hand a mail to mailbot itself, as a relay would; the answer that decided."""
    message = client.compose("support@desk.example", "Pump leaks", text)
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=60) as session:
        session.ehlo("mx.relay.example")
        session.mail(client.address)
        answer = session.rcpt("support@desk.example")
        return session.data(message.as_bytes()) if answer[0] == 250 else answer


def test_mails_wait_while_the_smarthost_is_down_and_leave_when_it_is_up(
    relay: Relay, desk: Desk, ann: Client, bob: Client
) -> None:
    with relay.down():
        assert hand_over(desk, ann, "It drips.")[0] == 250
        ticket = desk.await_ticket(
            lambda ticket: all(mail["attempts"] > 1 for mail in ticket["mails"]), "mails were tried twice"
        )
        assert {mail["status"] for mail in ticket["mails"]} == {"queued"}
        assert all(mail["next_try_at"] for mail in ticket["mails"])

    assert "It drips." in bob.inbox.await_mail().text
    ann.inbox.await_mail()
    desk.await_ticket(lambda ticket: {mail["status"] for mail in ticket["mails"]} == {"sent"}, "all sent")
    assert len(ann.inbox.mails()) == len(bob.inbox.mails()) == 1


def test_an_address_that_the_smarthost_refuses_fails_and_the_other_side_gets_its_mail(
    make_desk: MakeDesk, relay: Relay, bob: Client
) -> None:
    desk = make_desk()
    desk.start()
    words = ["--type", "refund", "--vendor", "acme", "--customer", REFUSED]

    desk.ask("ticket", "open", *words, "--subject", "Pump leaks", "--body", "It drips.")

    assert "It drips." in bob.inbox.await_mail().text
    ticket = desk.await_ticket(lambda ticket: ticket["customer"]["address_failing"], "the address fails")
    assert {mail["to"]: mail["status"] for mail in ticket["mails"][:2]} == {"customer": "failed", "vendor": "sent"}


def test_while_the_database_is_locked_mail_is_told_to_wait_and_afterwards_taken(
    desk: Desk, ann: Client, bob: Client
) -> None:
    with locked(desk):
        code, text = hand_over(desk, ann, "It drips.")
    assert code == 451
    assert text.startswith(b"4.3.")

    assert hand_over(desk, ann, "It still drips.")[0] == 250

    assert "It still drips." in bob.inbox.await_mail().text
    assert [ticket["number"] for ticket in desk.ask("ticket", "list")] == [1001]


def test_a_relay_keeps_mail_while_the_database_is_locked(relay: Relay, desk: Desk, ann: Client, bob: Client) -> None:
    with locked(desk):
        ann.write("support@desk.example", "Pump leaks", "It drips.")
        await_true(lambda: "status=deferred" in relay.log(), 40, "the relay was told to wait", relay.tails)

    assert "It drips." in bob.inbox.await_mail().text


def test_what_was_taken_before_a_lock_is_answered_after_it(desk: Desk, ann: Client, bob: Client) -> None:
    hand_over(desk, ann, "It drips.")

    with locked(desk):
        pass

    bob.inbox.await_mail()
    ann.inbox.await_mail()
    assert len(bob.inbox.mails()) == 1


def test_a_command_that_meets_a_locked_database_says_try_again(desk: Desk) -> None:
    words = ["--type", "refund", "--vendor", "acme", "--customer", "ann@customer.example"]

    with locked(desk):
        done = desk.run("ticket", "open", *words, "--subject", "Pump leaks", "--body", "It drips.", "--json")

    assert done.returncode == 75
    assert b"Traceback" not in done.stderr


def test_no_mail_is_taken_into_a_database_that_was_removed(desk: Desk, ann: Client) -> None:
    for file in desk.data_dir.glob("mailbot.db*"):
        file.unlink()

    code, text = hand_over(desk, ann, "It drips.")

    assert code == 451
    assert text.startswith(b"4.3.")


@pytest.mark.parametrize("moment", ["at once", "when both were told"])
def test_a_killed_server_goes_on_where_it_was(relay: Relay, desk: Desk, ann: Client, bob: Client, moment: str) -> None:
    assert hand_over(desk, ann, "It drips.")[0] == 250
    if moment == "when both were told":
        bob.inbox.await_mail()
        ann.inbox.await_mail()

    desk.kill()
    desk.start()

    for client in (ann, bob):
        client.inbox.await_mail()
        assert len({mail.message_id for mail in client.inbox.mails()}) == 1
    ticket = desk.await_ticket(lambda ticket: {mail["status"] for mail in ticket["mails"]} == {"sent"}, "all sent")
    assert len(ticket["comments"]) == 1
