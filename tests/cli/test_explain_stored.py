import json

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
