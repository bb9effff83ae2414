"""Recipients and senders: how they are spelled, what the service is asked, what is relaying."""

from __future__ import annotations

import time

import pytest

from mailbot.smtpd.address import parse_path


@pytest.mark.parametrize(
    ("spelled", "asked"),
    [
        ("<reply+abc@desk.example>", "reply+abc@desk.example"),
        ("<REPLY+ABC@DESK.EXAMPLE>", "REPLY+ABC@DESK.EXAMPLE"),
        (" <reply+abc@desk.example>", "reply+abc@desk.example"),
        ("reply+abc@desk.example", "reply+abc@desk.example"),
        ('<"reply+abc"@desk.example>', "reply+abc@desk.example"),
        (r'<"reply\+abc"@desk.example>', "reply+abc@desk.example"),
        ('<reply."+abc"@desk.example>', "reply.+abc@desk.example"),
        ("<@relay.example,@b.example:reply+abc@desk.example>", "reply+abc@desk.example"),
        ("<reply+abc@desk.example.>", "reply+abc@desk.example"),
        ("<SRS0=x/1a=TT=desk.example=reply+abc@desk.example>", "SRS0=x/1a=TT=desk.example=reply+abc@desk.example"),
        ("<prvs=1234=reply+abc@desk.example>", "prvs=1234=reply+abc@desk.example"),
        ("<a..b.@desk.example>", "a..b.@desk.example"),
        ("<Postmaster>", "Postmaster"),
        ("<user@other.example>", "user@other.example"),
        ("user@other.example", "user@other.example"),
        ("<@desk.example:user@other.example>", "user@other.example"),
        ("<user@[192.0.2.7]>", "user@[192.0.2.7]"),
        ("<user@[IPv6:2001:db8::1]>", "user@[IPv6:2001:db8::1]"),
        ("<user@localhost>", "user@localhost"),
    ],
)
def test_the_service_is_asked_for_the_plain_address(port, spelled, asked):
    talk = port.talk().greeted()
    talk.say("MAIL FROM:<>")

    answer = talk.say("RCPT TO:" + spelled)

    assert [address for address, _ in port.intake.asked] == [asked]
    assert answer.startswith("250 2.1.5" if "other" not in asked and "user" not in asked else "550 5.7.1")


@pytest.mark.parametrize(
    "spelled",
    [
        "<user%other.example@desk.example>",
        '<"user%other.example"@desk.example>',
        '<"user@other.example"@desk.example>',
        r'<"user\@other.example"@desk.example>',
        "<user@other.example@desk.example>",
        "<other.example!user@desk.example>",
        "<other.example!user>",
        "<user%other.example>",
        "<@desk.example:user%other.example@desk.example>",
        "<@desk.example:desk.example!user@other.example>",
        '<"user@other.example">',
        "<desk.example!user@other.example>",
        "user%other.example@desk.example",
    ],
)
def test_a_relay_attempt_is_refused_before_the_service_is_asked(port, spelled):
    talk = port.talk().greeted()
    talk.say("MAIL FROM:<>")

    answer = talk.say("RCPT TO:" + spelled)

    assert answer.startswith("550 5.7.1 ")
    assert port.intake.asked == []


@pytest.mark.parametrize(
    ("spelled", "answer"),
    [
        ("<>", "553 5.1.3"),
        ("<user>", "553 5.1.3"),
        ("<@desk.example>", "553 5.1.3"),
        ("<user@>", "553 5.1.3"),
        ("<user@desk..example>", "553 5.1.3"),
        ("<user@[192.0.2.7>", "553 5.1.3"),
        ("<user@desk.example", "553 5.1.3"),
        ("<user@desk.example>>", "553 5.1.3"),
        ("<us er@desk.example>", "553 5.1.3"),
        ("<user(comment)@desk.example>", "553 5.1.3"),
        ('<"user@desk.example>', "553 5.1.3"),
        ('<""@desk.example>', "553 5.1.3"),
        ("<user@desk.example> <user@other.example>", "555 5.5.4"),
        ("<user@desk.example> NOTIFY=NEVER", "555 5.5.4"),
        ("<üser@desk.example>", "553 5.6.7"),
        ("", "501 5.5.4"),
    ],
)
def test_a_malformed_recipient_is_refused_before_the_service_is_asked(port, spelled, answer):
    talk = port.talk().greeted()
    talk.say("MAIL FROM:<>")

    assert talk.say("RCPT TO:" + spelled).startswith(answer + " ")
    assert port.intake.asked == []


def test_the_refusal_of_the_service_is_passed_on_and_the_rest_goes_on(port):
    talk = port.talk().greeted()
    talk.say("MAIL FROM:<>")

    answer = talk.say("RCPT TO:<unknown@desk.example>")
    talk.say("RCPT TO:<known@desk.example>")
    talk.say("DATA")
    talk.send(b"x\r\n.\r\n")

    assert answer == "550 5.1.1 no such recipient"
    assert talk.answer().startswith("250")
    assert port.intake.mails[0].recipients == ("known@desk.example",)


def test_a_recipient_named_twice_gets_one_mail(port):
    talk = port.talk().greeted()

    talk.sent(b"x\r\n.\r\n", "a@desk.example", "a@desk.example")

    assert port.intake.mails[0].recipients == ("a@desk.example",)


def test_recipients_beyond_the_bound_are_for_another_mail_and_cost_no_error(start_port):
    port = start_port(max_recipients=2, max_errors=3)
    talk = port.talk().greeted()
    talk.say("MAIL FROM:<>")

    answers = [talk.say(f"RCPT TO:<r{number}@desk.example>")[:9] for number in range(8)]

    assert answers == ["250 2.1.5"] * 2 + ["452 4.5.3"] * 6


@pytest.mark.parametrize("piece", ['"', '"a', "@", '"a"', "\\", "a@", '\\"', '"\\', "<", "@a:", ".", ","])
def test_parsing_a_hostile_address_takes_linear_time(piece):
    text = "<" + piece * 50_000 + ">"
    start = time.thread_time()

    parse_path(text)

    assert time.thread_time() - start < 1
