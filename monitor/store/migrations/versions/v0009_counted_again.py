"""What is counted follows what becomes of a flag: no longer found when it is scanned again, or removed when it is past its term."""

from __future__ import annotations

from typing import Final

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KIND: Final = "month, status, category, severity, platform, rule"

POSTGRESQL: Final = (
    # One flag from one status to another, in what is open, in the tally of its kind and in that of its day.
    """CREATE FUNCTION turn_flag(of_flag bigint, was text, becomes text) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE f flags%ROWTYPE; given bigint; BEGIN
        SELECT * INTO f FROM flags WHERE id = of_flag; IF NOT FOUND THEN RETURN; END IF;
        was := coalesce(was, f.status); becomes := coalesce(becomes, f.status); IF was = becomes THEN RETURN; END IF;
        SELECT count(*) INTO given FROM decisions WHERE flag_id = f.id AND month = f.month AND number = 1;
        UPDATE open_flags SET status = becomes WHERE flag_id = f.id AND month = f.month;
        PERFORM tally_flags(f.month, was, f.category, f.severity, f.platform, f.rule, -1, -given);
        PERFORM tally_flags(f.month, becomes, f.category, f.severity, f.platform, f.rule, 1, given);
        IF was = 'in-force' THEN PERFORM tally(f.month, 'day', f.as_of::text, -1); END IF;
        IF becomes = 'in-force' THEN PERFORM tally(f.month, 'day', f.as_of::text, 1); END IF; END $$""",
    """CREATE FUNCTION count_standing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'INSERT' THEN PERFORM turn_flag(NEW.flag_id, NULL, NEW.status);
        ELSIF TG_OP = 'UPDATE' THEN PERFORM turn_flag(NEW.flag_id, OLD.status, NEW.status);
        ELSE PERFORM turn_flag(OLD.flag_id, OLD.status, NULL); END IF; RETURN NULL; END $$""",
    """CREATE TRIGGER standing_counted AFTER INSERT OR UPDATE OR DELETE ON flag_standing
        FOR EACH ROW EXECUTE FUNCTION count_standing()""",
    # A decision that is made counts where the flag stands now.
    """CREATE OR REPLACE FUNCTION count_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM open_flags WHERE flag_id = NEW.flag_id AND month = NEW.month;
        PERFORM tally_flags(f.month, coalesce(s.status, f.status), f.category, f.severity, f.platform, f.rule, 0, 1)
        FROM flags f LEFT JOIN flag_standing s ON s.flag_id = f.id WHERE f.id = NEW.flag_id AND f.month = NEW.month;
        RETURN NULL; END $$""",
    """CREATE FUNCTION count_expired() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_ARGV[0] = 'decisions' THEN
            PERFORM tally_flags(f.month, coalesce(s.status, f.status), f.category, f.severity, f.platform, f.rule, 0, -1)
            FROM flags f LEFT JOIN flag_standing s ON s.flag_id = f.id
            WHERE OLD.number = 1 AND f.id = OLD.flag_id AND f.month = OLD.month;
        ELSIF TG_ARGV[0] = 'flags' THEN
            DELETE FROM open_flags WHERE flag_id = OLD.id AND month = OLD.month;
            PERFORM tally_flags(OLD.month, OLD.status, OLD.category, OLD.severity, OLD.platform, OLD.rule, -1, 0);
            IF OLD.status = 'in-force' THEN PERFORM tally(OLD.month, 'day', OLD.as_of::text, -1); END IF;
        ELSE PERFORM tally(OLD.month, 'revision', '', -1); END IF; RETURN NULL; END $$""",
    *(
        f"""CREATE TRIGGER {table}_expired AFTER DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION count_expired('{table}')"""
        for table in ("decisions", "flags", "revisions")
    ),
)


def upgrade() -> None:
    """Let triggers count on, and bring what stands already into the counts."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in _sqlite():
            op.execute(statement)
        return
    for statement in POSTGRESQL:
        op.execute(statement)
    op.execute("SELECT turn_flag(flag_id, NULL, status) FROM flag_standing")


def downgrade() -> None:
    """What was counted since would have to be counted again."""
    raise NotImplementedError("this step is not undone: restore a copy of the database instead")


def _sqlite() -> tuple[str, ...]:
    now, then = "coalesce(OLD.status, f.status)", "coalesce(NEW.status, f.status)"
    of_new, of_old = "f.id = NEW.flag_id", "f.id = OLD.flag_id"
    came = _turned(of_new, "f.status", "NEW.status")
    changed = _turned(of_new, now, then)
    gone = _turned(of_old, "OLD.status", "f.status")
    stands = "coalesce((SELECT s.status FROM flag_standing s WHERE s.flag_id = f.id), f.status)"
    mine = " AND ".join(f"{name} = OLD.{name}" for name in KIND.split(", "))
    day = (
        "UPDATE tallies SET number = number - 1 WHERE what = 'day' AND kind = OLD.as_of AND month = OLD.month "
        "AND OLD.status = 'in-force';"
    )
    decided = _decided(of_new, stands, "+ 1")
    undone = _decided(of_old, stands, "- 1")
    tally = f"UPDATE flag_tallies SET flags = flags - 1 WHERE {mine}; {day}"
    revision = "UPDATE tallies SET number = number - 1 WHERE what = 'revision' AND month = OLD.month;"
    opened = "DELETE FROM open_flags WHERE flag_id ="
    return (
        "DROP TRIGGER decisions_counted",
        f"CREATE TRIGGER decisions_counted AFTER INSERT ON decisions WHEN NEW.number = 1 BEGIN {opened} NEW.flag_id; {decided} END",
        f"CREATE TRIGGER decisions_expired AFTER DELETE ON decisions WHEN OLD.number = 1 BEGIN {undone} END",
        f"CREATE TRIGGER standing_came AFTER INSERT ON flag_standing BEGIN {came} END",
        f"CREATE TRIGGER standing_changed AFTER UPDATE ON flag_standing BEGIN {changed} END",
        f"CREATE TRIGGER standing_gone AFTER DELETE ON flag_standing BEGIN {gone} END",
        f"CREATE TRIGGER flags_expired AFTER DELETE ON flags BEGIN {opened} OLD.id; {tally} END",
        f"CREATE TRIGGER revisions_expired AFTER DELETE ON revisions BEGIN {revision} END",
    )


def _same(status: str) -> str:
    """The tally of the kind of the flag ``f``, with this status."""
    names = [name for name in KIND.split(", ") if name != "status"]
    return " AND ".join([*(f"t.{name} = f.{name}" for name in names), f"t.status = {status}"])


def _decided(which: str, status: str, more: str) -> str:
    found = f"SELECT t.id FROM flag_tallies t JOIN flags f ON {_same(status)} WHERE {which} LIMIT 1"
    return f"UPDATE flag_tallies SET decided = decided {more} WHERE id = ({found});"


def _turned(which: str, was: str, becomes: str) -> str:
    """Statements of a trigger that move one flag from one status to another; none of them does anything where both are the same."""
    moved = f"{which} AND {was} <> {becomes}"
    given = f"(SELECT count(*) FROM decisions d JOIN flags f ON f.id = d.flag_id WHERE d.number = 1 AND {which})"
    kinds = KIND.replace("status", becomes).replace("month", "f.month")
    for name in ("category", "severity", "platform", "rule"):
        kinds = kinds.replace(f" {name}", f" f.{name}")
    old = f"SELECT t.id FROM flag_tallies t JOIN flags f ON {_same(was)} WHERE {moved} LIMIT 1"
    new = f"SELECT t.id FROM flag_tallies t JOIN flags f ON {_same(becomes)} WHERE {moved} LIMIT 1"
    day = f"what = 'day' AND EXISTS (SELECT 1 FROM flags f WHERE {moved} AND f.month = tallies.month AND f.as_of = tallies.kind AND "
    return (
        f"UPDATE flag_tallies SET flags = flags - 1, decided = decided - {given} WHERE id = ({old}); "
        f"INSERT INTO flag_tallies ({KIND}, flags, decided) SELECT {kinds}, 0, 0 FROM flags f WHERE {moved} "
        f"AND NOT EXISTS (SELECT 1 FROM flag_tallies t WHERE {_same(becomes)}); "
        f"UPDATE flag_tallies SET flags = flags + 1, decided = decided + {given} WHERE id = ({new}); "
        f"UPDATE tallies SET number = number - 1 WHERE {day}{was} = 'in-force'); "
        f"INSERT INTO tallies (month, what, kind, number) SELECT f.month, 'day', f.as_of, 0 FROM flags f WHERE {moved} "
        f"AND {becomes} = 'in-force' AND NOT EXISTS "
        "(SELECT 1 FROM tallies t WHERE t.what = 'day' AND t.month = f.month AND t.kind = f.as_of); "
        f"UPDATE tallies SET number = number + 1 WHERE {day}{becomes} = 'in-force'); "
        f"UPDATE open_flags SET status = (SELECT {becomes} FROM flags f WHERE {which}) "
        f"WHERE flag_id IN (SELECT f.id FROM flags f WHERE {moved});"
    )
