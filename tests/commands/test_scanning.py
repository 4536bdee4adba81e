"""Scanning in several processes: what is read ahead, what one document may do to the others, and a process that dies."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from rules.writing import write_rulebook

from monitor.commands.scanning import AHEAD, Plan, prepare, scan_items
from monitor.config import Settings
from monitor.documents import Envelope, Listing
from monitor.errors import InputError, RuleError
from monitor.formats import Item
from monitor.formats.batching import BATCH, BATCH_BYTES, batches

DAY = date(2026, 11, 20)


def item(number: int, size: int = 10) -> Item:
    return Item(Envelope(Listing(f"L-{number}", title="最好的米")), b"x" * size, "f", number)


def settings(folder: Path, rules: Path) -> Settings:
    return Settings(_env_file=None, data=folder / "data", rules=rules, cache="off")


def plan(folder: Path) -> Plan:
    return Plan(settings(folder, write_rulebook(folder)), DAY)


def test_batches_are_small_where_documents_are_long() -> None:
    assert [len(batch) for batch in batches(item(n) for n in range(BATCH + 1))] == [BATCH, 1]
    assert [len(batch) for batch in batches(item(n, BATCH_BYTES // 2) for n in range(5))] == [2, 2, 1]
    assert list(batches([])) == []


def test_no_more_is_read_ahead_than_the_processes_need(tmp_path: Path) -> None:
    taken = 0

    def counted() -> Iterator[Item]:
        nonlocal taken
        for taken in range(1, 20 * BATCH + 1):
            yield item(taken)

    results = scan_items(counted(), plan(tmp_path), None, 2, pytest.fail)
    for expected in range(1, BATCH + 2):
        assert next(results)[1].document == f"L-{expected}"
        assert taken <= (2 * AHEAD + 1 + expected // BATCH) * BATCH
    results.close()  # type: ignore[attr-defined]  # a generator
    assert multiprocessing.active_children() == []


def test_a_process_that_dies_is_told_and_ends_the_run(tmp_path: Path) -> None:
    told: list[InputError] = []
    results = scan_items((item(n) for n in range(1, 100 * BATCH)), plan(tmp_path), None, 2, told.append)
    next(results)
    for child in multiprocessing.active_children():
        child.kill()
    rest = sum(1 for _ in results)
    assert rest < 100 * BATCH - 2
    (error,) = told
    assert error.line == rest + 2
    assert "a scanning process ended by itself" in error.reason


def test_rules_that_cannot_be_loaded_are_told_before_anything_is_started(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("rulebook: x\nrules: 3\n", encoding="utf-8")
    for jobs in (1, 2):
        with pytest.raises(RuleError):
            prepare(Plan(settings(tmp_path, path), DAY), jobs)
