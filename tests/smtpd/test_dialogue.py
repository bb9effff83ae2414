"""The dialogue of SMTP: greeting, order, harmless commands, enhanced codes."""

from __future__ import annotations

import random
import re

import pytest


def test_a_mail_comes_in_whole(port):
    talk = port.talk().greeted()

    answer = talk.sent(b"Subject: hello\r\n\r\nText\r\n.\r\n", "reply+abc@desk.example", "Support@Desk.example")

    assert answer == "250 2.6.0 mail stored"
    (mail,) = port.intake.mails
    assert mail.return_path == "ann@customer.example"
    assert mail.recipients == ("reply+abc@desk.example", "Support@Desk.example")
    assert mail.raw == b"Subject: hello\r\n\r\nText\r\n"
    assert (mail.session.peer, mail.session.helo, mail.session.protocol) == ("127.0.0.1", "relay.example", "ESMTP")


def test_several_mails_come_in_over_one_connection(port):
    talk = port.talk().greeted()

    first = talk.sent(b"one\r\n.\r\n")
    second = talk.sent(b"two\r\n.\r\n")

    assert [first[:3], second[:3]] == ["250", "250"]
    assert [mail.raw for mail in port.intake.mails] == [b"one\r\n", b"two\r\n"]


def test_ehlo_offers_what_works_and_neither_auth_nor_chunking(port):
    talk = port.talk()
    talk.answer()

    offered = talk.say("EHLO relay.example").splitlines()

    words = [line[4:] for line in offered]
    assert words == [
        "mx.desk.example",
        "PIPELINING",
        "SIZE 25000000",
        "8BITMIME",
        "SMTPUTF8",
        "ENHANCEDSTATUSCODES",
    ]


def test_helo_is_taken_and_called_smtp(port):
    talk = port.talk().greeted("HELO relay.example")

    talk.sent(b"x\r\n.\r\n")

    assert port.intake.mails[0].session.protocol == "SMTP"


def test_the_null_sender_is_taken(port):
    talk = port.talk().greeted()

    answers = [talk.say("MAIL FROM:<>"), talk.say("RCPT TO:<bounce+abc@desk.example>"), talk.say("DATA")]
    talk.send(b"bounce\r\n.\r\n")

    assert [answer[:3] for answer in [*answers, talk.answer()]] == ["250", "250", "354", "250"]
    assert port.intake.mails[0].return_path == ""


def test_a_pipelined_session_is_answered_command_by_command(port):
    talk = port.talk()

    talk.send(
        b"EHLO relay.example\r\nMAIL FROM:<ann@customer.example>\r\nRCPT TO:<unknown@desk.example>\r\n"
        b"RCPT TO:<a@desk.example>\r\nDATA\r\none\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<b@desk.example>\r\n"
        b"DATA\r\n..two\r\n.\r\nNOOP\r\nQUIT\r\n"
    )

    codes = [answer[:3] for answer in talk.answers(13)]
    assert codes == ["220", "250", "250", "550", "250", "354", "250", "250", "250", "354", "250", "250", "221"]
    assert talk.is_closed()
    assert [mail.raw for mail in port.intake.mails] == [b"one\r\n", b".two\r\n"]


def test_a_client_that_closes_its_side_after_quit_loses_no_mail(port):
    port.intake.may_store.clear()
    talk = port.talk()
    talk.send(b"EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@desk.example>\r\nDATA\r\nmail\r\n.\r\nQUIT\r\n")
    talk.sock.shutdown(1)
    assert port.intake.is_storing.wait(10)

    port.intake.may_store.set()

    assert [answer[:3] for answer in talk.answers(7)] == ["220", "250", "250", "250", "354", "250", "221"]
    assert len(port.intake.mails) == 1


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("VRFY ann", "252 2.5.0"),
        ("VRFY", "501 5.5.4"),
        ("EXPN staff", "502 5.5.1"),
        ("AUTH PLAIN AGEAYg==", "502 5.5.1"),
        ("ETRN desk.example", "502 5.5.1"),
        ("STARTTLS", "502 5.5.1"),
        ("HELP", "214 2.0.0"),
        ("HELP MAIL", "214 2.0.0"),
        ("NOOP", "250 2.0.0"),
        ("noop with words", "250 2.0.0"),
        ("RSET", "250 2.0.0"),
        ("RSET now", "501 5.5.4"),
        ("QUIT now", "501 5.5.4"),
        ("QUIT", "221 2.0.0"),
        ("QU\u0131T", "500 5.5.1"),
        ("R\u017fET", "500 5.5.1"),
        ("FNORD", "500 5.5.1"),
        ("LHLO relay.example", "500 5.5.1"),
        ("", "500 5.5.1"),
        (" NOOP", "500 5.5.1"),
        ("EHLO", "501 5.5.4"),
        ("EHLO two words", "501 5.5.4"),
        ("EHLO a)(b", "501 5.5.4"),
        ("DATA", "503 5.5.1"),
        ("RCPT TO:<a@desk.example>", "503 5.5.1"),
        ("MAIL FROM:<a@b.example> SIZE=99999999", "552 5.3.4"),
        ("MAIL FROM:<a@b.example> SIZE=25000001", "552 5.3.4"),
        ("MAIL FROM:<a@b.example> SIZE=25000000", "250 2.1.0"),
        ("MAIL FROM:<a@b.example> SIZE=-1", "501 5.5.4"),
        ("MAIL FROM:<a@b.example> SIZE=٣", "501 5.5.4"),
        ("MAIL FROM:<a@b.example> SIZE=" + "9" * 21, "501 5.5.4"),
        ("MAIL FROM:<a@b.example> SIZE=1 SIZE=2", "501 5.5.4"),
        ("MAIL FROM:<a@b.example> BODY=8BITMIME", "250 2.1.0"),
        ("MAIL FROM:<a@b.example> body=7bit smtputf8", "250 2.1.0"),
        ("MAIL FROM:<a@b.example> BODY=BINARYMIME", "501 5.5.4"),
        ("MAIL FROM:<a@b.example> SMTPUTF8=yes", "501 5.5.4"),
        ("MAIL FROM:<a@b.example> RET=FULL", "555 5.5.4"),
        ("MAIL FROM:<a@b.example> ENVID=1", "555 5.5.4"),
        ("MAIL FROM:<a@b.example> AUTH=<>", "555 5.5.4"),
        ("MAIL FROM:<a@b.example> FNORD", "555 5.5.4"),
        ("MAIL FROM:<a@b.example> SIZE=", "501 5.5.4"),
        ("MAIL FROM:<a@b.example> \u017fIZE=5", "501 5.5.4"),
        ("MAIL FROM:<a@b.example>SIZE=5", "553 5.1.7"),
        ("MAIL FROM:<ä@b.example>", "553 5.6.7"),
        ("MAIL FROM:<ä@b.example> SMTPUTF8", "250 2.1.0"),
        ("MAIL FROM:<a@@b.example>", "250 2.1.0"),
        ("MAIL FROM:<a b@c.example>", "553 5.1.7"),
        ("MAIL FROM:", "501 5.5.4"),
        ("MAIL a@b.example", "501 5.5.4"),
        ("MAIL", "501 5.5.4"),
    ],
)
def test_every_answer_to_a_command_bears_its_enhanced_code(port, command, answer):
    talk = port.talk().greeted()

    assert talk.say(command).startswith(answer + " ")


ORDINARY = ["MAIL FROM:<>", "RCPT TO:<a@desk.example>", "DATA", "."]
STRANGE = [
    "EHLO a", "HELO a", "LHLO a", "MAIL FROM:<a@b.example> SIZE=9", "MAIL FROM:<a> X", "MAIL FROM:<é@b>", "DATA now",
    "RCPT TO:<unknown@desk.example>", "RCPT TO:<broken@desk.example>", "RCPT TO:<a%b@desk.example>", "RCPT TO:<x@b>",
    "RCPT TO:<", "RSET", "NOOP", "HELP", "VRFY a", "EXPN a", "AUTH LOGIN", "STARTTLS", "", "\0", "FNORD", "x" * 5000,
]  # fmt: skip
EHLO_ANSWER = r"250[ -](mx\.desk\.example|PIPELINING|SIZE \d+|8BITMIME|SMTPUTF8|ENHANCEDSTATUSCODES)"


@pytest.mark.parametrize("lmtp", [False, True])
def test_whatever_is_said_every_answer_bears_an_enhanced_code_of_its_class(start_port, lmtp):
    """But the greeting, the answer to HELO, EHLO and LHLO, and 354 (RFC 2034 section 4)."""
    port = start_port(lmtp=lmtp, max_errors=10_000, max_recipients=1)
    chance = random.Random(6)
    talk = port.talk()

    said = ["LHLO a" if lmtp else "EHLO a", *chance.choices(ORDINARY * 4 + STRANGE, k=3000), ".", "QUIT"]
    talk.sock.sendall("".join(f"{word}\r\n" for word in said).encode())
    greeting, *heard = talk.file.read().decode("ascii").split("\r\n")[:-1]

    assert greeting.startswith("220 mx.desk.example ")
    coded = [line for line in heard if not re.fullmatch(EHLO_ANSWER + "|354 .*", line)]
    assert [line for line in coded if not re.match(r"([245])\d\d \1\.\d{1,3}\.\d{1,3} \S", line)] == []
    assert {int(line[:3]) for line in coded} >= {214, 221, 250, 252, 451, 452, 500, 501, 502, 503, 550, 553, 555}
    assert len(port.intake.mails) > 10


def test_commands_out_of_order_are_refused(port):
    talk = port.talk()
    talk.answer()

    before_helo = talk.say("MAIL FROM:<a@b.example>")
    talk.say("EHLO relay.example")
    first, nested = talk.say("MAIL FROM:<a@b.example>"), talk.say("MAIL FROM:<a@b.example>")
    without_recipient = talk.say("DATA")

    assert [before_helo[:9], first[:9], nested[:9], without_recipient[:9]] == [
        "503 5.5.1",
        "250 2.1.0",
        "503 5.5.1",
        "503 5.5.1",
    ]


@pytest.mark.parametrize("forget", ["RSET", "EHLO again.example", "HELO again.example"])
def test_the_envelope_is_forgotten(port, forget):
    talk = port.talk().greeted()
    talk.say("MAIL FROM:<a@b.example>")
    talk.say("RCPT TO:<a@desk.example>")

    talk.say(forget)

    assert talk.say("DATA").startswith("503 5.5.1")


def test_parameters_need_ehlo(port):
    talk = port.talk().greeted("HELO relay.example")

    assert talk.say("MAIL FROM:<a@b.example> SIZE=1").startswith("555 5.5.4")


@pytest.mark.parametrize(
    "line",
    [b"NOOP\n", b"NOOP\r\r\n", b"NO\0OP\r\n", b"NOOP \x1b[2J\r\n", b"NOOP \xff\r\n", "NOOP \u202e\r\n".encode(), b"\n"],
)
def test_a_command_that_is_no_printable_line_with_crlf_is_refused(port, line):
    talk = port.talk().greeted()

    talk.send(line)

    assert talk.answer().startswith("500 5.5.2 ")
    assert talk.say("NOOP").startswith("250")


def test_a_browser_is_hung_up_on(port):
    talk = port.talk()
    talk.answer()

    talk.send(b"POST / HTTP/1.1\r\nHost: desk\r\n\r\nMAIL FROM:<a@b.example>\r\n")

    assert talk.answer().startswith("421 4.7.0")
    assert talk.is_closed()


def test_octets_of_an_unoffered_bdat_are_no_commands(port):
    talk = port.talk().greeted()

    talk.send(b"BDAT 40 LAST\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<a@desk.example>\r\n")

    assert talk.answer().startswith("502 5.5.1")
    assert talk.is_closed()


def test_a_mail_beyond_ascii_is_handed_on_as_it_is(port):
    talk = port.talk().greeted()
    talk.say("MAIL FROM:<jörg@kunde.example> BODY=8BITMIME SMTPUTF8")
    talk.say("RCPT TO:<büro@desk.example>")
    talk.say("DATA")

    talk.send("Subject: Grüße\r\n\r\n\x00 ß\r\n".encode() + b"\xff\xfe\r\n.\r\n")

    assert talk.answer().startswith("250")
    (mail,) = port.intake.mails
    assert (mail.return_path, mail.recipients) == ("jörg@kunde.example", ("büro@desk.example",))
    assert mail.raw == "Subject: Grüße\r\n\r\n\x00 ß\r\n".encode() + b"\xff\xfe\r\n"
    assert mail.session.protocol == "UTF8SMTP"


def test_no_answer_names_the_software_under_it(port):
    talk = port.talk()
    heard = [talk.answer(), talk.say("EHLO a"), talk.say("HELP"), talk.say("FNORD"), talk.say("QUIT")]

    assert not re.search("python|aiosmtpd", "".join(heard), re.IGNORECASE)
