"""Reads composed mails back with the standard library's parser, which knows nothing of how they were written."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

STRICT = email.policy.default.clone(raise_on_defect=True)


def parsed(raw: bytes) -> EmailMessage:
    """Parse a mail; any defect raises."""
    message = email.message_from_bytes(raw, policy=STRICT)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    """The text part as it is on the wire, decoded."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(message: EmailMessage) -> str:
    """The HTML part."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def unflowed(text: str) -> str:
    """The text as a client that knows format=flowed shows it (RFC 3676 section 4)."""
    lines = [""]
    for line in text.split("\n"):
        plain = line.removeprefix(" ")
        lines[-1] += plain
        if not plain.endswith(" "):
            lines.append("")
    return "\n".join(lines)
