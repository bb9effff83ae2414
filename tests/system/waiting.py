"""Waiting for the outside world: bounded, and with a reason when it was in vain."""

from __future__ import annotations

import random
import select
import socket
import time
from collections.abc import Callable

BETWEEN_LOOKS_SECONDS = 0.05
# How long anything may take that usually takes a moment: only a test that fails waits so long.
PATIENCE_SECONDS = 45
_GIVEN_PORTS: set[int] = set()


def await_true(probe: Callable[[], bool], within_seconds: float, what: str, tails: Callable[[], str]) -> None:
    """Return as soon as `probe` is true; AssertionError with `what` and the logs when it takes too long."""
    end = time.monotonic() + within_seconds
    while not probe():
        assert time.monotonic() < end, f"not within {within_seconds} s: {what}\n{tails()}"
        pause(BETWEEN_LOOKS_SECONDS)


def stays_true(probe: Callable[[], bool], for_seconds: float, what: str, tails: Callable[[], str]) -> None:
    """Look on for a while; AssertionError as soon as `probe` is false."""
    end = time.monotonic() + for_seconds
    while time.monotonic() < end:
        assert probe(), f"no longer so: {what}\n{tails()}"
        pause(BETWEEN_LOOKS_SECONDS)


def pause(seconds: float) -> None:
    """Let the others run for a moment."""
    select.select([], [], [], seconds)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on and that this test run was not given before.

    It lies below the range from which the kernel gives clients their own ports (32768 and up): one of those
    could be taken by any outgoing connection before its server starts.
    """
    for port in random.sample(range(20_000, 32_000), 200):
        if port not in _GIVEN_PORTS and _nobody_listens(port):
            _GIVEN_PORTS.add(port)
            return port
    raise AssertionError("no free port on 127.0.0.1")


def _nobody_listens(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def last_lines(text: str, count: int) -> str:
    """The last lines of a log."""
    return "\n".join(text.splitlines()[-count:])
