"""A migrated, empty database for each test: a copy of a file, or of a template database that goes when the tests end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from monitor.store import Database, migrate, open_engine

SERVER = "postgresql://postgres@127.0.0.1:5432"
KINDS = [pytest.param("sqlite", id="sqlite"), pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgresql)]

Open = Callable[[], Database]


def run(*statements: sql.Composed) -> None:
    """Run statements that stand outside transactions, on the server's own database."""
    with psycopg.connect(f"{SERVER}/test", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def made(template: str | None = None) -> Iterator[str]:
    """A new PostgreSQL database, dropped at the end; its name."""
    name = f"store_{uuid4().hex}"
    like = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
    run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + like)
    try:
        yield name
    finally:
        run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database in the latest form."""
    path = tmp_path_factory.mktemp("database") / "empty.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def migrated_template() -> Iterator[str]:
    """An empty PostgreSQL database in the latest form."""
    with made() as name:
        engine = open_engine(f"{SERVER}/{name}")
        migrate(engine)
        engine.dispose()
        yield name


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'steelyard.sqlite'}"
        return
    with made() as name:
        yield f"{SERVER}/{name}"


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database in the latest form."""
    if request.param == "sqlite":
        path = tmp_path / "steelyard.sqlite"
        shutil.copy(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
        return
    with made(request.getfixturevalue("migrated_template")) as name:
        yield f"{SERVER}/{name}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database in the latest form."""
    database = Database(open_engine(url))
    yield database
    database.close()
