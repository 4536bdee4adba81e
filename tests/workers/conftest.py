"""The databases of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from workers.databases import in_file, migrated, on_server

from monitor.store import Database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database in the latest form."""
    place = on_server if request.param == "postgresql" else in_file
    with place(tmp_path) as url, migrated(url) as database:
        yield database


@pytest.fixture
def file_database(tmp_path: Path) -> Iterator[Database]:
    """SQLite, where the database is not what is tested."""
    with in_file(tmp_path) as url, migrated(url) as database:
        yield database
