"""When a deferred delivery is tried again: a pure table of attempts and times.

In: how often and since when, the admin's three numbers in seconds, `now`, and a random number. Out: the
moment of the next try, or None: give up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

SPREAD = 0.2
"""Tries come up to a fifth earlier than the doubling says, so that many mails do not come back at once."""

LEAST_TRIES = 3


def next_try(
    attempts: int,
    first: float,
    longest: float,
    give_up_after: float,
    first_tried_at: datetime,
    now: datetime,
    jitter: float,
) -> datetime | None:
    """The moment to try again after `attempts` failed tries (1 or more), or None to give up.

    The pause is `first`, then twice as long each time, up to `longest`, less up to a fifth by `jitter` (0 to
    under 1). The last try falls on `first_tried_at + give_up_after`; one that fails then or later is
    the end. A node that slept beyond that still tries as often as any schedule does at least, so that a jump
    of the clock does not give up a mail after a single try. All spans in seconds.
    """
    pause = timedelta(seconds=pause_after(attempts, first, longest) * (1 - SPREAD * jitter))
    end = first_tried_at + timedelta(seconds=give_up_after)
    if now < end:
        return min(now + pause, end)
    return None if attempts >= _tries_owed(first, give_up_after) else now + pause


def pause_after(attempts: int, first: float, longest: float) -> float:
    """Seconds between the last of `attempts` tries and the next, before jitter."""
    doublings = min(max(attempts, 1) - 1, 62)  # beyond any number of tries; a float stays finite
    return min(first * 2.0**doublings, longest)


def _tries_owed(first: float, give_up_after: float) -> int:
    """Tries that every schedule makes: at once, (after `first`,) and at the end."""
    return LEAST_TRIES if first < give_up_after else LEAST_TRIES - 1
