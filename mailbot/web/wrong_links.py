"""Slows down who tries links that open nothing: an allowance per client network, in bounded memory."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from typing import Final

from mailbot.clock import Clock

ALLOWANCE: Final = 100.0
PER_SECOND: Final = 1.0
_MAX_NETWORKS: Final = 10_000


class WrongLinks:
    """Counts wrong links. Each network may try 100 at once, and one more each second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many networks are remembered."""
        return len(self._spent)

    def is_too_often(self, client: str) -> bool:
        """Notes a wrong link; whether its network has tried too many."""
        network = _network(client)
        now = self._clock.monotonic()
        spent, at = self._spent.pop(network, (0.0, now))
        spent = max(0.0, spent - max(0.0, now - at) * PER_SECOND)
        too_often = spent + 1 > ALLOWANCE
        self._spent[network] = (spent if too_often else spent + 1, now)
        if len(self._spent) > _MAX_NETWORKS:
            self._spent.popitem(last=False)
        return too_often


def _network(client: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: whoever has one of these has all of them."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    return client if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
