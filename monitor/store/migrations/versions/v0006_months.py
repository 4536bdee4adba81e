"""Months: what grows stands in a part for each month (PostgreSQL), and triggers count, so that nothing has to be counted again.

Every revision gets the month it was received in; its work, flags and decisions have the same. On PostgreSQL the rows are copied into
the parts, which needs as much room again until it is done.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.migrations import months_postgresql, months_sqlite

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "ix_open_flags_priority": ("status", "priority", "flag_id"),
    "ix_open_flags_category": ("status", "category", "priority", "flag_id"),
    "ix_open_flags_platform": ("status", "platform", "priority", "flag_id"),
    "ix_open_flags_rule": ("status", "rule", "priority", "flag_id"),
}


def upgrade() -> None:
    """Give every row its month, then count what is there, then let triggers go on counting."""
    dialect = months_sqlite if op.get_bind().dialect.name == "sqlite" else months_postgresql
    dialect.give_months()
    _open_flags()
    _tallies()
    dialect.fill()
    for name, columns in INDEXES.items():
        op.create_index(name, "open_flags", list(columns))
    dialect.guard()


def downgrade() -> None:
    """Rows of several months would have to be copied back."""
    raise NotImplementedError("this step is not undone: restore a copy of the database instead")


def _kind() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
    )


def _open_flags() -> None:
    whole = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "open_flags",
        sa.Column("flag_id", WHOLE, nullable=False, autoincrement=False, primary_key=whole),
        sa.Column("month", sa.Date(), nullable=False),
        *_kind(),
        sa.Column("priority", sa.Double(), nullable=False),
        postgresql_partition_by="LIST (month)",
    )


def _tallies() -> None:
    op.create_table(
        "flag_tallies",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("month", sa.Date(), nullable=False),
        *_kind(),
        sa.Column("flags", WHOLE, nullable=False),
        sa.Column("decided", WHOLE, nullable=False),
    )
    op.create_index("ix_flag_tallies_kind", "flag_tallies", ["month", "rule", "platform", "status"])
    op.create_table(
        "tallies",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
    )
    op.create_index("ix_tallies_kind", "tallies", ["what", "kind", "month"])
