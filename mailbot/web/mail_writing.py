"""Mails as a trier's mail program would write them: an answer, a mail action, a first mail. And their sending.

In: a captured mail and what was typed. Out: octets that go to our own port by SMTP, like any other mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from mailbot.errors import BadInput
from mailbot.outbound.mail import Failed, Sent
from mailbot.outbound.safe_text import MAX_NAME_CHARS, MAX_SUBJECT_CHARS, body_text, file_name, one_line
from mailbot.outbound.smarthost import Smarthost
from mailbot.service.page_acts import Upload
from mailbot.setting_readers import spelled_endpoint
from mailbot.web.captured import CapturedMail, MailAction

_TIMEOUT_SECONDS: Final = 30.0
_POLICY: Final = SMTP.clone(max_line_length=200)


@dataclass(frozen=True)
class Written:
    """A mail on its way: envelope and octets."""

    sender: str
    recipient: str
    raw: bytes


@dataclass(frozen=True)
class Writer:
    """Who writes, when, and what makes the mail unique: the same form sent again is the same mail."""

    name: str
    address: str
    now: datetime
    nonce: str

    @property
    def message_id(self) -> str:
        """The mail's Message-ID."""
        return f"<{self.nonce}@{self.address.rpartition('@')[2]}>"


def writer_of(mail: CapturedMail, now: datetime, nonce: str) -> Writer:
    """Whoever got a captured mail."""
    return Writer(mail.headline.to_name, mail.headline.recipient, now, nonce)


def answer(mail: CapturedMail, writer: Writer, text: str, uploads: Sequence[Upload]) -> Written:
    """An answer as mail programs write it: the quoted mail below the new words."""
    quoted = "".join(f"> {line}\n" for line in mail.text.rstrip("\n").split("\n"))
    attribution = f"On {format_datetime(mail.headline.at)}, {mail.headline.writer} wrote:"
    subject = mail.headline.subject
    return _written(
        writer,
        mail.reply_to,
        subject if subject.lower().startswith("re:") else f"Re: {subject}",
        f"{body_text(text)}\n\n{attribution}\n{quoted}",
        uploads,
        _thread(mail),
    )


def act(mail: CapturedMail, writer: Writer, action: MailAction) -> Written:
    """The mail that a mail action's link writes, sent as it is."""
    return _written(writer, action.to, action.subject, action.body, (), _thread(mail))


def first_mail(writer: Writer, to: str, subject: str, text: str, uploads: Sequence[Upload]) -> Written:
    """A mail that answers nothing."""
    return _written(writer, to, subject, body_text(text), uploads, {})


async def send(mail: Written, listen: tuple[str, int]) -> str:
    """Hands a mail to our own port. BadInput with the answer when it is refused, or when nobody listens."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen[0], listen[0])  # noqa: S104  # where it listens on all
    where = spelled_endpoint((host, listen[1]))
    port = Smarthost(f"smtp://{where}", _TIMEOUT_SECONDS, starttls="never")
    try:
        delivery = await port.send(mail.raw, mail.sender, mail.recipient)
    finally:
        await port.close()
    if isinstance(delivery, Sent):
        return delivery.answer
    if isinstance(delivery, Failed) or delivery.answer[:1].isdigit() or delivery.setup_fault:
        raise BadInput(f"the desk refused it: {delivery.answer}")
    raise BadInput(f"the desk's port {where} does not answer: {delivery.answer}")


def _thread(mail: CapturedMail) -> dict[str, str]:
    """The fields that tie an answer to its mail (RFC 5322 section 3.6.4)."""
    message_id = one_line(str(mail.message.get("Message-ID", "")), 300)
    references = one_line(str(mail.message.get("References", "")), 3000)
    return {"In-Reply-To": message_id, "References": f"{references} {message_id}".strip()}


def _written(
    writer: Writer, to: str, subject: str, text: str, uploads: Iterable[Upload], fields: dict[str, str]
) -> Written:
    message = EmailMessage(policy=_POLICY)
    try:
        message["From"] = Address(one_line(writer.name, MAX_NAME_CHARS), addr_spec=writer.address)
        message["To"] = Address(addr_spec=to)
    except ValueError as error:
        raise BadInput(f"that address cannot stand in a mail: {error}") from error
    message["Subject"] = one_line(subject, MAX_SUBJECT_CHARS)
    message["Date"] = writer.now
    message["Message-ID"] = writer.message_id
    message["User-Agent"] = "mailbot, captured mail pages"
    for name, value in fields.items():
        message[name] = value
    message.set_content(text + "\n", cte="quoted-printable")
    for upload in uploads:
        main, _, sub = upload.media_type.partition("/")
        known = (
            (main, sub)
            if main.isalpha() and main not in ("message", "multipart") and sub
            else ("application", "octet-stream")
        )
        message.add_attachment(
            upload.content, maintype=known[0], subtype=known[1].partition(";")[0], filename=file_name(upload.name)
        )
    return Written(writer.address, to, message.as_bytes())
