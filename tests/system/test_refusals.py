"""What mailbot refuses on its port, as a relay sees it: the right code, the right enhanced code, and nothing kept."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest

from tests.system.desk import Desk, desk_settings

SUPPORT = "support@desk.example"
SENDER = "ann@customer.example"
LIMIT = 100_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One mailbot for all of them; what it sends is captured."""
    folder = tmp_path_factory.mktemp("desk")
    settings = desk_settings(folder / "var", 25)
    settings["smarthost"] = {"url": "capture"}
    settings["smtp"]["max_message_bytes"] = f"{LIMIT} bytes"
    desk = Desk(folder, settings)
    try:
        desk.start()
        yield desk
        desk.stop()
    finally:
        desk.clean_up()


@pytest.fixture
def session(desk: Desk) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", desk.smtp_port, timeout=30) as session:
        session.ehlo("mx.relay.example")
        yield session


def stored(desk: Desk) -> int:
    """How many mails were ever taken."""
    return len(desk.ask("inbox", "list"))


def mail_of(octets: int) -> bytes:
    """A mail of so many octets, or a few less."""
    head = b"From: ann@customer.example\r\nTo: support@desk.example\r\nSubject: Big\r\n\r\n"
    return head + (b"x" * 76 + b"\r\n") * ((octets - len(head)) // 78)


@pytest.mark.parametrize(
    ("recipient", "status"),
    [
        ("nobody@desk.example", b"5.1.1"),
        ("reply+aaaaaaaaaaaaaaaaaaaaaaaaaa@desk.example", b"5.1.1"),
        ("close+zzzz@desk.example", b"5.1.1"),
        ("someone@elsewhere.example", b"5.7.1"),
        ("support%elsewhere.example@desk.example", b"5.7.1"),
    ],
)
def test_an_address_that_is_not_ours_is_refused(session: smtplib.SMTP, recipient: str, status: bytes) -> None:
    session.mail(SENDER)

    code, text = session.rcpt(recipient)

    assert (code, text.split()[0]) == (550, status)


@pytest.mark.parametrize(
    "recipient", [SUPPORT, "SUPPORT@Desk.Example", "postmaster@desk.example", "abuse@desk.example"]
)
def test_an_address_of_ours_is_taken(session: smtplib.SMTP, recipient: str) -> None:
    session.mail(SENDER)

    assert session.rcpt(recipient)[0] == 250


def test_a_mail_that_is_announced_too_big_is_refused_before_it_is_sent(session: smtplib.SMTP) -> None:
    code, text = session.mail(SENDER, [f"SIZE={LIMIT + 1}"])

    assert (code, text.split()[0]) == (552, b"5.3.4")


def test_a_mail_that_turns_out_too_big_is_refused_at_its_end(session: smtplib.SMTP, desk: Desk) -> None:
    stored_before = stored(desk)
    session.mail(SENDER)
    session.rcpt(SUPPORT)

    code, text = session.data(mail_of(2 * LIMIT))

    assert (code, text.split()[0]) == (552, b"5.3.4")
    assert session.noop()[0] == 250
    assert stored(desk) == stored_before


def test_a_mail_just_within_the_limit_is_taken(session: smtplib.SMTP, desk: Desk) -> None:
    stored_before = stored(desk)

    session.sendmail(SENDER, [SUPPORT], mail_of(LIMIT))

    assert stored(desk) == stored_before + 1


def test_a_mail_goes_to_those_of_its_recipients_that_are_ours(session: smtplib.SMTP, desk: Desk) -> None:
    stored_before = stored(desk)

    refused = session.sendmail(SENDER, [SUPPORT, "nobody@desk.example"], mail_of(1000))

    assert list(refused) == ["nobody@desk.example"]
    assert stored(desk) == stored_before + 1


def test_a_mail_without_any_recipient_of_ours_is_not_taken(session: smtplib.SMTP, desk: Desk) -> None:
    stored_before = stored(desk)

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        session.sendmail(SENDER, ["nobody@desk.example"], mail_of(1000))

    assert stored(desk) == stored_before
