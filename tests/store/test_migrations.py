"""A database of any earlier form, with a row or two in every table, is brought to the latest with everything it had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    select,
)

from monitor.cases import FlagFilter, overview, queue
from monitor.store import Database, migrate, open_engine
from monitor.store.partitions import listed
from monitor.store.schema import _config
from monitor.store.tables import BY_MONTH
from store.writing import flag, listing, scanned

EARLIER = [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][:0:-1]

KEPT_BY_TRIGGERS = {"open_flags", "flag_tallies", "tallies"}
PART = re.compile(rf"({'|'.join(BY_MONTH)})_(default|\d{{4}}_\d\d)")
MOMENTS = {1: datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC), 2: datetime(2026, 11, 1, tzinfo=UTC)}
"""When the first row of each table was written, and the second: the last second of a month, and the first of the next."""

WORDS = {
    ("documents", "kind"): "listing",
    ("price_observations", "kind"): "deal",
    ("work", "state"): "done",
    ("flags", "category"): "absolute",
    ("flags", "severity"): "high",
    ("flags", "status"): "in-force",
    ("flags", "basis"): '[{"law":"中华人民共和国广告法"}]',
    ("flags", "evidence"): '[{"field":"title","start":0,"end":2,"text":"最好","match":"exact"}]',
    ("flags", "explanation"): '["命中“最好”"]',
    ("decisions", "basis"): "[]",
    ("decisions", "outcome"): "upheld",
    ("certificates", "record"): '{"type":"organic","number":"1"}',
    ("certificate_history", "record"): '{"type":"organic","number":"1"}',
    ("complaint_events", "status"): "filed",
    ("streams", "state"): "finished",
    ("streams", "ended_by"): "told",
    ("stream_flags", "standing"): "settled",
    ("flag_standing", "status"): "in-force",
    ("flips", "what"): "appeared",
    ("sweeps", "state"): "done",
    ("sweep_shards", "state"): "done",
}
"""What a check refuses otherwise, or the program could not read."""

EMPTY = {
    *(("work", name) for name in ("token", "owner", "lease_until", "rescan_id")),
    ("decisions", "previous_id"),
    *((table, name) for table in ("streams", "sweep_shards") for name in ("token", "owner", "lease_until")),
    ("legal_holds", "complaint_id"),
}
"""What is NULL: a lease that is over, a decision that follows none, a hold of another thing."""


@pytest.mark.parametrize("version", EARLIER)
def test_everything_is_there_after_the_upgrade(empty_url: str, version: str) -> None:
    engine = open_engine(empty_url)
    upgrade(engine, version)
    with engine.begin() as connection:
        for number in MOMENTS:
            fill(connection, number)
    before = rows(engine)
    assert all(before.values()), "every table has rows"
    migrate(engine)
    now = rows(engine, before)
    for table in before:
        assert now[table] == before[table], table
    database = Database(engine)
    with database.read() as session:
        counts = overview(session)
        assert (counts.documents, counts.flags, counts.decided, counts.work.done) == (2, 2, 2, 2)
        assert [(month.month, month.flags) for month in listed(session)] == [
            (date(2026, 10, 1), 1),
            (date(2026, 11, 1), 1),
        ]
        assert {item.outcome for item in queue(session, FlagFilter()).items} == {"upheld"}
    scanned(database, listing(), flag())
    with database.read() as session:
        assert [item.external_id for item in queue(session).items] == ["L-1"]
    engine.dispose()


def upgrade(engine: Engine, version: str) -> None:
    """Bring an empty database to a version."""
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def tables(connection: Connection) -> Iterator[Table]:
    """Every table there is, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: not PART.fullmatch(name))
    for table in metadata.sorted_tables:
        if table.name not in KEPT_BY_TRIGGERS | {"alembic_version"} and not PART.fullmatch(table.name):
            yield table


def fill(connection: Connection, number: int) -> None:
    """Write the row of this number (1 or 2) into every table."""
    for table in tables(connection):
        named = {column.name: value(table, column, number) for column in table.columns if not numbered(column)}
        connection.execute(table.insert().values(named))


def numbered(column: Column[Any]) -> bool:
    """The database gives the number."""
    return column.name == "id" and isinstance(column.type, Integer)


def value(table: Table, column: Column[Any], number: int) -> Any:
    """Something that fits the column and is another for each number."""
    moment = MOMENTS[number]
    if (table.name, column.name) in EMPTY:
        return None
    if column.foreign_keys:
        return number if isinstance(column.type, Integer) else moment.date().replace(day=1)
    if isinstance(column.type, DateTime):
        return moment if column.type.timezone else moment.replace(tzinfo=None)
    if isinstance(column.type, Date):
        return moment.date().replace(day=1) if column.name == "month" else moment.date()
    if isinstance(column.type, LargeBinary):
        return b'{"kind":"listing","id":"L","title":"\xe6\x9c\x80\xe5\xa5\xbd"}'
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Float):
        return number / 2
    if isinstance(column.type, Integer):
        return number if table.name == "audit" or column.primary_key else 1
    words = WORDS.get((table.name, column.name), f"{column.name}-{number}")
    return words[: getattr(column.type, "length", None)]


def rows(engine: Engine, like: dict[str, list[dict[str, Any]]] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table; ``like``: only the tables and columns that are in it."""
    found = {}
    with engine.connect() as connection:
        for table in tables(connection):
            if like is not None and table.name not in like:
                continue
            columns = [column for column in table.columns if like is None or column.name in like[table.name][0]]
            every = [dict(row) for row in connection.execute(select(*columns)).mappings()]
            found[table.name] = sorted(every, key=repr)
    return found


def test_there_is_an_earlier_form() -> None:
    assert EARLIER[0] == "0001"
