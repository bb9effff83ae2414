"""The first tables

Revision ID: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Goes to this revision."""
    op.create_table(
        "blob",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_blob")),
    )
    op.create_table(
        "failing_address",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("bounced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_failing_address")),
    )
    op.create_table(
        "seen",
        sa.Column("scope", sa.String(length=160), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_seen")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "told",
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_told")),
    )
    op.create_table(
        "vendor",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("ticket_email", sa.Text(), server_default="", nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.CheckConstraint("source IN ('config', 'import')", name=op.f("ck_vendor_source_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor")),
    )
    op.create_table(
        "inbound_mail",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_path", sa.Text(), nullable=False),
        sa.Column("peer", sa.Text(), nullable=False),
        sa.Column("helo", sa.Text(), nullable=False),
        sa.Column("protocol", sa.String(length=20), nullable=False),
        sa.Column("raw", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["raw"], ["blob.digest"], name=op.f("fk_inbound_mail_raw_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_mail")),
    )
    op.create_table(
        "ticket",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("customer_address", sa.Text(), nullable=False),
        sa.Column("customer_language", sa.String(length=35), server_default="", nullable=False),
        sa.Column("vendor", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=6), nullable=False),
        sa.Column("last_actor", sa.String(length=8), nullable=False),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("steps_taken", sa.Integer(), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=10), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("successor_of", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("customer_epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("vendor_epoch", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "(status = 'open' AND closed_at IS NULL AND closed_by IS NULL) OR (status = 'closed' AND closed_at IS NOT NULL AND closed_by IS NOT NULL AND due_at IS NULL AND steps_taken = 0 AND warned_at IS NULL)",
            name=op.f("ck_ticket_state_legal"),
        ),
        sa.CheckConstraint(
            "closed_by IN ('customer', 'vendor', 'desk', 'inactivity')", name=op.f("ck_ticket_closed_by_known")
        ),
        sa.CheckConstraint("last_actor IN ('customer', 'vendor')", name=op.f("ck_ticket_last_actor_known")),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_ticket_status_known")),
        sa.CheckConstraint("steps_taken > 0 OR warned_at IS NULL", name=op.f("ck_ticket_warned_after_a_step")),
        sa.ForeignKeyConstraint(["successor_of"], ["ticket.number"], name=op.f("fk_ticket_successor_of_ticket")),
        sa.ForeignKeyConstraint(["vendor"], ["vendor.id"], name=op.f("fk_ticket_vendor_vendor")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ticket")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index("ix_ticket_customer_address", ["customer_address"], unique=False)
        batch_op.create_index(
            "ix_ticket_due_at",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_ticket_status_number", ["status", "number"], unique=False)

    op.create_table(
        "confirmed_sender",
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party", sa.String(length=8), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.CheckConstraint("party IN ('customer', 'vendor')", name=op.f("ck_confirmed_sender_party_known")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_confirmed_sender_ticket_ticket")),
        sa.PrimaryKeyConstraint("ticket", "party", "address", name=op.f("pk_confirmed_sender")),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("mail", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_by", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (outcome IS NULL)", name=op.f("ck_inbox_settled_has_outcome")),
        sa.CheckConstraint(
            "outcome IN ('commented', 'opened', 'reopened', 'closed', 'kept open', 'held', 'confirmed', 'bounce recorded', 'forwarded', 'ignored', 'refused', 'shunted')",
            name=op.f("ck_inbox_outcome_known"),
        ),
        sa.CheckConstraint("state IN ('waiting', 'done', 'shunted')", name=op.f("ck_inbox_state_known")),
        sa.ForeignKeyConstraint(["mail"], ["inbound_mail.id"], name=op.f("fk_inbox_mail_inbound_mail")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_inbox_ticket_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbox_mail"), ["mail"], unique=False)
        batch_op.create_index("ix_inbox_ticket", ["ticket"], unique=False)
        batch_op.create_index(
            "ix_inbox_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_inbox_waiting_recipient",
            ["recipient", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("party", sa.String(length=8), nullable=True),
        sa.Column("to_address", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_by", sa.String(length=64), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice", sa.JSON(), nullable=True),
        sa.Column("forwards", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("(status = 'queued') = (next_try_at IS NOT NULL)", name=op.f("ck_outbox_queued_has_a_time")),
        sa.CheckConstraint(
            "kind IN ('opened', 'reply', 'type_changed', 'closed', 'warning', 'reopened', 'confirm', 'refused', 'notice', 'forward')",
            name=op.f("ck_outbox_kind_known"),
        ),
        sa.CheckConstraint("party IN ('customer', 'vendor')", name=op.f("ck_outbox_party_known")),
        sa.CheckConstraint("status IN ('queued', 'sent', 'failed', 'withdrawn')", name=op.f("ck_outbox_status_known")),
        sa.CheckConstraint(
            "(party IS NULL) OR (ticket IS NOT NULL AND entry IS NOT NULL)",
            name=op.f("ck_outbox_party_mail_has_an_entry"),
        ),
        sa.ForeignKeyConstraint(["forwards"], ["inbound_mail.id"], name=op.f("fk_outbox_forwards_inbound_mail")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_outbox_ticket_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_id")),
        sa.UniqueConstraint("ticket", "entry", "kind", "party", name=op.f("uq_outbox_ticket_entry_kind_party")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_queued",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("status = 'queued'"),
            postgresql_where=sa.text("status = 'queued'"),
        )
        batch_op.create_index("ix_outbox_ticket_party", ["ticket", "party", "status"], unique=False)

    op.create_table(
        "held",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("party", sa.String(length=8), nullable=False),
        sa.Column("inbox", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("cuts", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.CheckConstraint("party IN ('customer', 'vendor')", name=op.f("ck_held_party_known")),
        sa.CheckConstraint(
            "reason IN ('stranger', 'failed', 'ambiguous', 'shunted')", name=op.f("ck_held_reason_known")
        ),
        sa.CheckConstraint("state IN ('held', 'released', 'rejected', 'expired')", name=op.f("ck_held_state_known")),
        sa.ForeignKeyConstraint(["inbox"], ["inbox.id"], name=op.f("fk_held_inbox_inbox")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_held_ticket_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
        sa.UniqueConstraint("inbox", name=op.f("uq_held_inbox")),
    )
    with op.batch_alter_table("held", schema=None) as batch_op:
        batch_op.create_index("ix_held_ticket_state", ["ticket", "state"], unique=False)

    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("ticket", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("cuts", sa.JSON(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("sender_name", sa.Text(), nullable=True),
        sa.Column("sender_grade", sa.String(length=10), nullable=True),
        sa.Column("via", sa.String(length=4), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("inbox", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "actor IN ('customer', 'vendor', 'desk', 'inactivity')", name=op.f("ck_history_actor_known")
        ),
        sa.CheckConstraint("event <> 'comment' OR text IS NOT NULL", name=op.f("ck_history_comment_has_text")),
        sa.CheckConstraint(
            "event IN ('opened', 'comment', 'type_changed', 'warning', 'closed', 'reopened', 'kept_open', 'paused', 'delivery_failed', 'held', 'note')",
            name=op.f("ck_history_event_known"),
        ),
        sa.CheckConstraint(
            "sender_grade IN ('addressee', 'colleague', 'stranger', 'failed', 'desk', 'link')",
            name=op.f("ck_history_sender_grade_known"),
        ),
        sa.CheckConstraint("via IN ('mail', 'page', 'cli')", name=op.f("ck_history_via_known")),
        sa.CheckConstraint(
            "text IS NULL OR (via IS NOT NULL AND sender_grade IS NOT NULL)", name=op.f("ck_history_words_have_a_way")
        ),
        sa.ForeignKeyConstraint(["inbox"], ["inbox.id"], name=op.f("fk_history_inbox_inbox")),
        sa.ForeignKeyConstraint(["ticket"], ["ticket.number"], name=op.f("fk_history_ticket_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
        sa.UniqueConstraint("ticket", "number", name=op.f("uq_history_ticket_number")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("history", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["blob.digest"], name=op.f("fk_attachment_digest_blob")),
        sa.ForeignKeyConstraint(["history"], ["history.id"], name=op.f("fk_attachment_history_history")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("history", "position", name=op.f("uq_attachment_history_position")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_history"), ["history"], unique=False)

    _start_ticket_numbers()


def _start_ticket_numbers() -> None:
    # Ticket numbers start at 1001 on either database.
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket', 1000)")
    else:
        op.execute("ALTER SEQUENCE ticket_number_seq RESTART WITH 1001")


def downgrade() -> None:
    """Goes back."""
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_history"))

    op.drop_table("attachment")
    op.drop_table("history")
    with op.batch_alter_table("held", schema=None) as batch_op:
        batch_op.drop_index("ix_held_ticket_state")

    op.drop_table("held")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_ticket_party")
        batch_op.drop_index(
            "ix_outbox_queued", sqlite_where=sa.text("status = 'queued'"), postgresql_where=sa.text("status = 'queued'")
        )

    op.drop_table("outbox")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbox_waiting_recipient",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(
            "ix_inbox_waiting", sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'")
        )
        batch_op.drop_index("ix_inbox_ticket")
        batch_op.drop_index(batch_op.f("ix_inbox_mail"))

    op.drop_table("inbox")
    op.drop_table("confirmed_sender")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index("ix_ticket_status_number")
        batch_op.drop_index(
            "ix_ticket_due_at",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_ticket_customer_address")

    op.drop_table("ticket")
    op.drop_table("inbound_mail")
    op.drop_table("vendor")
    op.drop_table("told")
    op.drop_table("setting")
    op.drop_table("seen")
    op.drop_table("failing_address")
    op.drop_table("blob")
