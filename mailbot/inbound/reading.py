"""What a mail says: the values that `read` makes of its bytes.

In: the raw octets of one message (RFC 5322), bounds, and what we know of our own history in it.
Out: one `Reading`, a picklable value. Pure: no clock, no store, no network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class MailKind(StrEnum):
    """Who wrote a mail. `AUTO_REPLY` is all automatic mail that is no DSN; `OTHER` abuse feedback and the like."""

    HUMAN = "human"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    OTHER = "other"


@dataclass(frozen=True)
class ReadingLimits:
    """Bounds on one message; what exceeds one is cut or refused, never followed."""

    max_parts: int = 1000
    max_depth: int = 50
    max_header_bytes: int = 262_144
    max_text_chars: int = 1_000_000


@dataclass(frozen=True)
class Cut:
    """A stretch of text that is not among the new words, and the name of the rule that cut it."""

    rule: str
    text: str


@dataclass(frozen=True)
class ReadAttachment:
    """A file in a mail. `name` is safe (no path, control or bidi characters, bounded); `content` its decoded octets."""

    name: str
    media_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True)
class Mailbox:
    """A display name (may be empty) and an address (local@domain, domain lower-cased)."""

    name: str
    address: str


@dataclass(frozen=True)
class FailedRecipient:
    """One recipient block of a DSN (RFC 3464 section 2.3), or what an odd bounce says of an address.

    `permanent` is None when the report does not tell; `status` the enhanced code (RFC 3463) or None.
    """

    address: str
    permanent: bool | None
    status: str | None
    diagnostic: str


@dataclass(frozen=True)
class Reading:
    """Everything that the service needs to know about a mail.

    `text` holds the new words (for mail that is no reply, its readable text); `cuts` what was left out, in
    order. `author` is the single mailbox of From, or None when From is missing or not exactly one
    (`author_fault` says why). `to_addresses` are what looks like an address in To and Cc. `message_ids` are those
    of In-Reply-To and References, nearest first. `list_id` is the field List-Id as it came (RFC 2919). `why_kind`
    names the rule that decided `kind`. `error` says what could not be read; the rest then holds what could.
    `return_date` is the day an out-of-office names, as written (ISO), or None.
    """

    kind: MailKind
    why_kind: str
    subject: str
    text: str
    cuts: tuple[Cut, ...] = ()
    attachments: tuple[ReadAttachment, ...] = ()
    author: Mailbox | None = None
    author_fault: str | None = None
    to_addresses: tuple[str, ...] = ()
    message_id: str | None = None
    message_ids: tuple[str, ...] = ()
    failed_recipients: tuple[FailedRecipient, ...] = ()
    original_message_id: str | None = None
    authentication_results: tuple[str, ...] = ()
    language: str | None = None
    return_date: str | None = None
    content_digest: str = ""
    hops: int = 0
    list_id: str = ""
    notes: tuple[str, ...] = field(default=())
    error: str | None = None

    @property
    def cut_text(self) -> str:
        """All that was cut, in order, blank lines between."""
        return "\n\n".join(cut.text for cut in self.cuts)


@dataclass(frozen=True)
class OwnHistory:
    """What we wrote to this party, so that quoted pieces of it are recognised exactly.

    `lines`: texts of our mails' history (comments, headings, footers) as sent.
    `domain` and `base_url` tell our addresses and links, which are taken out of the new words wherever they stand.
    """

    lines: tuple[str, ...] = ()
    domain: str = ""
    base_url: str = ""
