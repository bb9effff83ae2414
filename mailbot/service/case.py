"""One mail for one recipient on its way to a verdict: what is known of it, and what was asked so far."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from mailbot.core.sender import Authentication
from mailbot.core.ticket import Party
from mailbot.core.verdict import Outcome, Verdict
from mailbot.inbound.authentication import dmarc_verdict
from mailbot.inbound.reading import MailKind, Reading
from mailbot.service.desk import Desk
from mailbot.store import held, inbox
from mailbot.store.inbox import InboxRow


@dataclass
class Case:
    """One mail for one recipient on its way to a verdict. `steps` gathers what was asked and found."""

    desk: Desk
    connection: Connection
    row: InboxRow
    reading: Reading
    now: datetime
    steps: list[tuple[str, str]] = field(default_factory=list)

    def found(self, asked: str, answer: str) -> None:
        """Notes a step for `mailbot explain`."""
        self.steps.append((asked, answer))

    def verdict(self, outcome: Outcome, reason: str, ticket: int | None = None) -> Verdict:
        """The end of this case."""
        return Verdict(outcome, reason, ticket, tuple(self.steps))

    @property
    def is_automatic(self) -> bool:
        """Whether a machine wrote this, or nobody could be answered (RFC 3834)."""
        return self.reading.kind is not MailKind.HUMAN or not self.row.return_path

    @property
    def why_automatic(self) -> str:
        """The rule that says so."""
        if self.reading.kind is not MailKind.HUMAN:
            return self.reading.why_kind
        return "it came to a return path, where programs answer" if self.row.return_path else "the return path is null"

    @property
    def key(self) -> str:
        """What makes this mail the same as another one: Message-ID and content."""
        text = f"{self.reading.message_id or ''}\n{self.reading.content_digest}"
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()

    @property
    def authentication(self) -> Authentication:
        """What the trusted relay in front of us found (RFC 8601); "none" when there is none."""
        smtp = self.desk.config.smtp
        if not smtp.authserv_id or not is_trusted(self.desk, self.row.peer):
            return "none"
        return dmarc_verdict(self.reading.authentication_results, smtp.authserv_id)

    def first_time(self, scope: str) -> bool:
        """Whether this mail comes to `scope` for the first time; remembered in this transaction.

        One that an admin released from holding was seen before, and is decided anew.
        """
        return inbox.first_time(self.connection, scope, self.key, self.now) or self.is_released

    def was_seen(self, scope: str) -> bool:
        """Whether this mail came to `scope` before; one that an admin released is decided anew."""
        return inbox.was_seen(self.connection, scope, self.key) and not self.is_released

    @property
    def is_released(self) -> bool:
        """Whether an admin has let this mail pass."""
        return held.was_released(self.connection, self.row.id)


Decision = Callable[[Case], Verdict]


def said_scope(number: int, party: Party) -> str:
    """Where a mail is remembered whose words a party has said on a ticket."""
    return f"ticket:{number}:{party}"


def held_scope(key: int) -> str:
    """Where the mail that was held is remembered, to know a copy of it."""
    return f"held mail:{key}"


def is_trusted(desk: Desk, peer: str) -> bool:
    """Whether a session's peer is one of the configured relays. A unix socket is local and trusted."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer in ("unix", "inject")
    return any(address in network for network in desk.config.smtp.trusted_relays)
