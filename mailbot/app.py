"""The wiring: one process, one event loop, every door open, and a clean end."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import socket
import ssl
import sys
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from mailbot.config import Config, load
from mailbot.errors import BadInput, ConfigError, MailbotError
from mailbot.outbound.templates import languages, verify_templates
from mailbot.scheduler import Scheduler, Stage
from mailbot.service import deliver, holding, receive, sweep
from mailbot.service.clock_steps import tell_of_step
from mailbot.service.desk import keep_vendors, open_desk
from mailbot.service.intake import DeskIntake
from mailbot.service.kept_templates import keep_templates
from mailbot.service.recompute import Recompute
from mailbot.service.workers import Workers
from mailbot.setting_readers import spelled_endpoint
from mailbot.smtpd import Listener, PortLimits, PortSettings
from mailbot.store import leases, schema
from mailbot.toml_reader import nearest
from mailbot.web.server import capture_pages, ticket_pages
from mailbot.web.template_check import verify_page_templates

log = logging.getLogger("mailbot.app")

WORKERS = 4
AT_ONCE = 4
FILES = 65_536
GRACE_SECONDS = 30.0
BREATH_SECONDS = 0.01
"""Between two batches of recomputing, so that mail and pages have their turn on the processor."""


class _Row(Protocol):
    """An inbox or outbox row."""

    @property
    def id(self) -> int:
        """Its key."""


Claimed = TypeVar("Claimed", bound=_Row)


def template_faults(config: Config) -> list[str]:
    """What is wrong with the templates, ours and the admin's."""
    folder = str(config.desk.templates) if config.desk.templates else None
    return verify_templates(folder) + verify_page_templates(folder) + _missing_languages(config, languages(folder))


def _missing_languages(config: Config, known: list[str]) -> list[str]:
    """Languages of the config that have no templates."""
    wanted: dict[tuple[str, ...], str] = {("desk",): config.desk.language}
    wanted |= {("vendors", one.id): one.language for one in config.vendors}
    return [
        config.places.told((*table, "language"), f'there are no mail templates in "{tag}"{nearest(tag.lower(), known)}')
        for table, tag in wanted.items()
        if tag and not {tag.lower(), tag.lower().partition("-")[0]} & set(known)
    ]


def load_checked(file: Path) -> Config:
    """A config that can be served: ConfigError with every fault of the file, or of an admin's templates and keys.

    Ours alone are held by the tests; rendering them all again would double the time of a restart.
    """
    config = load(file)
    faults = (template_faults(config) if config.desk.templates else []) + tls_faults(config)
    if faults:
        raise ConfigError(faults)
    deliver.signing_keys(config)
    return keep_templates(config)


class App:
    """Serves one desk until SIGTERM or SIGINT; SIGHUP reads the config anew."""

    def __init__(self, config: Config) -> None:
        self.desk = open_desk(keep_templates(config))
        self._begun_with = self.desk.config
        limits = config.limits
        self._workers = Workers(WORKERS, limits.reading_time, limits.reading_memory)
        self._relay = deliver.make_relay(config)
        self._receive = Stage("receive", self._receive_some)
        self._sweep = Stage("sweep", self._sweep_some)
        self._deliver = Stage("deliver", self._deliver_some)
        self._reloading = Stage("reload", self._reload)
        self._recompute = Recompute(self.desk)
        recompute = Stage("recompute", self._recompute_some)
        self._clock_steps: deque[timedelta] = deque()
        clock = Stage("clock", self._tell_of_clock)
        self._stages = [self._receive, self._sweep, self._deliver, recompute, clock]
        self._busy: dict[str, dict[int, asyncio.Task[None]]] = {stage.name: {} for stage in self._stages}
        self._listeners: list[Listener] = []
        self._ended = asyncio.Event()

    async def serve(self) -> None:
        """Opens every door, says ready, serves, and closes in order: no new mail, open DATA finished, work settled."""
        _raise_file_limit()
        await asyncio.to_thread(self._take_over)
        await self._listen()
        pages = [ticket_pages(self.desk, self._wake_all)]
        if self.desk.config.captures:
            pages.append(capture_pages(self.desk))
        for server in pages:
            await server.start()
        running = [asyncio.create_task(stage.run()) for stage in (*self._stages, self._reloading)]
        scheduler = Scheduler(self._stages, self._keep_house, self._clock_steps.append)
        scheduler.start()
        self._wake_all()
        self._handle_signals()
        self._say_ready()
        warm = asyncio.create_task(self._workers.run(len, ""))  # so that the first mail does not wait for imports
        await self._ended.wait()
        log.info("stopping")
        await asyncio.gather(*(listener.close(GRACE_SECONDS) for listener in self._listeners))
        for server in pages:
            await server.stop()
        scheduler.stop()
        await self._finish([*running, warm])

    async def _listen(self) -> None:
        smtp = self.desk.config.smtp
        intake = DeskIntake(self.desk, self._receive.wake)
        settings = _port_settings(self.desk.config)
        for where, lmtp in ((smtp.listen, False), (smtp.lmtp_listen, True)):
            if where is not None:
                listener = Listener(intake, lmtp=lmtp, **settings)
                await _open(listener, where)
                self._listeners.append(listener)

    def _take_over(self) -> None:
        """Gives back what dead processes had taken."""
        self._free_dead_leases()

    def _free_dead_leases(self) -> None:
        owner = self.desk.store.owner
        if dead := owner.dead():
            with self.desk.store.write() as connection:
                for table in (schema.inbox, schema.outbox):
                    leases.give_back(connection, table, dead)
            owner.bury(dead)

    async def _keep_house(self) -> None:
        await asyncio.to_thread(self._free_dead_leases)
        if await asyncio.to_thread(holding.expire, self.desk):
            self._deliver.wake()

    async def _receive_some(self) -> bool:
        return await self._start_some(
            self._receive,
            lambda busy, room: receive.claim(self.desk, busy, room),
            lambda row: receive.handle(self.desk, self._workers, row),
        )

    async def _sweep_some(self) -> bool:
        more = await asyncio.to_thread(sweep.sweep, self.desk)
        self._deliver.wake()
        return more

    async def _recompute_some(self) -> bool:
        more = await asyncio.to_thread(self._recompute.step)
        if more:
            await asyncio.sleep(BREATH_SECONDS)
        return more

    async def _tell_of_clock(self) -> bool:
        if self._clock_steps:
            await asyncio.to_thread(tell_of_step, self.desk, self._clock_steps[0])
            self._clock_steps.popleft()
        return bool(self._clock_steps)

    async def _deliver_some(self) -> bool:
        return await self._start_some(
            self._deliver,
            lambda busy, room: deliver.claim(self.desk, busy, room),
            lambda row: deliver.handle(self.desk, self._workers, self._relay, row),
        )

    async def _start_some(
        self,
        stage: Stage,
        claim: Callable[[frozenset[int], int], Sequence[Claimed]],
        handle: Callable[[Claimed], Coroutine[None, None, None]],
    ) -> bool:
        """Claims as many rows as there is room for and starts on them; each that ends wakes the stages again."""
        busy = self._busy[stage.name]
        room = AT_ONCE - len(busy)
        rows = await asyncio.to_thread(claim, frozenset(busy), room) if room > 0 else []
        for row in rows:
            task = asyncio.create_task(handle(row))
            busy[row.id] = task
            task.add_done_callback(partial(self._ended_one, stage, row.id))
        return False

    def _ended_one(self, stage: Stage, key: int, task: asyncio.Task[None]) -> None:
        del self._busy[stage.name][key]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("task failed stage=%s row=%d", stage.name, key, exc_info=error)
            return  # the next tick takes it up, not we at once and for ever
        stage.wake()
        self._deliver.wake()

    def _wake_all(self) -> None:
        for stage in self._stages:
            stage.wake()

    def _handle_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ended.set)
        loop.add_signal_handler(signal.SIGHUP, self._reloading.wake)

    async def _reload(self) -> bool:
        """Takes a new config into use, all of it or none. Addresses of ports and the database need a restart."""
        try:
            config = await asyncio.to_thread(load_checked, self.desk.config.file)
            relay, settings = deliver.make_relay(config), _port_settings(config)
            await asyncio.to_thread(keep_vendors, self.desk.store, config)
        except (MailbotError, OSError) as error:
            log.error("config not reloaded reason=%r", str(error))  # noqa: TRY400  # the reason says it all
            return False
        for key in _needing_restart(self._begun_with, config):
            log.warning("changed key needs a restart key=%r", key)
        self.desk.config = config
        for listener in self._listeners:
            listener.renew(**settings)
        self._workers.renew(config.limits.reading_time, config.limits.reading_memory)  # they keep compiled templates
        before, self._relay = self._relay, relay  # what is being sent goes on there
        await before.close()
        log.info("config reloaded")  # the stage "recompute" takes it up at the next tick
        return False

    def _say_ready(self) -> None:
        config = self.desk.config
        smtp, pages = spelled_endpoint(config.smtp.listen), spelled_endpoint(config.web.listen)
        lines = [f"mailbot is ready: SMTP on {smtp}, pages on {pages}"]
        if config.captures:
            where = spelled_endpoint(config.capture.listen)
            lines.append(f"No mail leaves this machine: read and answer it at http://{where}/")
        print("\n".join(lines), file=sys.stderr, flush=True)
        log.info("ready")

    async def _finish(self, running: Sequence[asyncio.Task[Any]]) -> None:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        working = [task for tasks in self._busy.values() for task in tasks.values()]
        if working:
            await asyncio.wait(working, timeout=GRACE_SECONDS)
        await self._relay.close()
        await asyncio.to_thread(self._workers.close)
        self.desk.store.close()


def _needing_restart(before: Config, after: Config) -> list[str]:
    """Changed keys that a reload cannot take into use: doors that are open, and the store."""
    keys = {
        "[desk] data_dir": (before.desk.data_dir, after.desk.data_dir),
        "[database] url": (before.database, after.database),
        "[smtp] listen": (before.smtp.listen, after.smtp.listen),
        "[smtp] lmtp_listen": (before.smtp.lmtp_listen, after.smtp.lmtp_listen),
        "[web] listen": (before.web.listen, after.web.listen),
        "[capture] listen": (before.captures and before.capture, after.captures and after.capture),
    }
    return [key for key, (old, new) in keys.items() if old != new]


async def _open(listener: Listener, where: tuple[str, int] | str) -> None:
    try:
        if isinstance(where, str):
            await listener.listen_unix(where)
        else:
            await listener.listen_tcp(*where)
    except OSError as error:
        place = where if isinstance(where, str) else spelled_endpoint(where)
        raise BadInput(f"cannot listen on {place} ([smtp]): {error.strerror or error}") from error


def _raise_file_limit() -> None:
    """Asks for as many file descriptors as the system lets us have.

    The usual 1024 are fewer than a crowd on all doors takes; asyncio then logs hundreds of traces a second and
    takes nobody in. What needs the low number is select(2), and nothing here uses it.
    """
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _port_limits(config: Config) -> PortLimits:
    smtp = config.smtp
    return PortLimits(
        max_message_bytes=smtp.max_message_bytes,
        max_recipients=smtp.max_recipients,
        command_timeout=smtp.command_timeout,
        data_timeout=smtp.data_timeout,
        max_connections=smtp.max_connections,
        max_connections_per_peer=smtp.max_connections_per_peer,
    )


def _port_settings(config: Config) -> PortSettings:
    smtp = config.smtp
    return PortSettings(
        limits=_port_limits(config),
        host_name=smtp.host_name or socket.gethostname(),
        tls=_tls_context(config),
        proxy_peers=smtp.proxy_peers,
        uncapped_peers=smtp.trusted_relays,
    )


def tls_faults(config: Config) -> list[str]:
    """What is wrong with the certificate and the key of STARTTLS."""
    smtp = config.smtp
    try:
        _tls_context(config)
    except OSError as error:  # ssl.SSLError is one, too
        files = f"{smtp.tls_certificate} and {smtp.tls_key}"
        return [config.places.told(("smtp", "tls_certificate"), f"{files} cannot be used: {error}")]
    return []


def _tls_context(config: Config) -> ssl.SSLContext | None:
    smtp = config.smtp
    if smtp.tls_certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    # Without a password OpenSSL would ask the terminal for that of an encrypted key.
    context.load_cert_chain(smtp.tls_certificate, smtp.tls_key, password="")
    return context
