"""One TCP connection that speaks in lines: octets out, answers in, in order and each to its command.

The server's octets are cut as they come, so that an answer which arrives early (pipelining, RFC 2920) or unasked
(421 while idle) is never lost nor taken for another's. Faults of the network are OSError, an answer that does not
come in time is TimeoutError, and what is no answer is BadAnswer; each ends the connection.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import Final

from mailbot.outbound.smtp_answers import Answer, AnswerReader, BadAnswer

_SECOND_ADDRESS_AFTER_SECONDS: Final = 0.25
"""When the first address of a host is silent, the next one is tried beside it (RFC 8305 section 5)."""


async def connect(host: str, port: int, seconds: float) -> Wire:
    """Open a connection within `seconds`. Raises OSError."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        _, wire = await loop.create_connection(Wire, host, port, happy_eyeballs_delay=_SECOND_ADDRESS_AFTER_SECONDS)
    return wire


class Wire(asyncio.Protocol):
    """A connection. The server's greeting is the first answer that it owes us."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._tcp: asyncio.Transport | None = None
        self._reader = AnswerReader()
        self._answers: deque[Answer] = deque()
        self._owed = 1
        self._fault: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = self._tcp = transport

    def data_received(self, data: bytes) -> None:
        """Cut octets into answers. One that nobody asked for ends the connection: it would be taken for the next."""
        try:
            for answer in self._reader.feed(data):
                if len(self._answers) >= self._owed:
                    unasked = f"an answer that nobody asked for: {answer}"
                    raise ConnectionResetError(unasked) if answer.code == 421 else BadAnswer(unasked)
                self._answers.append(answer)
        except (BadAnswer, ConnectionResetError) as fault:
            self._end(fault)
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._end(exc or ConnectionResetError("Connection lost"))

    @property
    def is_open(self) -> bool:
        """Whether another command can be said."""
        return self._fault is None

    @property
    def tls_version(self) -> str | None:
        """E.g. "TLSv1.3"; None in clear."""
        cipher = self._open_transport().get_extra_info("cipher")
        return str(cipher[1]) if cipher else None

    @property
    def unsent_bytes(self) -> int:
        """How much of what was written has not left this process."""
        if self._transport is None or self._tcp is None:
            return 0
        secured = self._transport.get_write_buffer_size() if self._transport is not self._tcp else 0
        return self._tcp.get_write_buffer_size() + secured

    def write(self, octets: bytes, answers: int = 1) -> None:
        """Say something that `answers` answers are owed for."""
        if self._fault is not None:
            raise self._fault
        self._owed += answers
        self._open_transport().write(octets)

    async def answer(self, seconds: float) -> Answer:
        """The next answer; answers that came before a fault are given out before it."""
        async with asyncio.timeout(seconds):
            while not self._answers:
                if self._fault is not None:
                    raise self._fault
                self._waiter = asyncio.get_running_loop().create_future()
                await self._waiter
        self._owed -= 1
        return self._answers.popleft()

    async def answer_to_content(self, block_seconds: float, final_seconds: float) -> Answer:
        """The answer to a whole mail: while octets leave, some have to do so every `block_seconds`.

        RFC 5321 section 4.5.3.2.5 and 4.5.3.2.6.
        """
        while unsent := self.unsent_bytes:
            try:
                return await self.answer(block_seconds)
            except TimeoutError:
                if self.unsent_bytes >= unsent:
                    raise
        return await self.answer(final_seconds)

    async def start_tls(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        """Secure the connection. What came in clear and was not asked for is refused (RFC 3207 section 4.2)."""
        if self._fault is not None:
            raise self._fault
        if not self._reader.is_between_answers or self._answers:
            raise BadAnswer("the server went on in clear where TLS begins")
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(seconds):
            self._transport = await loop.start_tls(
                self._open_transport(), self, context, server_hostname=host, ssl_handshake_timeout=seconds + 1
            )

    def close(self) -> None:
        """End the connection at once."""
        self._end(ConnectionResetError("closed"))

    def farewell(self, octets: bytes) -> None:
        """Say a last word and end the connection without waiting for an answer."""
        if self._fault is None and self._transport is not None:
            self._fault = ConnectionResetError("closed")
            self._transport.write(octets)
            self._transport.close()

    def _open_transport(self) -> asyncio.Transport:
        assert self._transport is not None, "connect() gives out wires that are connected"
        return self._transport

    def _end(self, fault: Exception) -> None:
        if self._fault is None:
            self._fault = fault
        if self._transport is not None:
            self._transport.abort()
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
