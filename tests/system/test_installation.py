"""From a clean clone to a running program: `make`, the wheel, an empty environment, an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.system.desk import Desk, desk_settings
from tests.system.relay import REPOSITORY

EX_DATAERR, EX_CONFIG = 65, 78
PATIENT = pytest.mark.timeout(400)


# What a test run under `make` or in an activated environment has, and a newcomer's shell has not.
OURS = ("VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
OUTSIDE = {name: value for name, value in os.environ.items() if name not in OURS}


def run(*command: str | Path, cwd: Path, status: int = 0) -> str:
    """Run a command that has to end with a status; what it said."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=OUTSIDE, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == status, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that git knows, as they stand now: what a clone would bring after the next commit."""
    if shutil.which("git") is None or not (REPOSITORY / ".git").exists():
        pytest.skip("SKIPPED: this is no git checkout, so there is nothing to clone")
    folder = tmp_path_factory.mktemp("clone")
    for name in run("git", "ls-files", "-z", cwd=REPOSITORY).split("\0"):
        source = REPOSITORY / name
        if name and source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)
    return folder


@pytest.fixture(scope="module")
def made(clone: Path) -> Path:
    """The clone after bare `make`."""
    run("make", cwd=clone)
    return clone


@pytest.fixture(scope="module")
def wheel(made: Path) -> Path:
    """The wheel, as built from the clone."""
    run(made / ".venv" / "bin" / "hatchling", "build", "-t", "wheel", "-d", made / "dist", cwd=made)
    return next((made / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`mailbot` in an empty environment that got nothing but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("empty")
    python = folder / "venv" / "bin" / "python"
    if uv := shutil.which("uv"):
        run(uv, "venv", "-q", "--python", sys.executable, folder / "venv", cwd=folder)
        install: list[str | Path] = [uv, "pip", "install", "-q", "--python", python]
    else:
        run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
        install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    run(*install, "--require-hashes", "-r", clone / "requirements.txt", cwd=folder)
    run(*install, "--no-deps", wheel, cwd=folder)
    return folder / "venv" / "bin" / "mailbot"


@PATIENT
def test_make_builds_a_program_that_runs(made: Path) -> None:
    assert run(made / ".venv" / "bin" / "mailbot", "--version", cwd=made).strip()


@PATIENT
def test_make_help_lists_what_make_can_do(made: Path) -> None:
    told = run("make", "help", cwd=made)

    assert all(f"make {target} " in told for target in ("serve", "test", "lint", "fmt", "help"))


@PATIENT
def test_the_wheel_brings_templates_and_the_default_configuration(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert any(name.endswith("/config.toml") for name in names)
    assert any("/templates/mail/" in name for name in names)
    assert any("/templates/page/" in name for name in names)
    assert not any(name.startswith("tests/") for name in names)


@PATIENT
def test_without_a_configuration_it_says_what_to_do(installed: Path, tmp_path: Path) -> None:
    told = run(installed, "serve", cwd=tmp_path, status=EX_CONFIG)

    assert "config.toml" in told
    assert "mailbot init" in told
    assert list(tmp_path.iterdir()) == []


@PATIENT
def test_init_writes_a_configuration_that_passes_the_check(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", "my-desk", cwd=tmp_path)

    run(installed, "check", cwd=tmp_path / "my-desk")
    assert (tmp_path / "my-desk" / "config.toml").is_file()
    assert list((tmp_path / "my-desk" / "templates" / "mail").iterdir())


@PATIENT
def test_init_overwrites_nothing(installed: Path, tmp_path: Path) -> None:
    run(installed, "init", "my-desk", cwd=tmp_path)
    config = tmp_path / "my-desk" / "config.toml"
    config.write_text("mine")

    told = run(installed, "init", "my-desk", cwd=tmp_path, status=EX_DATAERR)

    assert "config.toml" in told
    assert config.read_text() == "mine"


@PATIENT
def test_the_installed_program_serves_and_captures_mail(installed: Path, tmp_path: Path) -> None:
    settings = desk_settings(tmp_path / "desk" / "var", 25)
    settings["smarthost"] = {"url": "capture"}
    desk = Desk(tmp_path / "desk", settings, OUTSIDE, str(installed))
    words = ["--type", "refund", "--vendor", "acme", "--customer", "ann@customer.example"]

    try:
        desk.start()
        number = desk.ask("ticket", "open", *words, "--subject", "Pump leaks", "--body", "It drips.")["number"]
        ticket = desk.await_ticket(lambda ticket: {mail["status"] for mail in ticket["mails"]} == {"sent"}, "captured")
        desk.stop()
    finally:
        desk.clean_up()

    assert number == ticket["number"] == 1001
    captured = [path for path in desk.data_dir.rglob("*") if path.parent.name in ("new", "cur")]
    assert len(captured) == 2


@PATIENT
def test_the_shipped_configuration_passes_the_check(made: Path) -> None:
    told = run(made / ".venv" / "bin" / "mailbot", "check", "--config", "config.toml", cwd=made)

    assert "Traceback" not in told
