"""The parameters of MAIL FROM: text in, values or the refusing answer out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.smtpd import answers
from mailbot.smtpd.answers import Answer

_SIZE = re.compile(r"[0-9]{1,20}\Z")  # RFC 1870 section 4: up to 20 digits


@dataclass(frozen=True)
class MailParameters:
    """What MAIL declared: the octets of the mail (0: not said), and whether addresses may go beyond ASCII."""

    size_bytes: int = 0
    smtputf8: bool = False


def parse_mail_parameters(text: str) -> MailParameters | Answer:
    """Read SIZE (RFC 1870), BODY (RFC 6152) and SMTPUTF8 (RFC 6531); all else was not offered: 555."""
    size_bytes, smtputf8 = 0, False
    seen: set[str] = set()
    if not text.isascii():  # else letters whose capitals are ASCII would pass for it
        return answers.BAD_ARGUMENT
    for word in text.split():
        keyword, _, value = word.upper().partition("=")
        if keyword in seen:
            return answers.BAD_ARGUMENT
        seen.add(keyword)
        if keyword == "SIZE" and _SIZE.match(value):
            size_bytes = int(value)
        elif keyword == "SMTPUTF8" and word.upper() == keyword:
            smtputf8 = True
        elif keyword != "BODY" or value not in {"7BIT", "8BITMIME"}:
            return answers.BAD_ARGUMENT if keyword in {"SIZE", "BODY", "SMTPUTF8"} else answers.BAD_PARAMETER
    return MailParameters(size_bytes, smtputf8)
