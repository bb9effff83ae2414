"""The part of `mailbot doctor` that looks at DMARC: whether From, DKIM and return path agree as the record asks.

In: the config and DNS. Out: one finding. DKIM's d= and the return path's domain are the desk's; From may be another.
"""

from __future__ import annotations

from typing import Final

from mailbot.cli.checkup import Finding
from mailbot.cli.dns_questions import Questions
from mailbot.config import Config

_MOST_LABELS: Final = 8
"""A walk up from a longer name begins at this many labels (DMARCbis, "DNS Tree Walk")."""


def check_dmarc(ask: Questions, config: Config) -> Finding:
    """RFC 7489 section 3.1: one of DKIM and SPF has to pass for a domain that is aligned with From's."""
    author, ours = config.from_address.rpartition("@")[2].lower(), config.desk.domain.lower()
    where, records = _policy(ask, author)
    if not records:
        advice = f'publish TXT "v=DMARC1; p=none; rua=mailto:…" at _dmarc.{author}'
        return Finding("warn", "DMARC", f"{author} has none", advice)
    if len(records) > 1:  # section 6.6.3
        return Finding("fail", "DMARC", f"{where} has {len(records)} records, which count as none", "leave one")
    said = tags(records[0])
    if said.get("p", "").lower() not in ("none", "quarantine", "reject"):
        return Finding("fail", "DMARC", f"{where} says {records[0]!r}, without a policy", "add p=none, or stricter")
    return _alignment(ask, config, f"{where} says {records[0]!r}", (author, ours), said)


def _alignment(ask: Questions, config: Config, record: str, domains: tuple[str, str], said: dict[str, str]) -> Finding:
    author, ours = domains
    same_organisation = author == ours or organisation(ask, author) == organisation(ask, ours)
    agrees = {
        name: author == ours or (same_organisation and said.get(name, "r").lower() != "s") for name in ("adkim", "aspf")
    }
    if not any(agrees.values()):
        strict = "strictly, as its record asks" if same_organisation else "by organisation"
        words = f"mail from {author} is signed and returned as {ours}: not aligned, compared {strict}"
        return Finding("fail", "DMARC", words, f"give [desk] address the domain {ours}")
    if not agrees["adkim"]:
        words = f"{record}; the return path agrees with From, a signature of {ours} does not (adkim=s)"
        return Finding("warn", "DMARC", words, f"give [desk] address the domain {ours}, or publish adkim=r")
    if not config.dkim.keys:
        words = f"{record}; the return path agrees with From, but no key of ours signs"
        advice = "sign here (`mailbot dkim keygen`) or at the relay: forwarded mail and notices have no other proof"
        return Finding("warn", "DMARC", words, advice)
    if not agrees["aspf"]:
        return Finding("ok", "DMARC", f"{record}; DKIM agrees with From, the return path does not (aspf=s)")
    return Finding("ok", "DMARC", f"{record}; From, DKIM and return path agree")


def organisation(ask: Questions, domain: str) -> str:
    """The domain of whoever owns it: the topmost above it that publishes DMARC (DMARCbis, "DNS Tree Walk").

    `psd=n` ends the walk there, `psd=y` one below: that is a registry's.
    """
    found = domain
    for name in _upwards(domain):
        for record in ask.texts(f"_dmarc.{name}", "v=DMARC1"):
            mark = tags(record).get("psd", "u").lower()
            if mark == "n":
                return name
            if mark == "y" and name != domain:
                return _below(name, domain)
            found = name
    return found


def tags(text: str) -> dict[str, str]:
    """Tags of a DKIM or DMARC record (RFC 6376 section 3.2)."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}


def _policy(ask: Questions, domain: str) -> tuple[str, list[str]]:
    """The records of a domain, or of the nearest one above it (RFC 7489 section 6.6.3)."""
    for name in _upwards(domain):
        if records := ask.texts(f"_dmarc.{name}", "v=DMARC1"):
            return f"_dmarc.{name}", records
    return "", []


def _upwards(domain: str) -> list[str]:
    """A domain and those above it, but no single label."""
    labels = domain.split(".")
    starts = range(max(1, len(labels) - 1))
    return [".".join(labels[start:]) for start in starts if start == 0 or len(labels) - start < _MOST_LABELS]


def _below(registry: str, domain: str) -> str:
    """The domain one label below a registry's, on the way to `domain`."""
    own = domain.removesuffix(f".{registry}").rpartition(".")[2]
    return f"{own}.{registry}"
