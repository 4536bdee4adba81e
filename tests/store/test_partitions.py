"""Parts by month: made ahead, filled from the default part, dropped as a whole; and what triggers count is what there is."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from monitor.cases import FlagFilter, decide, overview, queue
from monitor.errors import NotFound
from monitor.store import Database, ingest, ingest_all, lease_batch
from monitor.store.partitions import Month, drop, droppable, ensure, listed, prepare
from monitor.store.rescan_tables import StandingRow
from monitor.store.retention import remove
from monitor.store.tables import BY_MONTH, DecisionRow, FlagRow, FlagTallyRow, OpenFlagRow, TallyRow
from store.writing import NOON, after, arrived, everything, flag, listing, scanned, transcript

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
IN_OCTOBER = NOON - timedelta(days=30)


def parts(database: Database, table: str) -> list[str]:
    """The parts of a table that have rows."""
    query = text(f"SELECT DISTINCT tableoid::regclass::text FROM {table} ORDER BY 1")
    with database.read() as session:
        return list(session.scalars(query))


def is_parted(database: Database) -> bool:
    return database.engine.dialect.name == "postgresql"


def forget_parts(database: Database) -> None:
    """Drop every month: the database that tests share has parts from the test before."""
    with database.write() as session:
        for month in listed(session):
            drop(session, month.month)


@pytest.fixture(autouse=True)
def no_parts(database: Database) -> None:
    """Begin without parts."""
    if is_parted(database):
        forget_parts(database)


def test_parts_are_made_once_and_rows_go_there(database: Database) -> None:
    made = prepare(database, NOON)
    assert made == ((NOVEMBER, DECEMBER, date(2027, 1, 1)) if is_parted(database) else ())
    assert prepare(database, NOON) == ()
    scanned(database, listing(), flag())
    with database.write() as session:
        decide(session, flag_ids(database)[0], "upheld", "是", "王", None, NOON)
    scanned(database, listing(2), flag())
    if is_parted(database):
        assert [parts(database, table) for table in BY_MONTH] == [[f"{table}_2026_11"] for table in BY_MONTH]


def test_what_came_before_its_part_is_moved_there(database: Database) -> None:
    filled(database)
    before, counts = everything(database), tallied(database)
    if is_parted(database):
        assert parts(database, "flags") == ["flags_default"]
    with database.write() as session:
        ensure(session, [NOVEMBER])
    assert (everything(database), tallied(database)) == (before, counts)
    if is_parted(database):
        assert [parts(database, table) for table in BY_MONTH] == [
            [f"{table}_2026_11", f"{table}_default"] for table in BY_MONTH
        ]
    scanned(database, listing(title="五常大米，全网最好！"), flag())
    with database.write() as session, pytest.raises(DBAPIError, match="rows of flags are written once"):
        session.execute(text("DELETE FROM flags"))


@pytest.mark.parametrize("table", ["revisions", "flags", "decisions"])
def test_a_part_is_written_once_like_its_table(database: Database, table: str) -> None:
    if not is_parted(database):
        pytest.skip("SQLite has no parts")
    prepare(database, IN_OCTOBER)
    filled(database)
    statements = [f"UPDATE {table}_2026_10 SET id = id", f"DELETE FROM {table}_2026_10"]
    statements += [f"TRUNCATE {table}_{part} CASCADE" for part in ("2026_10", "default")]
    for statement in statements:
        with pytest.raises(DBAPIError, match=f"rows of {table} are written once"), database.write() as session:
            session.execute(text(statement))


def test_a_month_goes_as_a_whole(database: Database) -> None:
    prepare(database, IN_OCTOBER)
    filled(database)
    with database.write() as session:
        for flag_id in session.scalars(select(FlagRow.id)):
            stand(session, flag_id, "in-force")
    with database.write() as session:
        assert [month.month for month in droppable(session, NOVEMBER)] == [OCTOBER]
        gone = drop(session, OCTOBER)
    assert gone == Month(OCTOBER, 2, 3, is_parted(database))
    with database.read() as session:
        assert [month.month for month in listed(session) if month.revisions] == [NOVEMBER]
        assert overview(session).documents == 3, "documents stay"
        assert set(session.scalars(select(StandingRow.flag_id))) == set(session.scalars(select(FlagRow.id)))
        assert {item.external_id for item in queue(session, FlagFilter()).items} == {"L-1"}
    assert tallied(database) == counted(database)
    with database.write() as session, pytest.raises(NotFound, match="2026-10"):
        drop(session, OCTOBER)
    with database.write() as session, pytest.raises(DBAPIError, match="written once"):
        session.execute(text("DELETE FROM flags"))


def test_a_month_without_parts_goes_too(database: Database) -> None:
    filled(database)
    with database.write() as session:
        drop(session, OCTOBER)
    with database.read() as session:
        assert [month.month for month in listed(session)] == [NOVEMBER]
    assert tallied(database) == counted(database)


def test_a_month_with_waiting_work_or_that_is_not_over_stays(database: Database) -> None:
    with database.write() as session:
        ingest(session, [arrived(listing(9))], IN_OCTOBER)
    with database.read() as session:
        assert droppable(session, NOVEMBER) == ()
        assert droppable(session, date(2026, 10, 31)) == ()


def test_the_same_content_in_another_month_is_no_new_revision(database: Database) -> None:
    prepare(database, IN_OCTOBER)
    for now in (IN_OCTOBER, NOON):
        with database.write() as session:
            received = ingest(session, [arrived(listing())], now).ids[0]
    assert (received.revision, received.state) == (1, "unchanged")


def test_a_row_has_the_month_of_its_revision(database: Database) -> None:
    filled(database)
    statement = (
        "INSERT INTO decisions (month, flag_id, number, outcome, reason, basis, decided_by, decided_at) "
        "SELECT '2020-01-01', flag_id, 1, 'upheld', '', '[]', '', '2026-11-20 00:00:00' FROM open_flags"
    )
    with database.write() as session, pytest.raises(DBAPIError):
        session.execute(text(statement))


def test_a_decision_follows_one_that_is_there(database: Database) -> None:
    filled(database)
    statement = (
        "INSERT INTO decisions (month, flag_id, number, previous_id, outcome, reason, basis, decided_by, decided_at) "
        "SELECT month, flag_id, 2, 4711, 'upheld', '', '[]', '', '2026-11-20 00:00:00' FROM open_flags"
    )
    with pytest.raises(DBAPIError), database.write() as session:
        session.execute(text(statement))


def test_what_is_counted_is_what_there_is(database: Database) -> None:
    filled(database)
    assert tallied(database) == counted(database)


def test_counts_follow_what_becomes_of_a_flag(database: Database) -> None:
    filled(database)
    for status in ("gone", "shadow", "in-force"):
        for number, flag_id in enumerate(flag_ids(database)):
            with database.write() as session:
                stand(session, flag_id, status if number % 2 else "gone")
            assert tallied(database) == counted(database)
    with database.write() as session:
        decide(session, max(flag_ids(database)), "upheld", "是", "王", None, NOON)
    assert tallied(database) == counted(database)
    with database.write() as session:
        session.execute(delete(StandingRow).where(StandingRow.flag_id == max(flag_ids(database))))
    assert tallied(database) == counted(database)


def test_counts_follow_what_is_removed_row_by_row(database: Database) -> None:
    filled(database)
    with database.write() as session:
        stand(session, max(flag_ids(database)), "gone")
    term = NOON + timedelta(days=1100)
    for kind in ("listings", "streams"):
        assert remove(database, kind, term, "王", lambda: term)
        assert tallied(database) == counted(database)
    assert not flag_ids(database)


def stand(session: Session, flag_id: int, status: str) -> None:
    """Say what became of a flag."""
    session.merge(
        StandingRow(
            flag_id=flag_id, status=status, ended=False, rulebook="a" * 64, as_of=NOVEMBER, since=NOON, rescan_id=1
        )
    )


@pytest.mark.postgresql
def test_writers_at_once_lose_no_count(database: Database) -> None:
    if not is_parted(database):
        pytest.skip("SQLite has one writer")
    prepare(database, NOON)
    writers = [
        threading.Thread(
            target=lambda first=first: [scanned(database, listing(n), flag()) for n in range(first, first + 10)]
        )
        for first in range(0, 40, 10)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.read() as session:
        counts = overview(session)
    assert (counts.documents, counts.flags, counts.work.done) == (40, counted(database)["flags"].total(), 40)
    assert tallied(database) == counted(database)


@pytest.mark.postgresql
def test_parts_that_cannot_be_made_now_are_made_another_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_parted(database):
        pytest.skip("SQLite has no parts")
    monkeypatch.setattr("monitor.store.partitions.PATIENCE", "50ms")
    with database.write() as session:
        ingest(session, [arrived(listing())], NOON)
        assert prepare(database, NOON) == ()
        with pytest.raises(OperationalError), database.write() as other:
            ensure(other, [NOVEMBER])
    assert prepare(database, NOON)[0] == NOVEMBER
    assert parts(database, "revisions") == ["revisions_2026_11"]


def test_a_bulk_of_documents_finds_its_part(database: Database) -> None:
    list(ingest_all(database, [arrived(listing(number)) for number in range(3)], NOON))
    with database.write() as session:
        assert len(lease_batch(session, 10, 60, NOON).ids) == 3
    if is_parted(database):
        assert parts(database, "revisions") == ["revisions_2026_11"]


def filled(database: Database) -> None:
    """Two documents of October, one of them decided about, and one with a revision in each month."""
    scanned(database, transcript(2, "最好"), flag(field="segments[0].text", start=0, at=0.0), now=IN_OCTOBER)
    scanned(database, listing(3), flag(), flag("全网", 5, status="shadow"), now=IN_OCTOBER)
    with database.write() as session:
        first = decide(session, min(flag_ids(database)), "upheld", "是", "王", None, NOON)
        decide(session, min(flag_ids(database)), "corrected", "已改", "王", first.id, after(1))
    scanned(database, listing(1), flag(severity="high"))
    with database.write() as session:
        decide(session, max(flag_ids(database)), "upheld", "是", "王", None, NOON)
    scanned(database, listing(1, title="五常大米，最好"), flag("最好", 5))


def flag_ids(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(FlagRow.id).order_by(FlagRow.id)))


def tallied(database: Database) -> dict[str, Counter[object]]:
    """What the triggers counted."""
    with database.read() as session:
        flags, decided, others = Counter[object](), Counter[object](), Counter[object]()
        for row in session.scalars(select(FlagTallyRow)):
            kind = (row.month, row.status, row.category, row.severity, row.platform, row.rule)
            flags[kind] += row.flags
            decided[kind] += row.decided
        for tally in session.scalars(select(TallyRow)):
            others[tally.month if tally.what == "revision" else None, tally.what, tally.kind] += tally.number
        waiting = Counter[object](row.flag_id for row in session.scalars(select(OpenFlagRow)))
    return {"flags": +flags, "decided": +decided, "others": +others, "open": waiting}


def counted(database: Database) -> dict[str, Counter[object]]:
    """The same, row by row."""
    with database.read() as session:
        rows = list(session.scalars(select(FlagRow)))
        now = {row.flag_id: row.status for row in session.scalars(select(StandingRow))}
        status = {row.id: now.get(row.id, row.status) for row in rows}
        decided = set(session.scalars(select(DecisionRow.flag_id)))
        kinds = {
            row.id: (row.month, status[row.id], row.category, row.severity, row.platform, row.rule) for row in rows
        }
        others = Counter[object]((None, "day", str(row.as_of)) for row in rows if status[row.id] == "in-force")
        others.update((None, "document", kind) for kind in session.scalars(text("SELECT kind FROM documents")))
        months = session.scalars(text("SELECT CAST(month AS text) FROM revisions"))
        others.update((date.fromisoformat(month), "revision", "") for month in months)
    return {
        "flags": Counter(kinds.values()),
        "decided": Counter(kinds[key] for key in kinds if key in decided),
        "others": others,
        "open": Counter(kinds.keys() - decided),
    }
