import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from mailbot.__main__ import mailbot
from mailbot.core.ticket import Party
from tests.given import BOB, a_mail, a_play


def test_a_stored_mail_is_explained_with_its_verdict_and_every_step(tmp_path):
    play = a_play(tmp_path)
    number = play.open()
    text = "Which one?\n\nOn Monday, Ann wrote:\n> It leaks.\n"
    play.receive(play.reply_address(number, Party.VENDOR), a_mail(text, BOB, "<b1@vendor.example>"), BOB)
    play.desk.store.close()
    words = ["explain", "1", "--config", str(tmp_path / "config.toml")]

    told = CliRunner().invoke(mailbot, words, catch_exceptions=False).stdout
    found = json.loads(CliRunner().invoke(mailbot, [*words, "--json"], catch_exceptions=False).stdout)

    assert (found["kind"], found["text"], found["verdict"], found["ticket"]) == (
        "human",
        "Which one?",
        "commented",
        number,
    )
    assert found["steps"] == [
        {"asked": "recipient", "found": f"reply address of the vendor of {number}"},
        {"asked": "author", "found": BOB},
        {"asked": "authentication", "found": "none"},
        {"asked": "sender grade", "found": "addressee"},
        {"asked": "treatment", "found": "post"},
    ]
    assert "commented" in told
    assert "sender grade" in told
    assert "    | Which one?" in told
    assert "cut: " in told


def test_a_number_that_no_stored_mail_has_stops_nothing(tmp_path):
    play = a_play(tmp_path)
    play.receive("support@desk.example", a_mail("It leaks."))
    play.desk.store.close()
    file = tmp_path / "good.eml"
    file.write_bytes(a_mail("From a file"))

    found = explained(tmp_path / "config.toml", "999", "9" * 18, "1", str(file))

    assert [row["error"] for row in found] == [
        "there is no inbound mail 999; `mailbot inbox list` shows them",
        f"there is no inbound mail {'9' * 18}; `mailbot inbox list` shows them",
        None,
        None,
    ]
    assert (found[2]["verdict"], found[3]["text"]) == ("opened", "From a file")


def test_a_number_beside_a_broken_config_is_answered_with_its_fault_and_stops_nothing(tmp_path):
    config, file = tmp_path / "config.toml", tmp_path / "good.eml"
    config.write_text("[desk\n")
    file.write_bytes(a_mail("From a file"))

    found = explained(config, "1", str(file))

    assert found[0]["error"].startswith("config.toml:1: not TOML")
    assert found[1]["text"] == "From a file"


def explained(config: Path, *names: str) -> list[dict[str, Any]]:
    words = ["explain", "--json", *names, "--config", str(config)]
    done = CliRunner().invoke(mailbot, words, catch_exceptions=False)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_is_read_beside_what_stood_on_the_ticket_before_it(tmp_path):
    play = a_play(tmp_path)
    number = play.open()
    play.deliver()
    said = "Thanks, that is the old series.\nIt has no valve.\nI send you a new one."
    text = f"{said}\n\n-- \nBob Carter, Acme\nTel. +43 1 555\n\nOn Monday, Ann wrote:\n> It leaks.\n"
    play.receive(play.reply_address(number, Party.VENDOR), a_mail(text, BOB, "<b1@vendor.example>"), BOB)
    play.deliver()
    play.desk.store.close()

    done = CliRunner().invoke(mailbot, ["explain", "1", "--json", "--config", str(tmp_path / "config.toml")])

    assert json.loads(done.stdout)["text"] == play_text(tmp_path, number) == said


def play_text(folder: Path, number: int) -> str:
    """The comment as it was posted."""
    shown = CliRunner().invoke(
        mailbot, ["ticket", "show", str(number), "--json", "--config", str(folder / "config.toml")]
    )
    text: str = json.loads(shown.stdout)["comments"][-1]["text"]
    return text
