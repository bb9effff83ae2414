"""A small pool of killable worker processes for what costs CPU or meets strangers' bytes: reading and composing.

A worker that overruns its CPU time or memory dies and is replaced; the others never wait for it. CPU time is
counted by the kernel, so a stepping clock kills nobody.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

from mailbot.errors import MailbotError

Result = TypeVar("Result")

log = logging.getLogger("mailbot.workers")

_PRELOADED = ["mailbot.inbound.message", "mailbot.outbound.compose"]


class Overrun(Exception):
    """A worker died on its task: too much CPU or memory, or a crash of the interpreter."""


class WorkersLost(MailbotError):
    """The pool broke, not the task: it is made anew, and the task may be tried again."""


class Workers:
    """The pool. `cpu_seconds` bounds each task, `memory_bytes` the address space of each worker."""

    def __init__(self, count: int, cpu_seconds: float, memory_bytes: int) -> None:
        self._count = count
        self._cpu_seconds = cpu_seconds
        self._memory_bytes = memory_bytes
        self._pool = self._new_pool()

    async def run(self, task: Callable[..., Result], *arguments: Any) -> Result:
        """Runs `task(*arguments)` in a worker; what it returns or raises.

        Overrun when the worker died on it, WorkersLost when all workers are gone for another reason.
        """
        pool = self._pool
        try:
            future = pool.schedule(_bounded, args=(self._cpu_seconds, task, arguments))
            result: Result = await asyncio.wrap_future(future)
        except (ProcessExpired, MemoryError) as error:
            raise Overrun(f"{task.__name__} took more than its share: {type(error).__name__}") from error
        except BrokenProcessPool as error:
            self._renew(pool)
            raise WorkersLost(f"the worker processes are gone: {error}") from error
        except RuntimeError as error:  # what pebble raises for a pool that broke before
            if pool.active:
                raise
            self._renew(pool)
            raise WorkersLost(f"the worker processes are gone: {error}") from error
        return result

    def close(self) -> None:
        """Ends all workers, whatever they do."""
        _end(self._pool)

    def _renew(self, broken: ProcessPool) -> None:
        if self._pool is broken:
            log.error("workers lost, started anew")
            self._pool = self._new_pool()
            _end(broken)

    def _new_pool(self) -> ProcessPool:
        # Not fork: this process has threads. The fork server has imported what workers need, so they start at once.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)
        return ProcessPool(
            max_workers=self._count, initializer=_start_worker, initargs=(self._memory_bytes,), context=context
        )


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble has no annotations here
    pool.join()


def _start_worker(memory_bytes: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _bounded(cpu_seconds: float, task: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)  # at its end SIGPROF ends the process, inside C code, too
    try:
        return task(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
