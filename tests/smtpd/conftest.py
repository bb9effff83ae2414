"""A real listener on loopback in a thread of its own, and a client that speaks octets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

import pytest

from mailbot.service.handover import Envelope, Refusal, Session
from mailbot.smtpd import Listener, PortLimits
from mailbot.smtpd.connection import Connection
from tests.certificates import write_certificate

PATIENCE = 20  # seconds until a test that hangs fails


class RecordingIntake:
    """A desk at desk.example that knows every local part but those that begin with "unknown" or "broken"."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Session]] = []
        self.mails: list[Envelope] = []
        self.store_fault: Exception | None = None
        self.is_storing = threading.Event()
        self.may_store = threading.Event()
        self.may_store.set()

    async def recipient(self, address: str, session: Session) -> Refusal | None:
        self.asked.append((address, session))
        local, _, domain = address.rpartition("@")
        if domain.lower() not in {"desk.example", "postmaster"}:
            return Refusal(550, "5.7.1", "not ours")
        if local.startswith("broken"):
            raise LookupError("secret of the house")
        return Refusal(550, "5.1.1", "no such recipient") if local.startswith("unknown") else None

    async def take(self, envelope: Envelope) -> None:
        self.is_storing.set()
        if not self.may_store.is_set():
            await asyncio.to_thread(self.may_store.wait, PATIENCE)
        if self.store_fault is not None:
            raise self.store_fault
        self.mails.append(envelope)


class Talk:
    """One connection of a client."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._use(sock)

    def _use(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.settimeout(PATIENCE)
        self.file = sock.makefile("rb")

    def answer(self) -> str:
        """The next answer, its lines joined by LF; "" when the server has closed."""
        lines = []
        while line := self.file.readline():
            lines.append(line.decode("ascii").removesuffix("\r\n"))
            if line[3:4] != b"-":
                break
        return "\n".join(lines)

    def answers(self, count: int) -> list[str]:
        return [self.answer() for _ in range(count)]

    def send(self, octets: bytes) -> None:
        self.sock.sendall(octets)

    def flood(self, block: bytes, times: int) -> None:
        for _ in range(times):
            self.send(block)

    def dripped(self, octets: bytes) -> str:
        """Send them again and again, slowly, until an answer comes; that answer."""
        self.sock.settimeout(0.05)
        for _ in range(20 * PATIENCE):
            self.send(octets)
            with contextlib.suppress(TimeoutError):
                return self.sock.recv(100).decode()
        raise AssertionError("the server has more patience than this test")

    def say(self, command: str) -> str:
        self.send(command.encode() + b"\r\n")
        return self.answer()

    def greeted(self, command: str = "EHLO relay.example") -> Talk:
        assert self.answer().startswith("220 ")
        assert self.say(command).startswith("250")
        return self

    def begun(self, *recipients: str) -> Talk:
        """In DATA, past the 354."""
        assert self.say("MAIL FROM:<ann@customer.example>").startswith("250 2.1.0")
        for recipient in recipients or ("reply+abc@desk.example",):
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250 2.1.5")
        assert self.say("DATA").startswith("354")
        return self

    def sent(self, wire: bytes, *recipients: str) -> str:
        """Send one mail as it is, final dot and all; return the answer after it."""
        self.begun(*recipients).send(wire)
        return self.answer()

    def encrypted(self) -> Talk:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.file.close()
        self._use(context.wrap_socket(self.sock))
        return self

    def is_closed(self) -> bool:
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self.file.close()
        self.sock.close()


@dataclass
class RunningPort:
    listener: Listener
    intake: RecordingIntake
    loop: asyncio.AbstractEventLoop
    address: tuple[str, int] | str
    talks: list[Talk]

    def talk(self, receive_buffer_bytes: int | None = None) -> Talk:
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        sock = socket.socket(family)
        if receive_buffer_bytes is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        talk = Talk(sock)
        self.talks.append(talk)
        sock.connect(self.address)
        return talk

    def connections(self) -> set[Connection]:
        return set(self.listener._port.connections)

    def wait_until_nobody_is_connected(self) -> None:
        async def wait() -> None:
            tasks = [connection.task() for connection in self.connections()]
            if tasks:
                await asyncio.wait(tasks, timeout=PATIENCE)

        asyncio.run_coroutine_threadsafe(wait(), self.loop).result(PATIENCE)
        assert not self.connections()

    def wait_until(self, is_so: Callable[[], object]) -> None:
        """Ask again after each turn of the port's event loop."""

        async def wait() -> None:
            while not is_so():  # noqa: ASYNC110 - what is waited for announces nothing
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(asyncio.wait_for(wait(), PATIENCE), self.loop).result(2 * PATIENCE)

    def closing(self, grace_seconds: float = PATIENCE) -> Callable[[], None]:
        """Begin to close; the returned call waits for the end."""
        future = asyncio.run_coroutine_threadsafe(self.listener.close(grace_seconds), self.loop)
        return lambda: future.result(PATIENCE)


StartPort = Callable[..., RunningPort]


@pytest.fixture
def start_port(tmp_path: Path) -> Iterator[StartPort]:
    """Start a port: `start_port(max_errors=3, lmtp=True, tls=context, proxy="127.0.0.0/8", unix=True)`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    started: list[RunningPort] = []

    def start(
        *,
        lmtp: bool = False,
        unix: bool = False,
        tls: ssl.SSLContext | None = None,
        proxy: str | None = None,
        **limits: float,
    ) -> RunningPort:
        intake = RecordingIntake()
        peers = (ip_network(proxy),) if proxy else ()
        listener = Listener(intake, PortLimits(**limits), "mx.desk.example", tls=tls, proxy_peers=peers, lmtp=lmtp)

        async def listen() -> tuple[str, int] | str:
            if not unix:
                return await listener.listen_tcp("127.0.0.1", 0)
            await listener.listen_unix(tmp_path / "lmtp.sock")
            return str(tmp_path / "lmtp.sock")

        address = asyncio.run_coroutine_threadsafe(listen(), loop).result(PATIENCE)
        started.append(RunningPort(listener, intake, loop, address, []))
        return started[-1]

    yield start
    for port in started:
        port.intake.may_store.set()
        for talk in port.talks:
            talk.close()
        port.closing(grace_seconds=5)()
    loop.call_soon_threadsafe(loop.stop)
    thread.join(PATIENCE)
    loop.close()


@pytest.fixture
def port(start_port: StartPort) -> RunningPort:
    return start_port()


@pytest.fixture(scope="session")
def tls_context(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(tmp_path_factory.mktemp("tls") / "both.pem", "mx.desk.example"))
    return context
