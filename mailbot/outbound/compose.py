"""Values to bytes: one mail, ready for the relay. A pure function of its arguments, so a retry says the same.

In: an `OutgoingMail` or an `OutgoingNotice`, the admin's templates folder, the DKIM keys. Out: a message of 7-bit
octets with CRLF line ends (RFC 5322, RFC 2045); a local part beyond ASCII is the one exception (RFC 6532).
"""

from __future__ import annotations

import re
from dataclasses import replace

from mailbot.core.ticket import Actor, Event, Party
from mailbot.outbound import headers, mime, threads
from mailbot.outbound.letter import Letter, Variables, notice_variables
from mailbot.outbound.mail import AttachmentFace, DeskFace, EntryFace, OutgoingMail, OutgoingNotice
from mailbot.outbound.safe_text import MAX_NAME_CHARS, MAX_SUBJECT_CHARS, one_line
from mailbot.outbound.signing import SigningKeys, signed
from mailbot.outbound.template_files import Templates, templates_of

_TAG_ROOM = 60


def compose(
    mail: OutgoingMail | OutgoingNotice, templates_dir: str | None, signing: SigningKeys | None = None
) -> bytes:
    """Write a mail. `templates_dir` holds an admin's own `mail/…` files, which go before the shipped ones.

    Raises jinja2.TemplateError for a template that does not work, ValueError for an address that is none.
    """
    templates = templates_of(templates_dir)
    message = _mail(mail, templates) if isinstance(mail, OutgoingMail) else _notice(mail, templates)
    raw = message.encode()
    return signed(raw, signing, mail.date) if signing else raw


def _mail(mail: OutgoingMail, templates: Templates) -> str:
    letter = Letter(_without_his_words(mail) if mail.repeats_nothing else mail, templates)
    sentences = templates.get(f"{letter.language}/{mail.kind.value}.txt").render(letter.variables)
    variables = letter.parts(_paragraphs(sentences))
    files = [*letter.attached, *([letter.complete_history()] if letter.is_folded and mail.attaches_history else [])]
    body = _body("mail", variables, templates, mail.message_id, files)
    return _mail_fields(letter, variables["subject"]) + body


def _notice(notice: OutgoingNotice, templates: Templates) -> str:
    variables = notice_variables(notice, templates)
    return _notice_fields(notice) + _body("notice", variables, templates, notice.message_id, notice.attachments)


def _paragraphs(sentences: str) -> list[str]:
    """The paragraphs of a rendered template; lines of one paragraph are joined."""
    found = [" ".join(paragraph.split()) for paragraph in re.split(r"\n[ \t]*\n", sentences)]
    return [paragraph for paragraph in found if paragraph]


def _body(
    name: str,
    variables: Variables,
    templates: Templates,
    seed: str,
    files: list[AttachmentFace] | tuple[AttachmentFace, ...],
) -> str:
    """Text and HTML as alternatives (RFC 2046 section 5.1.4), and the files beside them."""
    language = variables["language"]
    text = templates.get(f"{name}.txt").render(variables).strip("\n") + "\n"
    html = templates.get(f"{name}.html").render(variables)
    alternative = mime.multipart(
        "alternative",
        [
            mime.text_part(text, "plain", language, flowed=True),
            mime.text_part(html, "html", language),
        ],
        seed,
    )
    parts = [mime.file_part(file.name, file.media_type, file.content or b"", file.charset) for file in files]
    return "MIME-Version: 1.0\r\n" + (mime.multipart("mixed", [alternative, *parts], seed) if parts else alternative)


def _mail_fields(letter: Letter, subject: str) -> str:
    mail, desk, ticket = letter.mail, letter.mail.desk, letter.mail.ticket
    topic = headers.unstructured(subject, MAX_SUBJECT_CHARS + _TAG_ROOM)
    index = threads.thread_index(desk.domain, ticket.number, ticket.opened_at, mail.date)
    return (
        headers.field("From", headers.mailbox(_writer(letter), desk.mailbox))
        + headers.field("To", headers.mailbox(mail.to_name, mail.to_address))
        + (headers.field("Reply-To", headers.mailbox(desk.name, mail.reply_address)) if mail.reply_address else "")
        + headers.field("Subject", topic)
        + _origin_fields(mail)
        + headers.field("Thread-Topic", topic)
        + headers.field("Thread-Index", index)
        + (headers.field("Auto-Submitted", "auto-generated") if mail.auto_submitted else "")
        + _desk_fields(desk, f"{mail.kind.value}:{mail.to_party.value}")
    )


def _notice_fields(notice: OutgoingNotice) -> str:
    desk = notice.desk
    return (
        headers.field("From", headers.mailbox(desk.name, desk.mailbox))
        + headers.field("To", headers.mailbox(notice.to_name, notice.to_address))
        + (headers.field("Reply-To", headers.mailbox(desk.name, notice.reply_to)) if notice.reply_to else "")
        + headers.field("Subject", headers.unstructured(notice.subject, MAX_SUBJECT_CHARS))
        + _origin_fields(notice)
        + headers.field("Auto-Submitted", "auto-replied" if notice.answers_automatic else "auto-generated")
        + _desk_fields(desk, f"{notice.kind.value}:notice")
    )


def _origin_fields(mail: OutgoingMail | OutgoingNotice) -> str:
    """When it was written, which mail it is, and which it follows."""
    message_id = headers.message_ids([mail.message_id])
    if not message_id:
        raise ValueError(f"{mail.message_id!r} is no Message-ID")
    return (
        headers.field("Date", headers.date(mail.date))
        + headers.field("Message-ID", message_id)
        + threads.fields(mail.in_reply_to, mail.references)
    )


def _desk_fields(desk: DeskFace, stream: str) -> str:
    """What relays and other machines want to know: no answers by machines, one list for each desk (RFC 2919)."""
    domain = headers.ascii_domain(desk.domain)
    name = headers.mailbox(desk.name, desk.mailbox).rpartition("<")[0]
    return (
        headers.field("X-Auto-Response-Suppress", "DR, RN, NRN, OOF, AutoReply")
        + headers.field("List-Id", f"{name}<{headers.list_id(desk.domain)}>")
        + headers.field("Feedback-ID", f"{stream}:mailbot:{domain}")
    )


def _writer(letter: Letter) -> str:
    """The display name for From: the writer's, and that the desk carries his words."""
    desk = one_line(letter.mail.desk.name, MAX_NAME_CHARS)
    writer = one_line(letter.mail.writer, MAX_NAME_CHARS)
    return desk if writer in ("", desk) else one_line(letter.say("via", who=writer), MAX_NAME_CHARS)


def _without_his_words(mail: OutgoingMail) -> OutgoingMail:
    """The mail with nothing in it that its opener wrote: no desk is a relay for spam."""
    opener = next((entry.actor for entry in mail.history if entry.event is Event.OPENED), mail.entry.actor)

    def silent(entry: EntryFace) -> EntryFace:
        if entry.actor is not opener:
            return entry
        return replace(entry, who="", text="", attachments=(), facts=(), written_by=None)

    his_ticket = replace(mail.ticket, subject="", details=())
    if opener is Actor.CUSTOMER:
        his_ticket = replace(his_ticket, customer="")
    return replace(
        mail,
        to_name="" if mail.to_party is Party.CUSTOMER else mail.to_name,
        writer="",
        ticket=his_ticket,
        entry=silent(mail.entry),
        newest=(),
        history=tuple(silent(entry) for entry in mail.history),
    )
