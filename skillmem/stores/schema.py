"""The tables. A public interface: change them only by adding a migration.

A record is kept as JSON in `payload`, beside the columns by which it is found. `serial`
counts up in the order of storing. `mark` counts the writes that change what an index of the
namespace must hold; unlike `version` it also rises when an embedding comes late.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

REVISIONS = ("0001", "0002")
"""Every schema this release knows, oldest first; the last is the one it uses."""

metadata = MetaData()

revision = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

namespaces = Table(
    "namespaces",
    metadata,
    Column("name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    PrimaryKeyConstraint("name", name="namespaces_key"),
)

episodes = Table(
    "episodes",
    metadata,
    Column("serial", Integer, nullable=False),
    Column("namespace", Text, ForeignKey("namespaces.name"), nullable=False),
    Column("id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("opened_at", Float, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("verdicts", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    PrimaryKeyConstraint("serial", name="episodes_key"),
    UniqueConstraint("namespace", "id", name="episodes_id"),
    Index("episodes_by_order", "namespace", "serial"),
    Index("episodes_by_state", "namespace", "closed", "state"),
)

steps = Table(
    "steps",
    metadata,
    Column("episode", Integer, ForeignKey("episodes.serial"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("written_at", Float, nullable=False),
    Column("payload", Text, nullable=False),
    PrimaryKeyConstraint("episode", "position", name="steps_key"),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("episode", Integer, ForeignKey("episodes.serial"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    PrimaryKeyConstraint("episode", "position", name="outcomes_key"),
)

leases = Table(
    "leases",
    metadata,
    Column("episode", Integer, ForeignKey("episodes.serial"), nullable=False),
    Column("namespace", Text, ForeignKey("namespaces.name"), nullable=False),
    Column("holder", Text, nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("verdicts", Integer, nullable=False),
    PrimaryKeyConstraint("episode", name="leases_key"),
    Index("leases_by_holder", "namespace", "holder"),
)

items = Table(
    "items",
    metadata,
    Column("serial", Integer, nullable=False),
    Column("namespace", Text, ForeignKey("namespaces.name"), nullable=False),
    Column("id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("retired_in", Integer),
    Column("retired_mark", Integer),
    Column("payload", Text, nullable=False),
    PrimaryKeyConstraint("serial", name="items_key"),
    UniqueConstraint("namespace", "id", name="items_id"),
    Index("items_by_order", "namespace", "serial"),
    Index("items_by_retirement", "namespace", "kind", "retired_mark"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("serial", Integer, nullable=False),
    Column("item", Integer, ForeignKey("items.serial"), nullable=False),
    Column("space", Text, nullable=False),
    Column("embedder", Text, nullable=False),
    Column("namespace", Text, ForeignKey("namespaces.name"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("dimensions", Integer, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    PrimaryKeyConstraint("serial", name="vectors_key"),
    UniqueConstraint("item", "space", "embedder", name="vectors_item"),
    Index("vectors_by_mark", "namespace", "kind", "space", "embedder", "mark"),
    Index("vectors_by_order", "namespace", "serial"),
)

lexicons = Table(
    "lexicons",
    metadata,
    Column("namespace", Text, ForeignKey("namespaces.name"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    PrimaryKeyConstraint("namespace", "version", name="lexicons_key"),
)

changes = Table(
    "changes",
    metadata,
    Column("namespace", Text, ForeignKey("namespaces.name"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    PrimaryKeyConstraint("namespace", "version", name="changes_key"),
)

retrievals = Table(
    "retrievals",
    metadata,
    Column("namespace", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("text_digest", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("payload", Text, nullable=False),
    PrimaryKeyConstraint("namespace", "id", name="retrievals_key"),
)

expenses = Table(
    "expenses",
    metadata,
    Column("serial", Integer, nullable=False),
    Column("namespace", Text, ForeignKey("namespaces.name"), nullable=False),
    Column("id", Text, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("calls", Integer, nullable=False),
    Column("tokens", Integer, nullable=False),
    Column("money", Float, nullable=False),
    Column("payload", Text, nullable=False),
    PrimaryKeyConstraint("serial", name="expenses_key"),
    UniqueConstraint("namespace", "id", name="expenses_id"),
    Index("expenses_by_time", "namespace", "made_at"),
)
