"""A worker takes changed rules at its next batch, and keeps the ones it has where the change cannot be loaded."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from rules.writing import RULE, write_rulebook
from workers.databases import in_file, migrated
from workers.deployment import NOW, small_settings

from monitor.documents import Listing
from monitor.store import Database
from monitor.store.rulebooks import marks_known, newest_rulebook
from monitor.workers.current import Current


@pytest.fixture
def current(file_database: Database, tmp_path: Path) -> Current:
    settings = small_settings(tmp_path, f"sqlite:///{tmp_path / 'steelyard.sqlite'}", cache="off")
    return Current(settings, lambda: NOW)


def flags(current: Current, database: Database, title: str) -> int:
    return len(current.scanner(database).scan(Listing(id="L", title=title), NOW.date()).flags)


def test_changed_rules_are_taken_and_remembered(current: Current, file_database: Database, tmp_path: Path) -> None:
    before = current.digest
    assert flags(current, file_database, "最棒的苹果") == 0
    write_rulebook(tmp_path, RULE.replace("最好", "最棒"))
    assert flags(current, file_database, "最棒的苹果") == 1
    with file_database.read() as session:
        assert newest_rulebook(session) == current.digest != before
        assert set(marks_known(session, current.digest) or {}) == {"t.word", "(brands)"}


def test_a_mistake_is_told_once_and_the_old_rules_go_on(
    current: Current, file_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_rulebook(tmp_path, RULE.replace("category: absolute", "category: nonsense"))
    with caplog.at_level(logging.ERROR):
        assert [flags(current, file_database, "最好的苹果") for _ in range(2)] == [1, 1]
    (said,) = [entry.getMessage() for entry in caplog.records]
    assert "rules.yaml" in said
    assert current.digest[:12] in said
    write_rulebook(tmp_path, RULE.replace("最好", "最棒"))
    assert flags(current, file_database, "最棒的苹果") == 1


def test_a_rulebook_that_is_gone_is_told_too(
    current: Current, file_database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "rules.yaml").unlink()
    with caplog.at_level(logging.ERROR):
        assert flags(current, file_database, "最好的苹果") == 1
    assert caplog.records


def test_a_pack_beside_it_counts_too(tmp_path: Path) -> None:
    with in_file(tmp_path) as url, migrated(url) as database:
        current = Current(small_settings(tmp_path, url, cache="off"), lambda: NOW)
        before = current.scanner(database)
        (tmp_path / "packs").mkdir()
        (tmp_path / "packs" / "other.yaml").write_text("pack: other\ntitle: 其他\n", "utf-8")
        assert current.scanner(database) is not before
