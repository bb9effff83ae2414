"""Questions to DNS, for `mailbot doctor`.

In: names. Out: records as text. A name that is not there has none; where nobody answers, `NoDns` is raised.
"""

from __future__ import annotations

from typing import Any, Final

import dns.exception
import dns.resolver
from dns.rdatatype import RdataType

_PATIENCE_SECONDS: Final = 5.0


class NoDns(Exception):
    """Nobody answers questions."""


class Questions:
    """Asks DNS; a name that is not there has no records. NoDns when nobody answers."""

    def __init__(self, nameserver: tuple[str, int] | None = None) -> None:
        try:
            self._resolver = dns.resolver.Resolver(configure=nameserver is None)
        except dns.exception.DNSException as error:
            raise NoDns(str(error)) from error
        if nameserver is not None:
            self._resolver.nameservers = [nameserver[0]]
            self._resolver.port = nameserver[1]
        self._resolver.lifetime = _PATIENCE_SECONDS

    def texts(self, name: str, start: str = "") -> list[str]:
        """The TXT records of a name that start with a word, strings joined."""
        found = [b"".join(record.strings).decode("utf-8", "replace") for record in self._ask(name, RdataType.TXT)]
        return [text for text in found if text.lower().startswith(start.lower())]

    def exchangers(self, name: str) -> list[str]:
        """The hosts that MX records name, the preferred first, without the last dot."""
        records = sorted((record.preference, record.exchange.to_text()) for record in self._ask(name, RdataType.MX))
        return [host.rstrip(".") for _, host in records]

    def addresses(self, name: str) -> list[str]:
        """The IPv4 and IPv6 addresses of a host."""
        return [record.address for kind in (RdataType.A, RdataType.AAAA) for record in self._ask(name, kind)]

    def _ask(self, name: str, kind: RdataType) -> list[Any]:
        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise NoDns(f"{name}: {error}") from error
