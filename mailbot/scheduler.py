"""The timer: wakes the stages, whatever the clocks do.

A stage works when an event wakes it; as a safety net, and for what other processes commit, APScheduler wakes
all of them twice a second. It fires on the wall clock, and its timers run on the monotonic one; both can be
stepped. So a pulse, a thread that only ever waits relative spans, notices when the wall clock says something else
than the wait, or when the tick does not come, and reschedules it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

from mailbot.errors import StoreUnavailable

log = logging.getLogger("mailbot.scheduler")

TICK_SECONDS = 0.5
HOUSEKEEPING_MINUTES = 15
_PULSE_SECONDS = 0.25
_MISSED_PULSES = 4
_STEP = timedelta(seconds=2)
REPORTED_STEP = timedelta(hours=1)
"""A step of the wall clock that somebody should know of: a wrong clock, or a machine that slept."""


class Stage:
    """One stage of the house: works until nothing is left, then sleeps until it is woken.

    `work` does a piece and says whether more may wait. A fault is logged and tried again at the next tick.
    """

    def __init__(self, name: str, work: Callable[[], Awaitable[bool]]) -> None:
        self.name = name
        self._work = work
        self._woken = asyncio.Event()
        self._store_was_away = False

    def wake(self) -> None:
        """Something may be waiting."""
        self._woken.set()

    async def run(self) -> None:
        """Works for ever; cancel to end it."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            await self._work_off()

    async def _work_off(self) -> None:
        try:
            while await self._work():
                pass
            self._store_was_away = False
        except StoreUnavailable as error:
            if not self._store_was_away:
                log.warning("stage waits for the store stage=%s reason=%r", self.name, str(error))
            self._store_was_away = True
        except Exception:  # the door of a stage: the fault is logged, the next tick tries again
            log.exception("stage failed stage=%s", self.name)


class Scheduler:
    """Wakes stages on every tick and runs the housekeeping now and then.

    `on_step` hears, once each, by how much the wall clock stepped when that is `REPORTED_STEP` or more.
    """

    def __init__(
        self,
        stages: list[Stage],
        housekeeping: Callable[[], Awaitable[None]],
        on_step: Callable[[timedelta], None] | None = None,
    ) -> None:
        self._stages = stages
        self._on_step = on_step
        self._jobs = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._jobs.add_job(self._tick, _Every(timedelta(seconds=TICK_SECONDS)), id="tick")
        self._jobs.add_job(housekeeping, _Every(timedelta(minutes=HOUSEKEEPING_MINUTES)), id="housekeeping")
        self._pulse = _Pulse(self._watch)
        self._missed = 0
        self._unsettled = timedelta()

    def start(self) -> None:
        """Begins to tick, in the running event loop."""
        self._jobs.start()
        self._pulse.start(asyncio.get_running_loop())

    def stop(self) -> None:
        """Ends ticking."""
        self._pulse.stop()
        self._jobs.shutdown(wait=False)

    async def _tick(self) -> None:
        self._missed = 0
        for stage in self._stages:
            stage.wake()

    def _watch(self, stepped_by: timedelta) -> None:
        self._missed += 1
        self._hear_of(stepped_by)
        if abs(stepped_by) >= _STEP or self._missed >= _MISSED_PULSES:
            log.warning("clock stepped seconds=%.1f: the timer is set anew", stepped_by.total_seconds())
            self._set_anew()

    def _hear_of(self, stepped_by: timedelta) -> None:
        """Reports a large step once the clock goes on from there: one that is taken back at once was none."""
        if abs(stepped_by) >= REPORTED_STEP:
            self._unsettled += stepped_by
            return
        if abs(self._unsettled) >= REPORTED_STEP and self._on_step is not None:
            self._on_step(self._unsettled)
        self._unsettled = timedelta()

    def _set_anew(self) -> None:
        self._missed = 0
        for job in self._jobs.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))
        self._jobs.wakeup()


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no annotations
    """Fires once in each span, and once only after a sleep or a step of the clock.

    APScheduler's own interval trigger lists every run that was missed before it merges them into one: after a step of
    a month that is five million, ten seconds of computing and half a gigabyte.
    """

    def __init__(self, span: timedelta) -> None:
        self._span = span

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """A span from now."""
        return now + self._span


class _Pulse:
    """Calls back into the event loop four times a second, by relative waits alone.

    Says by how much more than the wait the wall clock went on since the last time; a stall of the machine is in
    there, too.
    """

    def __init__(self, beat: Callable[[timedelta], None]) -> None:
        self._beat = beat
        self._stop_reader, self._stop_writer = os.pipe()
        self._thread: threading.Thread | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._thread = threading.Thread(target=self._run, args=(loop, datetime.now(UTC)), name="pulse", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        os.write(self._stop_writer, b"x")
        if self._thread is not None:
            self._thread.join()
        os.close(self._stop_reader)
        os.close(self._stop_writer)

    def _run(self, loop: asyncio.AbstractEventLoop, last: datetime) -> None:
        while not select.select([self._stop_reader], [], [], _PULSE_SECONDS)[0]:
            now = datetime.now(UTC)
            loop.call_soon_threadsafe(self._beat, now - last - timedelta(seconds=_PULSE_SECONDS))
            last = now
