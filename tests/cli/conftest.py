"""Relays and DNS servers in threads of their own, for commands that run a loop themselves."""

import asyncio
import threading

import pytest

from tests.cli.dns_zone import Records, Zone
from tests.outbound.scripted_relay import ScriptedRelay


class RunningRelay:
    """Runs a scripted relay on its own loop until it is stopped."""

    def __init__(self, relay: ScriptedRelay) -> None:
        self.relay = relay
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._over: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    def start(self) -> ScriptedRelay:
        self._thread.start()
        assert self._ready.wait(10)
        return self.relay

    def stop(self) -> None:
        assert self._over is not None
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)
        self._loop.close()

    async def _run(self) -> None:
        self._over = asyncio.Event()
        async with self.relay.running():
            self._ready.set()
            await self._over.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait([task])


@pytest.fixture
def relays():
    """Starts scripted relays, and stops them at the end."""
    running = []

    def start(relay: ScriptedRelay) -> ScriptedRelay:
        running.append(RunningRelay(relay))
        return running[-1].start()

    yield start
    for one in running:
        one.stop()


class Zones:
    """Starts DNS servers. A name in `broken` is answered by none of them."""

    def __init__(self) -> None:
        self.broken: frozenset[str] = frozenset()
        self._started: list[Zone] = []

    def __call__(self, records: Records) -> str:
        self._started.append(Zone(records, self.broken))
        return self._started[-1].where

    def stop(self) -> None:
        for zone in self._started:
            zone.stop()


@pytest.fixture
def zones():
    """Starts DNS servers, each with its records, and stops them at the end."""
    zones = Zones()
    yield zones
    zones.stop()
