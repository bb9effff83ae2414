"""The tables. Two of them face each other: `inbox` (what we owe an understanding) and `outbox` (a sending).

Closed lists are CHECKed here with the same words as in the core; what may happen once has a unique key.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Insert,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from mailbot.core.ticket import Actor, Event, Grade, Kind, Party, Via
from mailbot.core.verdict import Outcome

FIRST_TICKET = 1001


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on every database: SQLite forgets the zone, so that it is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a naive datetime, which would be a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


BigKey = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def _key() -> Column[Any]:
    return Column("id", BigKey, primary_key=True, autoincrement=True)


def _ticket(*, nullable: bool = False) -> Column[Any]:
    return Column("ticket", BigKey, ForeignKey("ticket.number"), nullable=nullable)


vendor = Table(
    "vendor",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, server_default=""),
    Column("ticket_email", Text, nullable=False, server_default=""),
    Column("also", JSON, nullable=False),
    Column("contact", Text, nullable=False, server_default=""),
    Column("timezone", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default=""),
    Column("source", String(10), nullable=False),
    _one_of("source", ["config", "import"]),
)

ticket = Table(
    "ticket",
    metadata,
    Column("number", BigKey, primary_key=True, autoincrement=True),
    Column("version", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("customer_name", Text, nullable=False),
    Column("customer_address", Text, nullable=False),
    Column("customer_language", String(35), nullable=False, server_default=""),
    Column("vendor", String(64), ForeignKey("vendor.id"), nullable=False),
    Column("details", JSON, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("status", String(6), nullable=False),
    Column("last_actor", String(8), nullable=False),
    Column("last_activity_at", UtcDateTime, nullable=False),
    Column("steps_taken", Integer, nullable=False),
    Column("warned_at", UtcDateTime),
    Column("paused_until", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("closed_by", String(10)),
    Column("due_at", UtcDateTime),
    Column("successor_of", BigKey, ForeignKey("ticket.number")),
    Column("customer_epoch", Integer, nullable=False, server_default="0"),
    Column("vendor_epoch", Integer, nullable=False, server_default="0"),
    _one_of("status", ["open", "closed"]),
    _one_of("last_actor", Party),
    _one_of("closed_by", Actor),
    CheckConstraint(
        "(status = 'open' AND closed_at IS NULL AND closed_by IS NULL) OR (status = 'closed' AND closed_at"
        " IS NOT NULL AND closed_by IS NOT NULL AND due_at IS NULL AND steps_taken = 0 AND warned_at IS NULL)",
        name="state_legal",
    ),
    CheckConstraint("steps_taken > 0 OR warned_at IS NULL", name="warned_after_a_step"),
    Index(
        "ix_ticket_due_at",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index("ix_ticket_status_number", "status", "number"),
    Index("ix_ticket_opened_at", "opened_at"),
    sqlite_autoincrement=True,
)

history = Table(
    "history",
    metadata,
    _key(),
    _ticket(),
    Column("number", Integer, nullable=False),
    Column("event", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(10), nullable=False),
    Column("facts", JSON, nullable=False),
    Column("text", Text),
    Column("cuts", JSON),
    Column("sender", Text),
    Column("sender_name", Text),
    Column("sender_grade", String(10)),
    Column("via", String(4)),
    Column("message_id", Text),
    Column("inbox", BigKey, ForeignKey("inbox.id")),
    UniqueConstraint("ticket", "number"),
    _one_of("event", Event),
    _one_of("actor", Actor),
    _one_of("sender_grade", Grade),
    _one_of("via", Via),
    CheckConstraint("event <> 'comment' OR text IS NOT NULL", name="comment_has_text"),
    CheckConstraint("text IS NULL OR (via IS NOT NULL AND sender_grade IS NOT NULL)", name="words_have_a_way"),
)

blob = Table(
    "blob",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("content", LargeBinary),
)

attachment = Table(
    "attachment",
    metadata,
    _key(),
    Column("history", BigKey, ForeignKey("history.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("digest", String(64), ForeignKey("blob.digest"), nullable=False),
    UniqueConstraint("history", "position"),
)

inbound_mail = Table(
    "inbound_mail",
    metadata,
    _key(),
    Column("received_at", UtcDateTime, nullable=False),
    Column("return_path", Text, nullable=False),
    Column("peer", Text, nullable=False),
    Column("helo", Text, nullable=False),
    Column("protocol", String(20), nullable=False),
    Column("raw", String(64), ForeignKey("blob.digest"), nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    _key(),
    Column("mail", BigKey, ForeignKey("inbound_mail.id"), nullable=False, index=True),
    Column("recipient", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("lease_by", String(64)),
    Column("message_id", Text),
    Column("author", Text),
    Column("subject", Text),
    Column("outcome", String(20)),
    Column("reason", Text),
    _ticket(nullable=True),
    Column("steps", JSON),
    Column("settled_at", UtcDateTime),
    _one_of("state", ["waiting", "done", "shunted"]),
    _one_of("outcome", Outcome),
    CheckConstraint("(state = 'waiting') = (outcome IS NULL)", name="settled_has_outcome"),
    Index(
        "ix_inbox_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_inbox_waiting_recipient",
        "recipient",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("ix_inbox_ticket", "ticket"),
)

seen = Table(
    "seen",
    metadata,
    Column("scope", String(160), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

held = Table(
    "held",
    metadata,
    _key(),
    _ticket(nullable=True),
    Column("party", String(8), nullable=False),
    Column("inbox", BigKey, ForeignKey("inbox.id"), unique=True),
    Column("at", UtcDateTime, nullable=False),
    Column("sender", Text, nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("sender_grade", String(10), nullable=False),
    Column("reason", String(10), nullable=False),
    Column("text", Text, nullable=False),
    Column("cuts", JSON, nullable=False),
    Column("files", JSON, nullable=False),
    Column("message_id", Text),
    Column("state", String(10), nullable=False),
    _one_of("party", Party),
    _one_of("sender_grade", Grade),
    _one_of("reason", ["stranger", "failed", "ambiguous", "shunted", "cap", "domain cap"]),
    CheckConstraint("(ticket IS NULL) = (reason IN ('cap', 'domain cap'))", name="openings_have_no_ticket"),
    _one_of("state", ["held", "released", "rejected", "expired"]),
    Index("ix_held_ticket_state", "ticket", "state"),
)

confirmed_sender = Table(
    "confirmed_sender",
    metadata,
    Column("ticket", BigKey, ForeignKey("ticket.number"), primary_key=True),
    Column("party", String(8), primary_key=True),
    Column("address", Text, primary_key=True),
    _one_of("party", Party),
)

outbox = Table(
    "outbox",
    metadata,
    _key(),
    _ticket(nullable=True),
    Column("entry", Integer),
    Column("kind", String(20), nullable=False),
    Column("party", String(8)),
    Column("to_address", Text, nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("status", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("first_tried_at", UtcDateTime),
    Column("next_try_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("lease_by", String(64)),
    Column("answer", Text),
    Column("settled_at", UtcDateTime),
    Column("notice", JSON),
    Column("forwards", BigKey, ForeignKey("inbound_mail.id")),
    UniqueConstraint("ticket", "entry", "kind", "party"),
    _one_of("kind", Kind),
    _one_of("party", Party),
    _one_of("status", ["queued", "sent", "failed", "withdrawn"]),
    CheckConstraint("(status = 'queued') = (next_try_at IS NOT NULL)", name="queued_has_a_time"),
    CheckConstraint("(party IS NULL) OR (ticket IS NOT NULL AND entry IS NOT NULL)", name="party_mail_has_an_entry"),
    Index(
        "ix_outbox_queued",
        "next_try_at",
        sqlite_where=text("status = 'queued'"),
        postgresql_where=text("status = 'queued'"),
    ),
    Index("ix_outbox_ticket_party", "ticket", "party", "status"),
)

failing_address = Table(
    "failing_address",
    metadata,
    Column("address", Text, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("bounced", Boolean, nullable=False),
)

told = Table(
    "told",
    metadata,
    Column("what", String(200), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", Text, nullable=False),
)


def inserted_key(connection: Connection, statement: Insert) -> int:
    """Executes the INSERT of one row and gives the key that the database chose."""
    row = connection.execute(statement).inserted_primary_key
    assert row is not None
    key: int = row[0]
    return key
