"""STARTTLS and its injection; the PROXY protocol from named peers only."""

from __future__ import annotations

import gc
import struct
import weakref

import pytest


def test_starttls_is_offered_and_begins_a_new_session(start_port, tls_context):
    port = start_port(tls=tls_context)
    talk = port.talk()
    talk.answer()
    offered = talk.say("EHLO relay.example")

    ready = talk.say("STARTTLS")
    talk.encrypted()
    forgotten = talk.say("MAIL FROM:<>")
    offered_inside = talk.say("EHLO relay.example")

    assert "250-STARTTLS" in offered.splitlines()
    assert ready.startswith("220 2.0.0 ")
    assert forgotten.startswith("503 5.5.1")
    assert "STARTTLS" not in offered_inside
    assert "AUTH" not in offered_inside
    assert talk.say("STARTTLS").startswith("503 5.5.1")
    assert talk.sent(b"x" * 998 + b"\r\n.\r\n").startswith("250")
    assert port.intake.mails[0].session.protocol == "ESMTPS"
    assert talk.say("QUIT").startswith("221")


@pytest.mark.parametrize("gap", [b"", b"\r\n", b"NOOP\r\n"])
def test_what_is_injected_before_the_handshake_is_never_obeyed(start_port, tls_context, gap):
    port = start_port(tls=tls_context)
    talk = port.talk().greeted()

    talk.send(
        b"STARTTLS\r\n" + gap + b"EHLO evil.example\r\nMAIL FROM:<x@evil.example>\r\n"
        b"RCPT TO:<a@desk.example>\r\nDATA\r\nsmuggled\r\n.\r\n"
    )
    assert talk.answer().startswith("220 2.0.0")
    talk.encrypted()

    assert talk.say("DATA").startswith("503 5.5.1")
    assert talk.say("EHLO relay.example").startswith("250-mx.desk.example")
    assert port.intake.asked == []
    assert port.intake.mails == []


def test_more_than_a_block_injected_before_the_handshake_is_never_obeyed(start_port, tls_context):
    port = start_port(tls=tls_context)
    port.intake.may_store.clear()
    talk = port.talk().greeted().begun()
    talk.send(b"x\r\n.\r\n")
    assert port.intake.is_storing.wait(10)
    (connection,) = port.connections()
    asked_before = len(port.intake.asked)

    # All of it waits for us when we come to STARTTLS, and is more than we read at once.
    injected = b"STARTTLS\r\n" + b"NOOP\r\n" * 12_000 + b"EHLO evil\r\nMAIL FROM:<>\r\nRCPT TO:<a@desk.example>\r\n"
    talk.send(injected)
    port.wait_until(lambda: len(connection._reader._buffer) == len(injected))
    port.intake.may_store.set()
    assert [answer[:9] for answer in talk.answers(2)] == ["250 2.6.0", "220 2.0.0"]
    talk.encrypted()

    assert talk.say("VRFY ann").startswith("252 2.5.0")
    assert talk.say("DATA").startswith("503 5.5.1")
    assert len(port.intake.asked) == asked_before


def test_an_envelope_from_before_the_handshake_is_forgotten(start_port, tls_context):
    talk = start_port(tls=tls_context).talk().greeted()
    talk.say("MAIL FROM:<x@evil.example>")
    talk.say("RCPT TO:<a@desk.example>")
    talk.say("STARTTLS")
    talk.encrypted()
    talk.say("EHLO relay.example")

    assert talk.say("RCPT TO:<a@desk.example>").startswith("503 5.5.1")


@pytest.mark.parametrize("sent", [b"EHLO relay.example\r\n" * 50, b""])
def test_a_failed_or_missing_handshake_ends_the_connection_and_leaves_nothing(start_port, tls_context, sent):
    port = start_port(tls=tls_context, command_timeout=0.3, max_connections=1)
    talk = port.talk().greeted()
    (connection,) = (weakref.ref(connection) for connection in port.connections())
    assert talk.say("STARTTLS").startswith("220")

    talk.send(sent)
    talk.file.read()  # up to the end; an alert of TLS or a 421 before it

    port.wait_until_nobody_is_connected()
    gc.collect()
    assert connection() is None
    port.talk().greeted()


@pytest.mark.parametrize("sent", [b"", b"\x16\x03\x01\x02\x00\x01"])
def test_closing_does_not_wait_for_a_handshake(start_port, tls_context, sent):
    port = start_port(tls=tls_context)
    talk = port.talk().greeted()
    assert talk.say("STARTTLS").startswith("220")
    talk.send(sent)
    port.wait_until(lambda: all(connection._original_transport for connection in port.connections()))

    port.closing(grace_seconds=1000)()

    assert talk.is_closed()
    assert not port.connections()


def test_the_real_peer_is_taken_from_a_proxy_header(start_port):
    port = start_port(proxy="127.0.0.0/8")
    talk = port.talk()

    talk.send(b"PROXY TCP4 192.0.2.7 192.0.2.1 4711 25\r\n")
    talk.greeted().sent(b"x\r\n.\r\n")

    assert port.intake.mails[0].session.peer == "192.0.2.7"


@pytest.mark.parametrize("spelled", [b"::ffff:192.0.2.7", b"::FFFF:c000:207"])
def test_a_peer_that_a_proxy_writes_as_ipv6_is_known_by_its_ipv4_address(start_port, spelled):
    port = start_port(proxy="127.0.0.0/8")
    talk = port.talk()

    talk.send(b"PROXY TCP6 " + spelled + b" ::ffff:192.0.2.1 4711 25\r\n")
    talk.greeted().sent(b"x\r\n.\r\n")

    assert port.intake.mails[0].session.peer == "192.0.2.7"


def test_a_proxy_that_speaks_for_itself_is_its_own_peer(start_port):
    port = start_port(proxy="127.0.0.0/8")
    talk, binary = port.talk(), port.talk()

    talk.send(b"PROXY UNKNOWN\r\n")
    binary.send(b"\r\n\r\n\0\r\nQUIT\n\x20\x00\0\0")

    for one in (talk, binary):
        one.greeted().sent(b"x\r\n.\r\n")
    assert [mail.session.peer for mail in port.intake.mails] == ["127.0.0.1"] * 2


def test_the_binary_proxy_header_is_understood(start_port):
    port = start_port(proxy="127.0.0.0/8")
    talk = port.talk()
    addresses = bytes([192, 0, 2, 8, 192, 0, 2, 1]) + struct.pack("!HH", 4711, 25)

    talk.send(b"\r\n\r\n\0\r\nQUIT\n" + b"\x21\x11" + struct.pack("!H", len(addresses)) + addresses)
    talk.greeted().sent(b"x\r\n.\r\n")

    assert port.intake.mails[0].session.peer == "192.0.2.8"


def test_the_cap_per_peer_counts_the_real_peer(start_port):
    port = start_port(proxy="127.0.0.0/8", max_connections_per_peer=1)

    answers = []
    for peer in (b"192.0.2.7", b"192.0.2.8", b"192.0.2.7"):
        talk = port.talk()
        talk.send(b"PROXY TCP4 " + peer + b" 192.0.2.1 4711 25\r\n")
        answers.append(talk.answer()[:9])

    assert [answer[:3] for answer in answers] == ["220", "220", "421"]


@pytest.mark.parametrize(
    "header",
    [
        b"EHLO relay.example\r\n",
        b"PROXY TCP4 nonsense\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 4711 99999\r\n",
        b"PROXY " + b"x" * 5000,
        b"\r\n\r\n\0\r\nQUIT\n\xff\xff\xff\xff",
    ],
)
def test_a_proxy_without_a_good_header_is_hung_up_on(start_port, header):
    talk = start_port(proxy="127.0.0.0/8").talk()

    talk.send(header)

    assert talk.is_closed()


@pytest.mark.parametrize("begun", [b"", b"PROXY TCP4 192.0.2.7"])
def test_a_proxy_that_falls_silent_is_hung_up_on(start_port, begun):
    talk = start_port(proxy="127.0.0.0/8", proxy_timeout=0.2).talk()

    talk.send(begun)

    assert talk.answer().startswith("421 4.4.2 ")
    assert talk.is_closed()


@pytest.mark.parametrize("proxy", [None, "192.0.2.0/24"])
def test_a_proxy_header_from_anybody_else_is_an_unknown_command(start_port, proxy):
    port = start_port(proxy=proxy)
    talk = port.talk().greeted()

    assert talk.say("PROXY TCP4 192.0.2.7 192.0.2.1 4711 25").startswith("500 5.5.1")
    talk.sent(b"x\r\n.\r\n")
    assert port.intake.mails[0].session.peer == "127.0.0.1"
