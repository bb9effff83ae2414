"""What mailbot refuses on its port, as a relay sees it: the right code, the right enhanced code, and nothing kept."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from typing import Any

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


SPELLINGS = {
    "as it is": "reply+{token}@desk.example",
    "in capitals": "REPLY+{TOKEN}@DESK.EXAMPLE",
    "quoted": '"reply+{token}"@desk.example',
    "with quoted pairs": r'"reply\+{token}"@desk.example',
    "by a source route": "@relay.example:reply+{token}@desk.example",
    "with a dotted domain": "reply+{token}@desk.example.",
}
ALTERED = {
    "SRS0": ("SRS0=HHHH=TT=desk.example=reply+{token}@desk.example", b"5.1.1"),
    "SRS0 of a relay": ("SRS0=HHHH=TT=desk.example=reply+{token}@relay.example", b"5.7.1"),
    "SRS1": ("SRS1=HHHH=relay.example==HHHH=TT=desk.example=reply+{token}@desk.example", b"5.1.1"),
    "BATV": ("prvs=1234abcdef=reply+{token}@desk.example", b"5.1.1"),
    "percent-encoded": ("reply%2B{token}@desk.example", b"5.7.1"),
    "equals for plus": ("reply={token}@desk.example", b"5.1.1"),
    "hyphen for plus": ("reply-{token}@desk.example", b"5.1.1"),
    "a further tag": ("reply+{token}+tag@desk.example", b"5.1.1"),
    "a further value": ("reply+{token}=tag@desk.example", b"5.1.1"),
    "a final dot": ("reply+{token}.@desk.example", b"5.1.1"),
    "two dots": ("reply+{token}@desk.example..", b"5.1.3"),
    "cut off": ("reply@desk.example", b"5.1.1"),
    "the token alone": ("{token}@desk.example", b"5.1.1"),
    "another purpose": ("close+{token}@desk.example", b"5.1.1"),
    "a space in quotes": ('"reply+{token} "@desk.example', b"5.1.1"),
}


@pytest.fixture(scope="module")
def ticket(desk: Desk) -> dict[str, Any]:
    """A ticket to write to."""
    words = "--type technical-support --vendor acme --customer ann@customer.example --subject Pump --body Leaks"
    opened: dict[str, Any] = desk.ask("ticket", "open", *words.split())
    return opened


@pytest.fixture
def token(ticket: dict[str, Any]) -> str:
    """Of its customer."""
    local_part, _, _ = str(ticket["customer"]["reply_address"]).partition("@")
    return local_part.removeprefix("reply+")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_reply_address_in_another_spelling_is_taken_and_its_mail_stands_on_the_ticket(
    session: smtplib.SMTP, desk: Desk, ticket: dict[str, Any], token: str, spelling: str
) -> None:
    words = f"I wrote {spelling}."
    session.mail(SENDER)
    # Not session.rcpt(), which would write the address in another way.
    code, _ = session.docmd(f"RCPT TO:<{SPELLINGS[spelling].format(token=token, TOKEN=token.upper())}>")
    session.data(f"From: {SENDER}\r\nSubject: Re\r\n\r\n{words}\r\n".encode())

    assert code == 250
    desk.await_ticket(
        lambda found: words in [comment["text"] for comment in found["comments"]], words, ticket["number"]
    )


@pytest.mark.parametrize("alteration", ALTERED)
def test_a_reply_address_that_was_altered_is_refused(session: smtplib.SMTP, token: str, alteration: str) -> None:
    altered, status = ALTERED[alteration]
    session.mail(SENDER)

    code, text = session.docmd(f"RCPT TO:<{altered.format(token=token)}>")

    assert (code // 10, text.split()[0]) == (55, status)


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
