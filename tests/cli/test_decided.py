"""Mails that are not there, or that were decided before: said, with a code of sysexits. In process, on a real store."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from mailbot.__main__ import mailbot
from mailbot.core.ticket import Party
from mailbot.outbound.mail import Deferred, Failed
from mailbot.store import held
from tests.cli.test_commands import Commands
from tests.given import Play, a_mail, a_play

EVE = "eve@evil.example"


@pytest.fixture
def play(tmp_path) -> Iterator[Play]:
    """A desk with one ticket, three strangers' mails held on it, and all of its mails still queued."""
    play = a_play(tmp_path)
    number = play.open()
    for count in (1, 2, 3):
        mail = a_mail(f"Word {count}", EVE, f"<{count}@evil.example>")
        play.receive(play.reply_address(number, Party.VENDOR), mail, EVE)
    yield play
    play.desk.store.close()


@pytest.fixture
def commands(play, tmp_path) -> Commands:
    return Commands(tmp_path / "config.toml")


def states(play: Play) -> list[str]:
    with play.desk.store.read() as connection:
        return [found.state for key in (1, 2, 3) if (found := held.get_held(connection, key))]


@pytest.mark.parametrize(
    "words", [["outbox", "drop"], ["outbox", "retry"], ["hold", "release"], ["hold", "reject"], ["replay"]]
)
def test_what_is_not_there_cannot_be_decided(commands, words):
    error = commands.fails(*words, "9999")

    assert error.exit_code == 66
    assert "9999" in str(error)


def test_a_mail_is_dropped_once_and_stays_dropped(commands):
    first, again = commands.run("outbox", "drop", "1"), commands.run("outbox", "drop", "1")
    retried = commands.fails("outbox", "retry", "1")

    assert (first, again) == ("Mail 1 is dropped.\n", "Mail 1 was withdrawn before.\n")
    assert commands.json("outbox", "show", "1")["status"] == "withdrawn"
    assert retried.exit_code == 65
    assert "withdrawn" in str(retried)


def test_a_mail_that_has_left_is_neither_dropped_nor_tried(play, commands):
    play.deliver()

    for verb in ("drop", "retry"):
        error = commands.fails("outbox", verb, "1")
        assert error.exit_code == 65
        assert "mail 1" in str(error)
        assert "sent" in str(error)
    assert commands.json("outbox", "show", "1")["status"] == "sent"


def test_a_mail_that_failed_is_not_dropped_but_tried(play, commands):
    play.deliver(Failed("550 5.1.1 no such user"))

    dropped = commands.fails("outbox", "drop", "1")

    assert dropped.exit_code == 65
    assert "failed" in str(dropped)
    assert commands.run("outbox", "retry", "1") == "1 mail is tried now.\n"


def test_a_mail_that_is_put_off_is_tried_and_dropped(play, commands):
    play.deliver(Deferred("451 4.3.0 later"))

    assert commands.run("outbox", "retry", "1") == "1 mail is tried now.\n"
    assert commands.run("outbox", "drop", "1") == "Mail 1 is dropped.\n"


def test_the_same_decision_twice_is_said_and_another_one_refused(play, commands):
    commands.run("hold", "release", "1")
    commands.run("hold", "reject", "2")

    released, rejected = commands.run("hold", "release", "1"), commands.run("hold", "reject", "2")
    turned = [commands.fails("hold", "reject", "1"), commands.fails("hold", "release", "2")]

    assert (released, rejected) == ("Held mail 1 was released before.\n", "Held mail 2 was rejected before.\n")
    assert [error.exit_code for error in turned] == [65, 65]
    assert "held mail 1 was released before" in str(turned[0])
    assert "held mail 2 was rejected before" in str(turned[1])
    assert states(play) == ["released", "rejected", "held"]


def test_of_several_one_that_cannot_be_decided_stops_no_other(play, commands):
    commands.run("hold", "reject", "2")

    words = ["hold", "release", "9999", "1", "2", "3", "--config", str(commands.config)]
    done = CliRunner().invoke(mailbot, words)

    assert "Held mail 1 is posted" in done.stdout
    assert "Held mail 3 is posted" in done.stdout
    assert str(done.exception).splitlines() == [
        "there is no held mail 9999; `mailbot hold list` shows them",
        "held mail 2 was rejected before; `mailbot inbox list` has the mail itself",
    ]
    assert states(play) == ["released", "rejected", "released"]
