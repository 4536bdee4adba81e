"""A compiled rulebook is found again while nothing it was made from has changed, and never trusted where others may write."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest
from rules.writing import write_rulebook

from monitor.documents import Listing
from monitor.errors import RuleError
from monitor.rules import cache
from monitor.rules.cache import compiled_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 20)
SAID = Listing("L-1", description="这是全网最好吃的苹果")


@pytest.fixture
def compiling(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each time a rulebook is loaded."""
    loads: list[str] = []
    load = cache.load_rulebook

    def noted(path: Path) -> object:
        loads.append(path.name)
        return load(path)

    monkeypatch.setattr(cache, "load_rulebook", noted)
    return loads


def test_it_is_compiled_once_and_judges_the_same(tmp_path: Path, compiling: list[str]) -> None:
    path, folder = write_rulebook(tmp_path), tmp_path / "cache"
    first, second = (Scanner(compiled_rulebook(path, folder)) for _ in range(2))
    assert compiling == ["rules.yaml"]
    assert first.scan(SAID, DAY) == second.scan(SAID, DAY)
    assert second.scan(SAID, DAY).flags
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_changed_rule_file_is_compiled_anew(tmp_path: Path, compiling: list[str]) -> None:
    path, folder = write_rulebook(tmp_path), tmp_path / "cache"
    before = compiled_rulebook(path, folder)
    path.write_text(path.read_text().replace("severity: medium", "severity: high"))
    after = compiled_rulebook(path, folder)
    assert len(compiling) == 2
    assert before.digest != after.digest


def test_without_a_folder_nothing_is_written(tmp_path: Path, compiling: list[str]) -> None:
    path = write_rulebook(tmp_path)
    for _ in range(2):
        compiled_rulebook(path, None)
    assert len(compiling) == 2


@pytest.mark.parametrize("content", [b"", b"no pickle", pickle.dumps(("other", {})), pickle.dumps(7)])
def test_what_cannot_be_read_is_made_anew(tmp_path: Path, compiling: list[str], content: bytes) -> None:
    path, folder = write_rulebook(tmp_path), tmp_path / "cache"
    compiled_rulebook(path, folder)
    (left,) = folder.iterdir()
    left.write_bytes(content)
    assert Scanner(compiled_rulebook(path, folder)).scan(SAID, DAY).flags
    assert len(compiling) == 2


def test_what_others_may_write_is_not_read(
    tmp_path: Path, compiling: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    path, folder = write_rulebook(tmp_path), tmp_path / "cache"
    compiled_rulebook(path, folder)
    (left,) = folder.iterdir()
    left.chmod(0o666)
    compiled_rulebook(path, folder)
    assert len(compiling) == 2
    assert "others may have written it" in caplog.text


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert compiled_rulebook(write_rulebook(tmp_path), tmp_path / "file" / "cache").rules


def test_only_the_last_few_are_left(tmp_path: Path) -> None:
    path, folder = write_rulebook(tmp_path), tmp_path / "cache"
    text = path.read_text()
    for number in range(10):
        path.write_text(text + f"# {number}\n")
        compiled_rulebook(path, folder)
    assert len(list(folder.iterdir())) == 8


def test_rules_that_cannot_be_loaded_are_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError):
        compiled_rulebook(tmp_path / "absent.yaml", tmp_path / "cache")


def test_what_was_read_while_a_file_was_written_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, folder = write_rulebook(tmp_path), tmp_path / "cache"
    load = cache.load_rulebook

    def disturbed(given: Path) -> object:
        loaded = load(given)
        given.write_text(given.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
        return loaded

    monkeypatch.setattr(cache, "load_rulebook", disturbed)
    compiled_rulebook(path, folder)
    assert not list(folder.glob("*.pickle"))
