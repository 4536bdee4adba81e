"""The commands of "Back-up and restore" in docs/operations.md, on a database in use: what they bring back is whole."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from monitor.cases import decide
from monitor.store import Database, ingest, latest_version, migrate, open_engine, schema_version, verify, work_counts
from store.databases import made, opened
from store.writing import NOON, arrived, everything, flag, listing, scanned

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")


def run(command: str, **places: str) -> None:
    """A command that stands on the page, with the places of this test."""
    assert command in PAGE
    for word, place in places.items():
        command = command.replace(word, place)
    subprocess.run(["bash", "-c", command], check=True, capture_output=True, timeout=60)


@contextmanager
def in_use(database: Database) -> Iterator[None]:
    """A block in which documents keep coming in."""
    stop = threading.Event()

    def write() -> None:
        number = 1000
        while not stop.is_set():
            with database.write() as session:
                ingest(session, [arrived(listing(number + offset)) for offset in range(20)], NOON)
            number += 20

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stop.set()
        writer.join()


def fill(database: Database) -> None:
    """Two flagged documents, one decided twice: flags, decisions, audit."""
    for number in (1, 2):
        scanned(database, listing(number), flag())
    with database.write() as session:
        first = decide(session, 1, "upheld", "确为绝对化用语", "王", None, NOON)
        decide(session, 1, "corrected", "已改正", "李", first.id, NOON)


def assert_whole(copy: Database, before: dict[str, list[tuple[object, ...]]]) -> None:
    """Everything that was there is there, the audit holds, and what is written once still is."""
    after = everything(copy)
    assert {name: set(map(str, rows)) <= set(map(str, after[name])) for name, rows in before.items()} == dict.fromkeys(
        before, True
    )
    with copy.read() as session:
        assert verify(session) is None
        assert session.scalar(text("SELECT count(*) FROM audit")) == 2
        waiting = work_counts(session).pending
        assert waiting == session.scalar(text("SELECT count(*) FROM revisions")) - 2  # each document with its work
    assert schema_version(copy.engine) == latest_version()
    with pytest.raises(DBAPIError, match="written once"), copy.write() as session:
        session.execute(text("DELETE FROM flags"))


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="no sqlite3 on PATH")
def test_a_file_in_use_is_copied_and_brought_back(migrated_file: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with opened(f"sqlite:///{shutil.copy(migrated_file, data / 'steelyard.sqlite')}") as database:
        fill(database)
        before = everything(database)
        with in_use(database):
            places = {"data/": f"{data}/", "copy.": f"{tmp_path}/copy."}
            run('sqlite3 data/steelyard.sqlite ".timeout 30000" ".backup copy.sqlite"', **places)
    for file in data.iterdir():
        file.unlink()
    run("cp copy.sqlite data/steelyard.sqlite", **places)
    with opened(f"sqlite:///{data / 'steelyard.sqlite'}") as copy:
        assert_whole(copy, before)


@pytest.mark.postgresql
@pytest.mark.skipif(shutil.which("pg_dump") is None, reason="no pg_dump on PATH")
def test_a_server_in_use_is_dumped_and_brought_back(tmp_path: Path) -> None:
    with made() as source, made() as target:
        engine = open_engine(source)
        migrate(engine)
        database = Database(engine)
        fill(database)
        before = everything(database)
        with in_use(database):
            run(
                'pg_dump --format=custom --file=copy.dump "$DATABASE"',
                **{"$DATABASE": source, "copy.": f"{tmp_path}/copy."},
            )
        database.close()
        run(
            'pg_restore --no-owner --exit-on-error --single-transaction --dbname="$DATABASE" copy.dump',
            **{"$DATABASE": target, "copy.": f"{tmp_path}/copy."},
        )
        with opened(target) as copy:
            assert_whole(copy, before)
