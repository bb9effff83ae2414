"""People at their mail programs: they write, and answer what they got, as real programs build such mails.

In: a person, the relay he uses, and a mail of his inbox. Out: a mail handed to the relay by SMTP.
"""

from __future__ import annotations

import html
import smtplib
import uuid
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, localtime, parseaddr

from tests.system.mailbox import Mail, Maildir
from tests.system.relay import Relay


@dataclass(frozen=True)
class Client:
    """A person with a mailbox at the relay."""

    name: str
    address: str
    relay: Relay

    @property
    def inbox(self) -> Maildir:
        """The person's mail."""
        return self.relay.mailbox(self.address)

    def compose(self, to: str, subject: str, text: str, **headers: str) -> EmailMessage:
        """A new mail. Keywords are further fields, `_` for `-`."""
        message = EmailMessage()
        message["From"] = formataddr((self.name, self.address))
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = format_datetime(localtime())
        message["Message-ID"] = f"<{uuid.uuid4()}@{self.address.partition('@')[2]}>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        return message

    def write(self, to: str, subject: str, text: str, **headers: str) -> str:
        """Compose and send; the Message-ID."""
        return self.send(self.compose(to, subject, text, **headers), to)

    def answer(self, mail: Mail, text: str, **headers: str) -> EmailMessage:
        """An answer as webmail builds it: text above, the original quoted below, in plain text and HTML."""
        message = self._answer_frame(mail, f"{text}\n\n{_attribution(mail)}\n{_quoted(mail.text)}", **headers)
        message.add_alternative(
            f'<div dir="ltr">{html.escape(text)}</div><br><div class="gmail_quote">'
            f'<div dir="ltr" class="gmail_attr">{html.escape(_attribution(mail))}<br></div>'
            f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{mail.html}</blockquote></div>',
            subtype="html",
        )
        return message

    def answer_plainly(self, mail: Mail, text: str, **headers: str) -> EmailMessage:
        """An answer as office programs build it: the original below a block of its headers, unquoted."""
        block = "-----Original Message-----\n" + "".join(
            f"{name}: {mail.header(field)}\n"
            for name, field in (("From", "From"), ("Sent", "Date"), ("To", "To"), ("Subject", "Subject"))
        )
        return self._answer_frame(mail, f"{text}\n\n{block}\n{mail.text}", **headers)

    def send(self, message: EmailMessage, to: str, port: int | None = None) -> str:
        """Hand a mail to the relay; the Message-ID."""
        self.send_from(self.address, message, to, port)
        return str(message["Message-ID"])

    def send_from(self, return_path: str, message: EmailMessage, to: str, port: int | None = None) -> None:
        """Hand a mail over with another return path, "" for the null one."""
        with smtplib.SMTP("127.0.0.1", port or self.relay.port, timeout=30) as session:
            session.send_message(message, from_addr=return_path or "<>", to_addrs=[to])

    def reply(self, mail: Mail, text: str, **headers: str) -> str:
        """Answer a mail and send that to its reply address; the Message-ID."""
        return self.send(self.answer(mail, text, **headers), mail.reply_address)

    def _answer_frame(self, mail: Mail, text: str, **headers: str) -> EmailMessage:
        subject = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
        message = self.compose(mail.header("Reply-To"), subject, text, **headers)
        message["In-Reply-To"] = mail.message_id
        message["References"] = " ".join([*mail.references, mail.message_id])
        return message


def _attribution(mail: Mail) -> str:
    name, _ = parseaddr(mail.header("From"))
    return f"On {mail.header('Date')}, {name} <{mail.reply_address}> wrote:"


def _quoted(text: str) -> str:
    return "".join(f"> {line}".rstrip() + "\n" for line in text.splitlines())
