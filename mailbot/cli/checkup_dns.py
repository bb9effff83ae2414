"""The parts of `mailbot doctor` that ask DNS: MX, SPF, DKIM, DMARC of the desk's domain, and their alignment.

In: the config and a resolver. Out: findings. Where there is no DNS, one finding says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mailbot.cli.checkup import Finding
from mailbot.cli.checkup_dmarc import check_dmarc, tags
from mailbot.cli.checkup_spf import check_spf
from mailbot.cli.dns_questions import NoDns, Questions
from mailbot.config import Config
from mailbot.errors import ConfigError
from mailbot.outbound.signing import SigningKey, dns_record
from mailbot.service.deliver import signing_keys

_RESERVED: Final = {"example", "invalid", "local", "localhost", "test", "internal"}
"""Names that no public DNS knows (RFC 2606, RFC 6762, RFC 9476)."""


def check_dns(config: Config, nameserver: tuple[str, int] | None) -> Iterator[Finding]:
    """Every record that the desk's mail needs."""
    domain = config.desk.domain
    if nameserver is None and domain.rpartition(".")[2] in _RESERVED:
        yield Finding("skip", "DNS", f"{domain} is a reserved name, which DNS does not know")
        return
    try:
        ask = Questions(nameserver)
        found = [_mx(ask, domain), check_spf(ask, config), *_dkim(ask, config), check_dmarc(ask, config)]
    except NoDns as error:
        yield Finding("skip", "DNS", f"nobody answers: {' '.join(str(error).split())[:200]}")
        return
    yield from found


def _mx(ask: Questions, domain: str) -> Finding:
    hosts = ask.exchangers(domain)
    if hosts == [""]:  # RFC 7505
        return Finding("fail", "MX", f"{domain} says that it takes no mail", "name the relay in an MX record")
    if not hosts:
        if ask.addresses(domain):  # RFC 5321 section 5.1
            return Finding("warn", "MX", f"{domain} has none, mail goes to its address", "name the relay in one")
        return Finding("fail", "MX", f"{domain} has none: no answer arrives", "name the relay in an MX record")
    lost = [host for host in hosts if not ask.addresses(host)]
    if lost:
        return Finding("fail", "MX", f"{lost[0]} has no address", "give it an A or AAAA record")
    return Finding("ok", "MX", f"{domain} is served by {', '.join(hosts)}")


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
    if not any(tags(text).get("p", "").replace(" ", "") == tags(wanted)["p"] for text in records):
        return Finding("fail", "DKIM", f"{name} publishes another key than ours", f"publish {wanted}")
    return Finding("ok", "DKIM", f"{name} publishes our key")
