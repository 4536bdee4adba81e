"""``monitor demo --check``: the whole way with a few samples, and what it says when something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands.running import monitor
from rules.writing import write_rulebook

LISTINGS = [
    {"kind": "listing", "id": "L-1", "platform": "douyin", "title": "最好的苹果"},
    {"kind": "listing", "id": "L-2", "platform": "douyin", "title": "新鲜苹果"},
]
STREAM = "[00:00:03] 主播：这是最好的苹果\n[00:00:09] 主播：新鲜苹果\n"
COMPLAINT = {
    "id": "C-1",
    "filed_at": "2026-11-08T09:12:00+08:00",
    "platform": "douyin",
    "subject": "L-1",
    "text": "收到的苹果有一半是坏的，找客服没有人理。",
    "contact": {"name": "张三", "phone": "19900001021"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with rules and samples."""
    write_rulebook(tmp_path)
    samples = tmp_path / "samples"
    samples.mkdir()
    lines(samples / "listings.jsonl", *LISTINGS)
    (samples / "live.txt").write_text(STREAM, "utf-8")
    lines(samples / "complaints.jsonl", COMPLAINT)
    (samples / "prices.csv").write_text("listing_id,date,price\nL-1,2026-11-01,5.90\n", "utf-8")
    return tmp_path


def lines(path: Path, *records: object) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")


def test_the_check_tells_documents_flags_and_seconds(folder: Path) -> None:
    result = monitor(folder, "demo", "--check", STEELYARD_DASHBOARD_PORT="0")
    assert result.returncode == 0, result.stderr
    table = [line.split() for line in result.stdout.splitlines()]
    assert ["live", "live", "1", "medium"] in table
    assert ["scan", "3", "2"] in [row[:3] for row in table]
    assert result.stdout.splitlines()[-1].startswith("OK: 3 documents, 2 flags, ")
    assert "1 filed; follow one with receipt " in result.stderr
    assert "prices     1 of samples/prices.csv" in result.stderr
    assert (folder / "data/demo/steelyard.sqlite").is_file()
    assert not (folder / "data/steelyard.sqlite").exists()


def test_the_check_fails_when_something_could_not_be_read(folder: Path) -> None:
    (folder / "samples/broken.jsonl").write_text("{\n")
    result = monitor(folder, "demo", "--check", STEELYARD_DASHBOARD_PORT="0")
    assert (result.returncode, result.stdout.splitlines()[-1]) == (1, "FAILED: errors in the samples: 1")


def test_a_folder_that_is_not_there_is_named(folder: Path) -> None:
    result = monitor(folder, "demo", "--samples", "nowhere")
    assert (result.returncode, result.stderr.splitlines()[-1][:25]) == (2, "error: nowhere: no such f")
