"""Scanning again after a change, schedules, and removal of what is past its term."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HASH = sa.String(length=64)
REMOVABLE = ("revisions", "flags", "decisions")
"""Tables that are written once, and whose rows retention may remove."""


def upgrade() -> None:
    """Make the tables, and let triggers ask whether a row is past its term."""
    _rescans()
    _flips()
    _schedules()
    _retention()
    for table in REMOVABLE:
        _guard(table)


def downgrade() -> None:
    """What was removed meanwhile is gone."""
    raise NotImplementedError("this step is not undone: restore a copy of the database instead")


def _rescans() -> None:
    op.create_table(
        "rulebooks",
        sa.Column("digest", HASH, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text()),
        sa.Column("taken_at", MOMENT, nullable=False),
    )
    op.create_table(
        "rescans",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("from_digest", HASH),
        sa.Column("to_digest", HASH),
        sa.Column("day", sa.Date()),
        sa.Column("touched", WHOLE, nullable=False),
        sa.Column("done", WHOLE, nullable=False),
        sa.Column("appeared", WHOLE, nullable=False),
        sa.Column("disappeared", WHOLE, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("planned_at", MOMENT),
        sa.Column("paused_at", MOMENT),
        sa.Column("finished_at", MOMENT),
    )
    op.create_table(
        "watermarks",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.add_column("work", sa.Column("rescan_id", WHOLE))
    op.add_column("work", sa.Column("questions", WHOLE))
    fresh = sa.text("state = 'pending' AND rescan_id IS NULL")
    op.drop_index("ix_work_state_due_at", "work")
    op.create_index("ix_work_state_rescan_id", "work", ["state", "rescan_id", "due_at", "revision_id"])
    op.create_index("ix_work_fresh", "work", ["due_at", "revision_id"], sqlite_where=fresh, postgresql_where=fresh)
    silent = sa.text("degraded IS NOT NULL")
    op.create_index("ix_work_degraded", "work", ["finished_at"], sqlite_where=silent, postgresql_where=silent)
    op.create_index("ix_work_rulebook", "work", ["rulebook", "finished_at"])


def _flips() -> None:
    op.create_table(
        "flag_standing",
        sa.Column("flag_id", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("rulebook", HASH, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("rescan_id", WHOLE, nullable=False),
        sa.CheckConstraint("status IN ('in-force', 'shadow', 'waived', 'gone')", name=op.f("ck_flag_standing_status")),
    )
    op.create_table(
        "flips",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("rescan_id", WHOLE, nullable=False),
        sa.Column("flag_id", WHOLE, nullable=False),
        sa.Column("revision_id", WHOLE, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("what IN ('appeared', 'disappeared')", name=op.f("ck_flips_what")),
    )
    op.create_index("ix_flips_rescan_id", "flips", ["rescan_id", "id"])
    op.create_index("ix_flips_revision_id", "flips", ["revision_id"])
    op.create_table(
        "questions",
        sa.Column("revision_id", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("key", sa.Text(), primary_key=True),
    )
    op.create_index("ix_questions_key", "questions", ["key"])


def _schedules() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=32), primary_key=True),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
    )
    op.create_table(
        "schedules",
        sa.Column("name", sa.String(length=32), primary_key=True),
        sa.Column("sent_at", MOMENT),
        sa.Column("begun_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
    )


def _retention() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("document_id", WHOLE),
        sa.Column("complaint_id", WHOLE),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("held_at", MOMENT, nullable=False),
        sa.Column("released_by", sa.Text()),
        sa.Column("released_at", MOMENT),
        sa.CheckConstraint("(document_id IS NULL) <> (complaint_id IS NULL)", name=op.f("ck_legal_holds_what")),
    )
    op.create_index("ix_legal_holds_document_id", "legal_holds", ["document_id"])
    op.create_index("ix_legal_holds_complaint_id", "legal_holds", ["complaint_id"])
    op.create_table(
        "expiring",
        sa.Column("kind", sa.String(length=32), primary_key=True),
        sa.Column("row_id", WHOLE, primary_key=True, autoincrement=False),
    )


def _guard(table: str) -> None:
    """DELETE passes for rows that stand in ``expiring``, which the same transaction fills and empties."""
    if op.get_bind().dialect.name == "sqlite":
        listed = f"SELECT 1 FROM expiring WHERE kind = '{table}' AND row_id = OLD.id"
        op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT EXISTS ({listed}) "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are written once'); END"
        )
        return
    # The name of the table is an argument: in a trigger of a partition TG_TABLE_NAME is that of the partition.
    op.execute(
        "CREATE OR REPLACE FUNCTION written_until_expired() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF TG_OP = 'DELETE' AND EXISTS "
        "(SELECT 1 FROM expiring WHERE kind = TG_ARGV[0] AND row_id = OLD.id) THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'rows of % are written once', TG_ARGV[0]; END $$"
    )
    op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION written_until_expired('{table}')"
    )
