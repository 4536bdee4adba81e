"""The parts in which PostgreSQL keeps what grows: one for each month, and one for what has none.

``revisions``, ``flags``, ``decisions`` and ``open_flags`` have parts of the same months. A row whose month has no part goes to the
part ``…_default``, so nothing is refused; :func:`ensure` makes a part before its month begins, and moves what waited in the default
part. A month that nobody needs any more goes as a whole by :func:`drop`, which costs the same for one flag and a million.

SQLite keeps plain tables: there :func:`ensure` does nothing and :func:`drop` deletes row by row.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from monitor.errors import NotFound
from monitor.store.months import following, months_ahead
from monitor.store.rescan_tables import FlipRow, QuestionRow, StandingRow
from monitor.store.tables import BY_MONTH, FlagRow, FlagTallyRow, RevisionRow, TallyRow, WorkRow

if TYPE_CHECKING:
    from monitor.store.engine import Database

AHEAD: Final = 2
"""Months made before they begin."""

PATIENCE: Final = "5s"
"""How long making a part may wait for those who write; they wait behind it meanwhile."""


log = logging.getLogger(__name__)


class Month(Struct, frozen=True):
    """What is kept of a month. ``whole``: it stands in parts of its own, which can go at once."""

    month: date
    revisions: int
    flags: int
    whole: bool


def ensure(session: Session, months: Iterable[date]) -> tuple[date, ...]:
    """Make the parts of these months that are not there, in the caller's transaction; the months that were made.

    Rows that came before their part are moved into it. Writers wait until the transaction ends: begin it with this and end it soon.

    Raises:
        sqlalchemy.exc.OperationalError: writers did not make room within :data:`PATIENCE`. Nothing was done; try later.
    """
    if session.get_bind().dialect.name == "sqlite":
        return ()
    missing = sorted({month.replace(day=1) for month in months} - _parted(session))
    if not missing:
        return ()
    session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    # In the order in which ingest, complete and decide take their locks, and before anything else: nobody waits in a circle.
    session.execute(text(f"LOCK TABLE documents, work, {', '.join(BY_MONTH)} IN SHARE ROW EXCLUSIVE MODE"))
    made = tuple(month for month in missing if month not in _parted(session))  # another may have been quicker
    for month in made:
        _make(session, month)
    return made


def prepare(database: Database, now: datetime) -> tuple[date, ...]:
    """:func:`ensure` for the month of ``now`` and the :data:`AHEAD` after it, in a transaction of its own; the months that were made.

    None where the database does not answer, its user may not make tables, or writers do not make room: rows go to the default part,
    and the next call moves them.
    """
    try:
        with database.write() as session:
            return ensure(session, months_ahead(now, AHEAD))
    except DBAPIError as error:
        log.warning("parts for the months ahead: %s; they are made another time", error.orig)
        return ()


def listed(session: Session) -> tuple[Month, ...]:
    """Every month of which something is kept or for which there are parts, the oldest first."""
    parted = _parted(session)
    revisions = _sums(session, TallyRow.month, TallyRow.number, TallyRow.what == "revision")
    flags = _sums(session, FlagTallyRow.month, FlagTallyRow.flags)
    return tuple(
        Month(month, revisions.get(month, 0), flags.get(month, 0), month in parted)
        for month in sorted(parted | revisions.keys() | flags.keys())
    )


def droppable(session: Session, before: date) -> tuple[Month, ...]:
    """Months that ended on or before the day ``before`` and have no work that is pending, leased or dead: the oldest first.

    Whoever drops them has looked whether anything in them must be kept for another reason.
    """
    waiting = set(session.scalars(select(WorkRow.month).where(WorkRow.state != "done").distinct()))
    return tuple(month for month in listed(session) if following(month.month) <= before and month.month not in waiting)


def drop(session: Session, month: date) -> Month:
    """Remove the revisions of a month with their work, flags and decisions, in the caller's transaction; what there was.

    This alone passes the triggers that guard what is written once. Documents stay: they may have revisions of other months.

    Raises:
        NotFound: nothing is kept of this month.
    """
    found = next((kept for kept in listed(session) if kept.month == month), None)
    if found is None:
        raise NotFound(f"nothing is kept of {month:%Y-%m}")
    _forget_scans(session, month)
    if session.get_bind().dialect.name == "sqlite":
        _delete(session, month)
    else:
        _drop_parts(session, month)
    for row in (FlagTallyRow, TallyRow):
        statement = delete(row).where(row.month == month)
        session.execute(statement if row is FlagTallyRow else statement.where(TallyRow.what != "document"))
    return found


def _forget_scans(session: Session, month: date) -> None:
    """What is kept of scanning again, which names flags and revisions without referring to them."""
    revisions = select(RevisionRow.id).where(RevisionRow.month == month)
    flags = select(FlagRow.id).where(FlagRow.month == month)
    for statement in (
        delete(StandingRow).where(StandingRow.flag_id.in_(flags)),
        delete(FlipRow).where(FlipRow.revision_id.in_(revisions)),
        delete(QuestionRow).where(QuestionRow.revision_id.in_(revisions)),
    ):
        session.execute(statement.execution_options(synchronize_session=False))


def _parted(session: Session) -> set[date]:
    """Months with parts of their own."""
    if session.get_bind().dialect.name == "sqlite":
        return set()
    query = text(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = 'revisions'::regclass AND c.relname <> 'revisions_default'"
    )
    return {date.fromisoformat(f"{name[-7:].replace('_', '-')}-01") for name in session.scalars(query)}


def _sums(session: Session, month: Any, number: Any, *where: Any) -> dict[date, int]:
    return {
        day: int(count) for day, count in session.execute(select(month, func.sum(number)).where(*where).group_by(month))
    }


def _part(table: str, month: date) -> str:
    return f"{table}_{month:%Y_%m}"


def _make(session: Session, month: date) -> None:
    """Make the parts beside the tables, fill them with what stands in the default parts, empty those, and join them."""
    strays = session.scalar(
        text("SELECT EXISTS (SELECT FROM revisions_default WHERE month = :month)"), {"month": month}
    )
    for table in BY_MONTH:
        part = _part(table, month)
        session.execute(text(f"CREATE TABLE {part} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"))
    if strays:
        _move_strays(session, month)
    for table in BY_MONTH:
        part = _part(table, month)
        session.execute(text(f"ALTER TABLE {table} ATTACH PARTITION {part} FOR VALUES IN ('{month}')"))
        if table != "open_flags":
            session.execute(
                text(
                    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {part} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION written_once('{table}')"
                )
            )
    if strays:
        session.execute(text("INSERT INTO work SELECT * FROM work_moving"))
        session.execute(text("DROP TABLE work_moving"))


def _move_strays(session: Session, month: date) -> None:
    """From the default parts into those that are not joined yet. Work refers to revisions and steps aside meanwhile."""
    that = {"month": month}
    session.execute(
        text("CREATE TEMP TABLE work_moving ON COMMIT DROP AS SELECT * FROM work WHERE month = :month"), that
    )
    session.execute(text("DELETE FROM work WHERE month = :month"), that)
    for table in reversed(BY_MONTH):
        default, part = f"{table}_default", _part(table, month)
        session.execute(text(f"INSERT INTO {part} SELECT * FROM {default} WHERE month = :month"), that)
        session.execute(text(f"ALTER TABLE {default} DISABLE TRIGGER USER"))
        session.execute(text(f"DELETE FROM {default} WHERE month = :month"), that)
        session.execute(text(f"ALTER TABLE {default} ENABLE TRIGGER USER"))


def _drop_parts(session: Session, month: date) -> None:
    """Those that refer before those that are referred to."""
    if month not in _parted(session):
        _delete_from_default(session, month)
        return
    session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    for table in reversed(BY_MONTH):
        if table == "revisions":
            session.execute(delete(WorkRow).where(WorkRow.month == month))
        part = _part(table, month)
        session.execute(text(f"ALTER TABLE {table} DETACH PARTITION {part}"))
        session.execute(text(f"DROP TABLE {part}"))


def _delete_from_default(session: Session, month: date) -> None:
    """A month without parts of its own is as small as what came while nobody made them."""
    for table in reversed(BY_MONTH):
        if table == "revisions":
            session.execute(delete(WorkRow).where(WorkRow.month == month))
        session.execute(text(f"ALTER TABLE {table}_default DISABLE TRIGGER USER"))
        session.execute(text(f"DELETE FROM {table}_default WHERE month = :month"), {"month": month})
        session.execute(text(f"ALTER TABLE {table}_default ENABLE TRIGGER USER"))


def _delete(session: Session, month: date) -> None:
    """SQLite: the triggers that refuse go for as long as this transaction, which nobody else sees."""
    names = [f"{table}_no_delete" for table in BY_MONTH if table != "open_flags"]
    refusing = _triggers(session, names)
    for name in names:
        session.execute(text(f"DROP TRIGGER {name}"))
    for table in reversed(BY_MONTH):
        if table == "revisions":
            session.execute(delete(WorkRow).where(WorkRow.month == month))
        session.execute(text(f"DELETE FROM {table} WHERE month = :month"), {"month": str(month)})
    for statement in refusing:
        session.execute(text(statement))


def _triggers(session: Session, names: Sequence[str]) -> list[str]:
    query = text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name")
    return [str(session.scalar(query, {"name": name})) for name in names]
