"""LMTP: its greeting, one answer for each recipient after the dot, on TCP and on a unix socket."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest


@pytest.mark.parametrize("unix", [False, True])
def test_every_accepted_recipient_is_answered_after_the_dot(start_port, unix):
    port = start_port(lmtp=True, unix=unix)
    talk = port.talk().greeted("LHLO relay.example")
    talk.say("MAIL FROM:<ann@customer.example>")
    for recipient in ("a@desk.example", "unknown@desk.example", "b@desk.example", "a@desk.example"):
        talk.say(f"RCPT TO:<{recipient}>")
    talk.say("DATA")

    talk.send(b"x\r\n.\r\nNOOP\r\n")

    assert [answer[:9] for answer in talk.answers(4)] == ["250 2.6.0"] * 3 + ["250 2.0.0"]
    (mail,) = port.intake.mails
    assert mail.recipients == ("a@desk.example", "b@desk.example")
    assert (mail.session.protocol, mail.session.peer) == ("LMTP", "unix" if unix else "127.0.0.1")


def test_a_refused_mail_is_refused_for_every_recipient_and_is_one_error(start_port):
    port = start_port(lmtp=True, max_message_bytes=10, max_errors=3)
    talk = port.talk().greeted("LHLO relay.example")

    first = talk.sent(b"x" * 20 + b"\r\n.\r\n", *[f"r{number}@desk.example" for number in range(9)])

    assert [first[:9], *[answer[:9] for answer in talk.answers(8)]] == ["552 5.3.4"] * 9
    assert talk.say("NOOP").startswith("250")


def test_a_refused_mail_without_an_end_is_refused_for_every_recipient(start_port):
    port = start_port(lmtp=True, max_message_bytes=1000, max_discarded_bytes=100_000)
    talk = port.talk().greeted("LHLO relay.example").begun("a@desk.example", "b@desk.example")

    with pytest.raises(ConnectionError):
        talk.flood(b"y" * 60_000 + b"\r\n", 10_000)

    assert [answer[:9] for answer in talk.answers(2)] == ["552 5.3.4"] * 2
    assert talk.is_closed()


def test_every_local_user_may_connect_to_the_socket(start_port):
    before = os.umask(0o077)
    try:
        port = start_port(lmtp=True, unix=True)
    finally:
        os.umask(before)

    assert stat.S_IMODE(Path(port.address).stat().st_mode) == 0o666


def test_a_fault_of_ours_leaves_every_recipient_with_the_relay(start_port):
    port = start_port(lmtp=True)
    port.intake.store_fault = OSError("disk full")
    talk = port.talk().greeted("LHLO relay.example")

    first = talk.sent(b"x\r\n.\r\n", "a@desk.example", "b@desk.example")

    assert [first[:9], talk.answer()[:9]] == ["451 4.3.0"] * 2


@pytest.mark.parametrize("command", ["EHLO relay.example", "HELO relay.example"])
def test_the_greetings_of_smtp_are_no_commands_of_lmtp(start_port, command):
    talk = start_port(lmtp=True).talk()
    talk.answer()

    assert talk.say(command).startswith("500 5.5.1 ")
    assert talk.say("MAIL FROM:<>").startswith("503 5.5.1 ")


def test_a_stale_socket_is_replaced_and_ours_is_gone_after_closing(start_port, tmp_path):
    stale = socket.socket(socket.AF_UNIX)
    stale.bind(str(tmp_path / "lmtp.sock"))
    stale.close()

    port = start_port(lmtp=True, unix=True)
    port.talk().greeted("LHLO relay.example")
    port.closing()()

    assert not Path(port.address).exists()
