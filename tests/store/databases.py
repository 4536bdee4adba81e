"""A migrated, empty database for each test: a copy of a file, or one on the server that goes when the tests end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from monitor.store import Database, migrate, open_engine
from monitor.store.tables import DocumentRow

SERVER = "postgresql://postgres@127.0.0.1:5432"
KINDS = [pytest.param("sqlite", id="sqlite"), pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgresql)]

NewDatabase = Callable[[], AbstractContextManager[Database]]


@contextmanager
def made() -> Iterator[str]:
    """A new PostgreSQL database, dropped at the end; its URL."""
    name = sql.Identifier(f"store_{uuid4().hex}")
    with psycopg.connect(f"{SERVER}/test", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        connection.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))  # no test cuts power
        try:
            yield f"{SERVER}/{name.as_string()[1:-1]}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database in the latest form."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_server() -> Iterator[str]:
    """The URL of a PostgreSQL database in the latest form, which the tests use one after the other."""
    with made() as url:
        engine = open_engine(url)
        migrate(engine)
        engine.dispose()
        yield url


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'steelyard.sqlite'}"
        return
    with made() as url:
        yield url


@pytest.fixture(params=KINDS)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Opens an empty database in the latest form; one at a time."""
    if request.param == "sqlite":
        empty: Path = request.getfixturevalue("migrated_file")
        return lambda: opened(f"sqlite:///{shutil.copy(empty, tmp_path / f'{uuid4().hex}.sqlite')}")
    url: str = request.getfixturevalue("migrated_server")
    return lambda: emptied(url)


@pytest.fixture
def database(new_database: NewDatabase) -> Iterator[Database]:
    """An empty database in the latest form."""
    with new_database() as database:
        yield database


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A database for a block."""
    database = Database(open_engine(url))
    try:
        yield database
    finally:
        database.close()


@contextmanager
def emptied(url: str) -> Iterator[Database]:
    """The database, emptied past its triggers: only the owner of the server can do that.

    Deleting what there is costs a test a tenth of what TRUNCATE costs, which makes new files for every table, index and month.
    """
    asked = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
        for table in DocumentRow.metadata.tables
    ]
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for (table,) in connection.execute(sql.SQL(" UNION ALL ").join(asked)).fetchall():
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename), start_value, false) FROM pg_sequences"
        )
    with opened(url) as database:
        yield database
