"""A relay whose every octet and every pause a test writes itself, for what no well-behaved server does."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from mailbot.outbound.mail import Delivery
from mailbot.outbound.smarthost import Smarthost

RAW = b"Message-ID: <1@desk.example>\r\nSubject: hello\r\n\r\nbye\r\n"
ANN, BOUNCE = "ann@customer.example", "bounce+x@desk.example"
ENVELOPE = [f"MAIL FROM:<{BOUNCE}>", f"RCPT TO:<{ANN}>", "DATA"]


class Peer:
    """The relay's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def say(self, *lines: str) -> None:
        """Write lines in one piece."""
        self.writer.write("".join(f"{line}\r\n" for line in lines).encode())

    async def line(self) -> str:
        """The next line, "" when the client has gone."""
        return (await self.reader.readline()).decode().rstrip("\r\n")

    async def lines(self, count: int) -> list[str]:
        """The next lines."""
        return [await self.line() for _ in range(count)]

    async def piece(self) -> list[str]:
        """The lines of what the client wrote at once, or of as much as has come."""
        return (await self.reader.read(65536)).decode().splitlines()

    async def content(self) -> bytes:
        """A mail, with its final dot."""
        return await self.reader.readuntil(b"\r\n.\r\n")

    async def greet(self, *extensions: str) -> None:
        """Greet, and answer EHLO."""
        self.say("220 relay.example ESMTP")
        await self.answer_hello(*extensions)

    async def answer_hello(self, *extensions: str) -> None:
        """Answer EHLO alone."""
        assert (await self.line()).startswith("EHLO ")
        names = ["relay.example", *extensions]
        self.say(*(f"250-{name}" for name in names[:-1]), f"250 {names[-1]}")

    async def take_mail(self) -> bytes:
        """Take one mail, be its envelope said at once or line by line."""
        for answer in ("250 2.1.0 ok", "250 2.1.5 ok", "354 go on"):
            await self.line()
            self.say(answer)
        content = await self.content()
        self.say("250 2.0.0 queued")
        return content

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Become secure."""
        await self.writer.start_tls(context)


Talk = Callable[[Peer], Awaitable[None]]


def send_to(
    *talks: Talk, raws: tuple[bytes, ...] = (RAW,), recipient: str = ANN, seconds: float = 2.0, **options: Any
) -> list[Delivery]:
    """Send mails one after the other to a relay whose n-th connection is the n-th of `talks`.

    A talk that fails fails the test; so does a connection that none is written for.
    """

    async def run() -> list[Delivery]:
        waiting = list(talks)
        serving: list[asyncio.Task[Any]] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            serving.append(_this_task())
            try:
                await waiting.pop(0)(Peer(reader, writer))
            finally:
                writer.transport.abort()
                with suppress(ConnectionError):
                    await writer.wait_closed()

        tls = options.pop("server_tls", None)
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls, limit=2**22)
        scheme = "smtps" if tls else "smtp"
        url = f"{scheme}://localhost:{server.sockets[0].getsockname()[1]}"
        async with server:
            smarthost = Smarthost(url, seconds, **options)
            deliveries = [await smarthost.send(raw, BOUNCE, recipient) for raw in raws]
            await smarthost.close()
            async with asyncio.timeout(10):
                await asyncio.gather(*serving)
        assert not waiting, "every connection was made"
        return deliveries

    return asyncio.run(run())


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task
