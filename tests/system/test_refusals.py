"""What mailbot refuses on its port, as a relay sees it: the right code, the right enhanced code, and nothing kept."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk

SUPPORT = "support@desk.example"
SENDER = "ann@customer.example"


@pytest.fixture
def session(desk: Desk) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30) as session:
        session.ehlo("mx.relay.example")
        yield session


def mail_of(size: int) -> bytes:
    """A mail of so many octets, lines of 78."""
    head = b"From: ann@customer.example\r\nTo: support@desk.example\r\nSubject: Big\r\n\r\n"
    return head + (b"x" * 76 + b"\r\n") * ((size - len(head)) // 78)


@pytest.mark.parametrize(
    ("recipient", "code", "status"),
    [
        ("nobody@desk.example", 550, b"5.1.1"),
        ("reply+aaaaaaaaaaaaaaaaaaaaaaaaaa@desk.example", 550, b"5.1.1"),
        ("close+zzzz@desk.example", 550, b"5.1.1"),
        ("someone@elsewhere.example", 550, b"5.7.1"),
        ("support@desk.example@elsewhere.example", 550, b"5.7.1"),
    ],
)
def test_an_address_that_is_not_ours_is_refused(
    session: smtplib.SMTP, desk: Desk, recipient: str, code: int, status: bytes
) -> None:
    session.mail(SENDER)

    answer, text = session.rcpt(recipient)

    assert (answer, text.split()[0]) == (code, status)
    assert desk.ask("inbox", "list") == []


@pytest.mark.parametrize(
    "recipient", [SUPPORT, "SUPPORT@Desk.Example", "postmaster@desk.example", "abuse@desk.example"]
)
def test_an_address_of_ours_is_taken(session: smtplib.SMTP, recipient: str) -> None:
    session.mail(SENDER)

    assert session.rcpt(recipient)[0] == 250


def test_a_mail_that_is_announced_too_big_is_refused_before_it_is_sent(make_desk: MakeDesk) -> None:
    desk = make_desk({"smtp": {"max_message_bytes": "100000 bytes"}})
    desk.start()

    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30) as session:
        session.ehlo("mx.relay.example")
        code, text = session.mail(SENDER, ["SIZE=100001"])

    assert (code, text.split()[0]) == (552, b"5.3.4")


def test_a_mail_that_turns_out_too_big_is_refused_at_its_end(make_desk: MakeDesk) -> None:
    desk = make_desk({"smtp": {"max_message_bytes": "100000 bytes"}})
    desk.start()

    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30) as session:
        session.ehlo("mx.relay.example")
        session.mail(SENDER)
        session.rcpt(SUPPORT)
        code, text = session.data(mail_of(200_000))
        still_there = session.noop()[0]

    assert (code, text.split()[0]) == (552, b"5.3.4")
    assert still_there == 250
    assert desk.ask("inbox", "list") == []


def test_what_a_refused_mail_leaves_behind_does_not_reach_the_next(session: smtplib.SMTP, desk: Desk) -> None:
    session.mail(SENDER)
    session.rcpt("nobody@desk.example")
    session.rset()

    session.sendmail(SENDER, [SUPPORT], mail_of(1000))

    assert [mail["recipient"] for mail in desk.ask("inbox", "list")] == [SUPPORT]
