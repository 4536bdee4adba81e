"""Transactions: readers see one snapshot and write nothing, writers wait for their turn."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from monitor.errors import ConfigurationError
from monitor.store import Database, ingest, open_engine, work_counts
from store.databases import made, opened
from store.writing import NOON, arrived, listing


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("", "not a database URL", id="nothing"),
        pytest.param("data/steelyard.sqlite", "not a database URL", id="a path"),
        pytest.param("mysql://127.0.0.1/x", "mysql is not one of", id="another database"),
        pytest.param("postgresql+asyncpg://127.0.0.1/x", "asyncpg is not one of", id="another driver"),
    ],
)
def test_a_wrong_url_is_named(url: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        open_engine(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_taken(scheme: str) -> None:
    assert open_engine(f"{scheme}://127.0.0.1/x").url.drivername == "postgresql+psycopg"


def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'a' / 'b' / 'c.sqlite'}")
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_what_fails_leaves_nothing(database: Database) -> None:
    def fail_late() -> None:
        with database.write() as session:
            ingest(session, [arrived(listing())], NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_late()
    with database.read() as session:
        assert work_counts(session).pending == 0


def test_a_reader_cannot_write(database: Database) -> None:
    with database.read() as session, pytest.raises(DBAPIError, match=r"readonly|read-only"):
        ingest(session, [arrived(listing())], NOON)
    with database.write() as session:
        assert ingest(session, [arrived(listing())], NOON).new == 1, "the connection can write again"


def test_a_reader_sees_one_snapshot(database: Database) -> None:
    with database.read() as reader:
        before = work_counts(reader)
        with database.write() as writer:
            ingest(writer, [arrived(listing())], NOON)
        assert work_counts(reader) == before
    with database.read() as reader:
        assert work_counts(reader).pending == 1


def test_writers_wait_for_each_other(database: Database) -> None:
    def write(name: int) -> None:
        for number in range(10):
            with database.write() as session:
                ingest(session, [arrived(listing(f"{name}-{number}"))], NOON)

    writers = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.read() as session:
        assert work_counts(session).pending == 40


@pytest.mark.postgresql
def test_only_what_need_not_last_does_not_wait_for_the_disk() -> None:
    with made() as url, opened(f"{url}?options=-csynchronous_commit%3Don") as database:
        for lasting, found in ((True, "on"), (False, "off"), (True, "on")):
            with database.write(lasting=lasting) as session:
                assert session.scalar(text("SHOW synchronous_commit")) == found
