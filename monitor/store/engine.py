"""The database: one engine, two kinds of transaction.

SQLite is in WAL mode, so that readers never wait. A writing transaction begins with ``BEGIN IMMEDIATE``: it waits for its
turn at the start (up to :data:`BUSY_SECONDS`) instead of failing in the middle. Reading transactions see one snapshot and
refuse to write, on both databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Cursor, OperationalError
from time import monotonic, sleep
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from monitor.errors import ConfigurationError

BUSY_SECONDS: Final = 30.0
"""How long a writer on SQLite waits for another."""

_READING: Final = "steelyard_reading"
_NOT_LASTING: Final = text("SET LOCAL synchronous_commit TO OFF")


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///file`` or ``postgresql://…`` (driver psycopg). The folder of a SQLite file is made.

    Nothing is connected yet. An engine must not cross a fork: each worker process opens its own.

    Raises:
        ConfigurationError: not such a URL.
    """
    parsed = _parse(url)
    if parsed.drivername != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)  # errors are logged, documents are not
    if parsed.database not in {None, "", ":memory:"}:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _sqlite_connect)
    event.listen(engine, "begin", _sqlite_begin)
    return engine


class Database:
    """Sessions of an engine. One for each process; safe to use from several threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        options: dict[str, Any] = {_READING: True}
        if engine.dialect.name == "postgresql":
            options |= {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
        self._reading = engine.execution_options(**options)

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Session]:
        """A transaction that may write: committed at the end of the block, rolled back if it raises.

        Not ``lasting``: a power cut may undo it, as a whole, so that nobody waits for the disk (PostgreSQL): for leases.
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            if not lasting and self.engine.dialect.name == "postgresql":
                session.execute(_NOT_LASTING)
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that sees one snapshot and cannot write (``sqlalchemy.exc.DBAPIError``)."""
        with Session(self._reading, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Close the connections of the pool."""
        self.engine.dispose()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(
            f"STEELYARD_DATABASE: not a database URL, such as sqlite:///data/x.sqlite: {error}"
        ) from error
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return parsed.set(drivername="sqlite")
        case "postgres" | "postgresql" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise ConfigurationError(f"STEELYARD_DATABASE: {other} is not one of sqlite, postgresql")


def _sqlite_connect(connection: SqliteConnection, record: object) -> None:
    """Once for each connection. ``synchronous`` stays FULL: what was accepted survives a power cut."""
    del record
    connection.isolation_level = None  # sqlite3 shall not begin transactions of its own
    cursor = connection.cursor()
    _turn_to_wal(cursor)
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA recursive_triggers = ON")  # else REPLACE would pass the triggers that refuse DELETE
    cursor.close()


def _turn_to_wal(cursor: Cursor) -> None:
    """SQLite does not wait by itself here: two processes that open a new file at once must be patient."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except OperationalError:
            if monotonic() > until:
                raise
            sleep(0.02)
        else:
            return


def _sqlite_begin(connection: Connection) -> None:
    reading = bool(connection.get_execution_options().get(_READING))
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
