"""What passes between the SMTP door and the service: plain values and the one protocol that joins them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Session:
    """One SMTP or LMTP connection: the peer's address ("192.0.2.1", "unix"), its HELO name, and the protocol word.

    `protocol` is the word of the Received field (RFC 3848): SMTP, ESMTP, ESMTPS, LMTP, LMTPS, UTF8SMTP.
    """

    peer: str
    helo: str
    protocol: str


@dataclass(frozen=True)
class Envelope:
    """One mail as handed over (RFC 5321 section 2.3.1): `return_path` is "" for the null one.

    `recipients` are those that `Intake.recipient` accepted, as the relay spelled them. `raw` is the message
    with CRLF line ends, dot-stuffing undone.
    """

    session: Session
    return_path: str
    recipients: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True)
class Refusal:
    """An SMTP answer that refuses: `code` 4xx or 5xx, `status` the enhanced code (RFC 3463), `text` for a stranger."""

    code: int
    status: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.status} {self.text}"


class Intake(Protocol):
    """What the SMTP door asks of the service."""

    async def recipient(self, address: str, session: Session) -> Refusal | None:
        """Decide on one RCPT TO; None accepts. An exception is our fault and becomes 451 4.3.0."""

    async def take(self, envelope: Envelope) -> None:
        """Commit the mail to the inbox, once for each recipient. Returns only when it is durable.

        An exception means that nothing was promised; the door answers 451 4.3.0.
        """
