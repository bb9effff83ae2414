"""250 means stored: our faults, broken connections, and the end of the server."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

import pytest

from mailbot.service.handover import Envelope, Refusal, Session


def test_a_store_that_fails_is_451_and_nothing_of_it_is_shown(port, caplog):
    port.intake.store_fault = OSError(28, "no space left", "/secret/mailbot.db")
    talk = port.talk().greeted()

    failed = talk.sent(b"x\r\n.\r\n")
    port.intake.store_fault = None
    healed = talk.sent(b"x\r\n.\r\n")

    assert failed == "451 4.3.0 a fault of ours, try again later"
    assert healed.startswith("250")
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage().startswith("mail not stored peer=127.0.0.1")
    assert "no space left" in str(record.exc_info[1])


def test_a_decision_that_fails_is_451_and_the_session_goes_on(port, caplog):
    talk = port.talk().greeted()
    talk.say("MAIL FROM:<>")

    failed = talk.say("RCPT TO:<broken@desk.example>")

    assert failed == "451 4.3.0 a fault of ours, try again later"
    assert talk.sent(b"x\r\n.\r\n").startswith("250")
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert isinstance(record.exc_info[1], LookupError)


def test_our_own_faults_never_count_as_errors_of_the_client(start_port):
    talk = start_port(max_errors=3).talk().greeted()

    for _ in range(10):
        talk.say("MAIL FROM:<>")
        assert talk.say("RCPT TO:<broken@desk.example>").startswith("451")


@pytest.mark.parametrize("reset", [False, True])
def test_a_client_that_leaves_in_the_middle_of_a_mail_has_sent_none(port, reset):
    talk = port.talk().greeted().begun()
    talk.send(b"half a mail\r\n.\r")
    if reset:
        talk.sock.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")  # SO_LINGER of zero: close resets
    talk.close()

    port.closing()()

    assert port.intake.mails == []


def test_a_mail_is_stored_though_the_client_leaves_before_the_answer(port):
    port.intake.may_store.clear()
    talk = port.talk().greeted().begun()
    talk.send(b"whole\r\n.\r\n")
    assert port.intake.is_storing.wait(10)
    talk.sock.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")
    talk.close()
    port.wait_until_nobody_is_connected()

    finished = port.closing()
    port.intake.may_store.set()
    finished()

    assert [mail.raw for mail in port.intake.mails] == [b"whole\r\n"]


def test_closing_waits_for_what_is_being_stored_though_its_client_left(port):
    port.intake.may_store.clear()
    talk = port.talk().greeted().begun()
    talk.send(b"whole\r\n.\r\n")
    assert port.intake.is_storing.wait(10)
    talk.sock.setsockopt(1, 13, b"\1\0\0\0\0\0\0\0")
    talk.close()
    port.wait_until_nobody_is_connected()

    async def take_turns() -> None:
        for _ in range(100):
            await asyncio.sleep(0)

    closing = asyncio.run_coroutine_threadsafe(port.listener.close(20), port.loop)
    asyncio.run_coroutine_threadsafe(take_turns(), port.loop).result(10)
    was_waiting = not closing.done()
    port.intake.may_store.set()
    closing.result(10)

    assert was_waiting
    assert len(port.intake.mails) == 1


def test_an_answer_of_the_service_is_one_line_whatever_it_holds(port):
    async def recipient(address: str, session: Session) -> Refusal:
        return Refusal(550, "5.1.1", "no\r\n250 2.1.5 yes\nünd")

    port.intake.recipient = recipient
    talk = port.talk().greeted()
    talk.say("MAIL FROM:<>")

    assert talk.say("RCPT TO:<a@desk.example>") == "550 5.1.1 no250 2.1.5 yes?nd"
    assert talk.say("NOOP").startswith("250 2.0.0")


def test_the_answer_comes_only_after_the_store(port):
    stored_at_answer: list[list[Envelope]] = []
    port.intake.may_store.clear()
    talk = port.talk().greeted().begun()
    talk.send(b"x\r\n.\r\n")
    assert port.intake.is_storing.wait(10)
    talk.sock.settimeout(0.2)

    with pytest.raises(TimeoutError):
        talk.sock.recv(1)
    stored_at_answer.append(list(port.intake.mails))
    port.intake.may_store.set()
    talk.sock.settimeout(10)

    assert stored_at_answer == [[]]
    assert talk.sock.recv(3) == b"250"


def test_closing_says_421_to_the_idle_and_takes_nobody_new(port):
    fresh, greeted, in_envelope = port.talk(), port.talk().greeted(), port.talk().greeted()
    fresh.answer()
    in_envelope.say("MAIL FROM:<>")

    port.closing()()

    for talk in (fresh, greeted, in_envelope):
        assert talk.answer().startswith("421 4.3.2 ")
        assert talk.is_closed()
    with pytest.raises(ConnectionRefusedError):
        port.talk()


def test_closing_lets_an_open_mail_finish(port):
    open_mail, idle = port.talk().greeted().begun(), port.talk().greeted()
    open_mail.send(b"first half\r\n")

    finished = port.closing()
    assert idle.answer().startswith("421")  # so closing has begun
    open_mail.send(b"second half\r\n.\r\nMAIL FROM:<>\r\n")

    assert open_mail.answer().startswith("250 2.6.0")
    assert open_mail.answer().startswith("421 4.3.2")
    finished()
    assert [mail.raw for mail in port.intake.mails] == [b"first half\r\nsecond half\r\n"]


def test_closing_cuts_off_what_outlasts_the_grace(port):
    talk = port.talk().greeted().begun()
    talk.send(b"a mail that never ends\r\n")

    port.closing(grace_seconds=0.1)()

    assert talk.is_closed()
    assert port.intake.mails == []


def test_pipelined_commands_leave_turns_to_others(port):
    turns_at_question: list[int] = []
    turn = 0

    async def recipient(address: str, session: Session) -> None:
        turns_at_question.append(turn)

    async def take_turns() -> None:
        nonlocal turn
        while len(turns_at_question) < 90:
            turn += 1
            await asyncio.sleep(0)

    port.intake.recipient = recipient
    talk = port.talk().greeted()
    others = asyncio.run_coroutine_threadsafe(take_turns(), port.loop)
    talk.send(b"MAIL FROM:<>\r\n" + b"RCPT TO:<a@desk.example>\r\n" * 90)
    talk.answers(91)
    others.result(10)

    assert max(Counter(turns_at_question).values()) <= 2


def test_a_slow_store_holds_back_nobody_else(port):
    port.intake.may_store.clear()
    slow, other = port.talk().greeted().begun(), port.talk().greeted()
    slow.send(b"x\r\n.\r\n")
    assert port.intake.is_storing.wait(10)

    assert other.say("NOOP").startswith("250")
    port.intake.may_store.set()
    assert slow.answer().startswith("250")
