"""Observed prices: what a listing was sold at, asked, or compared with, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HASH = sa.String(length=64)


def upgrade() -> None:
    """Make the table, and a place beside a revision for the history its envelope brings."""
    op.add_column("revisions", sa.Column("prices", sa.LargeBinary()))
    op.create_table(
        "price_observations",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("identity", HASH, nullable=False),
        sa.Column("listing_identity", HASH, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("listing", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("price", WHOLE, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("stock", WHOLE),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.UniqueConstraint("identity", name="uq_price_observations_identity"),
        sa.CheckConstraint("kind IN ('deal', 'displayed', 'reference')", name="ck_price_observations_kind"),
        sa.CheckConstraint("price > 0", name="ck_price_observations_price"),
    )
    op.create_index("ix_price_observations_listing_at", "price_observations", ["listing_identity", "at"])


def downgrade() -> None:
    """Rows of revisions are written once, and some may hold a history."""
    raise NotImplementedError("this step is not undone: restore a copy of the database instead")
