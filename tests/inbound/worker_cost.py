"""What reading a mail costs its worker: the real process, with the bounds that the shipped config gives it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailbot.config_sections import Limits
from mailbot.inbound.reading import OwnHistory, Reading, ReadingLimits
from mailbot.service.reading_reply import read_reply
from mailbot.service.workers import _Worker

SHIPPED = Limits()
OWN = OwnHistory(("We send you a new ring today.",), "desk.example", "https://desk.example")
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["mailbot.inbound.message", "mailbot.outbound.compose", "flufl.bounce"])


@dataclass(frozen=True)
class Cost:
    """CPU seconds, MiB by which the worker's peak grew, and the reading; None when the worker died on it."""

    seconds: float
    mib: float
    reading: Reading | None


class MeasuredWorker:
    """One worker process, replaced when it dies."""

    def __init__(self) -> None:
        self._worker: _Worker | None = None
        self._idle_mib = 0.0

    def cost_of(self, raw: bytes) -> Cost:
        """Has a mail read."""
        worker = self._worker or self._start()
        pid = worker.process.pid
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # forgets the peak (man 5 proc)
        before = _cpu_seconds(pid)
        try:
            succeeded, reading = worker.call(read_reply, (raw, ReadingLimits(), OWN, None, None))
        except (EOFError, OSError):
            self.close()
            return Cost(SHIPPED.reading_time, SHIPPED.reading_memory / 2**20, None)
        assert succeeded, reading
        cost = Cost(_cpu_seconds(pid) - before, _mib(pid, "VmHWM") - self._idle_mib, reading)
        if worker.has_grown:
            self.close()
        return cost

    def close(self) -> None:
        if self._worker:
            self._worker.end()
        self._worker = None

    def _start(self) -> _Worker:
        self._worker = worker = _Worker(_CONTEXT, SHIPPED.reading_time, SHIPPED.reading_memory)
        worker.call(read_reply, (b"From: ann@customer.example\n\nIt <b>leaks</b>.", ReadingLimits(), OWN, None, None))
        self._idle_mib = _mib(worker.process.pid, "VmRSS")
        return worker


@contextmanager
def measured_worker() -> Iterator[MeasuredWorker]:
    worker = MeasuredWorker()
    yield worker
    worker.close()


def _mib(pid: int | None, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith(name))


def _cpu_seconds(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
