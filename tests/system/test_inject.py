"""`mailbot inject`: a mail by pipe, while the server runs and while it does not; its exit status is sysexits'."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk
from tests.system.mailclient import Client

EX_NOUSER, EX_TEMPFAIL = 67, 75


def mail_of(client: Client, text: str) -> bytes:
    """A mail to support as a pipe gets it: lines end with LF."""
    return client.compose("support@desk.example", "Pump leaks", text).as_bytes()


def test_a_mail_by_pipe_reaches_the_running_server(desk: Desk, ann: Client, bob: Client) -> None:
    done = desk.run("inject", "--recipient", "support@desk.example", stdin=mail_of(ann, "It drips."))

    assert done.returncode == 0, done.stderr
    assert "It drips." in bob.inbox.await_mail().text


def test_a_mail_by_pipe_waits_for_a_server_that_is_down(make_desk: MakeDesk, ann: Client, bob: Client) -> None:
    desk = make_desk()

    done = desk.run("inject", "--recipient", "support@desk.example", stdin=mail_of(ann, "It drips."))
    waiting = desk.ask("inbox", "list", "--waiting")
    desk.start()

    assert done.returncode == 0, done.stderr
    assert [mail["verdict"] for mail in waiting] == [None]
    assert "It drips." in bob.inbox.await_mail().text
    assert desk.ask("inbox", "list", "--waiting") == []


@pytest.mark.parametrize("running", [True, False])
def test_an_unknown_recipient_is_no_user(make_desk: MakeDesk, ann: Client, running: bool) -> None:
    desk = make_desk()
    if running:
        desk.start()

    done = desk.run("inject", "--recipient", "nobody@desk.example", stdin=mail_of(ann, "It drips."))

    assert done.returncode == EX_NOUSER
    assert desk.ask("inbox", "list") == []


def test_a_locked_database_means_try_again(desk: Desk, ann: Client) -> None:
    with closing(sqlite3.connect(desk.database, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        done = desk.run("inject", "--recipient", "support@desk.example", stdin=mail_of(ann, "It drips."))
        database.execute("ROLLBACK")

    assert done.returncode == EX_TEMPFAIL
    assert b"Traceback" not in done.stderr


def test_a_broken_configuration_makes_the_relay_keep_the_mail(make_desk: MakeDesk, ann: Client) -> None:
    desk = make_desk()
    desk.config.write_text("[desk]\n")

    done = desk.run("inject", "--recipient", "support@desk.example", stdin=mail_of(ann, "It drips."))

    # Not 78: a pipe's other exit statuses make a relay bounce the mail, and the fault is ours.
    assert done.returncode == EX_TEMPFAIL
    assert b"Traceback" not in done.stderr
