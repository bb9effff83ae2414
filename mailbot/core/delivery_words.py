"""What an answer of a mail server means, in words for people who never read one."""

from __future__ import annotations

import re

_CODE = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_MEANINGS = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such domain",
    "1.3": "the address is misspelt",
    "1.6": "the mailbox has moved and left no address",
    "1.10": "the domain takes no mail",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "2.3": "the mail is too large for the mailbox",
    "3.4": "the mail is too large for the server",
    "4.1": "the recipient's server does not answer",
    "4.4": "the recipient's server cannot be found",
    "4.6": "the recipient's servers pass the mail around in a circle",
    "4.7": "the relay tried for too long",
    "7.1": "the recipient's server refuses us",
    "7.26": "the mail's authentication was not accepted",
}
"""Subject and detail of enhanced codes (RFC 3463, RFC 7372, RFC 7505)."""
_SUBJECTS = {
    "1": "the address does not work",
    "2": "the mailbox takes no mail",
    "3": "the recipient's server cannot take the mail",
    "4": "the mail could not be brought to the recipient's server",
    "5": "the servers misunderstood each other",
    "6": "the recipient's server does not like the mail's form",
    "7": "the recipient's server refuses the mail by its rules",
}


def meaning_of(answer: str) -> str:
    """What an answer with an enhanced code says, e.g. "there is no such mailbox"; "" without one that is known."""
    found = _CODE.search(answer)
    if found is None or found[0].startswith("2"):
        return ""
    _, subject, detail = found[0].split(".")
    return _MEANINGS.get(f"{subject}.{detail}") or _SUBJECTS.get(subject, "")
