"""Commands of root on a data folder of another user: they run as that user, or say why they cannot."""

import json
import os
import pwd
import subprocess
import sys

import pytest

from tests.system.conftest import MakeDesk
from tests.system.desk import Desk

EX_NOPERM = 77
NOBODY = pwd.getpwnam("nobody")
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another user's place")


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A desk whose data folder belongs to nobody, in folders that everybody may enter."""
    desk = make_desk()
    assert desk.run("migrate").returncode == 0
    for folder in desk.folder.parents:
        if "pytest" in str(folder):  # pytest's own, for root alone
            folder.chmod(0o755)
    for path in (desk.data_dir, *desk.data_dir.rglob("*")):
        os.chown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    return desk


def program_is_readable() -> bool:
    """Whether nobody can run this very Python with our modules."""
    command = [sys.executable, "-c", "import sqlite3, sqlalchemy, mailbot.app"]
    try:
        done = subprocess.run(command, user=NOBODY.pw_uid, group=NOBODY.pw_gid, extra_groups=[], capture_output=True)
    except PermissionError:
        return False
    return done.returncode == 0


@pytest.mark.parametrize(
    "words", [["ticket", "list"], ["vendor", "list"], ["due"], ["migrate"], ["outbox", "list"], ["serve"]]
)
def test_root_runs_as_the_owner_or_says_what_the_owner_cannot_read(desk: Desk, words: list[str]) -> None:
    if words == ["serve"] and program_is_readable():
        pytest.skip("it would serve, as the tests of the server show")

    done = desk.run(*words)

    assert b"Traceback" not in done.stderr
    if program_is_readable():
        assert done.returncode == 0
    else:
        assert done.returncode == EX_NOPERM
        assert f"belongs to user {NOBODY.pw_uid}".encode() in done.stderr
        assert b"cannot read /" in done.stderr
    assert {path.stat().st_uid for path in desk.data_dir.rglob("*")} == {NOBODY.pw_uid}


def test_a_data_folder_that_its_owner_cannot_enter_is_named(desk: Desk) -> None:
    desk.folder.chmod(0o700)

    done = desk.run("ticket", "list")

    assert done.returncode == EX_NOPERM
    assert f"cannot read {desk.data_dir}".encode() in done.stderr


def test_explain_answers_files_beside_a_number_that_it_may_not_look_up(desk: Desk) -> None:
    desk.folder.chmod(0o700)
    file = desk.folder / "good.eml"
    file.write_bytes(b"From: ann@customer.example\r\n\r\nHello\r\n")

    done = desk.run("explain", "--json", "1", str(file))

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert "belongs to user" in rows[0]["error"]
    assert rows[1]["text"] == "Hello"
