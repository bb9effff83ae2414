"""The ways in from a real relay, as docs/relay.md tells admins to set them up; and swaks as in README."""

from __future__ import annotations

import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk
from tests.system.mailclient import Client
from tests.system.relay import LMTP_DESK, REPOSITORY, SOCKET_DESK, Relay
from tests.system.waiting import PATIENCE_SECONDS, await_true, stays_true


def verdicts(desk: Desk) -> list[str]:
    """The verdicts on all inbound mails, eldest first; "" while waiting."""
    mails = sorted(desk.ask("inbox", "list"), key=lambda mail: mail["id"])
    return [(mail["verdict"] or "").split(":")[0] for mail in mails]


def await_verdicts(desk: Desk, *wanted: str) -> None:
    """Return when the inbox shows these verdicts."""
    await_true(lambda: verdicts(desk) == list(wanted), PATIENCE_SECONDS, f"verdicts {wanted}", desk.tails)


@pytest.mark.parametrize("domain", [LMTP_DESK, SOCKET_DESK])
def test_a_relay_hands_mail_over_by_lmtp(
    relay: Relay, make_desk: MakeDesk, ann: Client, bob: Client, domain: str
) -> None:
    listen = f"127.0.0.1:{relay.lmtp_port}" if domain == LMTP_DESK else f"unix:{relay.lmtp_socket}"
    desk = make_desk({"desk": {"domain": domain}, "smtp": {"lmtp_listen": listen}})
    desk.start()

    ann.write(f"support@{domain}", "Pump leaks", "It drips.")
    bob.reply(bob.inbox.await_mail(), "Tighten it.")

    assert "Tighten it." in ann.inbox.await_mail(2).text
    assert [comment["text"].strip() for comment in desk.ticket()["comments"]] == ["It drips.", "Tighten it."]
    desk.stop()


def test_a_relay_that_asks_first_takes_what_mailbot_knows(relay: Relay, desk: Desk, ann: Client, bob: Client) -> None:
    question = ann.compose("support@desk.example", "Pump leaks", "It drips.")
    ann.send(question, "support@desk.example", relay.asking_port)

    opened = bob.inbox.await_mail()
    bob.send(bob.answer(opened, "Tighten it."), opened.reply_address, relay.asking_port)

    assert "Tighten it." in ann.inbox.await_mail(2).text


def test_a_relay_that_asks_first_refuses_what_mailbot_does_not_know(relay: Relay, desk: Desk, ann: Client) -> None:
    stranger = ann.compose("nobody@desk.example", "Pump leaks", "It drips.")

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        ann.send(stranger, "nobody@desk.example", relay.asking_port)

    assert refusal.value.recipients["nobody@desk.example"][0] == 550
    assert verdicts(desk) == []


def test_a_mail_that_came_while_mailbot_was_down_comes_in_when_it_is_up(
    relay: Relay, make_desk: MakeDesk, ann: Client, bob: Client
) -> None:
    desk = make_desk()
    ann.write("support@desk.example", "Pump leaks", "It drips.")
    await_true(lambda: "Connection refused" in relay.log(), 10, "a first attempt", relay.tails)

    desk.start()

    assert "It drips." in bob.inbox.await_mail().text


def readme_commands() -> list[str]:
    """The commands of README's block that begins with swaks, continued lines joined."""
    blocks = (REPOSITORY / "README.md").read_text().split("```console\n")[1:]
    block = next(block.partition("```")[0] for block in blocks if block.startswith("$ swaks"))
    return [command.strip() for command in block.replace("\\\n", " ").split("$ ")[1:]]


def test_the_readmes_conversation_from_a_shell_works_line_by_line(
    relay: Relay, desk: Desk, ann: Client, bob: Client
) -> None:
    (desk.folder / ".venv").symlink_to(Path(sys.prefix))
    first, *others = (line.replace(":8025", f":{desk.smtp_port}") for line in readme_commands())

    subprocess.run(["bash", "-euc", first], cwd=desk.folder, check=True, capture_output=True, timeout=60)
    opened = bob.inbox.await_mail(1)
    told = [
        subprocess.run(["bash", "-euc", line], cwd=desk.folder, check=True, capture_output=True, timeout=60).stdout
        for line in others
    ]

    assert opened.subject == "[Desk #1001] Pump leaks"
    assert b"Pump leaks" in told[0]
    assert "Which pump is it?" in ann.inbox.await_mail(2).text


@pytest.mark.parametrize("header", ["auto-replied", "auto-generated"])
def test_automatic_mail_becomes_no_comment_and_is_not_answered(
    relay: Relay, desk: Desk, ann: Client, bob: Client, header: str
) -> None:
    ann.write("support@desk.example", "Pump leaks", "It drips.")

    bob.reply(bob.inbox.await_mail(), "I am on holiday until May.", Auto_Submitted=header)

    await_verdicts(desk, "opened", "ignored")
    assert len(desk.ticket()["comments"]) == 1
    stays_true(lambda: len(ann.inbox.mails()) == len(bob.inbox.mails()) == 1, 1, "one mail each", desk.tails)


def test_mail_with_the_null_return_path_becomes_no_comment_and_is_not_answered(
    relay: Relay, desk: Desk, ann: Client, bob: Client
) -> None:
    ann.write("support@desk.example", "Pump leaks", "It drips.")
    opened = bob.inbox.await_mail()

    bob.send_from("", bob.answer(opened, "I am on holiday until May."), opened.reply_address)

    await_true(lambda: len(verdicts(desk)) == 2 and all(verdicts(desk)), PATIENCE_SECONDS, "a verdict", desk.tails)
    assert len(desk.ticket()["comments"]) == 1
    stays_true(lambda: len(ann.inbox.mails()) == len(bob.inbox.mails()) == 1, 1, "one mail each", desk.tails)


def test_automatic_mail_opens_no_ticket(desk: Desk, ann: Client) -> None:
    ann.write("support@desk.example", "Out of office", "I am away.", Auto_Submitted="auto-replied")

    await_verdicts(desk, "ignored")
    assert desk.ask("ticket", "list") == []


def test_the_same_mail_handed_over_again_is_one_comment(relay: Relay, desk: Desk, ann: Client, bob: Client) -> None:
    ann.write("support@desk.example", "Pump leaks", "It drips.")
    opened = bob.inbox.await_mail()
    answer = bob.answer(opened, "Tighten it.")

    bob.send(answer, opened.reply_address)
    ann.inbox.await_mail(2)
    bob.send(answer, opened.reply_address)

    await_verdicts(desk, "opened", "commented", "ignored")
    assert len(desk.ticket()["comments"]) == 2
    stays_true(lambda: len(ann.inbox.mails()) == 2, 1, "two mails", desk.tails)


def test_a_bounce_of_a_mail_shows_on_its_ticket_and_tells_the_admins(
    relay: Relay, make_desk: MakeDesk, ann: Client
) -> None:
    desk = make_desk({"vendors": {"acme": {"email": "gone@vendor.example"}}})
    desk.start()

    ann.write("support@desk.example", "Pump leaks", "It drips.")

    ticket = desk.await_ticket(lambda ticket: ticket["vendor"]["address_failing"], "the address fails")
    assert "delivery_failed" in {event["event"] for event in ticket["history"]}
    assert not ticket["customer"]["address_failing"]
    admin = Client("Admin", "admin@operator.example", relay)
    assert "1001" in admin.inbox.await_mail().everything()
