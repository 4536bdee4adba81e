"""Sweeps: files of millions of lines, in shards that workers take."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HASH = sa.String(length=64)
OPEN = sa.text("state <> 'done'")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "sweeps",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("urls", sa.Text(), nullable=False),
        sa.Column("out", sa.Text(), nullable=False),
        sa.Column("out_identity", HASH, nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("every", sa.Boolean(), nullable=False),
        sa.Column("lines", WHOLE, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("token", sa.String(length=32)),
        sa.Column("lease_until", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("since", MOMENT),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.CheckConstraint("state IN ('running', 'paused', 'done')", name=op.f("ck_sweeps_state")),
    )
    op.create_index(
        "uq_sweeps_out_identity_open", "sweeps", ["out_identity"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    _shards()
    op.create_index("ix_sweep_shards_state_due_at", "sweep_shards", ["state", "due_at", "id"])


def _shards() -> None:
    op.create_table(
        "sweep_shards",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("sweep_id", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("packed", sa.Boolean(), nullable=False),
        sa.Column("encoding", sa.String(length=16), nullable=False),
        sa.Column("start", WHOLE, nullable=False),
        sa.Column("size", WHOLE, nullable=False),
        sa.Column("first_line", WHOLE, nullable=False),
        sa.Column("lines", WHOLE, nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("lapses", WHOLE, nullable=False),
        sa.Column("token", sa.String(length=32)),
        sa.Column("owner", sa.Text()),
        sa.Column("lease_until", MOMENT),
        sa.Column("error", sa.Text()),
        sa.Column("finished_at", MOMENT),
        sa.Column("part", sa.Text()),
        sa.Column("part_size", WHOLE),
        sa.Column("part_sha256", HASH),
        sa.Column("documents", WHOLE, nullable=False),
        sa.Column("unreadable", WHOLE, nullable=False),
        sa.Column("flags", WHOLE, nullable=False),
        sa.Column("tally", sa.Text()),
        sa.Column("at", WHOLE),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sweep_id"], ["sweeps.id"], name="fk_sweep_shards_sweep_id"),
        sa.UniqueConstraint("sweep_id", "number", name="uq_sweep_shards_sweep_id_number"),
        sa.CheckConstraint("state IN ('pending', 'leased', 'done', 'dead')", name=op.f("ck_sweep_shards_state")),
        sa.CheckConstraint("(state = 'leased') = (token IS NOT NULL)", name=op.f("ck_sweep_shards_lease")),
    )


def downgrade() -> None:
    """Take them away: parts of sweeps under way stay where they were written."""
    op.drop_table("sweep_shards")
    op.drop_table("sweeps")
