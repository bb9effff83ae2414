"""What a mail of ours is made from, and how its sending can end: plain values.

In (from `service.deliver`): an `OutgoingMail`, everything that the templates may show, already decided.
`outbound.compose` turns it into octets; `outbound.smarthost` and `outbound.capture` hand those over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mailbot.core.ticket import Actor, Event, Kind, Party


@dataclass(frozen=True)
class DeskFace:
    """What mails tell of the desk.

    `contact` and `complaints` are an address or a line of text each; either may be empty. `address` is the
    mailbox in From; empty means `desk@domain`.
    """

    name: str
    domain: str
    base_url: str
    contact: str
    complaints: str
    address: str = ""

    @property
    def mailbox(self) -> str:
        """The address that our mails come from."""
        return self.address or f"desk@{self.domain}"


Octets = bytes
"""Another name, since a field named `bytes` (a number) hides the type."""


@dataclass(frozen=True)
class AttachmentFace:
    """A file of a comment as a mail shows it: `url` downloads it; `content` is set when it travels along.

    `charset` is known of texts that we wrote ourselves.
    """

    name: str
    media_type: str
    bytes: int
    url: str
    content: Octets | None = None
    charset: str = ""


@dataclass(frozen=True)
class EntryFace:
    """One history entry as a mail shows it. `who` is a display name, never an address (unless the desk shows them).

    `written_by` is set when somebody else wrote for the party: his name, or "" when he gave none.
    `facts` are the entry's own values, e.g. {"from": "Refund", "to": "Technical support"}.
    """

    number: int
    event: Event
    at: datetime
    actor: Actor
    who: str
    text: str = ""
    written_by: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    attachments: tuple[AttachmentFace, ...] = ()


@dataclass(frozen=True)
class NextFace:
    """What the clock will do: `action` is "warn" or "close"; `rule` the plan's line; `owes` whose answer is awaited."""

    action: str
    at: datetime
    rule: str
    owes: Party


@dataclass(frozen=True)
class TicketFace:
    """The ticket as a mail shows it to one party. `details` are the free fields, in order."""

    number: int
    type_label: str
    open: bool
    subject: str
    opened_at: datetime
    customer: str
    vendor: str
    waiting_on: Party | None
    waiting_since: datetime | None
    next: NextFace | None
    details: tuple[tuple[str, str], ...]
    successor_of: int | None = None


@dataclass(frozen=True)
class OutgoingMail:
    """One mail to one party about one history entry.

    `entry` is why it goes; `newest` the comment(s) to show on top; `history` everything up to `entry`, newest
    first. `writer` is the display name for From. `close_address`, `keep_address`: mail actions, or empty.
    `other_failing` is set when the other side's address does not accept mail; `vendor_unreachable` when the
    vendor has no address on file, with the contact line to show instead. `zone` is the reader's time zone
    (IANA), `language` his language tag. `human_words`: the mail relays a person's words. `max_history_bytes` is
    how much of the history is shown; `attaches_history`: beyond, the whole of it goes as a file.
    """

    kind: Kind
    to_party: Party
    to_name: str
    to_address: str
    message_id: str
    date: datetime
    in_reply_to: str | None
    references: tuple[str, ...]
    return_path: str
    reply_address: str
    close_address: str
    keep_address: str
    page_url: str
    writer: str
    desk: DeskFace
    ticket: TicketFace
    entry: EntryFace
    newest: tuple[EntryFace, ...]
    history: tuple[EntryFace, ...]
    zone: str
    language: str = "en"
    other_failing: bool = False
    vendor_unreachable: str | None = None
    auto_submitted: bool = True
    human_words: bool = False
    repeats_nothing: bool = False
    reopen_until: datetime | None = None
    max_history_bytes: int = 512_000
    attaches_history: bool = True
    max_attachment_bytes: int = 10_000_000


@dataclass(frozen=True)
class OutgoingNotice:
    """A mail about refused, held or automatic things, or to the admins: plain paragraphs, null return path.

    `reply_to` may be empty. `actions` are (label, mailto address or URL) pairs, shown as buttons.
    Without `reason`, `says` names the blocks of words.txt that say it in the reader's language, from `facts`:
    "late_reply" has "late_reply_reason" and "late_reply_text", and the labels of its `actions` are blocks, too.
    `quoted` is text shown as quoted, never repeated elsewhere. `attachments` travel along (those with
    `content`), e.g. the mail that is forwarded. `answers_automatic`: it answers automatic mail (RFC 3834).
    """

    kind: Kind
    to_address: str
    to_name: str
    message_id: str
    date: datetime
    subject: str
    reason: str
    paragraphs: tuple[str, ...]
    quoted: str
    actions: tuple[tuple[str, str], ...]
    desk: DeskFace
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    reply_to: str = ""
    language: str = "en"
    attachments: tuple[AttachmentFace, ...] = ()
    answers_automatic: bool = False
    says: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sent:
    """The relay took it; `answer` is its last line."""

    answer: str


@dataclass(frozen=True)
class Deferred:
    """Not now (4xx, network): try again. `answer` says why.

    `setup_fault`: the smarthost refuses us, not the mail (login, TLS, relaying); admins want to know.
    `unheard`: no answer spoke of this recipient or this mail, so nothing is known about the address.
    """

    answer: str
    setup_fault: bool = False
    unheard: bool = False


@dataclass(frozen=True)
class Failed:
    """Never (5xx). `answer` says why."""

    answer: str


@dataclass(frozen=True)
class TooLarge(Failed):
    """The relay takes no mail of this size: compose it anew without attachments. `limit_bytes` as announced, if so."""

    limit_bytes: int | None = None


@dataclass(frozen=True)
class NotSevenBit(Failed):
    """The mail holds octets that the relay does not take: NUL, or without 8BITMIME (RFC 6152) those above 127."""


Delivery = Sent | Deferred | Failed


class Relay(Protocol):
    """Whoever takes our mail: the smarthost, or the capture."""

    async def send(self, raw: bytes, return_path: str, recipient: str) -> Delivery:
        """Hand over one mail for one recipient; `return_path` is "" for the null one. The relay's faults are values."""

    async def close(self) -> None:
        """Let go of every connection."""
