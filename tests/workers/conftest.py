"""A database for each test: workers that are killed leave connections behind, which the next test must not meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from monitor.store import Database, migrate, open_engine

SERVER = "postgresql://postgres@127.0.0.1:5432"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database in the latest form."""
    with on_server() if request.param == "postgresql" else in_file(tmp_path) as url:
        database = Database(open_engine(url))
        migrate(database.engine)
        yield database
        database.close()


@contextmanager
def in_file(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 'steelyard.sqlite'}"


@contextmanager
def on_server() -> Iterator[str]:
    name = f"workers_{uuid4().hex}"
    with psycopg.connect(f"{SERVER}/test", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield f"{SERVER}/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
