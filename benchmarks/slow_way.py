"""A way with a delay: `python benchmarks/slow_way.py TARGET_PORT SECONDS` prints a port of 127.0.0.1 and hands on.

Each octet arrives that long after it was sent, in both directions; connecting itself costs nothing more.
"""

from __future__ import annotations

import asyncio
import sys


class End(asyncio.Protocol):
    """One end of a connection: what it hears goes out at the other end after the delay."""

    def __init__(self, seconds: float, other: End | None = None, target: int = 0) -> None:
        self.seconds, self.other, self.target = seconds, other, target
        self.transport: asyncio.Transport | None = None
        self.early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, and connect the other end if there is none yet."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self.other is None:
            self.other = End(self.seconds, self)
            loop = asyncio.get_running_loop()
            self.connecting = loop.create_task(loop.create_connection(lambda: self.other, "127.0.0.1", self.target))
        for octets in self.early:
            transport.write(octets)

    def data_received(self, data: bytes) -> None:
        """Hear, and have it said later."""
        assert self.other is not None
        asyncio.get_running_loop().call_later(self.seconds, self.other.say, data)

    def connection_lost(self, _fault: Exception | None) -> None:
        """End, and end the other one later."""
        if self.other is not None and self.other.transport is not None:
            asyncio.get_running_loop().call_later(self.seconds, self.other.transport.close)

    def say(self, octets: bytes) -> None:
        """Say, as soon as there is a connection."""
        if self.transport is None:
            self.early.append(octets)
        else:
            self.transport.write(octets)


async def main() -> None:
    target, seconds = int(sys.argv[1]), float(sys.argv[2])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: End(seconds, target=target), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
