"""What the migration to months does on SQLite: the same columns in the tables as they are, and triggers that count row by row."""

from __future__ import annotations

from typing import Final

from alembic import op

ONCE: Final = ("revisions", "flags", "decisions")
_KIND: Final = "month, status, category, severity, platform, rule"

MONTHS: Final = {
    "revisions": "date(received_at, 'start of month')",
    "work": "(SELECT month FROM revisions r WHERE r.id = revision_id)",
    "flags": "(SELECT month FROM revisions r WHERE r.id = revision_id)",
    "decisions": "(SELECT month FROM flags f WHERE f.id = flag_id)",
}
RIGHT: Final = {
    "revisions": "date(NEW.received_at, 'start of month')",
    "work": "(SELECT month FROM revisions WHERE id = NEW.revision_id)",
    "flags": "(SELECT month FROM revisions WHERE id = NEW.revision_id)",
    "decisions": "(SELECT month FROM flags WHERE id = NEW.flag_id)",
}


def give_months() -> None:
    """Add the column; for a moment nothing guards what is written once, in a transaction that nobody else sees."""
    for table in ONCE:
        op.execute(f"DROP TRIGGER {table}_no_update")
    for table, month in MONTHS.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN month DATE NOT NULL DEFAULT '0001-01-01'")
        op.execute(f"UPDATE {table} SET month = {month}")
    for table in ONCE:
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are written once'); END"
        )


def fill() -> None:
    """What stands in the tables that are kept by triggers from now on."""
    op.execute(
        f"INSERT INTO open_flags (flag_id, {_KIND}, priority) SELECT id, {_KIND}, priority FROM flags f "
        "WHERE NOT EXISTS (SELECT 1 FROM decisions d WHERE d.flag_id = f.id)"
    )
    op.execute(
        f"INSERT INTO flag_tallies ({_KIND}, flags, decided) "
        "SELECT f.month, status, category, severity, platform, rule, count(*), count(d.id) FROM flags f "
        "LEFT JOIN decisions d ON d.flag_id = f.id AND d.number = 1 GROUP BY 1, 2, 3, 4, 5, 6"
    )
    op.execute(
        "INSERT INTO tallies (month, what, kind, number) "
        "SELECT month, 'day', as_of, count(*) FROM flags WHERE status = 'in-force' GROUP BY month, as_of "
        "UNION ALL SELECT month, 'revision', '', count(*) FROM revisions GROUP BY month "
        "UNION ALL SELECT date(received_at, 'start of month'), 'document', kind, count(*) FROM documents GROUP BY 1, kind"
    )


def guard() -> None:
    """A row has the month of what it refers to; and the triggers that count."""
    for table, right in RIGHT.items():
        op.execute(
            f"CREATE TRIGGER {table}_month BEFORE INSERT ON {table} WHEN NEW.month IS NOT {right} "
            f"BEGIN SELECT RAISE(ABORT, 'a row of {table} has the month in which its revision was received'); END"
        )
    flag = _tally_flag()
    day = _tally("NEW.month", "'day'", "NEW.as_of", 1, "NEW.status = 'in-force'")
    columns = ", ".join(f"NEW.{name}" for name in _KIND.split(", "))
    opened = f"INSERT INTO open_flags (flag_id, {_KIND}, priority) VALUES (NEW.id, {columns}, NEW.priority);"
    op.execute(f"CREATE TRIGGER flags_counted AFTER INSERT ON flags BEGIN {opened} {flag} {day} END")
    op.execute(
        "CREATE TRIGGER decisions_counted AFTER INSERT ON decisions WHEN NEW.number = 1 BEGIN "
        "DELETE FROM open_flags WHERE flag_id = NEW.flag_id; "
        "UPDATE flag_tallies SET decided = decided + 1 WHERE id = (SELECT t.id FROM flag_tallies t JOIN flags f ON "
        "t.month = f.month AND t.rule = f.rule AND t.platform = f.platform AND t.status = f.status AND t.category = f.category "
        "AND t.severity = f.severity WHERE f.id = NEW.flag_id LIMIT 1); END"
    )
    came = _tally("NEW.month", "'revision'", "''", 1)
    op.execute(f"CREATE TRIGGER revisions_counted AFTER INSERT ON revisions BEGIN {came} END")
    for name, verb, row, more in (("counted", "INSERT", "NEW", 1), ("gone", "DELETE", "OLD", -1)):
        counted = _tally(f"date({row}.received_at, 'start of month')", "'document'", f"{row}.kind", more)
        op.execute(f"CREATE TRIGGER documents_{name} AFTER {verb} ON documents BEGIN {counted} END")


def _tally(month: str, what: str, kind: str, more: int, when: str = "1") -> str:
    """There is one writer at a time here, so there is one row of each kind."""
    same = f"month = {month} AND what = {what} AND kind = {kind}"
    return (
        f"INSERT INTO tallies (month, what, kind, number) SELECT {month}, {what}, {kind}, 0 "
        f"WHERE {when} AND NOT EXISTS (SELECT 1 FROM tallies WHERE {same}); "
        f"UPDATE tallies SET number = number + {more} WHERE {when} AND {same};"
    )


def _tally_flag() -> str:
    names = _KIND.split(", ")
    same = " AND ".join(f"{name} = NEW.{name}" for name in names)
    values = ", ".join(f"NEW.{name}" for name in names)
    return (
        f"INSERT INTO flag_tallies ({_KIND}, flags, decided) SELECT {values}, 0, 0 "
        f"WHERE NOT EXISTS (SELECT 1 FROM flag_tallies WHERE {same}); "
        f"UPDATE flag_tallies SET flags = flags + 1 WHERE {same};"
    )
