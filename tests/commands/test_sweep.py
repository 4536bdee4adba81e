"""``monitor sweep``: begun once, paused, gone on with, and what it refuses."""

from __future__ import annotations

import asyncio
import json
import signal
from pathlib import Path

import pytest
from click.testing import Result
from commands.running import started
from typer.testing import CliRunner
from workers.databases import in_file, migrated
from workers.deployment import NOW, small_scanner, small_settings, wait_until
from workers.sweeps import BAD, sweep_of, work, write_lines, write_streams

from monitor.bootstrap import environment
from monitor.cli import app
from monitor.commands.sweep.following import Following
from monitor.store import Database
from monitor.store.sweeps import get_sweep, progress
from monitor.store.sweeps import run as go_on
from monitor.workers.batch import Bench


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the command, and its settings."""
    monkeypatch.chdir(tmp_path)
    for name, value in environment(small_settings(tmp_path, "")).items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def database(folder: Path) -> Database:
    (folder / "data").mkdir()
    with in_file(folder / "data") as url, migrated(url) as database:
        return database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["sweep", *arguments], catch_exceptions=False)


def test_ctrl_c_pauses_and_the_same_command_goes_on(folder: Path, database: Database) -> None:
    write_streams(folder / "in.jsonl", 16, 250)
    command = ("sweep", "in.jsonl", "--out", "out.jsonl", "--workers", "1", "--shard-lines", "1")
    with started(folder, *command) as process:
        wait_until(lambda: progress_of(database) > 1, "shards done")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    log = (folder / "log").read_text()
    assert "sweep 1 is paused; go on with: monitor sweep --resume 1" in log
    with database.read() as session:
        assert get_sweep(session, 1, NOW).state == "paused"
        assert 1 < progress(session, 1).done < 16
        assert progress(session, 1).leased == 0, "what was under way was finished"
    with started(folder, *command) as process:
        assert process.wait(120) == 0
    log = (folder / "log").read_text()
    assert "going on with sweep 1" in log
    assert "sweep 1: 16 lines: 16 documents, 0 not judged, 0 blank" in log
    assert [json.loads(line)["line"] for line in (folder / "out.jsonl").read_bytes().splitlines()] == list(range(1, 17))
    report = json.loads((folder / "out.jsonl.report.json").read_bytes())
    assert (report["documents"], report["total_flags"], report["categories"]) == (16, 48, {"absolute": 48})
    assert report["files"] == [
        {"url": str(folder / "in.jsonl"), "bytes": (folder / "in.jsonl").stat().st_size, "lines": 16}
    ]


def progress_of(database: Database) -> int:
    with database.read() as session:
        return progress(session, 1).done


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Usage"),
        (("in.jsonl",), "give files and --out URL, or --resume ID"),
        (("in.jsonl", "--out", "o.jsonl", "--resume", "1"), "give files and --out URL, or --resume ID"),
        (("nothing.jsonl", "--out", "o.jsonl"), "nothing.jsonl: no such file"),
        (("in.jsonl", "--out", "in.jsonl", "--overwrite"), "is read and would be written"),
        (("in.jsonl", "--out", "in.jsonl"), "something is there already: give another --out, or --overwrite"),
        (("in.jsonl", "--out", "memory://o.jsonl"), "in the memory of one process"),
        (("in.jsonl", "--out", "/proc/nowhere/o.jsonl"), "/proc/nowhere/o.jsonl.writable: cannot be used"),
        (("in.jsonl", "table.csv", "bad.jsonl", "--out", "o.jsonl"), "table.csv: is csv, not JSON Lines"),
        (("in.jsonl", "table.csv", "bad.jsonl", "--out", "o.jsonl"), "bad.jsonl: is not text but binary"),
        (("empty.jsonl", "--out", "o.jsonl"), "there is no line to sweep"),
        (("--resume", "7"), "there is no sweep 7; `monitor sweep list` shows those there are"),
        (("pause", "7"), "there is no sweep 7"),
        (("drop", "7"), "there is no sweep 7"),
    ],
)
def test_what_cannot_be_is_told(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    write_lines(folder / "in.jsonl", 3)
    (folder / "table.csv").write_text("标题,价格\n苹果,3\n")
    (folder / "bad.jsonl").write_bytes(bytes(range(30)) * 10)
    (folder / "empty.jsonl").touch()
    result = run(*arguments)
    assert said in result.output
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_sweep_is_begun_once_for_a_place(folder: Path, database: Database) -> None:
    path = write_lines(folder / "in.jsonl", 5, BAD)
    sweep_of(database, path, folder / "out.jsonl", 2)
    assert "sweep 1 writes to" in run("in.jsonl", "--out", "out.jsonl", "--all").output
    assert "with another every" in run("in.jsonl", "--out", "out.jsonl", "--all").output
    assert "with another format" in run("in.jsonl", "--out", "out.jsonl", "--format", "parquet").output
    bench = Bench(database, small_scanner(folder), lambda: NOW, patience=60, owner="test")
    work(bench)
    result = run("in.jsonl", "--out", "out.jsonl")
    assert "sweep 1: 6 lines: 5 documents, 1 not judged, 0 blank" in result.stderr
    assert "2 documents flagged, 2 flags (medium 2: absolute 2)" in result.stderr
    assert f"rulebook {bench.scanner.digest[:12]}; law of 2026-11-20" in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")
    assert "what sweep 1 wrote is there already" in run("in.jsonl", "--out", "out.jsonl").output
    assert "sweep 1 is done: its results are at" in run("--resume", "1").output


def test_sweeps_are_listed_paused_and_dropped(folder: Path, database: Database) -> None:
    path = write_lines(folder / "in.jsonl", 5)
    sweep_of(database, path, folder / "out.jsonl", 2)
    assert run("list").stdout == f"1\trunning\t0 of 5 lines\t0 flags\t{folder}/out.jsonl\n"
    assert run("pause", "1").stderr == "sweep 1 is paused\n"
    assert run("list").stdout.startswith("1\tpaused\t")
    bench = Bench(database, small_scanner(folder), lambda: NOW, patience=60, owner="test")
    assert work(bench).done == 0
    parts = folder / "out.jsonl.parts-1"
    parts.mkdir()
    assert run("drop", "1").stderr == "sweep 1 is forgotten\n"
    assert (run("list").stdout, parts.exists()) == ("", False)


def test_a_sweep_that_cannot_go_on_says_why_and_goes_on_when_it_is_mended(
    folder: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_lines(folder / "in.jsonl", 5)
    sweep_of(database, path, folder / "out.jsonl", 2)
    before = path.read_bytes()
    path.write_bytes(before.replace("苹果 4".encode(), "苹果 5".encode()))
    bench = Bench(database, small_scanner(folder), lambda: NOW, patience=60, owner="test")
    work(bench)
    assert asyncio.run(Following(database, 1, quiet=True, own=False).run(None)) == 2
    said = capsys.readouterr().err
    assert "error: 1 shards cannot be done: " in said
    assert "changed after the sweep began" in said
    assert not (folder / "out.jsonl").exists()
    path.write_bytes(before)
    with database.write() as session:
        go_on(session, 1, NOW)
    assert work(bench).done == 1
    assert run("--resume", "1").exit_code == 0
    assert len((folder / "out.jsonl").read_bytes().splitlines()) == 5
