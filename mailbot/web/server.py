"""Two HTTP listeners in the app's own event loop: the ticket pages, and the captured mails for trying out.

In: the desk. Out: servers to start and stop. uvicorn speaks HTTP; its own main loop and signal handlers are not
used: the app has both, and uvicorn's loop would stall when a clock is stepped.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.lifespan.off import LifespanOff

from mailbot.service.desk import Desk
from mailbot.web.capture_routes import capture_app
from mailbot.web.connection import BoundedConnection
from mailbot.web.ticket_routes import ticket_app

log = logging.getLogger("mailbot.web")

MAX_CONNECTIONS: Final = 200
MAX_HEAD_BYTES: Final = 16_384
KEEP_ALIVE_SECONDS: Final = 15
STOP_SECONDS: Final = 5.0
BACKLOG: Final = 256


class PageServer:
    """An HTTP listener. `bound` is the address it got, once started."""

    def __init__(self, app: ASGIApp, listen: tuple[str, int], what: str) -> None:
        self._listen = listen
        self._what = what
        self._config = uvicorn.Config(
            app,
            http=BoundedConnection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            limit_concurrency=MAX_CONNECTIONS,
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._server = uvicorn.Server(self._config)
        self.bound = listen

    @property
    def connections(self) -> list[BoundedConnection]:
        """The connections that are open."""
        return [one for one in self._server.server_state.connections if isinstance(one, BoundedConnection)]

    async def start(self) -> None:
        """Binds and serves. OSError says which address could not be had."""
        bound = _bind(self._listen, self._what)
        self.bound = bound.getsockname()[:2]
        if not self._config.loaded:
            self._config.load()
        self._server.lifespan = LifespanOff(self._config)
        await self._server.startup(sockets=[bound])
        log.info("pages served what=%r at=%s:%d", self._what, *self.bound)

    async def stop(self) -> None:
        """Takes no more connections, lets open requests finish for a few seconds, then cuts them off."""
        state = self._server.server_state
        for listener in self._server.servers:
            listener.close()
        for connection in self.connections:
            connection.shutdown()
        if state.tasks:
            _, late = await asyncio.wait(list(state.tasks), timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
        for connection in self.connections:
            connection.transport.close()


def ticket_pages(desk: Desk, wake: Callable[[], None]) -> PageServer:
    """The pages behind the links in mails, at `[web] listen`. `wake` is called after each change."""
    return PageServer(ticket_app(desk, wake), desk.config.web.listen, "ticket pages ([web] listen)")


def capture_pages(desk: Desk) -> PageServer:
    """The captured mails, to read and to answer, at `[capture] listen`."""
    return PageServer(capture_app(desk), desk.config.capture.listen, "captured mail ([capture] listen)")


def _bind(listen: tuple[str, int], what: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in listen[0] else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it each answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(listen)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise OSError(error.errno, f"{what} {listen[0]}:{listen[1]}: {error.strerror or error}") from error
    return listener
