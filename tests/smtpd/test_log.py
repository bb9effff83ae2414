"""What the log says: one event each, no token whole, nothing raw from the wire."""

from __future__ import annotations

import logging

import pytest

from mailbot.smtpd.traces import shown, shown_address

TOKEN = "k7q2m9x4c3v8b5n6"


def test_no_token_and_no_body_stands_in_the_log(port, caplog):
    caplog.set_level(logging.DEBUG)
    talk = port.talk().greeted()

    talk.sent(b"Subject: my body\r\n\r\nwords\r\n.\r\n", f"reply+{TOKEN}@desk.example")
    talk.say("MAIL FROM:<>")
    talk.say(f"RCPT TO:<unknown+{TOKEN}@desk.example>")
    talk.say(f"VRFY reply+{TOKEN}@desk.example")
    talk.say(f"FNORD reply+{TOKEN}@desk.example")
    talk.say("QUIT")
    assert talk.is_closed()
    port.closing()()

    text = caplog.text
    assert TOKEN not in text
    assert "my body" not in text
    assert "recipient taken peer=127.0.0.1 recipient=reply+k7q2m9x4…@desk.example" in text
    assert "recipient refused peer=127.0.0.1 recipient=unknown+k7q2m9x4…@desk.example" in text
    assert "mail taken peer=127.0.0.1 recipients=reply+k7q2m9x4…@desk.example bytes=27" in text
    assert "connection closed peer=127.0.0.1" in text


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("", "<>"),
        ("postmaster", "postmast…"),
        ("support@desk.example", "support@desk.example"),
        (f"reply+{TOKEN}@desk.example", "reply+k7q2m9x4…@desk.example"),
        (f"SRS0=abcd=TT=desk.example=reply+{TOKEN}@relay.example", "SRS0=abc…+k7q2m9x4…@relay.example"),
        ("a b=c@desk.example", '"a b=c@desk.example"'),
        ("a\r\nb@desk.example", '"a\\r\\nb@desk.example"'),
    ],
)
def test_an_address_is_shortened_and_on_one_line(address, text):
    assert shown_address(address) == text


def test_a_value_from_the_wire_cannot_forge_another_field():
    assert shown("x code=250\n\u202e") == '"x code=250\\n\\u202e"'
