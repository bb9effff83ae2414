"""Points at which a test lets this process die, to show that nothing is lost or doubled wherever it does.

Unarmed, a point costs one comparison and does nothing. `MAILBOT_DIE_AT` names a file: once it is there and holds a
number n, the n-th point from then on kills the process as a power cut would (SIGKILL: nothing is closed or flushed).
"""

from __future__ import annotations

import itertools
import os
import signal
from pathlib import Path

_FILE = os.environ.get("MAILBOT_DIE_AT", "")


class Deaths:
    """Counts the points that this process passes, from the moment at which `file` is there."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._passed = itertools.count(1)

    def pass_point(self, name: str) -> None:
        """Passes a point, or dies at it and says on stderr where."""
        if self._file.exists() and next(self._passed) == int(self._file.read_text("ascii")):
            os.write(2, f"died at the point {name!r}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)


_deaths: Deaths | None = Deaths(Path(_FILE)) if _FILE else None


def point(name: str) -> None:
    """A step of the way between a mail and its answer, at which the power may be cut."""
    if _deaths is not None:
        _deaths.pass_point(name)


def arm(file: Path) -> None:
    """Lets this process die at the point that `file` will name; for a process that a test forked."""
    global _deaths  # noqa: PLW0603  # it arms the whole process
    _deaths = Deaths(file)
