"""Sending under bad conditions: real store, real workers, a real relay on a socket; only the clock is moved.

What has to hold in each: no mail is lost, none is sent twice but after a lost answer, and the ticket tells the truth.
"""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.retry import SPREAD
from mailbot.core.ticket import Party
from mailbot.outbound.smarthost import Smarthost
from mailbot.service import deliver
from mailbot.service import tickets as use
from mailbot.service.desk import open_desk
from mailbot.service.workers import Workers
from mailbot.store import outbox
from tests.given import ANN, BOB, MONDAY, SETTINGS, MovedClock, Play, a_play
from tests.outbound.scripted_relay import DROP, HANG, ScriptedRelay
from tests.outbound.test_smarthost import certificate

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BOTH = {("opened", "customer"), ("opened", "vendor")}
LOST_ANSWER = "content"


@pytest.fixture(scope="module")
def workers():
    pool = Workers(4, cpu_seconds=5, memory_bytes=2**30)
    yield pool
    pool.close()


@dataclass
class Sending:
    """A desk, its smarthost, and the stage that sends, moved by hand."""

    play: Play
    relay: ScriptedRelay
    smarthost: deliver.Relay
    workers: Workers

    async def send_due(self) -> None:
        """Sends until nothing is due."""
        while rows := deliver.claim(self.play.desk, frozenset(), 2):
            await asyncio.gather(*(deliver.handle(self.play.desk, self.workers, self.smarthost, row) for row in rows))

    async def wait(self, by: timedelta) -> None:
        self.play.clock.move(by)
        await self.send_due()

    async def wait_until_nothing_waits(self) -> None:
        """Lets hours pass until every mail has its fate."""
        for _ in range(40):
            await self.wait(HOUR)
            if "queued" not in self.statuses():
                return

    def mails(self, number: int = 1001) -> list[dict]:
        return self.play.show(number)["mails"]

    def statuses(self, number: int = 1001) -> list[str]:
        return [mail["status"] for mail in self.mails(number)]

    def taken(self) -> list[tuple[str, str]]:
        """Kind and party of what the relay was given, in order, notices left out."""
        feedback = [re.search(rb"Feedback-ID: (\w+):(\w+):", raw) for raw in self.relay.mails]
        return [(one[1].decode(), one[2].decode()) for one in feedback if one and one[2] != b"notice"]

    def message_ids(self) -> list[bytes]:
        return [re.search(rb"Message-ID: (\S+)", raw)[1] for raw in self.relay.mails]

    def notices(self) -> list[bytes]:
        return [raw for raw in self.relay.mails if b":notice:mailbot:" in raw]


def run(
    folder: Path,
    workers: Workers,
    relay: ScriptedRelay,
    story: Callable[[Sending], Awaitable[None]],
    changes: str = "",
    settings: str = SETTINGS,
) -> None:
    async def told() -> None:
        async with relay.running(), sending(folder, workers, relay, changes, settings) as stage:
            await story(stage)

    asyncio.run(told())


@asynccontextmanager
async def sending(
    folder: Path, workers: Workers, relay: ScriptedRelay, changes: str = "", settings: str = SETTINGS
) -> AsyncIterator[Sending]:
    smarthost = f'[smarthost]\nurl = "{relay.url}"\ntimeout = "0.4 seconds"\n'
    play = a_play(folder, settings, smarthost + changes)
    one = Sending(play, relay, deliver.make_relay(play.desk.config), workers)
    try:
        yield one
    finally:
        await one.smarthost.close()
        play.desk.store.close()


def test_a_smarthost_that_is_down_for_an_hour_loses_and_doubles_nothing(tmp_path, workers):
    async def story() -> None:
        async with ScriptedRelay().running() as gone:
            pass
        async with sending(tmp_path, workers, gone) as stage:
            stage.play.open()
            for _ in range(60):
                await stage.wait(MINUTE)
            tries = [mail["attempts"] for mail in stage.mails()]
            fates = [mail["fate"] for mail in stage.mails()]
            stage.relay = ScriptedRelay(port=gone.port)
            async with stage.relay.running():
                await stage.wait_until_nothing_waits()
                await stage.smarthost.close()

            assert all(3 <= count <= 12 for count in tries)
            assert all("put off until" in fate for fate in fates)
            assert stage.statuses() == ["sent", "sent"]
            assert sorted(stage.taken()) == sorted(BOTH)
            assert stage.notices() == []

    asyncio.run(story())


@pytest.mark.parametrize(
    "answers",
    [
        {"RCPT": ["451 4.7.1 greylisted, come back"] * 2},
        {"connect": ["421 4.3.2 too busy"] * 2},
        {"connect": ["421 4.3.2 too busy"] * 8},
        {"EHLO": ["421 4.3.2 shutting down"] * 2},
        {"MAIL": ["451 4.3.0 no room"] * 2},
        {"DATA": ["451 4.3.0 not now"] * 2},
        {"content": ["452 4.3.1 disk full"] * 2},
        *({step: [HANG]} for step in ("connect", "EHLO", "MAIL", "RCPT", "DATA")),
        *({step: [DROP]} for step in ("connect", "EHLO", "MAIL", "RCPT", "DATA")),
    ],
    ids=lambda answers: " ".join(f"{step} {said[0]} x{len(said)}" for step, said in answers.items()),
)
def test_what_the_relay_did_not_take_is_tried_again_and_sent_once(tmp_path, workers, answers):
    relay = ScriptedRelay({step: list(said) for step, said in answers.items()})
    refused_at_the_end = "content" in answers

    async def story(stage: Sending) -> None:
        stage.play.open()
        await stage.send_due()
        first = stage.statuses()
        await stage.wait_until_nothing_waits()

        assert "queued" in first
        assert stage.statuses() == ["sent", "sent"]
        assert len(stage.taken()) == (4 if refused_at_the_end else 2)
        assert set(stage.taken()) == BOTH
        assert not any(stage.play.show(1001)[party]["address_failing"] for party in ("customer", "vendor"))

    run(tmp_path, workers, relay, story)


@pytest.mark.parametrize("end", [HANG, DROP])
def test_a_lost_answer_after_the_data_sends_the_same_message_id_again(tmp_path, workers, end):
    relay = ScriptedRelay({LOST_ANSWER: [end]})

    async def story(stage: Sending) -> None:
        stage.play.open()
        await stage.wait_until_nothing_waits()

        assert stage.statuses() == ["sent", "sent"]
        assert len(stage.message_ids()) == 3
        assert len(set(stage.message_ids())) == 2
        (twice,) = {
            raw for raw in relay.mails if stage.message_ids().count(re.search(rb"Message-ID: (\S+)", raw)[1]) == 2
        }
        assert twice  # the same octets both times

    run(tmp_path, workers, relay, story)


def test_a_mailbox_that_is_full_holds_up_nobody_else(tmp_path, workers):
    relay = ScriptedRelay({"RCPT": ["452 4.2.2 mailbox full"]})

    async def story(stage: Sending) -> None:
        stage.play.open()
        await stage.send_due()

        assert sorted(stage.statuses()) == ["queued", "sent"]
        (waiting,) = [mail for mail in stage.mails() if mail["status"] == "queued"]
        assert "452 4.2.2 mailbox full (the mailbox is full)" in waiting["fate"]
        await stage.wait_until_nothing_waits()
        assert stage.statuses() == ["sent", "sent"]
        assert len(relay.mails) == 2

    run(tmp_path, workers, relay, story)


def test_a_refusal_of_one_party_is_final_and_told(tmp_path, workers):
    relay = ScriptedRelay({"RCPT": ["550 5.1.1 no such user"]})

    async def story(stage: Sending) -> None:
        stage.play.open()
        await stage.wait_until_nothing_waits()

        assert sorted(stage.statuses()) == ["failed", "sent"]
        assert len(stage.taken()) == 1
        assert len(stage.notices()) == 1
        failing = [party for party in ("customer", "vendor") if stage.play.show(1001)[party]["address_failing"]]
        assert [("opened", party) for party in failing] != stage.taken()
        assert len(failing) == 1

    run(tmp_path, workers, relay, story)


def test_a_relay_that_does_not_offer_the_tls_that_we_want_gets_no_mail_and_the_admins_hear_once(tmp_path, workers):
    relay = ScriptedRelay()

    async def story(stage: Sending) -> None:
        stage.play.open()
        for _ in range(5):
            await stage.wait(HOUR)
        before = list(relay.mails)
        relay.extensions = ("STARTTLS", "SIZE 1000000")
        stage.smarthost = Smarthost(relay.url, 0.4)  # on loopback it asks for none: the set-up is mended
        await stage.wait_until_nothing_waits()

        assert before == []
        assert stage.statuses() == ["sent", "sent"]
        assert len(stage.notices()) == 1
        assert b"smarthost refuses us" in stage.notices()[0]

    run(tmp_path, workers, relay, story, 'starttls = "required"\n')


def test_a_wrong_certificate_keeps_the_mail_here(tmp_path, workers):
    _, context = certificate(tmp_path, "elsewhere.example")
    relay = ScriptedRelay(extensions=("STARTTLS",), tls=context)

    async def story(stage: Sending) -> None:
        stage.play.open()
        await stage.send_due()

        assert stage.statuses() == ["queued", "queued"]
        assert all("certificate verify failed" in mail["fate"].lower() for mail in stage.mails())
        assert relay.mails == []
        assert not any(command.startswith("MAIL") for command in relay.commands)

    run(tmp_path, workers, relay, story, 'starttls = "required"\n')


def test_a_mail_too_large_for_the_relay_goes_without_its_files_but_with_links(tmp_path, workers):
    relay = ScriptedRelay(extensions=("SIZE 20000",))
    raw = (
        f"From: {ANN}\r\nTo: support@desk.example\r\nSubject: Pump\r\nMessage-ID: <1@customer.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt leaks.\r\n"
        '--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="log.bin"\r\n\r\n'
        + ("0123456789abcdef" * 4 + "\r\n") * 600
        + "--b--\r\n"
    )

    async def story(stage: Sending) -> None:
        stage.play.receive("support@desk.example", raw.encode())
        await stage.send_due()

        assert stage.statuses() == ["sent", "sent"]
        assert sorted(stage.taken()) == sorted(BOTH)
        assert all(b"log.bin" in mail and b"/attachment/1/1" in mail for mail in relay.mails)
        assert not any(b"Content-Disposition: attachment" in mail for mail in relay.mails)

    run(tmp_path, workers, relay, story)


def test_a_mail_that_the_attached_history_makes_too_large_for_the_relay_points_to_the_page(tmp_path, workers):
    relay = ScriptedRelay(extensions=("SIZE 45000",))

    async def story(stage: Sending) -> None:
        number = stage.play.open()
        for word in ("one", "two", "six", "ten", "red"):
            stage.play.say(number, Party.CUSTOMER, f"{word} " * 1_500)
            await stage.send_due()
        stage.play.say(number, Party.VENDOR, "Thank you.")
        await stage.wait_until_nothing_waits()

        assert set(stage.statuses()) == {"sent"}
        last = relay.mails[-1]
        assert b"older entries are on the ticket page alone" in last.replace(b"=20\r\n", b" ").replace(b"=\r\n", b"")
        assert b"history-1001.txt" not in last

    run(tmp_path, workers, relay, story, '[limits]\nmax_history_bytes = "1 kB"\n')


@pytest.mark.parametrize(
    ("words", "extension", "goes_as_it_came"),
    [("Grüße an alle", "8BITMIME", True), ("Grüße an alle", "SIZE", False), ("Hello\0 all", "8BITMIME", False)],
)
def test_a_mail_with_octets_that_the_relay_does_not_take_goes_on_as_a_file(
    tmp_path, workers, words, extension, goes_as_it_came
):
    relay = ScriptedRelay(extensions=(extension,))
    raw = f"From: {ANN}\r\nSubject: Hi\r\nMessage-ID: <1@customer.example>\r\n\r\n{words}\r\n".encode()

    async def story(stage: Sending) -> None:
        stage.play.receive("postmaster@desk.example", raw)
        await stage.send_due()

        (sent,) = relay.mails
        as_it_came = words.encode() in sent
        assert as_it_came == goes_as_it_came
        assert as_it_came or (sent.isascii() and b"\0" not in sent)
        whole = base64.b64decode(sent.partition(b'filename="mail.eml"\r\n\r\n')[2].partition(b"--")[0])
        assert as_it_came or whole.endswith(raw)
        with stage.play.desk.store.read() as connection:
            assert [row.status for row in outbox.list_rows(connection)] == ["sent"]

    run(tmp_path, workers, relay, story)


def test_a_crash_in_the_middle_of_sending_is_taken_up_by_another_process_when_the_lease_ends(tmp_path, workers):
    relay = ScriptedRelay({LOST_ANSWER: [HANG]})

    async def story(stage: Sending) -> None:
        stage.play.open()
        (row,) = deliver.claim(stage.play.desk, frozenset(), 1)
        dying = asyncio.create_task(deliver.handle(stage.play.desk, workers, stage.smarthost, row))
        await relay.arrived.wait()
        dying.cancel()
        await asyncio.wait([dying])
        other = open_desk(stage.play.desk.config, stage.play.clock)
        there = replace(stage, play=replace(stage.play, desk=other))
        await there.send_due()
        soon = there.statuses()
        await there.wait(HOUR)
        other.store.close()

        assert sorted(soon) == ["queued", "sent"]
        assert stage.statuses() == ["sent", "sent"]
        assert len(stage.message_ids()) == 3
        assert len(set(stage.message_ids())) == 2

    run(tmp_path, workers, relay, story)


def test_a_mail_that_cannot_be_composed_blocks_no_other_and_leaves_once_it_is_mended(tmp_path, workers):
    broken = tmp_path / "templates" / "mail" / "de" / "opened.txt"
    broken.parent.mkdir(parents=True)
    broken.write_text("{{ number / 0 }}")
    german = SETTINGS.replace('email = "bob@vendor.example"', 'email = "bob@vendor.example"\nlanguage = "de"')
    german = german.replace("[desk]", '[desk]\ntemplates = "templates"')
    relay = ScriptedRelay()

    async def story(stage: Sending) -> None:
        first, second = stage.play.open(), stage.play.open()
        for _ in range(4):
            await stage.wait(MINUTE)
        before = stage.taken()
        told = len(stage.notices())
        broken.unlink()
        workers.renew(2, 2**30)
        for number in (first, second):
            await stage.wait(HOUR)
            assert stage.statuses(number) == ["sent", "sent"]

        assert before == [("opened", "customer")] * 2
        assert told == 2  # one for each mail
        assert sorted(stage.taken()) == sorted([*BOTH, *BOTH])

    run(tmp_path, workers, relay, story, settings=german)


def test_a_closing_never_overtakes_the_reply_before_it(tmp_path, workers):
    relay = ScriptedRelay()

    async def story(stage: Sending) -> None:
        number = stage.play.open()
        await stage.send_due()
        relay.answers["RCPT"] = ["451 4.7.1 later"] * 5
        stage.play.say(number, Party.CUSTOMER, "Forget it.")
        await stage.send_due()
        use.close(stage.play.desk, number, by=use.Actor.CUSTOMER)
        for _ in range(12):
            await stage.wait(10 * MINUTE)

        assert stage.statuses() == ["sent"] * 6
        for party in ("customer", "vendor"):
            assert [kind for kind, to in stage.taken() if to == party] == ["opened", "reply", "closed"]

    run(tmp_path, workers, relay, story)


def test_a_relay_that_takes_for_ever_is_left_before_the_lease_ends(tmp_path, workers):
    class Endless:
        """Takes a mail, octet by octet, and never has it."""

        async def send(self, _raw, _return_path, _recipient):
            await asyncio.get_running_loop().create_future()

        async def close(self):
            """Nothing to end."""

    async def story(stage: Sending) -> None:
        kept, stage.smarthost = stage.smarthost, Endless()
        stage.play.open()
        await stage.send_due()
        fates = [mail["fate"] for mail in stage.mails()]
        stage.smarthost = kept
        await stage.wait_until_nothing_waits()

        assert all("the smarthost did not take it within 4 seconds" in fate for fate in fates)
        assert stage.statuses() == ["sent", "sent"]

    run(tmp_path, workers, ScriptedRelay(), story)


@pytest.mark.parametrize("answer", ["451 4.7.1 greylisted, come back", HANG])
def test_the_pause_before_a_retry_counts_from_the_answer_however_long_the_relay_held_it(tmp_path, workers, answer):
    relay = ScriptedRelay({"RCPT": [answer] * 2})
    held = 10 * MINUTE

    @dataclass
    class Slow:
        """The smarthost, whose every answer comes ten minutes after the question."""

        smarthost: deliver.Relay
        clock: MovedClock

        async def send(self, raw, return_path, recipient):
            delivery = await self.smarthost.send(raw, return_path, recipient)
            self.clock.move(held)
            return delivery

        async def close(self):
            await self.smarthost.close()

    async def story(stage: Sending) -> None:
        stage.play.open()
        slow = Slow(stage.smarthost, stage.play.clock)
        (row,) = deliver.claim(stage.play.desk, frozenset(), 1)
        for attempts, pause in ((1, MINUTE), (2, 2 * MINUTE)):
            began = stage.play.clock.now()
            await deliver.handle(stage.play.desk, workers, slow, row)
            with stage.play.desk.store.read() as connection:
                row = outbox.get_row(connection, row.id)

            assert (row.status, row.attempts, row.first_tried_at) == ("queued", attempts, MONDAY)
            assert began + held + pause * (1 - SPREAD) <= row.next_try_at <= began + held + pause
            stage.play.clock.at = row.next_try_at
        await deliver.handle(stage.play.desk, workers, slow, row)
        assert sorted(stage.statuses()) == ["queued", "sent"]

    run(tmp_path, workers, relay, story)


def test_both_parties_mails_name_the_right_mailbox(tmp_path, workers):
    relay = ScriptedRelay()

    async def story(stage: Sending) -> None:
        stage.play.open()
        await stage.send_due()

        assert {command for command in relay.commands if command.startswith("RCPT")} == {
            f"RCPT TO:<{ANN}>",
            f"RCPT TO:<{BOB}>",
        }

    run(tmp_path, workers, relay, story)
