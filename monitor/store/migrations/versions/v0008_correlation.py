"""What brought a document in, beside its work; and the work by when it was finished."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column and the index."""
    op.add_column("work", sa.Column("correlation", sa.String(length=64)))
    op.create_index("ix_work_finished_at", "work", ["finished_at"])


def downgrade() -> None:
    """Take them away: logs tell the same."""
    op.drop_index("ix_work_finished_at", "work")
    op.drop_column("work", "correlation")
