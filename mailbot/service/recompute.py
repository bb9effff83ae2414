"""Brings `due_at` of open tickets in line with the plans and calendars in force, when these changed.

The store holds a fingerprint of what its `due_at` was computed by. A start or reload that finds its own there has
nothing to do, however many tickets are open; else they are recomputed in batches, while mail goes on: tickets are
read and computed in no write transaction, and only those whose time changed are written.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

from mailbot.config import Config
from mailbot.service.desk import Desk
from mailbot.service.record import due_at
from mailbot.store import settings, tickets

log = logging.getLogger("mailbot.recompute")

BATCH = 500
_COMPUTED_BY = "due_at computed by"
_ZONE_SAMPLES = 52 * 20
_FIRST_SAMPLE = datetime(2020, 1, 1, tzinfo=UTC)


class Recompute:
    """The recomputing of one desk: call `step` until nothing is left, and again after a reload."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._done_for: Config | None = None
        self._run: _Run | None = None

    def step(self) -> bool:
        """Recomputes a batch; whether more may wait. Costs nothing when nothing changed since the last time."""
        config = self._desk.config
        if self._done_for is config:
            return False
        if self._run is None or self._run.config is not config:
            self._run = _Run(self._desk, config)
        if self._run.step():
            return True
        self._done_for, self._run = config, None
        return False


class _Run:
    """One pass over the open tickets, for one config."""

    def __init__(self, desk: Desk, config: Config) -> None:
        self.config = config
        self._desk = desk
        self._fingerprint = fingerprint(config)
        self._after = 0
        self._changed = 0

    def step(self) -> bool:
        with self._desk.store.read() as connection:
            if self._after == 0 and settings.get_setting(connection, _COMPUTED_BY) == self._fingerprint:
                return False
            batch = tickets.open_tickets(connection, self._after, BATCH)
        moved = [(ticket, due) for ticket, known in batch if (due := due_at(self._desk, ticket)) != known]
        if moved:
            with self._desk.store.write() as connection:
                tickets.set_due_times(connection, moved)
        self._changed += len(moved)
        if batch:
            self._after = batch[-1][0].number
            return True
        self._settle()
        return False

    def _settle(self) -> None:
        with self._desk.store.write() as connection:
            settings.put_setting(connection, _COMPUTED_BY, self._fingerprint)
        log.info("plans recomputed tickets_changed=%d", self._changed)


def recompute(desk: Desk) -> None:
    """Recomputes all that a changed plan changed, to the end."""
    run = Recompute(desk)
    while run.step():
        pass


def fingerprint(config: Config) -> str:
    """A digest of all that decides when something is due: plans, calendars, the versions of their data."""
    calendars = [config.calendar, *(own.calendar for own in config.vendor_times.values() if own.calendar)]
    decides = (
        sorted((name, kind.plans) for name, kind in config.types.items()),
        sorted((name, repr(own)) for name, own in config.vendor_times.items()),
        config.calendar,
        version("mailbot"),
        version("holidays"),
        [(zone, _offsets(zone)) for zone in sorted({calendar.zone for calendar in calendars})],
    )
    return hashlib.sha256(repr(decides).encode()).hexdigest()


def _offsets(zone: str) -> str:
    """A zone's offsets week by week: time zone data changes under our feet, and names no version."""
    there = ZoneInfo(zone)
    weeks = (_FIRST_SAMPLE + timedelta(weeks=week) for week in range(_ZONE_SAMPLES))
    return ",".join(f"{week.astimezone(there):%z}" for week in weeks)
