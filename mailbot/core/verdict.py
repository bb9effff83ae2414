"""The verdict: what became of one inbound mail for one recipient, with the steps that led there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The closed list of ends that an inbound mail can have."""

    COMMENTED = "commented"
    OPENED = "opened"
    REOPENED = "reopened"
    CLOSED = "closed"
    KEPT_OPEN = "kept open"
    HELD = "held"
    CONFIRMED = "confirmed"
    BOUNCE_RECORDED = "bounce recorded"
    FORWARDED = "forwarded"
    IGNORED = "ignored"
    REFUSED = "refused"
    SHUNTED = "shunted"


@dataclass(frozen=True)
class Verdict:
    """`reason` in words ("automatic: Auto-Submitted is auto-replied"); `steps` are (what was asked, what was found)."""

    outcome: Outcome
    reason: str
    ticket: int | None = None
    steps: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.outcome}: {self.reason}" if self.reason else str(self.outcome)
