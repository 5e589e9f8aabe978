"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    _create_namespaces()
    _create_retrievals()
    _create_changes()
    _create_episodes()
    _create_items()
    _create_lexicons()
    _create_leases()
    _create_outcomes()
    _create_steps()
    _create_vectors()


def _create_namespaces() -> None:
    op.create_table(
        "namespaces",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="namespaces_key"),
    )


def _create_retrievals() -> None:
    op.create_table(
        "retrievals",
        sa.Column("namespace", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "id", name="retrievals_key"),
    )


def _create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("namespace", sa.Text(), sa.ForeignKey("namespaces.name"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "version", name="changes_key"),
    )


def _create_episodes() -> None:
    op.create_table(
        "episodes",
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("namespace", sa.Text(), sa.ForeignKey("namespaces.name"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.Float(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("verdicts", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="episodes_key"),
        sa.UniqueConstraint("namespace", "id", name="episodes_id"),
    )
    op.create_index("episodes_by_order", "episodes", ["namespace", "serial"])
    op.create_index("episodes_by_state", "episodes", ["namespace", "closed", "state"])


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("namespace", sa.Text(), sa.ForeignKey("namespaces.name"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("retired_in", sa.Integer()),
        sa.Column("retired_mark", sa.Integer()),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="items_key"),
        sa.UniqueConstraint("namespace", "id", name="items_id"),
    )
    op.create_index("items_by_order", "items", ["namespace", "serial"])
    op.create_index("items_by_retirement", "items", ["namespace", "kind", "retired_mark"])


def _create_lexicons() -> None:
    op.create_table(
        "lexicons",
        sa.Column("namespace", sa.Text(), sa.ForeignKey("namespaces.name"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("namespace", "version", name="lexicons_key"),
    )


def _create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("episode", sa.Integer(), sa.ForeignKey("episodes.serial"), nullable=False),
        sa.Column("namespace", sa.Text(), sa.ForeignKey("namespaces.name"), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Float(), nullable=False),
        sa.Column("verdicts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("episode", name="leases_key"),
    )
    op.create_index("leases_by_holder", "leases", ["namespace", "holder"])


def _create_outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("episode", sa.Integer(), sa.ForeignKey("episodes.serial"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("episode", "position", name="outcomes_key"),
    )


def _create_steps() -> None:
    op.create_table(
        "steps",
        sa.Column("episode", sa.Integer(), sa.ForeignKey("episodes.serial"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.Float(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("episode", "position", name="steps_key"),
    )


def _create_vectors() -> None:
    op.create_table(
        "vectors",
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("item", sa.Integer(), sa.ForeignKey("items.serial"), nullable=False),
        sa.Column("space", sa.Text(), nullable=False),
        sa.Column("embedder", sa.Text(), nullable=False),
        sa.Column("namespace", sa.Text(), sa.ForeignKey("namespaces.name"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="vectors_key"),
        sa.UniqueConstraint("item", "space", "embedder", name="vectors_item"),
    )
    op.create_index(
        "vectors_by_mark", "vectors", ["namespace", "kind", "space", "embedder", "mark"]
    )
    op.create_index("vectors_by_order", "vectors", ["namespace", "serial"])
