"""What the migration to months does on PostgreSQL: the big tables are made anew in parts, and triggers count by statement."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

PARTED: Final = ("revisions", "flags", "decisions", "open_flags")
COPIED: Final = PARTED[:3]
KNOWN: Final = {"work", *COPIED}

KEYS: Final = (
    """ALTER TABLE revisions ADD CONSTRAINT pk_revisions PRIMARY KEY (id, month),
        ADD CONSTRAINT uq_revisions_document_id_number_month UNIQUE (document_id, number, month),
        ADD CONSTRAINT uq_revisions_document_id_identity_month UNIQUE (document_id, identity, month),
        ADD CONSTRAINT ck_revisions_month CHECK (month = date_trunc('month', received_at AT TIME ZONE 'UTC')::date),
        ADD CONSTRAINT fk_revisions_document_id FOREIGN KEY (document_id) REFERENCES documents (id)""",
    """ALTER TABLE flags ADD CONSTRAINT pk_flags PRIMARY KEY (id, month),
        ADD CONSTRAINT uq_flags_revision_id_identity_month UNIQUE (revision_id, identity, month),
        ADD CONSTRAINT fk_flags_revision_id FOREIGN KEY (revision_id, month) REFERENCES revisions (id, month),
        ADD CONSTRAINT fk_flags_document_id FOREIGN KEY (document_id) REFERENCES documents (id)""",
    """ALTER TABLE decisions ADD CONSTRAINT pk_decisions PRIMARY KEY (id, month),
        ADD CONSTRAINT uq_decisions_flag_id_number_month UNIQUE (flag_id, number, month),
        ADD CONSTRAINT uq_decisions_previous_id_month UNIQUE (previous_id, month),
        ADD CONSTRAINT fk_decisions_flag_id FOREIGN KEY (flag_id, month) REFERENCES flags (id, month)""",
    "ALTER TABLE work ADD CONSTRAINT fk_work_revision_id FOREIGN KEY (revision_id, month) REFERENCES revisions (id, month)",
    "CREATE INDEX ix_work_month ON work USING brin (month)",
    "CREATE INDEX ix_flags_document_id ON flags (document_id)",
    "CREATE INDEX ix_flags_priority_id ON flags (priority, id)",
    "CREATE INDEX ix_flags_category_priority ON flags (category, priority, id)",
    "CREATE INDEX ix_flags_platform_priority ON flags (platform, priority, id)",
    "CREATE INDEX ix_flags_rule_priority ON flags (rule, priority, id)",
)

FUNCTIONS: Final = (
    # A part has a name of its own; what is refused is a row of the table.
    """CREATE OR REPLACE FUNCTION written_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'rows of % are written once', coalesce(TG_ARGV[0], TG_TABLE_NAME); END $$""",
    # A tally that another writer holds is passed over for a new one: nobody waits, and nobody can wait in a circle.
    """CREATE FUNCTION tally(of_month date, of_what text, of_kind text, more bigint) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        UPDATE tallies SET number = number + more WHERE id = (SELECT id FROM tallies
        WHERE what = of_what AND kind = of_kind AND month = of_month LIMIT 1 FOR UPDATE SKIP LOCKED);
        IF NOT FOUND THEN INSERT INTO tallies (month, what, kind, number) VALUES (of_month, of_what, of_kind, more); END IF; END $$""",
    """CREATE FUNCTION tally_flags(of_month date, of_status text, of_category text, of_severity text, of_platform text,
        of_rule text, more bigint, more_decided bigint) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        UPDATE flag_tallies SET flags = flags + more, decided = decided + more_decided WHERE id = (SELECT id FROM flag_tallies
        WHERE month = of_month AND rule = of_rule AND platform = of_platform AND status = of_status AND category = of_category
        AND severity = of_severity LIMIT 1 FOR UPDATE SKIP LOCKED);
        IF NOT FOUND THEN INSERT INTO flag_tallies (month, status, category, severity, platform, rule, flags, decided) VALUES
        (of_month, of_status, of_category, of_severity, of_platform, of_rule, more, more_decided); END IF; END $$""",
    """CREATE FUNCTION count_flags() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO open_flags (flag_id, month, status, category, severity, platform, rule, priority)
        SELECT id, month, status, category, severity, platform, rule, priority FROM found;
        PERFORM tally_flags(month, status, category, severity, platform, rule, count(*), 0)
        FROM found GROUP BY month, status, category, severity, platform, rule;
        PERFORM tally(month, 'day', as_of::text, count(*)) FROM found WHERE status = 'in-force' GROUP BY month, as_of;
        RETURN NULL; END $$""",
    """CREATE FUNCTION count_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM open_flags WHERE flag_id = NEW.flag_id AND month = NEW.month;
        PERFORM tally_flags(month, status, category, severity, platform, rule, 0, 1) FROM flags
        WHERE id = NEW.flag_id AND month = NEW.month; RETURN NULL; END $$""",
    """CREATE FUNCTION decision_follows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NOT EXISTS (SELECT FROM decisions WHERE flag_id = NEW.flag_id AND month = NEW.month AND id = NEW.previous_id
        AND number = NEW.number - 1) THEN RAISE foreign_key_violation USING MESSAGE =
        format('there is no decision %s about flag %s to follow', NEW.previous_id, NEW.flag_id); END IF; RETURN NEW; END $$""",
    """CREATE FUNCTION count_revisions() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM tally(month, 'revision', '', count(*)) FROM came GROUP BY month; RETURN NULL; END $$""",
    """CREATE FUNCTION count_documents() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        PERFORM tally(date_trunc('month', received_at AT TIME ZONE 'UTC')::date, 'document', kind,
        CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END)
        FROM rows_of_it GROUP BY date_trunc('month', received_at AT TIME ZONE 'UTC')::date, kind; RETURN NULL; END $$""",
)

TRIGGERS: Final = (
    """CREATE TRIGGER flags_counted AFTER INSERT ON flags REFERENCING NEW TABLE AS found
        FOR EACH STATEMENT EXECUTE FUNCTION count_flags()""",
    """CREATE TRIGGER decisions_counted AFTER INSERT ON decisions FOR EACH ROW WHEN (NEW.number = 1)
        EXECUTE FUNCTION count_decision()""",
    """CREATE TRIGGER decisions_follow BEFORE INSERT ON decisions FOR EACH ROW
        WHEN (NEW.number > 1 OR NEW.previous_id IS NOT NULL) EXECUTE FUNCTION decision_follows()""",
    """CREATE TRIGGER revisions_counted AFTER INSERT ON revisions REFERENCING NEW TABLE AS came
        FOR EACH STATEMENT EXECUTE FUNCTION count_revisions()""",
    """CREATE TRIGGER documents_counted AFTER INSERT ON documents REFERENCING NEW TABLE AS rows_of_it
        FOR EACH STATEMENT EXECUTE FUNCTION count_documents()""",
    """CREATE TRIGGER documents_gone AFTER DELETE ON documents REFERENCING OLD TABLE AS rows_of_it
        FOR EACH STATEMENT EXECUTE FUNCTION count_documents()""",
)

MONTH: Final = "date_trunc('month', r.received_at AT TIME ZONE 'UTC')::date"


def give_months() -> None:
    """Make the tables anew, in parts, with every row they had."""
    _alone()
    op.execute("ALTER TABLE work DROP CONSTRAINT IF EXISTS fk_work_revision_id")
    op.execute("ALTER TABLE work DROP CONSTRAINT IF EXISTS work_revision_id_fkey")
    months = op.get_bind().scalars(sa.text(f"SELECT DISTINCT {MONTH} FROM revisions r ORDER BY 1")).all()
    for table in COPIED:
        sequence = op.get_bind().scalar(sa.text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table})
        op.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
        op.execute(
            f"CREATE TABLE {table} (LIKE {table}_before INCLUDING DEFAULTS, month date NOT NULL) PARTITION BY LIST (month)"
        )
        op.execute(f"ALTER SEQUENCE {sequence} OWNED BY {table}.id")
        _parts(table, months)
    op.execute(f"INSERT INTO revisions SELECT r.*, {MONTH} FROM revisions_before r")
    op.execute("INSERT INTO flags SELECT f.*, r.month FROM flags_before f JOIN revisions r ON r.id = f.revision_id")
    op.execute("INSERT INTO decisions SELECT d.*, f.month FROM decisions_before d JOIN flags f ON f.id = d.flag_id")
    op.execute("ALTER TABLE work ADD COLUMN month date")
    op.execute("UPDATE work SET month = r.month FROM revisions r WHERE r.id = revision_id")
    op.execute("ALTER TABLE work ALTER COLUMN month SET NOT NULL")
    for table in reversed(COPIED):
        op.execute(f"DROP TABLE {table}_before")
    for statement in KEYS:
        op.execute(statement)


def fill() -> None:
    """What stands in the tables that are kept by triggers from now on."""
    months = op.get_bind().scalars(sa.text(f"SELECT DISTINCT {MONTH} FROM revisions r ORDER BY 1")).all()
    _parts("open_flags", months)
    op.execute(
        "INSERT INTO open_flags (flag_id, month, status, category, severity, platform, rule, priority) "
        "SELECT id, month, status, category, severity, platform, rule, priority FROM flags f "
        "WHERE NOT EXISTS (SELECT FROM decisions d WHERE d.flag_id = f.id)"
    )
    op.execute("ALTER TABLE open_flags ADD CONSTRAINT pk_open_flags PRIMARY KEY (flag_id, month)")
    op.execute(
        "INSERT INTO flag_tallies (month, status, category, severity, platform, rule, flags, decided) "
        "SELECT f.month, status, category, severity, platform, rule, count(*), count(d.id) FROM flags f "
        "LEFT JOIN decisions d ON d.flag_id = f.id AND d.number = 1 GROUP BY 1, 2, 3, 4, 5, 6"
    )
    op.execute(
        "INSERT INTO tallies (month, what, kind, number) "
        "SELECT month, 'day', as_of::text, count(*) FROM flags WHERE status = 'in-force' GROUP BY month, as_of "
        "UNION ALL SELECT month, 'revision', '', count(*) FROM revisions GROUP BY month "
        f"UNION ALL SELECT {MONTH}, 'document', kind, count(*) FROM documents r GROUP BY 1, kind"
    )


def guard() -> None:
    """Triggers that refuse and triggers that count."""
    for statement in FUNCTIONS:
        op.execute(statement)
    for table in COPIED:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION written_until_expired('{table}')"
        )
        parts = op.get_bind().scalars(
            sa.text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = :t ::regclass"), {"t": table}
        )
        for part in (table, *parts):  # a trigger of a statement is not handed down
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {part} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION written_once('{table}')"
            )
    for statement in TRIGGERS:
        op.execute(statement)
    for table in (*PARTED, "work", "flag_tallies", "tallies"):
        op.execute(f"ANALYZE {table}")


def _parts(table: str, months: object) -> None:
    op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")
    for month in months:  # type: ignore[attr-defined]
        op.execute(f"CREATE TABLE {table}_{month:%Y_%m} PARTITION OF {table} FOR VALUES IN ('{month}')")


def _alone() -> None:
    """Nothing but the tables that are known here may refer to the tables that are made anew."""
    query = sa.text(
        "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f' "
        "AND confrelid = ANY (ARRAY['revisions', 'flags', 'decisions']::regclass[])"
    )
    strangers = set(op.get_bind().scalars(query)) - KNOWN
    if strangers:
        raise RuntimeError(
            f"{', '.join(sorted(strangers))}: refers to a table that is kept by month, and has no month itself"
        )
