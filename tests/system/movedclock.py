"""A clock that a test moves: libfaketime around the real process, and a file with its offset.

In: the moment at which the processes' life begins. Out: the environment to start them in.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.system.packages import path_of


@dataclass
class MovedClock:
    """The file that libfaketime reads at each look at the clock: an offset, so that the clock runs on."""

    file: Path
    offset: timedelta = field(default=timedelta())

    def environment(self, *, monotonic_too: bool) -> dict[str, str]:
        """Variables for a process that lives by this clock.

        `monotonic_too`: the monotonic clock leaps along (libfaketime's default), as no machine's does.
        """
        stays = {} if monotonic_too else {"FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
        return {
            **os.environ,
            "LD_PRELOAD": path_of("faketime"),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "NO_FAKE_STAT": "1",
            **stays,
        }

    def now(self) -> datetime:
        """The time on this clock."""
        return datetime.now(UTC) + self.offset

    def move_to(self, moment: datetime) -> None:
        """Put the clock to a moment, forwards or back, or to less than a second after it: offsets are whole seconds."""
        self.offset = timedelta(seconds=math.ceil((moment - datetime.now(UTC)).total_seconds()))
        # By rename: who looks into a half-written file lives in the real present for a moment.
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{self.offset.total_seconds():+.0f}\n")
        fresh.replace(self.file)
