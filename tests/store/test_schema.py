"""The migrations make what the tables say, and the triggers guard what is written once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from monitor.cases import decide
from monitor.store import Database, latest_version, migrate, open_engine, schema_version
from monitor.store.columns import Row
from monitor.store.schema import _config
from monitor.store.tables import BY_MONTH, WRITTEN_ONCE
from store.writing import NOON, certificate, flag, listing, scanned, took


def test_an_empty_database_is_brought_to_the_latest_form(empty_url: str) -> None:
    engine = open_engine(empty_url)
    assert schema_version(engine) is None
    migrate(engine)
    assert schema_version(engine) == latest_version()
    migrate(engine)
    with engine.connect() as connection:
        wanted = only_for(connection.dialect.name)
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": wanted})
        assert compare_metadata(context, Row.metadata) == []
    engine.dispose()


def only_for(dialect: str) -> Callable[..., bool]:
    """Leaves out the parts of a table and references to them, and what the tables name for the other database."""
    parts = re.compile(rf"({'|'.join(BY_MONTH)})_(default|\d{{4}}_\d\d)")

    def wanted(thing: Any, name: str | None, kind: str, *_: object) -> bool:
        condition = getattr(thing, "_ddl_if", None)
        named = thing.elements[0].target_fullname.split(".")[0] if kind == "foreign_key_constraint" else name
        return not parts.fullmatch(named or "") and (condition is None or condition.dialect == dialect)

    return wanted


def test_several_may_migrate_at_once(empty_url: str) -> None:
    engines = [open_engine(empty_url) for _ in range(3)]
    threads = [threading.Thread(target=migrate, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [schema_version(engine) for engine in engines] == [latest_version()] * 3
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE {table} SET {column} = {column}", id="update"),
        pytest.param("DELETE FROM {table}", id="delete"),
    ],
)
@pytest.mark.parametrize("table", WRITTEN_ONCE)
def test_what_is_written_once_stays(database: Database, table: str, statement: str) -> None:
    scanned(database, listing(), flag())
    with database.write() as session:
        decide(session, 1, "upheld", "确为绝对化用语", "王", None, NOON)
    for status in ("valid", "revoked"):
        took(database, certificate(status=status))
    column = "number" if table == "audit" else "id"
    with pytest.raises(DBAPIError, match=f"rows of {table} are written once"), database.write() as session:
        session.execute(text(statement.format(table=table, column=column)))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Row.metadata.tables[table])) == 1


def test_replacing_a_row_is_refused_too(database: Database) -> None:
    scanned(database, listing(), flag())
    with database.write() as session:
        decide(session, 1, "upheld", "确为绝对化用语", "王", None, NOON)
    if database.engine.dialect.name == "sqlite":
        statement = "INSERT OR REPLACE INTO decisions SELECT * FROM decisions"
    else:
        statement = "TRUNCATE decisions"
    with pytest.raises(DBAPIError, match="rows of decisions are written once"), database.write() as session:
        session.execute(text(statement))


def test_a_database_of_the_first_form_keeps_what_it_has(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO documents (id, identity, platform, external_id, kind, revision, received_at) "
                "VALUES (1, 'a', '', 'L', 'listing', 1, '2026-11-20 00:00:00')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO revisions (id, document_id, number, identity, content_sha256, raw, label, seller_id, seller_name, "
                "source, received_at) VALUES (1, 1, 1, 'b', 'c', :raw, '', '', '', '', '2026-11-20 00:00:00')"
            ),
            {"raw": b"{}"},
        )
    migrate(engine)
    database = Database(engine)
    with database.read() as session:
        assert session.execute(text("SELECT identity, prices FROM revisions")).all() == [("b", None)]
    with pytest.raises(DBAPIError, match="written once"), database.write() as session:
        session.execute(text("UPDATE revisions SET prices = NULL"))
    engine.dispose()
