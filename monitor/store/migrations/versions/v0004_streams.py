"""Live streams: what is on air, what was said under which number, and what was flagged meanwhile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HASH = sa.String(length=64)


def upgrade() -> None:
    """Make the three tables."""
    _streams()
    op.create_table(
        "stream_items",
        sa.Column("stream_id", WHOLE, sa.ForeignKey("streams.id", name="fk_stream_items_stream_id"), nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("product", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("stream_id", "seq", name="pk_stream_items"),
    )
    op.create_table(
        "stream_flags",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("stream_id", WHOLE, sa.ForeignKey("streams.id", name="fk_stream_flags_stream_id"), nullable=False),
        sa.Column("identity", HASH, nullable=False),
        sa.Column("standing", sa.String(length=8), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("matcher", sa.Text(), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("segment", WHOLE, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.UniqueConstraint("stream_id", "identity", name="uq_stream_flags_stream_id_identity"),
        sa.CheckConstraint("standing IN ('early', 'settled', 'lifted')", name=op.f("ck_stream_flags_standing")),
    )
    op.create_index("ix_stream_flags_stream_id_id", "stream_flags", ["stream_id", "id"])


def _streams() -> None:
    counts = ("items", "size", "late", "missing", "highest_seq", "next_seq", "first_seq", "first", "start", "settled")
    op.create_table(
        "streams",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("identity", HASH, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("platform", "external_id", "label", "seller")),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("ended_by", sa.String(length=8)),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("document_id", WHOLE, sa.ForeignKey("documents.id", name="fk_streams_document_id")),
        *(sa.Column(name, WHOLE, nullable=False) for name in counts),
        sa.Column("token", sa.String(length=32)),
        sa.Column("owner", sa.Text()),
        sa.Column("lease_until", MOMENT),
        sa.Column("lapses", WHOLE, nullable=False),
        sa.Column("error", sa.Text()),
        sa.UniqueConstraint("identity", name="uq_streams_identity"),
        sa.CheckConstraint("state IN ('open', 'finished')", name=op.f("ck_streams_state")),
        sa.CheckConstraint("(state = 'finished') = (finished_at IS NOT NULL)", name=op.f("ck_streams_finished")),
    )
    op.create_index("ix_streams_state_id", "streams", ["state", "id"])
    op.create_index("ix_streams_document_id", "streams", ["document_id"])


def downgrade() -> None:
    """What was said in streams on air would be lost."""
    raise NotImplementedError("this step is not undone: restore a copy of the database instead")
