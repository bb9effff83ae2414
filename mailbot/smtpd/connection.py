"""The life of one connection: admission, PROXY header, one command line after the other, deadlines, farewell.

Built on aiosmtpd's `SMTP` (protocol, session, STARTTLS, PROXY parser). What is overridden, and why (1.4.6):

- `_handle_client` and the `smtp_*` methods: they keep an endless line whole in memory, take a bare LF as the end
  of a command, answer a fault of ours with a permanent 500 that shows the exception, log addresses whole, and
  know few enhanced codes. Commands come from a table of our own, so that none of theirs is reachable by name.
- `eof_received`: it cancels the session, so that a client which closes its side after QUIT loses its mail.
- `_timeout_cb`: it closes without a word.
- `push`: one answer, one write; many answers need many.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from aiosmtpd.proxy_protocol import ProxyData, get_proxy
from aiosmtpd.smtp import SMTP, TLSSetupException

from mailbot.service.handover import Intake, Refusal
from mailbot.smtpd import answers
from mailbot.smtpd.answers import Answer
from mailbot.smtpd.arrival import Room
from mailbot.smtpd.crowd import Crowd, Network, is_within, peer_of, spelled_peer
from mailbot.smtpd.limits import PortLimits
from mailbot.smtpd.wire import EndlessLine, PeerGone, Wire

log = logging.getLogger("mailbot.smtpd")

# aiosmtpd's own log repeats ours on every connection, less guardedly.
logging.getLogger("mail.log").setLevel(logging.WARNING)

T = TypeVar("T")
Command = Callable[[str], Awaitable[None]]

_FAREWELL_TIMEOUT = 2.0  # seconds that a peer who does not read has for our last words
_READY_FOR_TLS = "220 Ready to start TLS"  # what aiosmtpd's STARTTLS pushes, without an enhanced code
_IDLE = frozenset({"NOOP", "RSET", "VRFY", "HELP", "HELO", "EHLO", "LHLO"})
_NOT_MAIL = frozenset({"GET", "POST", "PUT", "HEAD", "CONNECT", "OPTIONS"})


@dataclass(frozen=True)
class Port:
    """What all connections of one listener share."""

    intake: Intake
    limits: PortLimits
    host_name: str
    tls: ssl.SSLContext | None
    proxy_peers: tuple[Network, ...]
    room: Room
    crowd: Crowd
    connections: set[Connection] = field(default_factory=set)
    handovers: set[asyncio.Task[Answer]] = field(default_factory=set)


class Connection(SMTP):
    """One connection, without the meaning of its commands: a subclass has those."""

    line_length_limit = 65_536  # of the StreamReader: it pauses the transport at twice this
    greeting_word = "ESMTP"

    if TYPE_CHECKING:
        # aiosmtpd declares these as optional; they are set from `connection_made` on.
        session: Any
        envelope: Any

    def __init__(self, port: Port) -> None:
        super().__init__(
            None,
            hostname=port.host_name,
            tls_context=port.tls,
            enable_SMTPUTF8=True,
            timeout=port.limits.command_timeout,
            loop=asyncio.get_running_loop(),
        )
        self._port = port
        self._limits = port.limits
        self._errors = 0
        self._idle_commands = 0
        self._awaits_command = False
        self._is_dismissed = False
        self._counted_peer: str | None = None
        self.peer = ""

    # The transport's events

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin. When TLS stands aiosmtpd calls this again, with a new session (RFC 3207 section 4.2)."""
        is_first = self._original_transport is None
        super().connection_made(transport)
        if is_first:
            self._wire = Wire(self._reader)
            self.peer = peer_of(transport)
            self._port.connections.add(self)
            self.task().add_done_callback(lambda _task: self._port.connections.discard(self))

    def eof_received(self) -> bool:
        """Let what was received be worked off; the reader then meets the end by itself."""
        asyncio.StreamReaderProtocol.eof_received(self)
        return self.session.ssl is None  # a TLS transport cannot stay half open

    def _timeout_cb(self) -> None:
        if self.is_open:
            log.info("connection timed out peer=%s", self.peer)
            self._say_and_close(answers.TOO_SLOW)
        elif self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined]  # every socket transport has it

    # What a listener needs

    def task(self) -> asyncio.Task[None]:
        """The running conversation. (No property: aiosmtpd's constructor reads every attribute.)"""
        assert self._handler_coroutine is not None
        return self._handler_coroutine

    def dismiss(self) -> None:
        """End the session politely: at once between commands or in a handshake, else after the command that runs."""
        self._is_dismissed = True
        if self._is_in_handshake():
            self.abort()
        elif self._awaits_command and self.is_open:
            self._say_and_close(answers.SHUTTING_DOWN)

    def abort(self) -> None:
        """End the session now."""
        self.task().cancel()
        if self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined]  # as above

    # The conversation

    async def _handle_client(self) -> None:
        if not self._port.crowd.admit():
            log.info("connection refused peer=%s reason=full", self.peer)
            self._say_and_close(answers.TOO_MANY_CONNECTIONS)
            return
        try:
            await self._admit_and_converse()
        except TLSSetupException:
            log.info("tls failed peer=%s", self.peer)
        finally:
            await self._see_off()

    async def _admit_and_converse(self) -> None:
        with contextlib.suppress(PeerGone, ConnectionError):
            if not await self._learn_peer():
                return
            if not self._port.crowd.admit_peer(self.peer):
                log.info("connection refused peer=%s reason=peer_cap", self.peer)
                self._say_and_close(answers.TOO_MANY_FROM_PEER)
                return
            self._counted_peer = self.peer
            log.info("connection opened peer=%s", self.peer)
            await self.push(f"220 {self.hostname} {self.greeting_word} mailbot")
            while self.is_open:
                await self._next_command()

    async def _see_off(self) -> None:
        """Close, and leave the crowd only with the socket: who never reads our last answers keeps his place so long."""
        try:
            if self._is_in_handshake():
                self._close_failed_tls()
            elif self.transport is not None:
                self.transport.close()
                self._reset_timeout(_FAREWELL_TIMEOUT)
                await asyncio.get_running_loop().create_future()  # until `connection_lost` cancels us
        finally:
            self._port.crowd.leave()
            if self._counted_peer is not None:
                self._port.crowd.leave_peer(self._counted_peer)
                log.info("connection closed peer=%s", self._counted_peer)

    async def _learn_peer(self) -> bool:
        """Take the real peer's address from the PROXY header that a configured proxy, and nobody else, sends."""
        if not is_within(self.peer, self._port.proxy_peers):
            return True
        self._reset_timeout(self._limits.proxy_timeout)
        proxied: ProxyData = await get_proxy(self._wire)
        if not proxied.valid:
            log.info("proxy header refused peer=%s", self.peer)
            return False
        if proxied.src_addr is not None and not isinstance(proxied.src_addr, bytes):
            self.peer = spelled_peer(str(proxied.src_addr))
        return True

    async def _next_command(self) -> None:
        self._reset_timeout(self._limits.command_timeout)
        # A buffer full of pipelined commands is worked off without a pause otherwise, and others would wait.
        await asyncio.sleep(0)
        self._awaits_command = True
        try:
            line = await self._wire.line(self._limits.max_line_bytes)
        except EndlessLine:
            log.info("endless command line dropped peer=%s", self.peer)
            self._say_and_close(answers.LONG_LINE)
            return
        finally:
            self._awaits_command = False
        try:
            await self._obey(line)
        except (PeerGone, ConnectionError, TLSSetupException):
            raise
        except Exception as error:  # noqa: BLE001 - the door: a fault of ours is 451, logged with its trace
            await self.refuse(await self.handle_exception(error))
        if self._is_dismissed and self.is_open:
            self._say_and_close(answers.SHUTTING_DOWN)

    async def _obey(self, line: bytes) -> None:
        command = self._printable_command(line)
        if isinstance(command, Answer):
            await self.refuse(command)
            return
        verb, _, argument = command.partition(" ")
        verb = verb.upper() if verb.isascii() else verb  # "\u017f" is "S" in capitals, but no command holds it
        if verb in _NOT_MAIL:
            # A browser made to post here by a page would else have the lines of its body taken as commands.
            self._say_and_close(answers.NOT_A_MAIL_CLIENT)
            return
        self._idle_commands += verb in _IDLE
        if self._idle_commands > self._limits.max_idle_commands:
            log.info("connection dropped peer=%s idle_commands=%d", self.peer, self._idle_commands)
            self._say_and_close(answers.TOO_IDLE)
            return
        obey = self._commands().get(verb)
        if obey is None:
            await self.refuse(answers.UNKNOWN_COMMAND)
        else:
            await obey(argument.strip(" "))

    def _commands(self) -> dict[str, Command]:
        """What each verb does with its argument (printable text without spaces around, "" for none)."""
        raise NotImplementedError

    def _printable_command(self, line: bytes) -> str | Answer:
        """The command without its CRLF. Control and bidi characters never get further than this."""
        if len(line) > self._limits.max_command_bytes:
            return answers.LONG_LINE
        try:
            command = line.removesuffix(b"\r\n").decode()
        except UnicodeDecodeError:
            return answers.BAD_LINE
        # A bare LF at the end is left over by removesuffix, and is not printable (RFC 5321 section 2.3.8).
        return command if command.isprintable() else answers.BAD_LINE

    async def handle_exception(self, error: Exception) -> Answer:  # type: ignore[override]  # no bare string
        """A fault of ours: a trace for us, nothing of it for the peer. The mail stays with the relay."""
        log.error("command failed peer=%s", self.peer, exc_info=error)
        self._forget_envelope()
        return answers.FAULT

    def _forget_envelope(self) -> None:
        self.envelope = self._create_envelope()

    # Answering

    @property
    def is_open(self) -> bool:
        """True until either side has closed."""
        return self.transport is not None and not self.transport.is_closing()

    async def push(self, *lines: object) -> None:
        """Send answers, all in one write."""
        if lines == (_READY_FOR_TLS,):
            lines = (answers.START_TLS,)
        self._writer.write(_octets(*lines))
        await self._writer.drain()

    async def refuse(self, answer: Answer | Refusal) -> None:
        """Send an answer that refuses; too many permanent ones end the session."""
        log.info("command refused peer=%s code=%d status=%s", self.peer, answer.code, answer.status)
        await self.push(answer)
        self._count_error(answer)

    def _count_error(self, answer: Answer | Refusal) -> None:
        # Temporary answers do not count: a relay with more recipients than a mail may have does no wrong.
        self._errors += answer.code >= 500
        if self._errors >= self._limits.max_errors and self.is_open:
            log.info("connection dropped peer=%s errors=%d", self.peer, self._errors)
            self._say_and_close(answers.TOO_MANY_ERRORS)

    def _say_and_close(self, *lines: Answer) -> None:
        assert self.transport is not None
        self._writer.write(_octets(*lines))
        self.transport.close()
        self._reset_timeout(_FAREWELL_TIMEOUT)  # then `_timeout_cb` gives up on a peer who does not read

    async def _undisturbed(self, work: Awaitable[T]) -> T:
        """Await our own work with no deadline of the peer's running: its slowness is not theirs."""
        assert self._timeout_handle is not None
        self._timeout_handle.cancel()
        try:
            return await work
        finally:
            if self.transport is not None:
                self._reset_timeout(self._limits.command_timeout)

    def _is_in_handshake(self) -> bool:
        return self._original_transport is not None and self.session.ssl is None

    def _close_failed_tls(self) -> None:
        # The TLS layer never announced the connection to us, so it will not announce its end either.
        if self.transport is not None:
            self.transport.close()
            self.connection_lost(None)


def _octets(*lines: object) -> bytes:
    """Lines for the wire; whatever else an answer might hold, it is one line of ASCII."""
    text = [str(line).encode("ascii", "replace").translate(None, b"\r\n") for line in lines]
    return b"".join(line + b"\r\n" for line in text)
