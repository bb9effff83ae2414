"""The SMTP client, rule by rule, against relays on real sockets that do what servers do, and what they must not."""

import asyncio
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.outbound.mail import Deferred, Failed, Sent, TooLarge
from mailbot.outbound.smarthost import Smarthost
from mailbot.outbound.smtp_answers import MAX_ANSWER_BYTES, MAX_LINE_BYTES, MAX_LINES, AnswerReader, BadAnswer
from mailbot.outbound.smtp_handover import dot_stuffed, with_crlf
from mailbot.smtpd.dot_stream import DotStream
from tests.outbound.raw_relay import ANN, BOUNCE, ENVELOPE, RAW, Peer, Talk, send_to
from tests.outbound.scripted_relay import ScriptedRelay
from tests.outbound.test_smarthost import certificate, send


async def take(peer: Peer) -> None:
    """A relay that offers PIPELINING and takes one mail."""
    await peer.greet("PIPELINING")
    await peer.take_mail()
    await peer.line()


def answering(*answers: str, then_waits: bool = True) -> Talk:
    """A relay that answers an envelope that was said at once; unless `then_waits`, it hangs up."""

    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say(*answers)
        await peer.writer.drain()
        if then_waits:
            await read_to_the_end(peer)

    return talk


# Pipelining (RFC 2920)


def test_the_envelope_is_one_write_where_the_relay_offers_pipelining() -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        assert await peer.piece() == ENVELOPE
        peer.say("250 ok", "250 ok", "354 go on")
        assert await peer.piece() == [*RAW.decode().splitlines(), "."]
        peer.say("250 2.0.0 queued")
        assert await peer.line() == "QUIT"

    assert send_to(talk) == [Sent("250 2.0.0 queued")]


def test_a_relay_that_does_not_offer_pipelining_hears_each_command_after_its_answer() -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("SIZE")
        for line, answer in zip(ENVELOPE, ("250 ok", "250 ok", "354 go on"), strict=True):
            (said,) = await peer.piece()
            assert said.removesuffix(f" SIZE={len(RAW)}") == line
            peer.say(answer)
        await peer.content()
        peer.say("250 2.0.0 queued")
        assert await peer.line() == "QUIT"

    assert send_to(talk) == [Sent("250 2.0.0 queued")]


def test_a_data_that_was_begun_for_nobody_is_ended_by_a_lone_dot_and_counts_for_nothing() -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say("250 ok", "550 5.1.1 no such user", "354 go on")
        assert await peer.piece() == ["."]
        peer.say("250 2.0.0 queued as nothing")
        assert await peer.line() == "RSET"
        peer.say("250 ok")
        await peer.take_mail()
        assert await peer.line() == "QUIT"

    assert send_to(talk, raws=(RAW, RAW)) == [Failed("550 5.1.1 no such user"), Sent("250 2.0.0 queued")]


def test_no_dot_is_said_where_the_recipient_was_taken_and_the_return_path_was_not() -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say("550 5.7.1 sender rejected", "250 ok", "354 go on")
        assert await read_to_the_end(peer) == b"", "a dot would be an empty mail to Ann"

    (delivery,) = send_to(talk)

    assert isinstance(delivery, Deferred)
    assert delivery.setup_fault


def test_a_refused_data_is_followed_by_rset_and_the_next_mail() -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say("250 ok", "550 5.1.1 no such user", "554 5.5.1 no valid recipients")
        assert await peer.line() == "RSET"
        peer.say("250 ok")
        await peer.take_mail()
        assert await peer.line() == "QUIT"

    assert send_to(talk, raws=(RAW, RAW)) == [Failed("550 5.1.1 no such user"), Sent("250 2.0.0 queued")]


@pytest.mark.parametrize(
    ("answers", "delivery"),
    [
        (
            ["550 5.7.1 go away"],
            Deferred("the smarthost refused us at MAIL FROM: 550 5.7.1 go away", setup_fault=True, unheard=True),
        ),
        (["451 4.7.1 later"], Deferred("451 4.7.1 later", unheard=True)),
        (["250 ok", "550 5.1.1 no such user"], Failed("550 5.1.1 no such user")),
        (["250 ok", "452 4.2.2 mailbox full"], Deferred("452 4.2.2 mailbox full")),
        (["250 ok", "250 ok"], Deferred("DATA: Connection lost", unheard=True)),
        (["250 ok"], Deferred("RCPT TO: Connection lost", unheard=True)),
        (["250 ok", "250 ok", "354 go on"], Deferred("DATA: Connection lost", unheard=True)),
    ],
)
def test_a_relay_that_hangs_up_after_a_refusal_has_refused_and_else_said_nothing(answers, delivery) -> None:
    assert send_to(answering(*answers, then_waits=False)) == [delivery]


def test_answers_are_read_right_however_they_are_cut() -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.writer.transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for octet in b"250-2.1.0 I\r\n250 2.1.0 think\r\n250 2.1.5 so\r\n354 go\r\n":
            peer.writer.write(bytes([octet]))
            await peer.writer.drain()
        await peer.content()
        peer.say("250-2.0.0 it is", "250 2.0.0 queued")
        assert await peer.line() == "QUIT"

    assert send_to(talk) == [Sent("250 2.0.0 it is 2.0.0 queued")]


@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_421_at_any_step_puts_the_mail_off_and_the_next_takes_another_connection(step: int) -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say(*["250 ok", "250 ok", "354 go on"][:step])
        if step == 3:
            await peer.content()
        peer.say("421 4.3.2 shutting down")
        await peer.writer.drain()

    first, second = send_to(talk, take, raws=(RAW, RAW))

    assert first == Deferred("421 4.3.2 shutting down", unheard=step == 0)
    assert isinstance(second, Sent)


@pytest.mark.parametrize("farewell", [["421 4.4.2 idle too long"], ["250 and another thing"], []])
def test_a_relay_that_speaks_or_goes_while_idle_has_ended_that_connection_and_no_mail_is_put_off(farewell) -> None:
    async def run() -> None:
        said = asyncio.Event()
        may_go = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            peer = Peer(reader, writer)
            await peer.greet("PIPELINING")
            await peer.take_mail()
            if not said.is_set():
                await may_go.wait()
                peer.say(*farewell)
                if farewell:  # the client hangs up: it would take that for the answer to its next command
                    assert await read_to_the_end(peer) == b""
                said.set()
            else:
                await peer.line()
                peer.say("221 bye")
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            smarthost = Smarthost(f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}", 2)
            first = await smarthost.send(RAW, BOUNCE, ANN)
            may_go.set()
            async with asyncio.timeout(5):
                await said.wait()
            second = await smarthost.send(RAW, BOUNCE, ANN)
            await smarthost.close()
        assert isinstance(first, Sent)
        assert isinstance(second, Sent)

    asyncio.run(run())


def test_a_connection_that_lies_idle_for_long_is_ended_with_a_word() -> None:
    async def run() -> None:
        async with relay.running():
            smarthost = Smarthost(relay.url, 2, idle_seconds=0.01)
            await smarthost.send(RAW, BOUNCE, ANN)
            async with asyncio.timeout(5):
                await relay.left.wait()

    relay = ScriptedRelay()
    asyncio.run(run())

    assert relay.commands[-1] == "QUIT"


# What is no answer, or a wrong one


@pytest.mark.parametrize(
    "nonsense",
    [
        "what?",
        "",
        "99 what",
        "600 what",
        "2500 what",
        "250_what",
        "250 " + "x" * MAX_LINE_BYTES,
        "\r\n".join(["250-more"] * (MAX_LINES + 1)),
        "\r\n".join([f"250-{'x' * 4000}"] * (MAX_ANSWER_BYTES // 4000 + 1)),
        "250-yes\r\n550 no",
        "354 go on",
    ],
)
def test_what_is_no_answer_puts_the_mail_off_on_a_connection_that_is_not_used_again(nonsense: str) -> None:
    first, second = send_to(answering("250 ok", nonsense), take, raws=(RAW, RAW))

    assert isinstance(first, Deferred)
    assert not first.setup_fault
    assert len(first.answer) < 520
    assert isinstance(second, Sent)


def test_a_relay_that_never_ends_its_line_is_cut_off_and_costs_no_memory() -> None:
    written = 0

    async def talk(peer: Peer) -> None:
        nonlocal written
        await peer.greet("PIPELINING")
        await peer.lines(3)
        try:
            while True:
                peer.writer.write(b"x" * 1024)
                written += 1024
                await peer.writer.drain()
        except ConnectionError:
            return

    (delivery,) = send_to(talk, seconds=20)

    assert isinstance(delivery, Deferred)
    assert "a line of more than 4096 bytes" in delivery.answer
    assert written < 20_000_000


@pytest.mark.parametrize("code", [250, 251, 252])
def test_a_recipient_that_is_taken_by_any_2xx_is_sent_the_mail(code: int) -> None:
    relay = ScriptedRelay({"RCPT": [f"{code} taken"]})

    assert send(relay) == [Sent("250 2.0.0 queued as 4XyZ1")]
    assert len(relay.mails) == 1


@pytest.mark.parametrize("extensions", [("PIPELINING",), ("SIZE",)])
def test_a_yes_to_data_without_354_is_not_taken_for_sent(extensions: tuple[str, ...]) -> None:
    relay = ScriptedRelay({"DATA": ["250 2.0.0 ok"]}, extensions=extensions)

    first, second = send(relay, times=2)

    assert first == Deferred("DATA: 250 2.0.0 ok is no answer to that", unheard=True)
    assert isinstance(second, Sent)
    assert len(relay.mails) == 1


def test_of_codes_of_one_class_the_last_lines_counts() -> None:
    (answer,) = AnswerReader().feed(b"250-one\r\n251 two\r\n")

    assert (answer.code, answer.text) == (251, "one\ntwo")


def test_a_code_alone_is_an_answer_and_so_is_one_without_cr() -> None:
    first, second = AnswerReader().feed(b"250\r\n550-no\n550 no\n")

    assert (first.code, first.text) == (250, "")
    assert (second.code, second.text) == (550, "no\nno")


@given(st.lists(st.integers(200, 599), min_size=1, max_size=5), st.data())
def test_answers_are_the_same_wherever_their_octets_are_cut(codes: list[int], data: st.DataObject) -> None:
    octets = b"".join(b"%d-first\r\n%d last\r\n" % (code, code) for code in codes)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(octets)), max_size=8)))
    reader = AnswerReader()

    pieces = [octets[start:end] for start, end in zip([0, *cuts], [*cuts, len(octets)], strict=True)]
    answers = [answer for piece in pieces for answer in reader.feed(piece)]

    assert [answer.code for answer in answers] == codes
    assert reader.is_between_answers


@given(st.binary(max_size=300))
def test_any_octets_are_answers_or_none(octets: bytes) -> None:
    try:
        answers = list(AnswerReader().feed(octets))
    except BadAnswer:
        return
    assert all(200 <= answer.code < 600 for answer in answers)


# The content


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a: b\r\n\r\n.\r\n..\r\nx.\r\n", b"a: b\r\n\r\n..\r\n...\r\nx.\r\n.\r\n"),
        (b"a: b\n\n.\nend", b"a: b\r\n\r\n..\r\nend\r\n.\r\n"),
        (b"a: b\r\r\n\nx\r.\r.", b"a: b\r\n\r\n\r\nx\r\n..\r\n..\r\n.\r\n"),
    ],
)
def test_dots_are_stuffed_and_every_line_ends_with_crlf(raw: bytes, sent: bytes) -> None:
    got = b""

    async def talk(peer: Peer) -> None:
        nonlocal got
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say("250 ok", "250 ok", "354 go on")
        got = await peer.reader.readexactly(len(sent))
        peer.say("250 2.0.0 queued")
        assert await peer.line() == "QUIT"

    assert send_to(talk, raws=(raw,)) == [Sent("250 2.0.0 queued")]
    assert got == sent


@given(st.lists(st.sampled_from([b".", b"\r\n", b"\n", b"\r", b"a", b"\0", b"\xe4", b" "]), max_size=40))
def test_what_a_server_takes_out_of_the_dots_is_the_mail_and_only_one(pieces: list[bytes]) -> None:
    content = with_crlf(b"".join(pieces))

    plain, rest = DotStream(65_536).feed(dot_stuffed(content))

    assert plain == content
    assert rest == b""


def test_8bitmime_is_asked_for_by_a_mail_that_needs_it_and_no_other() -> None:
    relay = ScriptedRelay(extensions=("8BITMIME",))

    send(relay)
    send(relay, raw="Subject: x\r\n\r\nGrüße\r\n".encode())

    assert [line for line in relay.commands if line.startswith("MAIL")] == [
        f"MAIL FROM:<{BOUNCE}>",
        f"MAIL FROM:<{BOUNCE}> BODY=8BITMIME",
    ]


@pytest.mark.parametrize("announced", ["SIZE", "SIZE 0", "SIZE many", "SIZE -1", "size 99999999999999999999999"])
def test_a_size_that_is_no_limit_limits_nothing(announced: str) -> None:
    assert isinstance(send(ScriptedRelay(extensions=(announced,)))[0], Sent)


async def breathe(seconds: float) -> None:
    """A relay's own slowness."""
    loop = asyncio.get_running_loop()
    breath = loop.create_future()
    loop.call_later(seconds, breath.set_result, None)
    await breath


async def read_to_the_end(peer: Peer) -> bytes:
    """Read what still comes until the client has gone; the last of it."""
    tail = b""
    try:
        while octets := await peer.reader.read(2**20):
            tail = (tail + octets)[-100:]
    except ConnectionError:
        return tail
    return tail


LARGE = (b"x" * 70 + b"\r\n") * 250_000
"""More than the kernel's buffers hold."""


def test_a_relay_that_stops_reading_is_given_up() -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say("250 ok", "250 ok", "354 go on")
        await peer.reader.read(1000)
        peer.writer.transport.pause_reading()
        await breathe(1)
        peer.writer.transport.resume_reading()
        await read_to_the_end(peer)

    assert send_to(talk, raws=(LARGE,), seconds=0.2) == [Deferred("DATA: no answer within 0.2 seconds", unheard=True)]


def test_a_relay_that_reads_slowly_has_as_long_as_it_takes() -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say("250 ok", "250 ok", "354 go on")
        tail = b""
        while not tail.endswith(b"\r\n.\r\n"):
            tail = (tail + await peer.reader.read(2**20))[-5:]
            peer.writer.transport.pause_reading()
            await breathe(0.02)
            peer.writer.transport.resume_reading()
        peer.say("250 2.0.0 queued")
        await peer.line()

    assert send_to(talk, raws=(LARGE,), seconds=0.4) == [Sent("250 2.0.0 queued")]


def test_an_answer_in_the_middle_of_the_content_decides_and_ends_the_connection() -> None:
    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say("250 ok", "250 ok", "354 go on")
        await peer.reader.read(1000)
        peer.say("552 5.3.4 too large")
        assert b"RSET" not in await read_to_the_end(peer)

    first, second = send_to(talk, take, raws=(LARGE, RAW))

    assert first == TooLarge("552 5.3.4 too large")
    assert isinstance(second, Sent)


# TLS (RFC 3207, RFC 8314) and login (RFC 4954)


@pytest.mark.parametrize("injected", ["250 AUTH LOGIN\r\n", "250-half", "RSET\r\n"])
def test_what_is_injected_in_clear_behind_starttls_ends_the_connection(tmp_path: Path, injected: str) -> None:
    pem, _ = certificate(tmp_path, "localhost")

    async def talk(peer: Peer) -> None:
        await peer.greet("STARTTLS", "AUTH PLAIN")
        assert await peer.line() == "STARTTLS"
        peer.writer.write(f"220 2.0.0 ready\r\n{injected}".encode())
        assert await read_to_the_end(peer) == b"", "nothing is said on it any more"

    (delivery,) = send_to(talk, starttls="required", ca_file=pem, username="desk", password="s3cret")

    assert isinstance(delivery, Deferred)
    assert delivery.answer.startswith("STARTTLS at localhost:")


def test_what_was_offered_in_clear_counts_no_more_under_tls(tmp_path: Path) -> None:
    pem, context = certificate(tmp_path, "localhost")

    async def talk(peer: Peer) -> None:
        await peer.greet("STARTTLS", "PIPELINING", "SIZE 10", "AUTH PLAIN")
        await peer.line()
        peer.say("220 2.0.0 ready")
        await peer.start_tls(context)
        await peer.answer_hello("8BITMIME")
        assert await peer.piece() == ENVELOPE[:1]
        peer.say("250 ok")
        await peer.line()
        peer.say("250 ok")
        await peer.line()
        peer.say("354 go on")
        await peer.content()
        peer.say("250 2.0.0 queued")
        await peer.line()

    assert send_to(talk, starttls="required", ca_file=pem) == [Sent("250 2.0.0 queued")]


def test_a_password_is_not_said_where_only_the_clear_greeting_offered_a_login(tmp_path: Path) -> None:
    pem, context = certificate(tmp_path, "localhost")

    async def talk(peer: Peer) -> None:
        await peer.greet("STARTTLS", "AUTH PLAIN")
        await peer.line()
        peer.say("220 2.0.0 ready")
        await peer.start_tls(context)
        await peer.answer_hello("8BITMIME")
        assert await peer.line() == ""

    (delivery,) = send_to(talk, starttls="required", ca_file=pem, username="desk", password="s3cret")

    assert isinstance(delivery, Deferred)
    assert delivery.setup_fault
    assert "neither AUTH PLAIN nor AUTH LOGIN" in delivery.answer


def test_smtps_is_tls_from_the_first_octet_and_pipelines_too(tmp_path: Path) -> None:
    pem, context = certificate(tmp_path, "localhost")

    assert send_to(take, server_tls=context, ca_file=pem) == [Sent("250 2.0.0 queued")]


def test_a_large_mail_goes_through_tls(tmp_path: Path) -> None:
    pem, context = certificate(tmp_path, "localhost")

    async def talk(peer: Peer) -> None:
        await peer.greet("PIPELINING")
        await peer.lines(3)
        peer.say("250 ok", "250 ok", "354 go on")
        size, tail = 0, b""
        while not tail.endswith(b"\r\n.\r\n"):
            piece = await peer.reader.read(2**20)
            size, tail = size + len(piece), (tail + piece)[-5:]
        peer.say(f"250 2.0.0 took {size}")
        await peer.line()

    assert send_to(talk, raws=(LARGE,), server_tls=context, ca_file=pem) == [Sent(f"250 2.0.0 took {len(LARGE) + 3}")]


def test_smtps_to_a_port_that_speaks_clear_is_a_fault_of_the_setup() -> None:
    async def run(relay: ScriptedRelay) -> Deferred | Sent | Failed:
        async with relay.running():
            return await Smarthost(f"smtps://localhost:{relay.port}", 2).send(RAW, BOUNCE, ANN)

    delivery = asyncio.run(run(ScriptedRelay()))

    assert isinstance(delivery, Deferred)
    assert delivery.answer.startswith("connect at localhost:")


@pytest.mark.parametrize("offer", ["AUTH PLAIN", "AUTH=PLAIN", "auth login plain", "AUTH=LOGIN PLAIN CRAM-MD5"])
def test_a_login_is_found_however_it_is_spelled(offer: str) -> None:
    relay = ScriptedRelay(extensions=(offer, "AUTH GSSAPI"))

    assert isinstance(send(relay, username="desk", password="s3cret")[0], Sent)
    assert "AUTH PLAIN AGRlc2sAczNjcmV0" in relay.commands


def test_plain_is_said_again_to_a_server_that_did_not_read_it_at_once() -> None:
    relay = ScriptedRelay({"AUTH": ["334 "], "AGRLC2SACZNJCMV0": ["235 ok"]}, extensions=("AUTH PLAIN",))

    assert isinstance(send(relay, username="desk", password="s3cret")[0], Sent)


@pytest.mark.parametrize(("code", "tries"), [(504, ["AUTH PLAIN", "AUTH LOGIN"]), (535, ["AUTH PLAIN"])])
def test_login_is_tried_where_plain_is_unknown_but_no_password_twice(code: int, tries: list[str]) -> None:
    relay = ScriptedRelay({"AUTH": [f"{code} no", f"{code} no"]}, extensions=("AUTH PLAIN LOGIN",))

    (delivery,) = send(relay, username="desk", password="s3cret")

    assert isinstance(delivery, Deferred)
    assert delivery.setup_fault
    assert [line[:10] for line in relay.commands if line.startswith("AUTH")] == tries


def test_a_relay_that_knows_no_ehlo_is_greeted_by_helo_and_offers_nothing() -> None:
    relay = ScriptedRelay({"EHLO": ["502 5.5.1 what?"]})

    assert isinstance(send(relay)[0], Sent)
    assert relay.commands[:3] == ["EHLO localhost", "HELO localhost", f"MAIL FROM:<{BOUNCE}>"]


def test_a_command_that_would_be_two_is_never_said() -> None:
    async def run() -> None:
        async with relay.running():
            smarthost = Smarthost(relay.url, 2)
            with pytest.raises(ValueError, match="a command of one line"):
                await smarthost.send(RAW, "x>\r\nRSET", ANN)

    relay = ScriptedRelay()
    asyncio.run(run())

    assert relay.commands == ["EHLO localhost"]
