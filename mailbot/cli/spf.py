"""What an SPF record says of an address (RFC 7208), as far as can be seen without a mail.

In: a domain, an address, DNS. Out: a `Result`. All terms are looked up, also those behind the one that matches, since
a mail from elsewhere would come to them: so the limits are held against the worst case. Macros and `ptr` depend on
the mail; a record that hangs on them is "unseen".
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Final, Literal

from mailbot.cli.dns_questions import Questions

Verdict = Literal["pass", "fail", "softfail", "neutral", "unseen"]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MAX_LOOKUPS: Final = 10
MAX_VOID_LOOKUPS: Final = 2
MAX_EXCHANGERS: Final = 10
_SIGNS: Final[dict[str, Verdict]] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_TERM: Final = re.compile(
    r"(?P<sign>[+?~-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<value>[^/\s]+))?(?:/(?P<four>\d{1,3}))?(?://(?P<six>\d{1,3}))?",
    re.IGNORECASE,
)
_MODIFIER: Final = re.compile(r"(?P<name>[a-z][a-z0-9._-]*)=(?P<value>\S*)", re.IGNORECASE)


class SpfFault(Exception):
    """The record counts as an error ("permerror"): receivers treat the domain as one without SPF, or refuse."""


@dataclass(frozen=True)
class Result:
    """What the record says, by which term, and after how many lookups. `terms`: the record's own."""

    verdict: Verdict
    by: str
    lookups: int
    terms: tuple[str, ...]


def record_of(ask: Questions, domain: str) -> str | None:
    """The SPF record of a domain, None without one. SpfFault when there are several (RFC 7208 section 4.5)."""
    records = [text for text in ask.texts(domain, "v=spf1") if text.lower().split()[0] == "v=spf1"]
    if len(records) > 1:
        raise SpfFault(f"{domain} has {len(records)} records")
    return records[0] if records else None


def evaluate(ask: Questions, domain: str, address: Address | None) -> Result | None:
    """What a domain's record says of an address; None where there is no record. SpfFault where it is an error.

    Without an address, nothing but "all" and its like matches.
    """
    record = record_of(ask, domain)
    if record is None:
        return None
    walk = _Walk(ask, address)
    verdict, by = walk.check(domain, record)
    return Result(verdict, by, walk.lookups, tuple(record.split()[1:]))


@dataclass
class _Walk:
    """One evaluation: the lookups so far count for all records that it comes to (section 4.6.4)."""

    ask: Questions
    address: Address | None
    lookups: int = 0
    voids: int = 0
    on_the_way: list[str] = field(default_factory=list)

    def check(self, domain: str, record: str) -> tuple[Verdict, str]:
        """The verdict of one record, and the term that decided."""
        if domain.lower() in self.on_the_way:
            raise SpfFault(f"{domain} includes itself")
        self.on_the_way.append(domain.lower())
        decided: tuple[Verdict, str] | None = None
        redirect = ""
        for term in record.split()[1:]:
            if modifier := _MODIFIER.fullmatch(term):
                redirect = modifier["value"] if modifier["name"].lower() == "redirect" else redirect
                continue
            decided = _stronger(decided, self._match(term, domain))
        if redirect and not re.search(r"(?:^|\s)[+?~-]?all(?:\s|$)", record, re.IGNORECASE):
            decided = _stronger(decided, self._follow(redirect, f"redirect={redirect}"))
        self.on_the_way.pop()
        return decided or ("neutral", "no term names it")

    def _match(self, term: str, domain: str) -> tuple[Verdict, str] | None:
        parts = _TERM.fullmatch(term)
        if parts is None:
            raise SpfFault(f"{term!r} is no term of SPF")
        verdict, name = _SIGNS[parts["sign"] or "+"], parts["name"].lower()
        value = parts["value"] or domain
        if name == "all":
            return verdict, term
        if name in ("ip4", "ip6"):
            return (verdict, term) if self._is_in(_network(term, parts)) else None
        self._count()
        if name == "ptr" or "%" in value:
            return "unseen", term
        if name == "include":
            inner = self._follow(value, term)
            return (verdict, term) if inner[0] == "pass" else (inner if inner[0] == "unseen" else None)
        return (verdict, term) if self._names_us(name, value, parts) else None

    def _follow(self, domain: str, term: str) -> tuple[Verdict, str]:
        """The verdict of another domain's record, which there has to be (section 5.2, section 6.1)."""
        if term.startswith("redirect"):
            self._count()
            if "%" in domain:
                return "unseen", term
        record = record_of(self.ask, domain)
        if record is None:
            self._void()
            raise SpfFault(f"{term} leads to a domain without a record")
        return self.check(domain, record)

    def _names_us(self, name: str, host: str, parts: re.Match[str]) -> bool:
        """Whether `a`, `mx` or `exists` of a host matches."""
        hosts = self.ask.exchangers(host) if name == "mx" else [host]
        if not hosts:
            self._void()
        if len(hosts) > MAX_EXCHANGERS:
            raise SpfFault(f"{host} has more than {MAX_EXCHANGERS} MX records")
        found = [text for one in hosts for text in self.ask.addresses(one)]
        if hosts and not found:
            self._void()
        if name == "exists":
            return any(":" not in text for text in found)
        return any(self._is_in(_around(text, parts)) for text in found)

    def _is_in(self, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
        return self.address is not None and self.address in network

    def _count(self) -> None:
        self.lookups += 1
        if self.lookups > MAX_LOOKUPS:
            raise SpfFault(f"it needs more than {MAX_LOOKUPS} lookups")

    def _void(self) -> None:
        self.voids += 1
        if self.voids > MAX_VOID_LOOKUPS:
            raise SpfFault(f"more than {MAX_VOID_LOOKUPS} of its names do not exist")


def _stronger(first: tuple[Verdict, str] | None, then: tuple[Verdict, str] | None) -> tuple[Verdict, str] | None:
    """The first term that matches decides; one that cannot be seen leaves room for a pass behind it."""
    is_open = first is None or (first[0] == "unseen" and then is not None and then[0] == "pass")
    return then if is_open else first


def _network(term: str, parts: re.Match[str]) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The addresses that ip4 or ip6 names."""
    text = (parts["value"] or "") + (f"/{parts['four']}" if parts["four"] else "")
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise SpfFault(f"{term!r} names no address") from error
    if network.version != int(parts["name"][-1]):
        raise SpfFault(f"{term!r} names no address of its kind")
    return network


def _around(address: str, parts: re.Match[str]) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The addresses around one, as the term's prefix lengths say (section 5.3)."""
    prefix = parts["six"] if ":" in address else parts["four"]
    try:
        return ipaddress.ip_network(f"{address}/{prefix}" if prefix else address, strict=False)
    except ValueError as error:
        raise SpfFault(f"/{prefix} is no prefix length") from error
