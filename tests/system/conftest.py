"""What system tests share: one Postfix for the run, and the one place that skips where a part is missing."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.system.desk import Desk, desk_settings, merged
from tests.system.mailclient import Client
from tests.system.packages import in_ci, missing, superuser
from tests.system.relay import Relay


@pytest.fixture(scope="session")
def parts() -> None:
    """Skip, or fail where CI=true, when this machine lacks a part."""
    reasons = [f"{package} is not installed" for package in missing()]
    if superuser() is None:
        reasons.append("Postfix needs root or sudo without a password")
    if reasons and in_ci():
        pytest.fail(f"CI=true and {'; '.join(reasons)}")
    if reasons:
        pytest.skip(f"SYSTEM TESTS SKIPPED: {'; '.join(reasons)} (see `python -m tests.system.packages`)")


@pytest.fixture(scope="session")
def one_relay(parts: None) -> Iterator[Relay]:
    """The Postfix of this run."""
    with relay_home() as home, running(Relay(home)) as relay:
        yield relay


@contextmanager
def relay_home() -> Iterator[Path]:
    """A folder for a Postfix. It is not one of pytest's, which other users may not enter."""
    home = Path(tempfile.mkdtemp(prefix="mailbot-postfix-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        if prefix := superuser():
            subprocess.run([*prefix, "rm", "-rf", str(home)], check=True)
        else:
            shutil.rmtree(home)


@contextmanager
def running(relay: Relay) -> Iterator[Relay]:
    """A Postfix that runs for as long as the block."""
    try:
        relay.start()
        yield relay
    finally:
        relay.stop()


@pytest.fixture
def relay(one_relay: Relay) -> Relay:
    """The Postfix, without any mail of another test."""
    one_relay.clear()
    return one_relay


class MakeDesk(Protocol):
    """Makes a mailbot for the relay; `changes` are laid over `desk_settings`. It is not started."""

    def __call__(self, changes: Mapping[str, Any] | None = None, environment: dict[str, str] | None = None) -> Desk: ...


@pytest.fixture
def make_desk(relay: Relay, tmp_path: Path) -> Iterator[MakeDesk]:
    """A maker of desks; what is left of them is ended with the test."""
    made: list[Desk] = []

    def make(changes: Mapping[str, Any] | None = None, environment: dict[str, str] | None = None) -> Desk:
        folder = tmp_path / f"desk-{len(made)}"
        by_relay = {"smtp": {"listen": f"127.0.0.1:{relay.desk_port}"}}
        settings = merged(merged(desk_settings(folder / "var", relay.port), by_relay), changes or {})
        made.append(Desk(folder, settings, environment) if environment else Desk(folder, settings))
        relay.desk_tails.append(made[-1].tails)
        return made[-1]

    yield make
    for desk in made:
        desk.clean_up()


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A running mailbot with the default settings of these tests."""
    desk = make_desk()
    desk.start()
    return desk


@pytest.fixture
def ann(relay: Relay) -> Client:
    """A customer."""
    return Client("Ann", "ann@customer.example", relay)


@pytest.fixture
def bob(relay: Relay) -> Client:
    """Who answers the vendor Acme's mail."""
    return Client("Bob", "bob@vendor.example", relay)
