"""The port itself: binds addresses, makes a conversation of each connection, closes without losing a mail."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from mailbot.service.handover import Intake
from mailbot.smtpd.arrival import Room
from mailbot.smtpd.connection import Port, log
from mailbot.smtpd.conversation import Conversation, LmtpConversation
from mailbot.smtpd.crowd import Crowd, Network
from mailbot.smtpd.limits import PortLimits


class PortSettings(TypedDict):
    """Settings of a `Listener` that it can change while it runs."""

    limits: PortLimits
    host_name: str
    tls: ssl.SSLContext | None
    proxy_peers: tuple[Network, ...]
    uncapped_peers: tuple[Network, ...]


class Listener:
    """SMTP, or LMTP, on any number of addresses, in the running event loop.

    `host_name` is what we call ourselves. `tls` offers STARTTLS. From an address in `proxy_peers` every
    connection must begin with a PROXY header (version 1 or 2), from others none may. All share the caps, but
    the one per peer does not hold for `uncapped_peers`: a relay hands over everybody's mail.
    """

    def __init__(
        self,
        intake: Intake,
        limits: PortLimits,
        host_name: str,
        *,
        tls: ssl.SSLContext | None = None,
        proxy_peers: tuple[Network, ...] = (),
        uncapped_peers: tuple[Network, ...] = (),
        lmtp: bool = False,
    ) -> None:
        crowd = Crowd(limits.max_connections, limits.max_connections_per_peer, uncapped_peers)
        room = Room(limits.max_buffered_bytes)
        self._port = Port(intake, limits, host_name, tls, proxy_peers, room, crowd)
        self._conversation = LmtpConversation if lmtp else Conversation
        self._servers: list[asyncio.Server] = []
        self._socket_paths: list[Path] = []

    def renew(
        self,
        limits: PortLimits,
        host_name: str,
        *,
        tls: ssl.SSLContext | None,
        proxy_peers: tuple[Network, ...],
        uncapped_peers: tuple[Network, ...],
    ) -> None:
        """Take other settings into use for connections to come; an open one keeps what it was told.

        `max_buffered_bytes` stays as it was: mails that are arriving have their claims on it.
        """
        self._port = replace(self._port, limits=limits, host_name=host_name, tls=tls, proxy_peers=proxy_peers)
        self._port.crowd.resize(limits.max_connections, limits.max_connections_per_peer, uncapped_peers)

    async def listen_tcp(self, host: str, port: int) -> tuple[str, int]:
        """Listen on `host`, port 0 for any free one; returns what was bound. Raises OSError."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._new_conversation, host, port)
        self._servers.append(server)
        bound_host, bound_port = server.sockets[0].getsockname()[:2]
        log.info("port opened host=%s port=%d", bound_host, bound_port)
        return bound_host, bound_port

    async def listen_unix(self, path: str | Path, mode: int = 0o666) -> None:
        """Listen on a unix socket; a stale one is replaced. Raises OSError.

        `mode` lets every local user in, as a TCP port on loopback does; narrow it where that matters.
        """
        loop = asyncio.get_running_loop()
        path = Path(path)
        self._servers.append(await loop.create_unix_server(self._new_conversation, path))
        path.chmod(mode)
        self._socket_paths.append(path)
        log.info("port opened path=%s", path)

    async def close(self, grace_seconds: float) -> None:
        """Stop accepting, say 421 to the idle, let open DATA finish; cut off what outlasts the grace."""
        for server in self._servers:
            server.close()
        for path in self._socket_paths:
            with contextlib.suppress(FileNotFoundError):  # Python 3.13 removes it by itself
                path.unlink()
        for connection in list(self._port.connections):
            connection.dismiss()
        await self._finish(grace_seconds)
        log.info("port closed")

    async def _finish(self, grace_seconds: float) -> None:
        conversations = [connection.task() for connection in self._port.connections]
        open_work = {*conversations, *self._port.handovers}
        if not open_work:
            return
        _, late = await asyncio.wait(open_work, timeout=grace_seconds)
        for connection in list(self._port.connections):
            log.info("connection cut off peer=%s", connection.peer)
            connection.abort()
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    def _new_conversation(self) -> Conversation:
        return self._conversation(self._port)
