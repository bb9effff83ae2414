"""`mailbot explain` on files: one line each, in order, whatever they hold."""

import json
import subprocess
import sys

from click.testing import CliRunner

from mailbot.cli.explain import explain
from tests.inbound.mails import mail


def _run(*arguments: str, given: str = "") -> list[str]:
    result = CliRunner().invoke(explain, arguments, input=given, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output.splitlines()


def test_each_file_gets_its_line_in_order_and_a_bad_one_stops_nothing(tmp_path):
    good, other = tmp_path / "good.eml", tmp_path / "other.eml"
    good.write_bytes(mail("Hello\n\n> old\n"))
    other.write_bytes(b"\xff\x00")

    rows = [
        json.loads(line) for line in _run("--json", str(good), str(tmp_path / "none.eml"), str(tmp_path), str(other))
    ]

    assert [row["path"].rsplit("/", 1)[-1] for row in rows][:2] == ["good.eml", "none.eml"]
    assert rows[0] == {
        "path": str(good),
        "kind": "human",
        "subject": "Re: pump",
        "text": "Hello",
        "cut": "> old",
        "attachments": 0,
        "recipients": [],
        "permanent": None,
        "error": None,
    }
    assert "none.eml" in rows[1]["error"]
    assert rows[2]["error"]
    assert rows[3]["error"] is None


def test_paths_on_standard_input_are_answered(tmp_path):
    file = tmp_path / "a b.eml"
    file.write_bytes(mail("Hello"))

    rows = [json.loads(line) for line in _run("--json", "-", given=f"{file}\n\n{file}\n")]

    assert [row["text"] for row in rows] == ["Hello", "Hello"]


def test_a_number_without_a_config_is_answered_with_an_error_and_stops_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    good = tmp_path / "good.eml"
    good.write_bytes(mail("Hello"))
    (tmp_path / "17").write_bytes(mail("A file named by a number"))
    odd = ["123456", "9" * 400, "²", "١"]

    named = [json.loads(line) for line in _run("--json", *odd, "17", str(good))]
    given = [json.loads(line) for line in _run("--json", "-", given="\n".join([*odd, "17", str(good)]))]

    assert named == given
    assert [row["path"] for row in named] == [*odd, "17", str(good)]
    assert all(row["error"] and row["kind"] is None for row in named[:4])
    assert named[0]["error"] == ("there is no such file, and no config.toml whose stored mail 123456 could be meant")
    assert [row["text"] for row in named[4:]] == ["A file named by a number", "Hello"]
    assert "could be meant" in "\n".join(_run("123456", str(good)))


def test_an_answer_comes_before_the_next_path_is_given(tmp_path):
    file = tmp_path / "a.eml"
    file.write_bytes(mail("Hello"))
    command = [sys.executable, "-m", "mailbot.cli.explain", "--json", "-"]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        process.stdin.write(f"{file}\n")
        process.stdin.flush()
        line = process.stdout.readline()
        process.stdin.close()

    assert json.loads(line)["text"] == "Hello"


def test_a_reader_is_told_the_rule_of_each_cut(tmp_path):
    file = tmp_path / "a.eml"
    file.write_bytes(mail("Hello\n\n-- \nAnn\n"))

    account = "\n".join(_run(str(file)))

    assert "cut: signature" in account
    assert "nothing speaks for a machine" in account


def test_in_a_pipe_there_is_no_markup_and_in_a_terminal_the_path_is_bold(tmp_path):
    path = tmp_path / "1.eml"
    path.write_bytes(mail("Hello"))

    piped, shown = (CliRunner().invoke(explain, [str(path)], color=color).stdout for color in (False, True))

    assert piped.splitlines()[0] == str(path)
    assert shown.splitlines()[0] == f"\x1b[1m{path}\x1b[0m"


def test_no_stranger_moves_the_cursor(tmp_path):
    file = tmp_path / "a.eml"
    file.write_bytes(mail("Hello \x1b[2J\u202e there"))

    assert not set("\n".join(_run(str(file)))) & {"\x1b", "\u202e"}
