"""A party forwards our mail, in its text, its subject, its name, or as a file: the other side gets no token of it."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from mailbot.core.reply_token import Retired, Token
from mailbot.core.ticket import Party
from mailbot.outbound.compose import compose
from tests.given import ANN, BOB
from tests.life.test_loops import letters


def tokens_of(play, number: int, party: Party) -> set[str]:
    """What a party can act with, as it stands in its mails."""
    shown = play.show(number)[party.value]
    return {re.search(r"[0-9a-z]{32}", shown[name])[0] for name in ("reply_address", "page")}


def readable(raw: bytes) -> str:
    """A mail's text as a reader or a program finds it: as it came, and with each part decoded."""
    parts = [part.get_payload(decode=True) or b"" for part in message_from_bytes(raw).walk()]
    return b"\n".join([raw, *parts]).decode("utf-8", "replace").replace("=\r\n", "")


@pytest.mark.parametrize("way", ["text", "subject", "name", "a mail as a file", "a base64 mail as a file", "html file"])
def test_no_token_of_the_writer_reaches_the_other_side(play, way):
    number = play.open()
    mails = play.deliver()
    own = compose(mails[1], None)
    secrets = tokens_of(play, number, Party.VENDOR)
    address = play.reply_address(number, Party.VENDOR)
    mail = EmailMessage()
    mail["From"] = f'"{address}" <carla@vendor.example>' if way == "name" else f"Bob <{BOB}>"
    mail["To"], mail["Message-ID"] = address, "<f@vendor.example>"
    mail["Subject"] = f"Fwd: {address}" if way == "subject" else "Fwd: Pump leaks"
    page = play.show(number)["vendor"]["page"]
    mail.set_content(f"See {page}\n\nand write to {address}\n" if way == "text" else "See the file.\n")
    if way.endswith("mail as a file"):
        kind = ("message", "rfc822") if way.startswith("a mail") else ("application", "octet-stream")
        if kind[0] == "message":
            mail.add_attachment(message_from_bytes(own, policy=SMTP))
        else:
            mail.add_attachment(own, maintype=kind[0], subtype=kind[1], filename="mail.eml")
    if way == "html file":
        mail.add_attachment(f"<a href='{page}'>desk.example</a>", subtype="html", filename="page.html")

    play.receive(address, mail.as_bytes(), BOB)

    told = {recipient: readable(raw) for _, recipient, raw in letters(play)}
    keys = play.desk.addresses.keys
    assert {ANN, BOB} <= set(told)
    for secret in secrets:
        assert isinstance(keys.read(secret), Token | Retired)
        assert secret not in told[ANN].lower()


def test_a_subject_that_bears_a_token_opens_a_ticket_without_it(play):
    number = play.open()
    address = play.reply_address(number, Party.VENDOR)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = f'"{address}" <zoe@else.example>', "support@desk.example", "<z@x>"
    mail["Subject"] = f"Fwd: {address}"
    mail.set_content("Hi")

    opened = play.receive("support@desk.example", mail.as_bytes(), "zoe@else.example")

    ticket = play.show(opened.ticket)
    for secret in tokens_of(play, number, Party.VENDOR):
        assert secret not in ticket["subject"] + ticket["customer"]["name"]
