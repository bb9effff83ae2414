"""The command line as a program around mailbot sees it: words, JSON, exit codes. In process, on a real store."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mailbot.__main__ import COMMANDS, mailbot
from mailbot.errors import MailbotError
from mailbot.store.migrate import NEWEST
from tests.given import ANN, BOB, SETTINGS, a_mail

OPEN = [
    "ticket",
    "open",
    "--type",
    "technical-support",
    "--vendor",
    "acme",
    "--customer",
    ANN,
    "--customer-name",
    "Ann",
]


class Commands:
    """Runs commands on one config."""

    def __init__(self, config: Path) -> None:
        self.config = config

    def run(self, *words: str, stdin: bytes | str = "") -> str:
        done = CliRunner().invoke(mailbot, [*words, "--config", str(self.config)], input=stdin, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    def json(self, *words: str, stdin: bytes | str = ""):
        return json.loads(self.run(*words, "--json", stdin=stdin))

    def fails(self, *words: str, stdin: bytes | str = "") -> MailbotError:
        with pytest.raises(MailbotError) as caught:
            self.run(*words, stdin=stdin)
        return caught.value


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    config = tmp_path / "config.toml"
    config.write_text(SETTINGS)
    return Commands(config)


def test_open_prints_the_ticket_as_programs_rely_on_it(commands):
    ticket = commands.json(*OPEN, "--subject", "Pump leaks", "--body", "It drips.", "--field", "order=A-17")

    assert ticket["number"] == 1001
    assert ticket["details"] == {"order": "A-17"}
    assert (ticket["type"], ticket["status"], ticket["subject"]) == ("technical-support", "open", "Pump leaks")
    assert (ticket["waiting_on"], ticket["last_actor"], ticket["last_activity_at"]) == (
        "vendor",
        "customer",
        ticket["opened_at"],
    )
    assert ticket["next"].keys() == {"action", "at", "rule"}
    assert ticket["next"]["rule"] == "vendor: warn after 48 hours"
    assert ticket["customer"].keys() == {"name", "address", "reply_address", "page", "address_failing"}
    assert ticket["vendor"].keys() == {"id", "name", "address", "reply_address", "page", "address_failing"}
    assert (ticket["customer"]["address"], ticket["vendor"]["address"]) == (ANN, BOB)
    assert ticket["customer"]["reply_address"].startswith("reply+")
    assert ticket["customer"]["page"].startswith("http://desk.example/t/")
    (comment,) = ticket["comments"]
    assert comment | {"at": ""} == {
        "number": 1, "opening": True, "party": "customer", "sender": ANN, "sender_grade": "desk", "at": "",
        "text": "It drips.", "message_id": None, "via": "cli", "attachments": [],
    }  # fmt: skip
    assert [(entry["event"], entry["at"]) for entry in ticket["history"]] == [("opened", ticket["opened_at"])]
    assert ticket["held"] == []
    assert [
        (mail["kind"], mail["to"], mail["status"], mail["attempts"], mail["next_try_at"]) for mail in ticket["mails"]
    ] == [
        ("opened", "customer", "queued", 0, None),
        ("opened", "vendor", "queued", 0, None),
    ]
    assert commands.json("ticket", "show", "1001") == ticket


def test_what_a_terminal_or_a_reader_could_be_fooled_by_is_cleaned_as_in_a_mail(commands):
    odd = "Pump\x1b[2J\x07 \u202eleaks\u2066\x85here"
    words = ["--customer-name", f"Ann {odd}", "--subject", odd, "--field", f"or\x1bder={odd}"]

    ticket = commands.json(*OPEN[:8], *words, "--body-file", "-", stdin=f"{odd}\r\n\ttab\n".encode())
    commented = commands.json("ticket", "comment", "1001", "--as", "vendor", "--body", odd)

    clean = "Pump[2J leaks here"
    assert (ticket["subject"], ticket["customer"]["name"]) == (clean, f"Ann {clean}")
    assert ticket["details"] == {"order": clean}
    assert ticket["comments"][0]["text"] == "Pump[2J leaks\nhere\n\ttab"
    assert commented["comments"][1]["text"] == "Pump[2J leaks\nhere"


def test_a_ticket_is_commented_closed_reopened_and_retyped(commands):
    commands.run(*OPEN, "--subject", "Pump leaks", "--body-file", "-", stdin="It drips.\n")

    commented = commands.json("ticket", "comment", "1001", "--as", "vendor", "--body", "Which one?")
    retyped = commands.json("ticket", "type", "1001", "refund", "--as", "vendor")
    closed = commands.json("ticket", "close", "1001", "--as", "customer")
    again = commands.run("ticket", "close", "1001")
    reopened = commands.json("ticket", "reopen", "1001")

    assert (commented["waiting_on"], commented["comments"][1]["sender"]) == ("customer", BOB)
    assert (retyped["type"], retyped["next"]) == ("refund", None)
    assert (closed["status"], closed["waiting_on"], closed["next"]) == ("closed", None, None)
    assert again == "Ticket 1001 was closed already.\n"
    assert (reopened["status"], reopened["last_actor"]) == ("open", "vendor")
    assert [entry["event"] for entry in reopened["history"]] == [
        "opened",
        "comment",
        "type_changed",
        "closed",
        "reopened",
    ]


def test_lists_are_tables_for_people_and_lists_for_programs(commands):
    empty = commands.run("ticket", "list")
    commands.run(*OPEN, "--subject", "Pump leaks", "--body", "It drips.")

    table = commands.run("ticket", "list", "--status", "open")

    assert empty == "No tickets.\n"
    assert table.splitlines()[0].split() == ["NUMBER", "STATUS", "WAITING", "ON", "TYPE", "VENDOR", "SUBJECT"]
    assert "Pump leaks" in table
    assert [one["number"] for one in commands.json("ticket", "list")] == [1001]
    assert commands.json("ticket", "list", "--status", "closed") == []
    assert [(mail["ticket"], mail["kind"]) for mail in commands.json("outbox", "list")] == [(1001, "opened")] * 2
    assert commands.json("inbox", "list") == []
    assert "Ticket 1001: Pump leaks" in commands.run("ticket", "show", "1001")


def test_inject_takes_a_mail_as_a_pipe_does(commands):
    ticket = commands.json(*OPEN, "--subject", "Pump leaks", "--body", "It drips.")

    commands.run("inject", "--recipient", ticket["vendor"]["reply_address"], stdin=a_mail("Hello", BOB))

    (waiting,) = commands.json("inbox", "list", "--waiting")
    assert (waiting["recipient"], waiting["verdict"]) == (ticket["vendor"]["reply_address"], None)
    shown = commands.json("inbox", "show", str(waiting["id"]))
    assert shown["bytes"] == len(a_mail("Hello", BOB))
    assert commands.fails("inject", "--recipient", "nobody@desk.example", stdin=a_mail("x")).exit_code == 67
    assert commands.fails("inject", "--recipient", "ann@customer.example", stdin=a_mail("x")).exit_code == 67


@pytest.mark.parametrize(
    ("words", "exit_code", "says"),
    [
        (["ticket", "show", "7"], 66, "there is no ticket 7"),
        ([*OPEN[:3], "refnd", *OPEN[4:], "--subject", "S", "--body", "B"], 66, "'refnd'"),
        ([*OPEN[:5], "acne", *OPEN[6:], "--subject", "S", "--body", "B"], 66, "'acne'"),
        ([*OPEN[:7], "nobody", "--subject", "S", "--body", "B"], 65, "'nobody'"),
        ([*OPEN[:7], "desk@desk.example", "--subject", "S", "--body", "B"], 65, "desk's own domain"),
        ([*OPEN[:7], "ann@DESK.example", "--subject", "S", "--body", "B"], 65, "desk's own domain"),
        ([*OPEN, "--subject", " ", "--body", "B"], 65, "subject"),
        ([*OPEN, "--subject", "\u202e\x1b\u2028", "--body", "B"], 65, "subject"),
        ([*OPEN, "--subject", "S", "--body", "B", "--field", "\u202e=x"], 65, "order=A-17"),
        ([*OPEN, "--subject", "S"], 65, "--body"),
        ([*OPEN, "--subject", "S", "--body", "B", "--field", "x"], 65, "order=A-17"),
        (["inbox", "show", "7"], 66, "7"),
        (["outbox", "show", "7"], 66, "7"),
        (["hold", "release", "7"], 66, "7"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_code_of_sysexits(commands, words, exit_code, says):
    error = commands.fails(*words)

    assert error.exit_code == exit_code
    assert says in str(error)


def test_a_customer_may_not_change_the_type(commands):
    commands.run(*OPEN, "--subject", "S", "--body", "B")

    assert commands.fails("ticket", "type", "1001", "refund", "--as", "customer").exit_code == 77


def test_vendors_are_imported_all_or_none(commands, tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(
        "id,name,email,also\nbolt,Bolt,zoe@bolt.example,bolt.example zoe@home.example\nnail,Nail,nils@nail.example,\n"
    )
    bad.write_text("id,name,email\nnut,Nut,nut@nut.example\ncog,Cog,nobody\n")

    said = commands.run("vendor", "import", str(good))
    error = commands.fails("vendor", "import", str(bad))

    assert said == "2 vendors read, 2 new or changed.\n"
    assert "line 3" in str(error)
    vendors = {one["id"]: one for one in commands.json("vendor", "list")}
    assert vendors.keys() == {"acme", "bolt", "nail", "silent"}
    assert vendors["bolt"]["also"] == ["bolt.example", "zoe@home.example"]


def test_check_says_that_a_good_config_is_good_and_names_an_unknown_vendor(commands):
    assert "is good" in commands.run("check")
    commands.config.write_text(SETTINGS.replace('vendor = "acme"', 'vendor = "acne"'))

    error = commands.fails("check")

    assert error.exit_code == 78
    assert error.faults == [
        'config.toml:19: [intake.support] vendor: there is no vendor "acne" in the config or the database;'
        ' did you mean "acme"?'
    ]


def test_migrate_says_what_it_did(commands):
    assert commands.run("migrate") == f"The database is at revision {NEWEST} (was new).\n"
    assert commands.run("migrate") == f"The database is at revision {NEWEST} already.\n"


def test_init_writes_what_check_accepts_and_touches_nothing(tmp_path):
    folder = tmp_path / "desk"
    runner = CliRunner()

    first = runner.invoke(mailbot, ["init", str(folder)])
    checked = runner.invoke(mailbot, ["check", "--config", str(folder / "config.toml")], catch_exceptions=False)
    second = runner.invoke(mailbot, ["init", str(folder)])

    assert first.exit_code == checked.exit_code == 0
    assert (folder / "templates" / "mail").is_dir()
    assert 'templates = "templates"' in (folder / "config.toml").read_text()
    assert isinstance(second.exception, MailbotError)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name):
    done = CliRunner().invoke(mailbot, [name, "--help"])

    assert done.exit_code == 0
    assert done.stdout.startswith("Usage:")


def test_check_names_a_language_without_templates(commands):
    commands.config.write_text(SETTINGS.replace('name = "Acme"', 'name = "Acme"\nlanguage = "tlh"'))

    error = commands.fails("check")

    assert error.faults == [
        'config.toml:10: [vendors.acme] language: there are no mail templates in "tlh"; the known ones are de, en'
    ]


def test_an_imported_vendors_language_is_kept(commands, tmp_path):
    file = tmp_path / "vendors.csv"
    file.write_text("id,name,language\nbolt,Bolt,de\n")

    commands.run("vendor", "import", str(file))

    assert {one["id"]: one["language"] for one in commands.json("vendor", "list")}["bolt"] == "de"


def test_a_rotated_key_and_a_revoked_address_are_seen_at_once(commands):
    before = commands.json(*OPEN, "--subject", "S", "--body", "B")["vendor"]["reply_address"]

    said = commands.run("token", "rotate")
    rotated = commands.json("ticket", "show", "1001")["vendor"]["reply_address"]
    commands.run("inject", "--recipient", before, stdin=a_mail("Hello", BOB))
    revoked = commands.run("token", "revoke", "1001", "--party", "vendor")

    after = commands.json("ticket", "show", "1001")["vendor"]["reply_address"]
    assert said.startswith("Key 2 signs from now on.")
    assert len({before, rotated, after}) == 3
    assert after in revoked
    assert commands.fails("inject", "--recipient", before, stdin=a_mail("Hello", BOB)).exit_code == 67
    assert commands.fails("token", "retire", "2").exit_code == 65
    assert commands.fails("token", "retire", "9").exit_code == 65
    assert commands.run("token", "retire", "1") == "Key 1 is retired.\n"
    assert commands.fails("token", "revoke", "7", "--party", "vendor").exit_code == 66
