"""Lists are whole for programs, and say so when they are not whole for people. In process, on a real store."""

import pytest
from click.testing import CliRunner, Result

from mailbot.__main__ import mailbot
from mailbot.core.ticket import Via
from mailbot.service.handover import Envelope
from mailbot.service.intake import store_mails
from mailbot.service.tickets import Opening, add_ticket, desk_words
from tests.cli.test_commands import Commands
from tests.given import ANN, BY_SMTP, MONDAY, Play, a_mail, a_play

TICKETS = 1003
LISTS = {
    ("ticket", "list"): TICKETS,
    ("ticket", "list", "--status", "open"): TICKETS,
    ("ticket", "list", "--vendor", "acme"): TICKETS,
    ("outbox", "list"): 2 * TICKETS,
    ("outbox", "list", "--status", "queued"): 2 * TICKETS,
    ("inbox", "list"): TICKETS,
    ("inbox", "list", "--waiting"): TICKETS,
}


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """A desk with more of everything than a table shows."""
    folder = tmp_path_factory.mktemp("desk")
    play = a_play(folder)
    fill(play)
    play.desk.store.close()
    return Commands(folder / "config.toml")


def fill(play: Play) -> None:
    opening = Opening("technical-support", "acme", ANN, "Ann", "Pump leaks", desk_words("It leaks.", Via.CLI))
    with play.desk.store.write() as connection:
        for _ in range(TICKETS):
            add_ticket(connection, play.desk, opening, MONDAY)
    mail = a_mail("It leaks.")
    store_mails(play.desk, [Envelope(BY_SMTP, ANN, ("support@desk.example",), mail) for _ in range(TICKETS)])


def listed(commands: Commands, *words: str) -> Result:
    return CliRunner().invoke(mailbot, [*words, "--config", str(commands.config)], catch_exceptions=False)


@pytest.mark.parametrize(("words", "count"), LISTS.items(), ids=map(" ".join, LISTS))
def test_a_list_for_programs_has_every_row(commands, words, count):
    assert len(commands.json(*words)) == count
    assert len(commands.json(*words, "--most", "5")) == 5


@pytest.mark.parametrize(("words", "count"), LISTS.items(), ids=map(" ".join, LISTS))
def test_a_table_that_is_not_all_says_how_many_are_missing(commands, words, count):
    usual, five, whole = (listed(commands, *words, *most) for most in ([], ["--most", "5"], ["--most", str(count)]))

    assert [len(one.stdout.splitlines()) - 1 for one in (usual, five, whole)] == [1000, 5, count]
    assert usual.stderr == f"{count - 1000} more: `--most {count}` shows them, and --json has all.\n"
    assert five.stderr == f"{count - 5} more: `--most {count}` shows them, and --json has all.\n"
    assert whole.stderr == ""


def test_what_is_due_is_whole_for_programs_and_says_when_a_table_is_not(commands):
    usual = listed(commands, "due")

    assert len(commands.json("due")) == 3 * TICKETS
    assert len(commands.json("due", "--most", "5")) == 5
    assert len(usual.stdout.splitlines()) - 1 == 1000
    assert usual.stderr == "These are the first 1000; --most shows more, and --json has all.\n"


def test_no_rows_at_all_is_no_number_of_rows(commands):
    assert listed(commands, "ticket", "list", "--most", "0").exit_code != 0
