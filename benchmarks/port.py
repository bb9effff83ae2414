"""How fast the port takes mails, beside plain aiosmtpd in the same run: `python benchmarks/port.py`.

Both servers run in processes of their own, over loopback, with a handler that keeps nothing. Rounds take turns, so
that a busy machine is unfair to both. Printed: medians of wall time and of the server's CPU time, their ratios,
and the server's peak memory after one mail of 20 MB and after an endless line of 64 MiB.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import socket
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP

from mailbot.service.handover import Envelope, Refusal, Session
from mailbot.smtpd import Listener, PortLimits

ROUNDS = 7
MAX_BYTES = 26_214_400
ENDLESS_MIB = 64


class NullIntake:
    """Our service, for mails that nobody wants."""

    async def recipient(self, address: str, session: Session) -> Refusal | None:
        """Accept."""
        del address, session
        return None

    async def take(self, envelope: Envelope) -> None:
        """Forget."""
        del envelope


class NullHandler:
    """The same for aiosmtpd."""

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Forget."""
        return "250 OK"


async def serve_ours() -> int:
    listener = Listener(NullIntake(), PortLimits(max_message_bytes=MAX_BYTES), "mx.example")
    return (await listener.listen_tcp("127.0.0.1", 0))[1]


async def serve_plain() -> int:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(NullHandler(), data_size_limit=MAX_BYTES, hostname="mx.example", loop=loop), "127.0.0.1", 0
    )
    return int(server.sockets[0].getsockname()[1])


def peak_kib() -> int:
    """Peak resident memory of this process. (ru_maxrss would begin with that of the process it was spawned from.)"""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def run_server(serve: Callable[[], Any], pipe: Connection) -> None:
    """Serve until the pipe closes; each message on it is answered with CPU seconds and peak memory in KiB."""
    logging.disable(logging.CRITICAL)

    async def main() -> None:
        pipe.send(await serve())
        ended = asyncio.Event()

        def answer() -> None:
            try:
                pipe.recv()
            except EOFError:
                ended.set()
                return
            pipe.send((time.process_time(), peak_kib()))

        asyncio.get_running_loop().add_reader(pipe.fileno(), answer)
        await ended.wait()

    asyncio.run(main())


@dataclass
class Server:
    """A server in a process of its own."""

    name: str
    serve: Callable[[], Any]

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=run_server, args=(self.serve, theirs))
        self.process.start()
        theirs.close()
        self.port = self.pipe.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self.pipe.close()
        self.process.join()

    def usage(self) -> tuple[float, int]:
        """CPU seconds so far, and peak memory in KiB."""
        self.pipe.send(None)
        cpu_seconds, peak_kib = self.pipe.recv()
        return cpu_seconds, peak_kib


def expect(file: Any, code: bytes) -> None:
    while (line := file.readline())[3:4] == b"-":
        pass
    assert line.startswith(code), line


def send_mails(port: int, count: int, mail: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as sock, sock.makefile("rb") as file:
        expect(file, b"220")
        sock.sendall(b"EHLO client.example\r\n")
        expect(file, b"250")
        for _ in range(count):
            for command, code in (
                (b"MAIL FROM:<a@b.example>", b"250"),
                (b"RCPT TO:<c@d.example>", b"250"),
                (b"DATA", b"354"),
            ):
                sock.sendall(command + b"\r\n")
                expect(file, code)
            sock.sendall(mail)
            expect(file, b"250")


def greet_and_quit(port: int, count: int, _mail: bytes) -> None:
    for _ in range(count):
        with socket.create_connection(("127.0.0.1", port)) as sock, sock.makefile("rb") as file:
            sock.sendall(b"EHLO client.example\r\nQUIT\r\n")
            for code in (b"220", b"250", b"221"):
                expect(file, code)


def send_endless_line(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as sock, sock.makefile("rb") as file:
        expect(file, b"220")
        sock.sendall(b"EHLO client.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n")
        for code in (b"250", b"250", b"250", b"354"):
            expect(file, code)
        block = b"x" * 1_048_576
        for _ in range(ENDLESS_MIB):
            sock.sendall(block)
        sock.sendall(b"\r\n.\r\n")
        expect(file, b"5")


def mail_of(size: int) -> bytes:
    line = b"abcdefghijklmnopqrstuvwxyz0123456789+/ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl\r\n"
    return b"Subject: benchmark\r\n\r\n" + line * (size // len(line)) + b".\r\n"


def measured(server: Server, work: Callable[..., None], count: int, mail: bytes) -> tuple[float, float]:
    cpu_before, _ = server.usage()
    start = time.perf_counter()
    work(server.port, count, mail)
    wall = time.perf_counter() - start
    return wall, server.usage()[0] - cpu_before


def compare(title: str, servers: list[Server], work: Callable[..., None], count: int, mail: bytes) -> None:
    runs: dict[str, list[tuple[float, float]]] = {server.name: [] for server in servers}
    for server in servers:
        measured(server, work, 1, mail)
    for _ in range(ROUNDS):
        for server in servers:
            runs[server.name].append(measured(server, work, count, mail))
    medians = {name: [statistics.median(column) for column in zip(*times, strict=True)] for name, times in runs.items()}
    print(f"{title} (median of {ROUNDS})")
    for name, (wall, cpu) in medians.items():
        print(f"  {name:9} wall {wall * 1000:8.1f} ms   CPU {cpu * 1000:8.1f} ms")
    (our_wall, our_cpu), (plain_wall, plain_cpu) = medians["mailbot"], medians["aiosmtpd"]
    print(f"  aiosmtpd / mailbot: wall {plain_wall / our_wall:.2f}, CPU {plain_cpu / our_cpu:.2f}")


def peak_after(name: str, serve: Callable[[], Any], work: Callable[[int], None]) -> int:
    with Server(name, serve) as server:
        _, before = server.usage()
        work(server.port)
        return server.usage()[1] - before


def main() -> None:
    kinds = {"mailbot": serve_ours, "aiosmtpd": serve_plain}
    with Server("mailbot", serve_ours) as ours, Server("aiosmtpd", serve_plain) as plain:
        compare("200 mails of 100 KB, one connection", [ours, plain], send_mails, 200, mail_of(100_000))
        compare("1 mail of 20 MB", [ours, plain], send_mails, 1, mail_of(20_000_000))
        compare("500 mails of 2 KB, one connection", [ours, plain], send_mails, 500, mail_of(2_000))
        compare("200 connections with EHLO and QUIT", [ours, plain], greet_and_quit, 200, b"")
    big = mail_of(20_000_000)
    print("growth of the server's peak memory")
    for name, serve in kinds.items():
        mail_kib = peak_after(name, serve, lambda port: send_mails(port, 1, big))
        line_kib = peak_after(name, serve, send_endless_line)
        print(f"  {name:9} 20 MB mail {mail_kib / 1024:6.1f} MiB   {ENDLESS_MIB} MiB line {line_kib / 1024:6.1f} MiB")


if __name__ == "__main__":
    main()
