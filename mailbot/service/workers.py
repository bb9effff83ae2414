"""A small pool of killable worker processes for what costs CPU or meets strangers' bytes: reading and composing.

A worker that overruns its CPU time or memory dies and is replaced; the others never wait for it. CPU time is
counted by the kernel, so a stepping clock kills nobody.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import signal
from collections.abc import Callable
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

Result = TypeVar("Result")

_PRELOADED = ["mailbot.inbound.message", "mailbot.outbound.compose"]


class Overrun(Exception):
    """A worker died on its task: too much CPU or memory, or a crash of the interpreter."""


class Workers:
    """The pool. `cpu_seconds` and `memory_bytes` bound each task; `wall_seconds` is a last resort for a stuck one."""

    def __init__(self, count: int, cpu_seconds: float, memory_bytes: int, wall_seconds: float = 60.0) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._pool = ProcessPool(
            max_workers=count, initializer=_start_worker, initargs=(memory_bytes,), context=context
        )

    async def run(self, task: Callable[..., Result], *arguments: Any) -> Result:
        """Runs `task(*arguments)` in a worker. Overrun when the worker died; else what the task returns or raises."""
        future = self._pool.schedule(_bounded, args=(self._cpu_seconds, task, arguments), timeout=self._wall_seconds)
        try:
            result: Result = await asyncio.wrap_future(future)
        except (ProcessExpired, TimeoutError, MemoryError) as error:
            raise Overrun(f"{task.__name__} took more than its share: {type(error).__name__}") from error
        return result

    def close(self) -> None:
        """Ends all workers, whatever they do."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotations here
        self._pool.join()


def _start_worker(memory_bytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bounded(cpu_seconds: float, task: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    end = usage.ru_utime + usage.ru_stime + cpu_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (int(end) + 1, resource.RLIM_INFINITY))
    return task(*arguments)
