"""DATA: only CRLF.CRLF ends it, whatever the octets and wherever they are cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.smtpd.dot_stream import DotStream

SMUGGLED = b"MAIL FROM:<x@evil.example>\r\nRCPT TO:<b@desk.example>\r\nDATA\r\nSubject: second\r\n\r\nhi\r\n"
HALF_DOTS = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n.\r\r\n",
    b"\r\r\n.\r\r\n",
    b"\r\n\x00.\r\n",
    b"\r\n.\x00\r\n",
    b"\x00\r\n.\x00\r\n",
    b"\n\n.\r\n",
    b"\n.\n\n",
    b"\r\n..\r\n",
    b"\r\n. \r\n",
    b"\r\n.\t\r\n",
    b"\r\n .\r\n",
    b"\n.\r",
    b"\r.\n",
    b"\r\n.\x0b\r\n",
    "\u2028.\u2028".encode(),
    b"\x85.\x85",
]


@pytest.mark.parametrize("half_dot", HALF_DOTS, ids=repr)
def test_no_half_dot_ends_a_mail_or_yields_a_second(port, half_dot):
    talk = port.talk().greeted()
    body = b"Subject: first\r\n\r\nhello" + half_dot + SMUGGLED

    answer = talk.sent(body + b".\r\n")

    assert answer.startswith("250 ")
    assert talk.say("NOOP").startswith("250 2.0.0")
    (mail,) = port.intake.mails
    assert mail.raw == re.sub(rb"(\r\n)\.", rb"\1", body)
    assert mail.recipients == ("reply+abc@desk.example",)


def test_a_dot_is_unstuffed_wherever_the_wire_is_cut(port):
    wire = b"..one\r\n...\r\n.x\r\nend.\r\n.\r\n"
    talk = port.talk().greeted()
    talk.sock.setsockopt(6, 1, 1)  # TCP_NODELAY: each octet is a segment of its own
    talk.begun()

    for octet in wire:
        talk.send(bytes([octet]))

    assert talk.answer().startswith("250")
    assert port.intake.mails[0].raw == b".one\r\n..\r\nx\r\nend.\r\n"


def test_an_empty_mail_is_a_mail(port):
    talk = port.talk().greeted()

    assert talk.sent(b".\r\n").startswith("250")
    assert port.intake.mails[0].raw == b""


OCTETS = st.lists(st.sampled_from([b"\r", b"\n", b".", b"\r\n", b"\r\n.", b"a", b"\x00"]), max_size=60)


@given(OCTETS, st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_what_a_client_stuffs_comes_out_the_same_and_what_follows_is_left(pieces, sizes):
    mail = b"".join(pieces) + b"\r\n"
    wire = re.sub(rb"(?<=\r\n)\.|\A\.", b"..", mail) + b".\r\nQUIT\r\n"

    stream = DotStream(max_line_bytes=1000)
    plain, rest, turn = b"", None, 0
    while rest is None:
        assert wire, "the end was missed"
        size = sizes[turn % len(sizes)]
        block, wire, turn = wire[:size], wire[size:], turn + 1
        piece, rest = stream.feed(block)
        plain += piece

    assert plain == mail
    assert rest + wire == b"QUIT\r\n"
    assert not stream.has_long_line


@given(OCTETS, st.integers(1, 7), st.integers(1, 12))
def test_a_long_line_is_noticed_wherever_the_blocks_are_cut(pieces, size, bound):
    mail = b"".join(pieces).replace(b".", b"b") + b"\r\n"
    stream = DotStream(bound)

    for at in range(0, len(mail), size):
        stream.feed(mail[at : at + size])
    stream.feed(b".\r\n")

    assert stream.has_long_line == any(len(line) > bound for line in mail.split(b"\r\n"))
