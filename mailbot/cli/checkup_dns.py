"""The parts of `mailbot doctor` that ask DNS: MX, SPF, DKIM, DMARC of the desk's domain, and their alignment.

In: the config and a resolver. Out: findings. Where there is no DNS, one finding says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import dns.exception
import dns.resolver
from dns.rdatatype import RdataType

from mailbot.cli.checkup import Finding
from mailbot.config import Config
from mailbot.errors import ConfigError
from mailbot.outbound.signing import SigningKey, dns_record
from mailbot.service.deliver import signing_keys

_PATIENCE_SECONDS: Final = 5.0
_RESERVED: Final = {"example", "invalid", "local", "localhost", "test", "internal"}
"""Names that no public DNS knows (RFC 2606, RFC 6762, RFC 9476)."""


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

    def has_address(self, name: str) -> bool:
        """Whether a host has an address."""
        return bool(self._ask(name, RdataType.A) or self._ask(name, RdataType.AAAA))

    def _ask(self, name: str, kind: RdataType) -> list[Any]:
        try:
            return list(self._resolver.resolve(name, kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except dns.exception.DNSException as error:
            raise NoDns(f"{name}: {error}") from error


def check_dns(config: Config, nameserver: tuple[str, int] | None) -> Iterator[Finding]:
    """Every record that the desk's mail needs."""
    domain = config.desk.domain
    if nameserver is None and domain.rpartition(".")[2] in _RESERVED:
        yield Finding("skip", "DNS", f"{domain} is a reserved name, which DNS does not know")
        return
    try:
        ask = Questions(nameserver)
        found = [_mx(ask, domain), _spf(ask, domain), *_dkim(ask, config), _dmarc(ask, config)]
    except NoDns as error:
        yield Finding("skip", "DNS", f"nobody answers: {' '.join(str(error).split())[:200]}")
        return
    yield from found


def _mx(ask: Questions, domain: str) -> Finding:
    hosts = ask.exchangers(domain)
    if hosts == [""]:  # RFC 7505
        return Finding("fail", "MX", f"{domain} says that it takes no mail", "name the relay in an MX record")
    if not hosts:
        if ask.has_address(domain):  # RFC 5321 section 5.1
            return Finding("warn", "MX", f"{domain} has none, mail goes to its address", "name the relay in one")
        return Finding("fail", "MX", f"{domain} has none: no answer arrives", "name the relay in an MX record")
    lost = [host for host in hosts if not ask.has_address(host)]
    if lost:
        return Finding("fail", "MX", f"{lost[0]} has no address", "give it an A or AAAA record")
    return Finding("ok", "MX", f"{domain} is served by {', '.join(hosts)}")


def _spf(ask: Questions, domain: str) -> Finding:
    """RFC 7208; the return path's domain is the desk's."""
    records = [text for text in ask.texts(domain, "v=spf1") if text.lower().split()[0] == "v=spf1"]
    if len(records) > 1:  # section 4.5
        return Finding("fail", "SPF", f"{domain} has {len(records)} records, which counts as an error", "leave one")
    if not records:
        return Finding("warn", "SPF", f"{domain} has none", 'publish one, e.g. TXT "v=spf1 mx -all"')
    if {"all", "+all"} & set(records[0].lower().split()):
        return Finding("warn", "SPF", f"{records[0]!r} allows the whole world", "end it with -all or ~all")
    return Finding("ok", "SPF", f"{records[0]!r}; it has to cover the smarthost")


def _dkim(ask: Questions, config: Config) -> Iterator[Finding]:
    try:
        keys = signing_keys(config)
    except ConfigError as error:
        yield Finding("fail", "DKIM", str(error), "mend [dkim] keys")
        return
    if not keys:
        yield Finding("warn", "DKIM", "no key signs our mail", "`mailbot dkim keygen` makes one, or let the relay sign")
    for key in keys:
        yield _dkim_key(ask, key)


def _dkim_key(ask: Questions, key: SigningKey) -> Finding:
    try:
        name, wanted = dns_record(key)
    except ValueError as error:
        return Finding("fail", "DKIM", f"the key {key.selector} cannot be used: {error}", "mend [dkim] keys")
    records = ask.texts(name)
    if not records:
        advice = f"publish {wanted}"
        return Finding("fail", "DKIM", f"{name} has no record, so no signature of {key.selector} holds", advice)
    if not any(_tags(text).get("p", "").replace(" ", "") == _tags(wanted)["p"] for text in records):
        return Finding("fail", "DKIM", f"{name} publishes another key than ours", f"publish {wanted}")
    return Finding("ok", "DKIM", f"{name} publishes our key")


def _dmarc(ask: Questions, config: Config) -> Finding:
    """RFC 7489: From's domain has to agree with that of DKIM and of the return path, which both are the desk's."""
    author, ours = config.from_address.rpartition("@")[2].lower(), config.desk.domain
    where, record = _policy(ask, author)
    if record is None:
        advice = f'publish TXT "v=DMARC1; p=none; rua=mailto:…" at _dmarc.{author}'
        return Finding("warn", "DMARC", f"{author} has none", advice)
    strict = [name for name in ("adkim", "aspf") if _tags(record).get(name, "r").lower() == "s"]
    related = author == ours or author.endswith(f".{ours}") or ours.endswith(f".{author}")
    if not related or (author != ours and len(strict) == 2):  # one way that is aligned is enough
        advice = f"give [desk] address the domain {ours}"
        return Finding("fail", "DMARC", f"mail from {author} is signed and returned as {ours}: not aligned", advice)
    return Finding("ok", "DMARC", f"{where} says {record!r}; From, DKIM and return path agree")


def _policy(ask: Questions, domain: str) -> tuple[str, str | None]:
    """The record of a domain, or of the nearest one above it (RFC 7489 section 6.6.3)."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        name = "_dmarc." + ".".join(labels[start:])
        if records := ask.texts(name, "v=DMARC1"):
            return name, records[0]
    return "", None


def _tags(text: str) -> dict[str, str]:
    """Tags of a DKIM or DMARC record (RFC 6376 section 3.2)."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}
