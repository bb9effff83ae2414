"""A relay that does what a test tells it to: real sockets on loopback, any answer at any step."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

HANG = "hang"
DROP = "drop"

_USUAL = {
    "connect": "220 relay.example ESMTP",
    "HELO": "250 relay.example",
    "STARTTLS": "220 2.0.0 ready",
    "AUTH": "235 2.7.0 welcome",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "content": "250 2.0.0 queued as 4XyZ1",
    "lone dot": "554 5.5.1 no valid recipients",
    "RSET": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}


@dataclass
class ScriptedRelay:
    """`answers` holds what to say at a step, first to last; afterwards it says the usual.

    A lone dot instead of a mail is a step of its own and no mail.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ("PIPELINING", "SIZE 1000000")
    tls: ssl.SSLContext | None = None
    commands: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0
    port: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def drop_all(self) -> None:
        """Cut every connection, as a relay does with idle ones."""
        for writer in self._open:
            writer.transport.abort()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[ScriptedRelay]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._over.set()
            self.drop_all()
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        self.most_at_once = max(self.most_at_once, len(self._open))
        try:
            await self._dialogue(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass  # the client left, or was thrown out
        finally:
            self._open.discard(writer)
            writer.transport.abort()
            self.left.set()

    async def _dialogue(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say("connect", writer)
        while line := (await reader.readline()).decode().strip():
            self.commands.append(line)
            verb = line.partition(" ")[0].upper()
            if verb == "EHLO" and "EHLO" not in self.answers:
                lines = ["relay.example", *self.extensions]
                text = "".join(f"250{' ' if name is lines[-1] else '-'}{name}\r\n" for name in lines)
                writer.write(text.encode())
                continue
            said = await self._say(verb, writer)
            if verb == "STARTTLS" and said.startswith("220"):
                assert self.tls is not None
                await writer.start_tls(self.tls)
            if verb == "DATA" and said.startswith("354"):
                await self._take_content(reader, writer)
            if verb == "QUIT":
                return

    async def _take_content(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        content = await reader.readuntil(b"\r\n")
        if content == b".\r\n":
            self.commands.append(".")
            await self._say("lone dot", writer)
            return
        content += await reader.readuntil(b"\r\n.\r\n")
        self.mails.append(content)
        self.arrived.set()
        await self._say("content", writer)

    async def _say(self, step: str, writer: asyncio.StreamWriter) -> str:
        waiting = self.answers.get(step, [])
        answer = waiting.pop(0) if waiting else _USUAL.get(step, "500 5.5.1 what?")
        if answer == HANG:
            await self._over.wait()
        if answer in (DROP, HANG):
            raise ConnectionAbortedError
        writer.write(answer.encode() + b"\r\n")
        await writer.drain()
        if answer.startswith("421"):
            raise ConnectionAbortedError
        return answer
