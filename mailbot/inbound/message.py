"""Read a mail: bytes in, a `Reading` out.

Pure and total: no clock, no store, no network, and an answer for any octets at all. It runs in a worker that
can be killed; its own cost is linear in the size of the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from functools import partial

from mailbot.inbound.attachments import as_attachment
from mailbot.inbound.author import addresses_in, single_author
from mailbot.inbound.body import Body, body_of
from mailbot.inbound.bounds import bounded
from mailbot.inbound.digest import content_digest
from mailbot.inbound.draft import Draft
from mailbot.inbound.kind import kind_of
from mailbot.inbound.mime import Leaf, Mail, parsed
from mailbot.inbound.new_words import new_words
from mailbot.inbound.own_links import without_own_links
from mailbot.inbound.reading import MailKind, OwnHistory, Reading, ReadingLimits
from mailbot.inbound.return_date import return_date
from mailbot.inbound.unpack import unpacked

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
_FORWARD_SUBJECT = re.compile(
    (
        r"(?:\[[^\]]{0,60}\]\s*)?(?:re|aw|antw|sv|vs)?:?\s*(?:fwd?|wg|tr|rv|enc|i|vb|vl|videresendt|pd|fs|"
        r"továbbítás|ilt|转发|轉寄|轉發|転送|пересл|doorst|fwd\.)\s*:"
    ),
    re.IGNORECASE,
)
_ANSWER_SUBJECT = re.compile(r"[^\W\d_]{1,10}\s?(?:\[\d+\])?\s?[:：]")
"""A short word and a colon: how an answer's subject begins in any language."""

_MAX_TO = 100
_DEFAULT_LIMITS = ReadingLimits()


def read(
    raw: bytes, limits: ReadingLimits = _DEFAULT_LIMITS, own: OwnHistory | None = None, null_return_path: bool = False
) -> Reading:
    """Return everything that the service needs to know about a mail. Never raises for what a stranger wrote.

    `own` is what we wrote to this party before; `null_return_path` whether the envelope's return path was "<>".
    """
    outline, notes = bounded(raw, limits)
    mail = parsed(outline)
    digest = content_digest(mail.leaves)
    leaves, unread = unpacked(mail.leaves, limits)
    body = body_of(leaves)
    draft = _draft(mail, body, limits, own)
    verdict = kind_of(mail, draft, null_return_path=null_return_path)
    author, author_fault = single_author(mail.all("from"))
    return Reading(
        kind=verdict.kind,
        why_kind=verdict.why,
        subject=without_own_links(mail.subject, own),
        text=without_own_links(draft.text() if verdict.is_answer else draft.whole(), own),
        cuts=draft.cuts() if verdict.is_answer else (),
        attachments=tuple(as_attachment(leaf) for leaf in _shown_files(body, limits, own)),
        author=author,
        author_fault=author_fault,
        to_addresses=tuple(to for value in (*mail.all("to"), *mail.all("cc")) for to in addresses_in(value))[:_MAX_TO],
        message_id=_message_id(mail),
        message_ids=_message_ids(mail),
        failed_recipients=verdict.failed,
        original_message_id=verdict.original_message_id,
        authentication_results=mail.all("authentication-results"),
        content_digest=digest,
        hops=len(mail.all("received")),
        list_id=mail.first("list-id")[:1000],
        notes=notes + mail.faults + unread,
        language=_language(mail),
        return_date=_return_date(mail, draft) if verdict.kind is MailKind.AUTO_REPLY else None,
    )


def _language(mail: Mail) -> str | None:
    """The language that its writer says that he writes, or else reads (RFC 3282)."""
    for name in ("content-language", "accept-language"):
        tag = mail.first(name)[:1000].partition(",")[0].partition(";")[0].strip()
        if _LANGUAGE.fullmatch(tag):
            return tag
    return None


def _return_date(mail: Mail, draft: Draft) -> str | None:
    """The day of return that an out-of-office reply names."""
    try:
        sent_on = parsedate_to_datetime("".join(mail.all("date")[:1])[:100]).date()
    except (ValueError, OverflowError):
        sent_on = None
    return return_date(f"{mail.subject}. {draft.whole()}", sent_on)


def _draft(mail: Mail, body: Body, limits: ReadingLimits, own: OwnHistory | None) -> Draft:
    """Take the new words from the plain text; from the HTML where only that marks the quote."""
    own_lines = own.lines if own else ()
    forwards = bool(_FORWARD_SUBJECT.match(mail.subject))
    answers = bool(own_lines or _message_ids(mail) or _ANSWER_SUBJECT.match(mail.subject))
    read_lines = partial(new_words, forwards=forwards, answers=answers, own_lines=own_lines)
    plain = read_lines(body.plain_lines(limits.max_text_chars), marked=not body.has_plain)
    if not (body.has_html and body.has_plain) or any(plain.rules):
        return plain
    html = read_lines(body.html_lines(limits.max_text_chars), marked=True)
    return html if any(html.rules) else plain


def _shown_files(body: Body, limits: ReadingLimits, own: OwnHistory | None) -> Iterator[Leaf]:
    """The files of a mail without the pictures that only its cut part shows: logos of signatures and of quotes."""
    hidden: set[str] = set()
    if body.has_html and any(leaf.content_id and leaf.media_type.startswith("image/") for leaf in body.files):
        page = new_words(body.html_lines(limits.max_text_chars), marked=True, own_lines=own.lines if own else ())
        shown = {cid for line, rule in zip(page.lines, page.rules, strict=True) if not rule for cid in line.cids}
        hidden = {cid for line in page.lines for cid in line.cids} - shown
    return (leaf for leaf in body.files if leaf.content_id not in hidden)


def _message_id(mail: Mail) -> str | None:
    found = _MESSAGE_ID.search(mail.first("message-id"))
    return found.group() if found else (mail.first("message-id")[:400] or None)


def _message_ids(mail: Mail) -> tuple[str, ...]:
    """The Message-IDs that this mail answers, nearest first: In-Reply-To, then References from the end."""
    nearest = _MESSAGE_ID.findall(" ".join(mail.all("in-reply-to")))
    older = _MESSAGE_ID.findall(" ".join(mail.all("references")))[::-1]
    return tuple(dict.fromkeys(nearest + older))[:200]
