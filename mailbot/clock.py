"""The present. Nothing else reads the clock, so that a test can move it.

`SystemClock` tells the wall clock's time, aware UTC, whole microseconds; `monotonic` is for intervals in running code.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present, aware UTC."""

    def monotonic(self) -> float:
        """Seconds on a clock that never steps; only differences mean anything."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        return time.monotonic()
