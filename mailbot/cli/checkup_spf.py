"""The part of `mailbot doctor` that reads the desk's SPF record (RFC 7208) and looks for the smarthost in it.

In: the config and DNS. Out: one finding. The return path's domain is the desk's. What can be seen from here is the
address that the smarthost's name has; a provider may send from others, so a record that lacks it is worth a word and
no fault.
"""

from __future__ import annotations

import ipaddress
from typing import Final

from mailbot.cli.checkup import Finding
from mailbot.cli.dns_questions import NoDns, Questions
from mailbot.cli.spf import MAX_LOOKUPS, Address, Result, SpfFault, evaluate
from mailbot.config import Config
from mailbot.outbound.connection import dialogue_of

_INSIDE: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7", "fe80::/10")
)
"""Addresses that no receiver sees (RFC 1918, RFC 4193)."""


def check_spf(ask: Questions, config: Config) -> Finding:
    """Whether there is one record, in order, that names the smarthost."""
    domain = config.desk.domain
    try:
        seen: list[Address | None] = [*_smarthost(ask, config)]
        results = [(address, evaluate(ask, domain, address)) for address in seen or [None]]
    except SpfFault as fault:
        said = f"{fault}: the record of {domain} counts as an error"
        return Finding("fail", "SPF", said, f"leave one record, of at most {MAX_LOOKUPS} lookups; see RFC 7208")
    except NoDns as error:
        return Finding("warn", "SPF", f"a name in the record of {domain} is not answered: {error}", "try again")
    if results[0][1] is None:
        return Finding("warn", "SPF", f"{domain} has none", 'publish one, e.g. TXT "v=spf1 mx -all"')
    return _of_record(domain, [(address, result) for address, result in results if result is not None], config)


def _of_record(domain: str, results: list[tuple[Address | None, Result]], config: Config) -> Finding:
    terms = " ".join(results[0][1].terms)
    shown = f"'v=spf1 {terms}'"
    words = {term.lower() for term in results[0][1].terms}
    if {"all", "+all"} & words:
        return Finding("warn", "SPF", f"{shown} allows the whole world", "end it with -all or ~all")
    if not any(word.endswith("all") or word.startswith("redirect=") for word in words):
        return Finding("warn", "SPF", f"{shown} says nothing of other senders", "end it with -all or ~all")
    if results[0][0] is None:
        return Finding("ok", "SPF", f"{shown}; {_unseen(config)}")
    for address, result in results:
        if result.verdict == "unseen":
            return Finding("ok", "SPF", f"{shown}; whether it covers {address} hangs on {result.by}, seen by mail only")
        if result.verdict != "pass":
            said = f"{shown} does not name the smarthost's address {address} ({result.verdict} by {result.by})"
            advice = f"add ip{address.version if address else 4}:{address}"
            return Finding("warn", "SPF", said, f"{advice}, or what its operator says: it may send from elsewhere")
    return Finding("ok", "SPF", f"{shown} names the smarthost, {results[0][0]}, by {results[0][1].by} (of {domain})")


def _unseen(config: Config) -> str:
    if config.captures:
        return "it has to cover the smarthost, and there is none yet"
    return "from which address the smarthost sends cannot be seen from here; it has to be covered"


def _smarthost(ask: Questions, config: Config) -> list[Address]:
    """The smarthost's addresses as receivers may see them; none where it is on this machine or behind a firewall."""
    if config.captures:
        return []
    host = dialogue_of(config.smarthost.url).host
    try:
        found: list[Address] = [ipaddress.ip_address(host)]
    except ValueError:
        found = [ipaddress.ip_address(text) for text in ask.addresses(host)]
    return [address for address in found if not any(address in network for network in _INSIDE)]
