"""The real app over a real database: SQLite, and PostgreSQL where it runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from litestar.testing import TestClient
from rules.writing import RULE, write_rulebook
from store.databases import database, migrated_file, migrated_server, new_database

from monitor import cases, store
from monitor.api.app import make_api
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

__all__ = ["client", "database", "migrated_file", "migrated_server", "new_database", "scanner"]

POLICY = "policy: [{when: {severity: '>=medium'}, action: review}]\n"


@pytest.fixture(scope="session")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(load_rulebook(write_rulebook(tmp_path_factory.mktemp("rules"), RULE, head=POLICY)))


@pytest.fixture
def client(database: store.Database, scanner: Scanner, tmp_path: Path) -> Iterator[TestClient]:  # type: ignore[type-arg]
    app = make_api(database, scanner, cases.open_secret("", tmp_path))
    with TestClient(app, raise_server_exceptions=False) as made:
        with database.write() as session:
            key = cases.new_key(session, "tester", ("check", "ingest", "read"), datetime.now(UTC))
        made.headers["Authorization"] = f"Bearer {key}"
        yield made
