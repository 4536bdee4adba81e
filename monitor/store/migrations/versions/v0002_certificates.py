"""Registries of certificates: imports, records, what they said before, and answers of slow registries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HASH = sa.String(length=64)


def upgrade() -> None:
    """Make the tables, and a column for registries that did not answer."""
    op.add_column("work", sa.Column("degraded", sa.Text()))
    _imports()
    _certificates()
    _history()
    op.create_table(
        "registry_answers",
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("question", HASH, primary_key=True),
        sa.Column("records", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date()),
        sa.Column("answered_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    """A history of certificates is not thrown away by a command."""
    raise NotImplementedError("this migration is not undone: it would lose the history of the registry")


def _imports() -> None:
    counts = ("new", "changed", "unchanged", "repeated", "rejected")
    op.create_table(
        "certificate_imports",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("types", sa.Text(), nullable=False),
        *(sa.Column(name, WHOLE, nullable=False) for name in counts),
    )


def _certificates() -> None:
    op.create_table(
        "certificates",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("holder_code", sa.String(length=18)),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql")),  # beginnings are compared
        sa.Column("import_id", WHOLE, sa.ForeignKey("certificate_imports.id"), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.UniqueConstraint("type", "number", name="uq_certificates_type_number"),
    )
    op.create_index("ix_certificates_holder_code", "certificates", ["holder_code"])
    op.create_index("ix_certificates_name_key", "certificates", ["name_key", "id"])


def _history() -> None:
    op.create_table(
        "certificate_history",
        sa.Column("id", WHOLE, primary_key=True),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("import_id", WHOLE, sa.ForeignKey("certificate_imports.id"), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=False),
        sa.Column("replaced_by", WHOLE, sa.ForeignKey("certificate_imports.id"), nullable=False),
    )
    op.create_index("ix_certificate_history_type_number", "certificate_history", ["type", "number"])
    _guard("certificate_history")


def _guard(table: str) -> None:
    """Rows of ``table`` are written once; the function that refuses stands since the first form."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are written once'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION written_once()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION written_once()"
    )
