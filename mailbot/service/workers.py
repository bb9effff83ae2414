"""A small pool of killable worker processes for what costs CPU or meets strangers' bytes: reading and composing.

A worker that overruns its CPU time or memory dies and is replaced; the others never wait for it. The kernel
counts the CPU time, and nothing here waits on a clock: a wall or monotonic clock that steps kills nobody. (The
pools that were looked at poll with `time.sleep`, which fails or stalls when a clock is stepped.)
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import logging
import multiprocessing
import pickle
import resource
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")

log = logging.getLogger("mailbot.workers")

_M_MMAP_THRESHOLD = -3
_LARGE_BLOCK_BYTES = 1 << 18
_MAX_KEPT_BYTES = 24 * 2**20
"""What a worker may keep of its tasks (imported libraries, compiled patterns) before it is replaced."""
_LARGE_BYTES = 4 * 2**20
_PRELOADED = ["mailbot.inbound.message", "mailbot.outbound.compose", "flufl.bounce"]


class Overrun(Exception):
    """A worker died on its task: too much CPU or memory, or a crash of the interpreter."""


class Workers:
    """At most `count` workers, started when needed, in one event loop.

    `cpu_seconds` bounds each task, `memory_bytes` what a worker may take beyond what it has when it is idle.
    """

    def __init__(self, count: int, cpu_seconds: float, memory_bytes: int) -> None:
        # Not fork: this process has threads. The fork server has imported what workers need, so they start at once.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._cpu_seconds = cpu_seconds
        self._memory_bytes = memory_bytes
        self._slots = asyncio.Semaphore(count)
        self._large = asyncio.Semaphore(1)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._outdated: set[_Worker] = set()

    async def run(self, task: Callable[..., Result], *arguments: Any) -> Result:
        """Runs `task(*arguments)` in a worker; what it returns or raises. Overrun when the worker died on it."""
        async with self._slots:
            loop = asyncio.get_running_loop()
            worker = self._idle.pop() if self._idle else await loop.run_in_executor(self._threads, self._start)
            try:
                succeeded, value = await loop.run_in_executor(self._threads, worker.call, task, arguments)
            except (EOFError, OSError) as error:
                self._bury(worker)
                raise Overrun(f"{task.__name__} took more than its share: its worker died") from error
            if worker.has_grown or worker in self._outdated:
                self._bury(worker)
            else:
                self._idle.append(worker)
        if not succeeded:
            raise value
        result: Result = value
        return result

    def turn_for(self, size: int) -> AbstractAsyncContextManager[None]:
        """A turn to work on something of `size` bytes: large things take turns, so that memory holds one of them."""
        return self._large if size > _LARGE_BYTES else contextlib.nullcontext()

    def renew(self, cpu_seconds: float, memory_bytes: int) -> None:
        """Takes new bounds, and lets workers go, busy ones after their task: the next tasks run in fresh ones."""
        self._cpu_seconds, self._memory_bytes = cpu_seconds, memory_bytes
        self._outdated |= self._all - set(self._idle)
        for worker in self._idle:
            self._bury(worker)
        self._idle.clear()

    def close(self) -> None:
        """Ends all workers, whatever they do."""
        for worker in list(self._all):
            self._bury(worker)
        self._threads.shutdown()

    def _start(self) -> _Worker:
        worker = _Worker(self._context, self._cpu_seconds, self._memory_bytes)
        self._all.add(worker)
        return worker

    def _bury(self, worker: _Worker) -> None:
        self._all.discard(worker)
        self._outdated.discard(worker)
        exit_code = worker.end()
        log.info("worker ended pid=%s exit=%s", worker.process.pid, exit_code)


class _Worker:
    """The parent's side of one worker process."""

    def __init__(self, context: ForkServerContext, cpu_seconds: float, memory_bytes: int) -> None:
        self._connection, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, cpu_seconds, memory_bytes), daemon=True)
        self.process.start()
        theirs.close()
        self.has_grown = False
        """Whether its last task left it so much larger that the next one would have too little room."""

    def call(self, task: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        """Blocks until the task ends: (True, result) or (False, exception). EOFError or OSError when it died."""
        self._connection.send((task, arguments))
        answer: tuple[bool, Any] = self._connection.recv()
        self.has_grown = self._connection.recv()
        return answer

    def end(self) -> int | None:
        """Kills the process; its exit code."""
        self.process.kill()
        self.process.join()
        self._connection.close()
        return self.process.exitcode


def _serve(connection: Connection, cpu_seconds: float, memory_bytes: int) -> None:
    """The worker's side: runs tasks until the parent goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    _give_back_large_blocks()
    idle_bytes = _address_space()
    resource.setrlimit(resource.RLIMIT_AS, (idle_bytes + memory_bytes, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            _do_one(connection, cpu_seconds)
            connection.send(_address_space() > idle_bytes + _MAX_KEPT_BYTES)


def _do_one(connection: Connection, cpu_seconds: float) -> None:
    """Runs one task; nothing of it is kept when the next one comes."""
    task, arguments = connection.recv()
    connection.send_bytes(_answer(task, arguments, cpu_seconds))


def _give_back_large_blocks() -> None:
    """Has glibc map large blocks on their own, so that a large mail's memory goes back to the system with it.

    Left alone it takes them from its heap once one was freed (mallopt(3), M_MMAP_THRESHOLD), and an idle worker
    keeps a hundred megabytes.
    """
    with contextlib.suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)


def _address_space() -> int:
    """What this process has mapped now, in bytes; where the system does not tell, more than enough."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 2**30
    return pages * resource.getpagesize()


def _answer(task: Callable[..., Any], arguments: tuple[Any, ...], cpu_seconds: float) -> bytes:
    """The pickled end of a task. Memory that runs out ends the worker: nothing in it can be trusted any more."""
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)  # at its end SIGPROF ends the process, inside C code, too
    try:
        return pickle.dumps((True, task(*arguments)))
    except MemoryError:
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001  # the door of the worker: the parent raises it again
        return _pickled(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _pickled(error: Exception) -> bytes:
    try:
        answer = pickle.dumps((False, error))
        pickle.loads(answer)  # noqa: S301  # our own pickle: an exception with other arguments than its own pickles, but does not come back
    except Exception:  # noqa: BLE001  # whatever its own pickling does, the words are enough
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return answer
