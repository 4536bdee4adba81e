"""Shards are scanned and joined to one result a line, whatever stands in a line and whoever lost a lease."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
from workers.deployment import NOW, listings, small_scanner
from workers.sweeps import BAD, join_parts, sweep_of, work, write_lines
from workers.test_batch import Troubled, raising

from monitor.commands.sweep.joining import PartLost
from monitor.flags import ScanResult, Tally
from monitor.formats.parquet import SCHEMA
from monitor.formats.ranges import NOT_JUDGED
from monitor.store import Database
from monitor.store import sweeps as store
from monitor.store.sweeps import SHARDS
from monitor.workers.batch import Bench, Outcome
from monitor.workers.sweeping import scan_shard


@pytest.fixture
def bench(file_database: Database, tmp_path: Path) -> Bench:
    return Bench(file_database, small_scanner(tmp_path), lambda: NOW, patience=60, owner="test")


def results(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_bytes().splitlines()]


def swept(bench: Bench, folder: Path, lines: int, name: str, *others: bytes, count: int = 10) -> bytes:
    """The results of a whole sweep."""
    path, out = write_lines(folder / "in.jsonl", count, *others), folder / f"{name}.jsonl"
    sweep = sweep_of(bench.database, path, out, lines)
    work(bench)
    assert join_parts(bench.database, sweep)
    return out.read_bytes()


def test_each_line_has_one_result_in_order(bench: Bench, tmp_path: Path) -> None:
    path, out = write_lines(tmp_path / "in.jsonl", 5, b"", BAD, b"nonsense"), tmp_path / "out.jsonl"
    sweep = sweep_of(bench.database, path, out, 3)
    assert work(bench) == Outcome(done=5, flags=2)
    assert join_parts(bench.database, sweep)
    found = results(out)
    assert [(line["line"], line.get("document")) for line in found] == [
        *((n, f"L-{n - 1:03}") for n in range(1, 6)),
        (7, None),
        (8, None),
    ]
    assert {line["source"] for line in found} == {str(path)}
    assert [len(line["flags"]) for line in found[:5]] == [0, 1, 0, 1, 0]
    assert found[5]["error"] == "a listing needs `title` or `description`"
    assert found[6]["error"].startswith("not JSON")
    assert [place.name for place in tmp_path.glob("out.*")] == ["out.jsonl"], "the parts are gone"
    with bench.database.read() as session:
        sums = store.tally(session, sweep)
    assert sums == Tally(
        documents=5,
        unreadable=2,
        blank=1,
        flagged=2,
        categories={"absolute": 2},
        severities={"medium": 2},
        rulebooks={bench.scanner.digest: 5},
    )


def test_the_results_do_not_depend_on_the_shards(bench: Bench, tmp_path: Path) -> None:
    one, three, all_ = (swept(bench, tmp_path, lines, f"o{lines}", BAD, b"") for lines in (1, 3, 1000))
    assert one == three == all_
    assert one.count(b"\n") == 11


def test_a_result_is_what_scan_writes_and_its_place(bench: Bench, tmp_path: Path) -> None:
    from io import BytesIO

    from monitor.formats.write import make_writer

    swept(bench, tmp_path, 4, "out")
    stream = BytesIO()
    writer = make_writer("jsonl", stream)
    for one in listings(10):
        (result,) = bench.scanner.scan_envelopes([one.envelope], NOW.date())
        writer.write(result, one.envelope.document)
    for line, scanned in zip(results(tmp_path / "out.jsonl"), stream.getvalue().splitlines(), strict=True):
        del line["source"], line["line"]
        assert line == json.loads(scanned)


def test_parquet_has_a_row_a_line_with_flags_as_structs(bench: Bench, tmp_path: Path) -> None:
    path, out = write_lines(tmp_path / "in.jsonl", 4, b"", BAD), tmp_path / "out.parquet"
    sweep = sweep_of(bench.database, path, out, 2, "parquet")
    work(bench)
    assert join_parts(bench.database, sweep)
    table = pq.read_table(out)
    assert table.schema.equals(SCHEMA)
    rows = table.to_pylist()
    assert [(row["line"], row["document"], row["platform"]) for row in rows] == [
        *((n, f"L-{n - 1:03}", "douyin") for n in range(1, 5)),
        (6, None, None),
    ]
    (flag,) = rows[1]["flags"]
    assert (flag["category"], flag["status"], flag["evidence"][0]["text"]) == ("absolute", "in-force", "最好")
    assert (rows[0]["flags"], rows[4]["flags"]) == ([], None)
    assert rows[4]["error"] == "a listing needs `title` or `description`"


def test_a_document_the_engine_fails_on_has_a_result_that_says_so(bench: Bench, tmp_path: Path) -> None:
    troubled = replace(bench, scanner=Troubled(bench.scanner, raising("L-002", ZeroDivisionError("no such scale"))))
    swept(troubled, tmp_path, 3, "out", count=4)
    found = results(tmp_path / "out.jsonl")
    assert found[2]["error"] == "the engine failed: ZeroDivisionError: no such scale"
    assert [line.get("document") for line in found] == ["L-000", "L-001", None, "L-003"]


@pytest.mark.parametrize("every", [False, True])
def test_what_rules_in_shadow_found_is_left_out_unless_it_is_asked_for(
    bench: Bench, tmp_path: Path, every: bool
) -> None:
    def shadow(_: Any, result: ScanResult) -> ScanResult:
        flags = tuple(msgspec.structs.replace(flag, status="shadow") for flag in result.flags)
        return msgspec.structs.replace(result, flags=flags)

    path, out = write_lines(tmp_path / "in.jsonl", 4), tmp_path / "out.jsonl"
    sweep = sweep_of(bench.database, path, out, 3, every=every)
    assert work(replace(bench, scanner=Troubled(bench.scanner, shadow))).flags == 0, "they are no findings"
    assert join_parts(bench.database, sweep)
    assert [flag["status"] for line in results(out) for flag in line["flags"]] == ["shadow", "shadow"] * every


class Stopped(BaseException):
    """What SIGKILL is to a test in one process."""


def test_a_line_that_stops_its_workers_is_found_and_the_rest_is_judged(bench: Bench, tmp_path: Path) -> None:
    deadly = replace(bench, scanner=Troubled(bench.scanner, raising("L-002", Stopped())))
    path, out = write_lines(tmp_path / "in.jsonl", 6), tmp_path / "out.jsonl"
    sweep = sweep_of(bench.database, path, out, 4)
    now, stops = NOW, 0
    for _ in range(20):
        try:
            work(replace(deadly, clock=at(now)), now)
        except Stopped:
            stops += 1
        now += timedelta(seconds=100)
        with bench.database.write() as session:
            SHARDS.release_lapsed(session, now)
    assert stops == 6, "three times in a batch, three times alone"
    assert join_parts(bench.database, sweep)
    assert [(line.get("document"), line.get("error")) for line in results(out)] == [
        ("L-000", None),
        ("L-001", None),
        (None, NOT_JUDGED),
        *((f"L-{n:03}", None) for n in (3, 4, 5)),
    ]


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def test_who_lost_the_lease_leaves_no_part(bench: Bench, tmp_path: Path) -> None:
    path, out = write_lines(tmp_path / "in.jsonl", 6), tmp_path / "out.jsonl"
    sweep = sweep_of(bench.database, path, out, 10)
    with bench.database.write() as session:
        late = SHARDS.lease(session, 1, 60, NOW)
    done: list[Outcome] = []

    def overtake(document: Any, result: Any) -> Any:
        """What another does meanwhile, for this worker is slow."""
        if document.id == "L-003" and not done:
            with bench.database.write() as session:
                SHARDS.release_lapsed(session, NOW + timedelta(seconds=61))
            done.append(work(bench, NOW + timedelta(seconds=61)))
        return result

    slow = replace(bench, scanner=Troubled(bench.scanner, overtake))
    assert scan_shard(slow, late.token, late.ids[0], 60) == Outcome(lapsed=1)
    assert done == [Outcome(done=6, flags=3)]
    assert len(list(Path(f"{out}.parts-{sweep}").iterdir())) == 1
    assert join_parts(bench.database, sweep)
    assert len(results(out)) == 6


def test_a_part_that_is_lost_is_made_again(bench: Bench, tmp_path: Path) -> None:
    path, out = write_lines(tmp_path / "in.jsonl", 6), tmp_path / "out.jsonl"
    sweep = sweep_of(bench.database, path, out, 2)
    work(bench)
    parts = sorted(Path(f"{out}.parts-{sweep}").iterdir())
    parts[1].unlink()
    parts[2].write_bytes(parts[2].read_bytes()[:-1] + b"x")
    for said in ("is not there", "is not what was registered"):
        with pytest.raises(PartLost, match=said):
            join_parts(bench.database, sweep)
        assert not out.exists()
        assert work(bench) == Outcome(done=2, flags=1)
    assert join_parts(bench.database, sweep)
    assert len(results(out)) == 6


def test_a_file_that_changed_makes_its_shards_die_with_the_reason(bench: Bench, tmp_path: Path) -> None:
    path, out = write_lines(tmp_path / "in.jsonl", 6), tmp_path / "out.jsonl"
    sweep = sweep_of(bench.database, path, out, 3)
    write_lines(path, 3, BAD, BAD)
    assert work(bench) == Outcome(done=3, failed=1, flags=1)
    with bench.database.read() as session:
        at = store.progress(session, sweep)
    assert (at.done, at.dead) == (1, 1)
    assert "changed after the sweep began" in (at.error or "")


def test_a_store_that_does_not_answer_gives_the_shard_back(bench: Bench, tmp_path: Path) -> None:
    path, out = write_lines(tmp_path / "in.jsonl", 6), tmp_path / "out.jsonl"
    sweep = sweep_of(bench.database, path, out, 10)
    path.rename(tmp_path / "elsewhere")
    assert work(bench) == Outcome(failed=1)
    (tmp_path / "elsewhere").rename(path)
    assert work(bench, NOW + timedelta(seconds=5)) == Outcome(done=6, flags=3)
    assert join_parts(bench.database, sweep)


def test_a_long_shard_keeps_its_lease_while_it_goes_on(bench: Bench, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "in.jsonl", 6)
    sweep_of(bench.database, path, tmp_path / "out.jsonl", 10)
    seconds = iter(range(0, 10_000, 40))
    beats: list[None] = []
    ticking = replace(bench, clock=lambda: NOW + timedelta(seconds=next(seconds)), patience=30)
    assert work(ticking, beat=lambda: beats.append(None)) == Outcome(done=6, flags=3)
    assert len(beats) >= 6
