"""Short ways to write a mail in a test."""

from __future__ import annotations

from email.message import EmailMessage

from mailbot.inbound.message import read
from mailbot.inbound.reading import Reading


def mail(text: str = "", *, html: str | None = None, subject: str = "Re: pump", **fields: str) -> bytes:
    """A mail from a person to the desk; keyword arguments are header fields, underscores for hyphens."""
    message = EmailMessage()
    message["From"] = fields.pop("sender", "Ann Field <ann@customer.example>")
    message["To"] = "reply@desk.example"
    message["Subject"] = subject
    message["Message-ID"] = "<one@customer.example>"
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    if text or html is None:
        message.set_content(text)
    if html is not None and text:
        message.add_alternative(html, subtype="html")
    elif html is not None:
        message.set_content(html, subtype="html")
    return message.as_bytes()


def words(text: str = "", **more: str) -> str:
    """The new words of such a mail."""
    return read(mail(text, **more)).text


def reading(text: str = "", **more: str) -> Reading:
    """The reading of such a mail."""
    return read(mail(text, **more))
