"""What was spent on models."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table of expenses."""
    op.create_table(
        "expenses",
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("namespace", sa.Text(), sa.ForeignKey("namespaces.name"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("money", sa.Float(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="expenses_key"),
        sa.UniqueConstraint("namespace", "id", name="expenses_id"),
    )
    op.create_index("expenses_by_time", "expenses", ["namespace", "made_at"])
