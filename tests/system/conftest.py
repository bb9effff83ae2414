"""What system tests share: one Postfix for the run, and the one place that skips where a part is missing."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

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
def _one_relay(parts: None) -> Iterator[Relay]:
    """The Postfix of this run. Its folder is not pytest's, which other users may not enter."""
    home = Path(tempfile.mkdtemp(prefix="mailbot-postfix-"))
    home.chmod(0o755)
    relay = Relay(home)
    try:
        relay.start()
        yield relay
    finally:
        relay.stop()
        if prefix := superuser():
            subprocess.run([*prefix, "rm", "-rf", str(home)], check=True)
        else:
            shutil.rmtree(home)


@pytest.fixture
def relay(_one_relay: Relay) -> Relay:
    """The Postfix, without any mail of another test."""
    _one_relay.clear()
    return _one_relay
