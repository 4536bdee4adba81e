"""The first form of the database, with the triggers that guard what is written once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HASH = sa.String(length=64)
WRITTEN_ONCE = ("revisions", "flags", "decisions", "audit")


def upgrade() -> None:
    """Make every table, then the triggers."""
    _documents()
    _work()
    _flags()
    _decisions()
    _complaints()
    _clients()
    _audit()
    for table in WRITTEN_ONCE:
        _guard(table)


def downgrade() -> None:
    """There is nothing before this."""
    raise NotImplementedError("the first migration is not undone: drop the database instead")


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("identity", HASH, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.UniqueConstraint("identity", name="uq_documents_identity"),
    )
    op.create_index("ix_documents_external_id", "documents", ["external_id"])
    op.create_index("ix_documents_kind_id", "documents", ["kind", "id"])
    op.create_table(
        "revisions",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("document_id", WHOLE, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("identity", HASH, nullable=False),
        sa.Column("content_sha256", HASH, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("certificates", sa.LargeBinary()),
        sa.Column("as_of", sa.Date()),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("seller_id", sa.Text(), nullable=False),
        sa.Column("seller_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.UniqueConstraint("document_id", "identity", name="uq_revisions_document_id_identity"),
        sa.UniqueConstraint("document_id", "number", name="uq_revisions_document_id_number"),
    )


def _work() -> None:
    op.create_table(
        "work",
        sa.Column("revision_id", WHOLE, sa.ForeignKey("revisions.id"), primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("lapses", WHOLE, nullable=False),
        sa.Column("token", sa.String(length=32)),
        sa.Column("owner", sa.Text()),
        sa.Column("lease_until", MOMENT),
        sa.Column("error", sa.Text()),
        sa.Column("rulebook", HASH),
        sa.Column("as_of", sa.Date()),
        sa.Column("unknown", sa.Text()),
        sa.Column("finished_at", MOMENT),
        sa.CheckConstraint("(state = 'leased') = (token IS NOT NULL)", name=op.f("ck_work_lease")),
        sa.CheckConstraint("state IN ('pending', 'leased', 'done', 'dead')", name=op.f("ck_work_state")),
    )
    leased = sa.text("state = 'leased'")
    op.create_index("ix_work_lease_until", "work", ["lease_until"], sqlite_where=leased, postgresql_where=leased)
    op.create_index("ix_work_state_due_at", "work", ["state", "due_at", "revision_id"])


def _flags() -> None:
    op.create_table(
        "flags",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("revision_id", WHOLE, sa.ForeignKey("revisions.id"), nullable=False),
        sa.Column("document_id", WHOLE, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("identity", HASH, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("matcher", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.Double()),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("seller", sa.Text(), nullable=False),
        sa.Column("rulebook", HASH, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("revision_id", "identity", name="uq_flags_revision_id_identity"),
    )
    op.create_index("ix_flags_document_id", "flags", ["document_id"])
    op.create_index("ix_flags_priority_id", "flags", ["priority", "id"])
    for column in ("category", "platform", "rule"):
        op.create_index(f"ix_flags_{column}_priority", "flags", [column, "priority", "id"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("flag_id", WHOLE, sa.ForeignKey("flags.id"), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("previous_id", WHOLE, sa.ForeignKey("decisions.id")),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.UniqueConstraint("flag_id", "number", name="uq_decisions_flag_id_number"),
        sa.UniqueConstraint("previous_id", name="uq_decisions_previous_id"),
    )


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("receipt", HASH, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("contact", sa.LargeBinary()),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.UniqueConstraint("receipt", name="uq_complaints_receipt"),
    )
    op.create_index("ix_complaints_filed_at", "complaints", ["filed_at"])
    op.create_index("ix_complaints_subject", "complaints", ["subject"])
    op.create_table(
        "complaint_events",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("complaint_id", WHOLE, sa.ForeignKey("complaints.id"), nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.UniqueConstraint("complaint_id", "number", name="uq_complaint_events_complaint_id_number"),
    )


def _clients() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("capabilities", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.UniqueConstraint("sha256", name="uq_api_keys_sha256"),
    )
    live = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_api_keys_name_live", "api_keys", ["name"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_table(
        "answers",
        sa.Column("client", sa.Text(), primary_key=True),
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("request_sha256", HASH, nullable=False),
        sa.Column("status", WHOLE, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
    )
    op.create_index("ix_answers_answered_at", "answers", ["answered_at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", HASH, nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.UniqueConstraint("previous", name="uq_audit_previous"),
        sa.UniqueConstraint("sha256", name="uq_audit_sha256"),
    )


def _guard(table: str) -> None:
    """Rows of ``table`` are written once: UPDATE, DELETE and TRUNCATE fail."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are written once'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION written_once() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION written_once()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION written_once()"
    )
