"""Mail that would open a ticket can be held, too; a held mail keeps its author's grade

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GRADES = "sender_grade IN ('addressee', 'colleague', 'stranger', 'failed', 'desk', 'link')"
REASONS_BEFORE = "reason IN ('stranger', 'failed', 'ambiguous', 'shunted')"
REASONS = "reason IN ('stranger', 'failed', 'ambiguous', 'shunted', 'cap', 'domain cap')"
NO_TICKET = "(ticket IS NULL) = (reason IN ('cap', 'domain cap'))"


def upgrade() -> None:
    """Goes to this revision."""
    with op.batch_alter_table("held") as batch_op:
        batch_op.alter_column("ticket", existing_type=sa.BigInteger(), nullable=True)
        batch_op.add_column(sa.Column("sender_grade", sa.String(length=10), nullable=False, server_default="stranger"))
        batch_op.drop_constraint(op.f("ck_held_reason_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_held_reason_known"), REASONS)
        batch_op.create_check_constraint(op.f("ck_held_openings_have_no_ticket"), NO_TICKET)
        batch_op.create_check_constraint(op.f("ck_held_sender_grade_known"), GRADES)
    op.execute("UPDATE held SET sender_grade = 'failed' WHERE reason = 'failed'")
    with op.batch_alter_table("held") as batch_op:
        batch_op.alter_column("sender_grade", existing_type=sa.String(length=10), server_default=None)
    op.drop_index("ix_ticket_customer_address", "ticket")
    op.create_index("ix_ticket_opened_at", "ticket", ["opened_at"])


def downgrade() -> None:
    """Goes back; what is held without a ticket has no place there."""
    op.drop_index("ix_ticket_opened_at", "ticket")
    op.create_index("ix_ticket_customer_address", "ticket", ["customer_address"])
    op.execute("DELETE FROM held WHERE ticket IS NULL")
    with op.batch_alter_table("held") as batch_op:
        batch_op.drop_constraint(op.f("ck_held_sender_grade_known"), type_="check")
        batch_op.drop_constraint(op.f("ck_held_openings_have_no_ticket"), type_="check")
        batch_op.drop_constraint(op.f("ck_held_reason_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_held_reason_known"), REASONS_BEFORE)
        batch_op.drop_column("sender_grade")
        batch_op.alter_column("ticket", existing_type=sa.BigInteger(), nullable=False)
