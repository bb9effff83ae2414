"""The parts that the system tests lean on, before mailbot comes into play."""

import smtplib
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.system import packages
from tests.system.desk import as_toml, desk_settings, merged
from tests.system.mailclient import Client
from tests.system.movedclock import MovedClock
from tests.system.relay import REFUSED, REPOSITORY, Relay
from tests.system.waiting import await_true

LOOK = "from datetime import *; print(datetime.now(UTC).isoformat())"


def test_postfix_delivers_to_a_maildir(relay: Relay) -> None:
    ann = Client("Ann", "ann@customer.example", relay)
    bob = Client("Bob", "bob@vendor.example", relay)

    ann.write("bob@vendor.example", "Pump leaks", "It drips.\n")

    mail = bob.inbox.await_mail()
    assert mail.subject == "Pump leaks"
    assert mail.text == "It drips.\n"


def test_postfix_reports_an_unknown_mailbox_to_the_return_path(relay: Relay) -> None:
    ann = Client("Ann", "ann@customer.example", relay)

    ann.write("nobody@vendor.example", "Pump leaks", "It drips.\n")

    report = ann.inbox.await_mail()
    assert report.message.get_content_type() == "multipart/report"
    assert report.header("Return-Path") == "<>"


def test_postfix_refuses_one_address_during_the_session(relay: Relay) -> None:
    ann = Client("Ann", "ann@customer.example", relay)

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        ann.write(REFUSED, "Pump leaks", "It drips.\n")


def test_postfix_keeps_mail_for_a_desk_that_is_down(relay: Relay) -> None:
    ann = Client("Ann", "ann@customer.example", relay)

    ann.write("support@desk.example", "Pump leaks", "It drips.\n")

    await_true(lambda: "Connection refused" in relay.log(), 10, "a first attempt", relay.tails)
    assert relay.queued() == 1


def test_an_answer_quotes_and_refers_to_what_it_answers(relay: Relay) -> None:
    ann = Client("Ann", "ann@customer.example", relay)
    bob = Client("Bob", "bob@vendor.example", relay)
    question = bob.compose("ann@customer.example", "Pump", "Which one?\n", Reply_To="bob@vendor.example")
    question.add_alternative("<p>Which one?</p>", subtype="html")
    bob.send(question, "ann@customer.example")

    ann.reply(ann.inbox.await_mail(), "The red one.")

    answer = bob.inbox.await_mail()
    assert answer.header("In-Reply-To") == question["Message-ID"]
    assert answer.text.startswith("The red one.")
    assert "> Which one?" in answer.text
    assert "<p>Which one?</p>" in answer.html


@pytest.mark.usefixtures("parts")
def test_the_clock_leaps_in_a_running_process(tmp_path: Path) -> None:
    clock = MovedClock(tmp_path / "clock")
    moment = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)

    clock.move_to(moment)
    seen = subprocess.check_output([sys.executable, "-c", LOOK], env=clock.environment(monotonic_too=False), text=True)

    assert abs(datetime.fromisoformat(seen.strip()) - moment) < timedelta(seconds=5)


def test_settings_reach_the_config_file_unchanged(tmp_path: Path) -> None:
    settings = merged(desk_settings(tmp_path, 25), {"smtp": {"trusted_relays": ["127.0.0.1"]}})

    written = tomllib.loads(as_toml(settings))

    assert written == settings
    assert written["smtp"]["listen"].startswith("127.0.0.1:")


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_a_missing_package_is_told_and_fails_in_ci(tmp_path: Path, ci: str, status: int) -> None:
    nothing_on_the_path = {"CI": ci, "PATH": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "tests.system.packages"],
        cwd=REPOSITORY,
        env=nothing_on_the_path,
        capture_output=True,
        text=True,
    )

    assert done.returncode == status
    assert "MISSING" in done.stderr
    assert "swaks" in done.stderr


def test_every_part_names_its_package() -> None:
    with pytest.raises(LookupError, match="no-such-package"):
        packages.path_of("no-such-package")
