"""How many connections there are, in all and from each peer."""

from __future__ import annotations

import asyncio
from collections import Counter
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

Network = IPv4Network | IPv6Network
UNIX_PEER = "unix"


class Crowd:
    """Counts connections against two caps. For a unix socket and for `uncapped` peers only the first holds."""

    def __init__(self, max_connections: int, max_per_peer: int, uncapped: tuple[Network, ...] = ()) -> None:
        self.resize(max_connections, max_per_peer, uncapped)
        self._connections = 0
        self._by_peer: Counter[str] = Counter()

    def resize(self, max_connections: int, max_per_peer: int, uncapped: tuple[Network, ...]) -> None:
        """Other caps for those to come; nobody is sent away."""
        self._max_connections = max_connections
        self._max_per_peer = max_per_peer
        self._uncapped = uncapped

    def admit(self) -> bool:
        """Count one more connection; False, and nothing counted, when the house is full."""
        if self._connections >= self._max_connections:
            return False
        self._connections += 1
        return True

    def leave(self) -> None:
        """The other half of `admit`."""
        self._connections -= 1

    def admit_peer(self, peer: str) -> bool:
        """Count one more connection of `peer`; False, and nothing counted, when it has enough."""
        key = _network(peer)
        if self._by_peer[key] >= self._max_per_peer and not self._is_uncapped(peer):
            return False
        self._by_peer[key] += 1
        return True

    def _is_uncapped(self, peer: str) -> bool:
        return peer == UNIX_PEER or is_within(peer, self._uncapped)

    def leave_peer(self, peer: str) -> None:
        """The other half of `admit_peer`."""
        key = _network(peer)
        self._by_peer[key] -= 1
        if not self._by_peer[key]:
            del self._by_peer[key]


def peer_of(transport: asyncio.BaseTransport) -> str:
    """The peer's address as `spelled_peer` has it; "unix" for a unix socket."""
    name = transport.get_extra_info("peername")
    return spelled_peer(name[0]) if isinstance(name, tuple) else UNIX_PEER


def spelled_peer(text: str) -> str:
    """An IP address in its shortest spelling, IPv4 also where a socket, or a proxy's, is IPv6 (RFC 4291 2.5.5.2)."""
    address = ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def is_within(peer: str, networks: tuple[Network, ...]) -> bool:
    """True if the peer's address lies in one of the networks; a unix socket lies in none."""
    return peer != UNIX_PEER and any(ip_address(peer) in network for network in networks)


def _network(peer: str) -> str:
    """One IPv6 host commonly owns a /64, so all of it counts as one peer."""
    if ":" not in peer:
        return peer
    return IPv6Address(peer.partition("%")[0]).exploded[:19]
