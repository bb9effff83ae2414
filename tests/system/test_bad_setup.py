"""A configuration, templates or a data folder that cannot be used: said at the start, with the right status."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk
from tests.system.relay import REPOSITORY

EX_CONFIG = 78


def spoiled(desk: Desk, old: str, new: str) -> int:
    """Replace a piece of config.toml; the number of the line where it stands."""
    text = desk.config.read_text()
    assert text.count(old) == 1
    desk.config.write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("verb", ["check", "serve"])
def test_all_faults_of_a_configuration_are_told_at_once(make_desk: MakeDesk, verb: str) -> None:
    desk = make_desk()
    misspelt = spoiled(desk, '"domain" =', '"domian" =')
    wrong_unit = spoiled(desk, '"retry_first" = "0.2 seconds"', '"retry_first" = "0.2 fortnights"')

    done = desk.run(verb)

    told = done.stderr.decode() + done.stdout.decode()
    assert done.returncode == EX_CONFIG
    assert f"config.toml:{misspelt}" in told
    assert "domian" in told
    assert "domain" in told.replace("domian", "")
    assert f"config.toml:{wrong_unit}" in told
    assert "retry_first" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("text", ["[desk\nname = ", "\x00\xff", '[desk]\nname = "A"\nname = "B"\n'])
def test_a_file_that_is_no_toml_is_told_with_its_line(make_desk: MakeDesk, text: str) -> None:
    desk = make_desk()
    desk.config.write_bytes(text.encode("latin-1"))

    done = desk.run("check")

    assert done.returncode == EX_CONFIG
    assert b"config.toml" in done.stderr + done.stdout
    assert b"Traceback" not in done.stderr


def test_a_good_configuration_passes(make_desk: MakeDesk) -> None:
    done = make_desk().run("check")

    assert (done.returncode, done.stderr.count(b"Traceback")) == (0, 0)


def test_a_port_that_is_taken_is_told(make_desk: MakeDesk, relay: object) -> None:
    desk, second = make_desk(), make_desk()
    desk.start()

    done = second.run("serve")

    assert done.returncode not in (0, 1)
    assert desk.settings["smtp"]["listen"].encode() in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("verb", ["check", "serve"])
@pytest.mark.parametrize("broken", ["{{ ticket.number", "{{ no_such_name }}"], ids=["syntax", "unknown name"])
def test_a_broken_template_is_told_before_the_first_mail(make_desk: MakeDesk, broken: str, verb: str) -> None:
    desk = make_desk({"desk": {"templates": "my-templates"}})
    folder = desk.folder / "my-templates"
    shutil.copytree(REPOSITORY / "templates", folder)
    template = next(path for path in sorted(folder.rglob("*.txt*")) if "{{" in path.read_text())
    template.write_text(template.read_text() + broken)

    done = desk.run(verb)

    told = done.stderr + done.stdout
    assert done.returncode == EX_CONFIG
    assert template.name.encode() in told
    assert b"Traceback" not in told


def test_a_database_that_is_none_is_told_and_left_as_it_is(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.data_dir.mkdir()
    desk.database.write_bytes(b"these are not the tables you look for" * 200)

    done = desk.run("serve")

    assert done.returncode not in (0, 1)
    assert b"mailbot.db" in done.stderr
    assert b"Traceback" not in done.stderr
    assert desk.database.read_bytes().startswith(b"these are not")


def test_a_database_of_a_newer_mailbot_is_told_and_left_as_it_is(make_desk: MakeDesk) -> None:
    desk = make_desk()
    assert desk.run("migrate").returncode == 0
    with sqlite3.connect(desk.database) as database:
        database.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    database.close()

    done = desk.run("serve")

    assert done.returncode not in (0, 1)
    assert b"Traceback" not in done.stderr


def test_a_data_folder_that_is_a_file_is_told(make_desk: MakeDesk) -> None:
    desk = make_desk()
    Path(desk.data_dir).write_text("not a folder")

    done = desk.run("serve")

    assert done.returncode not in (0, 1)
    assert str(desk.data_dir).encode() in done.stderr
    assert b"Traceback" not in done.stderr
