"""A database for each test: workers that are killed leave connections behind, which the next test must not meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from monitor.store import Database, migrate, open_engine

SERVER = "postgresql://postgres@127.0.0.1:5432"


@contextmanager
def in_file(folder: Path) -> Iterator[str]:
    """The URL of a new SQLite database."""
    yield f"sqlite:///{folder / 'steelyard.sqlite'}"


@contextmanager
def on_server(_folder: Path) -> Iterator[str]:
    """The URL of a new PostgreSQL database, dropped at the end."""
    name = f"workers_{uuid4().hex}"
    with psycopg.connect(f"{SERVER}/test", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{SERVER}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def migrated(url: str) -> Iterator[Database]:
    """The database there, with its tables."""
    database = Database(open_engine(url))
    migrate(database.engine)
    yield database
    database.close()
