"""The captured mails as values: what a reader of the Maildir sees, and what can be done with each.

In: the Maildir that `outbound.capture` fills. Out: `CapturedMail`s, newest first. Files that are no mail of ours are
read all the same: the email package takes anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import parseaddr
from html import escape, unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from mailbot.errors import NotFound
from mailbot.outbound.safe_text import MAX_SUBJECT_CHARS, file_name, one_line

MAX_LISTED: Final = 500
_NAME: Final = re.compile(r"[0-9a-f]{32}")
_HEAD_BYTES: Final = 65_536
_MAX_ADDRESS_CHARS: Final = 320


@dataclass(frozen=True)
class Headline:
    """What a list shows: `name` is the file's, `kind` ours (reply, warning, …), `party` whose mail it is."""

    name: str
    at: datetime
    recipient: str
    to_name: str
    writer: str
    subject: str
    kind: str
    party: str


@dataclass(frozen=True)
class MailAction:
    """A mailto link of a mail (RFC 6068): a mail to send as it is."""

    label: str
    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class CapturedMail:
    """One captured mail, parsed. `text` and `html` are its parts or ""; `files` name and size what is attached."""

    headline: Headline
    raw: bytes
    message: EmailMessage
    text: str
    html: str
    files: tuple[tuple[str, int], ...]
    reply_to: str
    actions: tuple[MailAction, ...]


def names(maildir: Path) -> set[str]:
    """The names of all captured mails."""
    return {file.name.partition(":")[0] for file in _files(maildir)}


def headlines(maildir: Path) -> list[Headline]:
    """The newest captured mails, newest first."""
    dated = sorted(((file.stat().st_mtime_ns, file) for file in _files(maildir)), reverse=True)
    return [_headline(file, at) for at, file in dated[:MAX_LISTED]]


def captured_mail(maildir: Path, name: str) -> CapturedMail:
    """One captured mail. NotFound when there is none of that name."""
    found = next((file for file in _files(maildir) if file.name.partition(":")[0] == name), None)
    if not _NAME.fullmatch(name) or found is None:
        raise NotFound(f"there is no captured mail {name[:40]!r}")
    raw = found.read_bytes()
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    html = _part(message, "html")
    return CapturedMail(
        headline=_headline(found, found.stat().st_mtime_ns),
        raw=raw,
        message=message,
        text=_part(message, "plain"),
        html=html,
        files=tuple(_attached(message)),
        reply_to=parseaddr(str(message.get("Reply-To", "")))[1][:_MAX_ADDRESS_CHARS],
        actions=_actions(html),
    )


def framed(mail: CapturedMail, place: str) -> str:
    """The HTML part for a frame inside `place`: mail actions lead to the page's own forms, links to a new tab."""
    targets = [action.to for action in mail.actions]

    def leading(found: re.Match[str]) -> str:
        to = unquote(urlsplit(unescape(found[1])).path)
        anchor = f"#act-{targets.index(to)}" if to in targets else "#answer"
        return f'href="{escape(place)}{anchor}" target="_top"'

    html = re.sub(r'href="(mailto:[^"]*)"', leading, mail.html)
    return re.sub(r'href="(?=https?:)', 'target="_blank" rel="noopener noreferrer" href="', html)


def _files(maildir: Path) -> Iterator[Path]:
    for part in ("new", "cur"):
        yield from (file for file in (maildir / part).glob("*") if _NAME.fullmatch(file.name.partition(":")[0]))


def _headline(file: Path, at_ns: int) -> Headline:
    with file.open("rb") as opened:
        head = BytesHeaderParser(policy=default).parsebytes(opened.read(_HEAD_BYTES))
    to_name, to_address = parseaddr(_line(head, "To"))
    kind, _, rest = _line(head, "Feedback-ID").partition(":")
    return Headline(
        name=file.name.partition(":")[0],
        at=datetime.fromtimestamp(at_ns / 1e9, UTC),
        recipient=_line(head, "Delivered-To") or to_address,
        to_name=to_name,
        writer=parseaddr(_line(head, "From"))[0],
        subject=_line(head, "Subject"),
        kind=kind.replace("_", " "),
        party=rest.partition(":")[0],
    )


def _line(message: Message, name: str) -> str:
    return one_line(str(message.get(name, "")), MAX_SUBJECT_CHARS * 2)


def _part(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    if part is None:
        return ""
    octets = part.get_payload(decode=True)
    return octets.decode("utf-8", "replace").replace("\r\n", "\n") if isinstance(octets, bytes) else ""


def _attached(message: EmailMessage) -> Iterator[tuple[str, int]]:
    for part in message.iter_attachments():
        octets = part.get_payload(decode=True)
        yield file_name(part.get_filename() or "message"), len(octets) if isinstance(octets, bytes) else 0


def _actions(html: str) -> tuple[MailAction, ...]:
    reader = _Links()
    reader.feed(html)
    return tuple(reader.actions)


class _Links(HTMLParser):
    """Gathers the mailto links of an HTML part with their texts."""

    def __init__(self) -> None:
        super().__init__()
        self.actions: list[MailAction] = []
        self._link = ""
        self._label: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A link begins."""
        if tag == "a":
            self._link = dict(attrs).get("href") or ""
            self._label = []

    def handle_data(self, data: str) -> None:
        """A link's text."""
        self._label.append(data)

    def handle_endtag(self, tag: str) -> None:
        """A link ends."""
        if tag == "a" and self._link.startswith("mailto:"):
            parts = urlsplit(self._link)
            fields = parse_qs(parts.query)
            label = " ".join("".join(self._label).split())
            action = MailAction(label, unquote(parts.path), fields.get("subject", [""])[0], fields.get("body", [""])[0])
            if "+" in action.to and action not in self.actions:
                self.actions.append(action)
        self._link = "" if tag == "a" else self._link
