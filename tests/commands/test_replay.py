"""``monitor replay`` and ``monitor live --store``: told to the service word by word, flags shown as they come."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rules.writing import RULE, write_rulebook
from sqlalchemy import select
from typer.testing import CliRunner, Result

from monitor.bootstrap import open_database
from monitor.cli import app
from monitor.commands import playing
from monitor.config import read_settings
from monitor.rules import load_rulebook
from monitor.scanner import Scanner
from monitor.store import Database, list_live
from monitor.store.tables import RevisionRow
from monitor.workers.advance import Advancer

PLAIN = "大家好今天给大家带来新鲜苹果"
STREAM = {
    "kind": "transcript",
    "id": "T-1",
    "started_at": "2026-11-20T20:00:00+08:00",
    "x-own": 1,
    "segments": [
        {"start": 2.0 * place, "end": 2.0 * place + 1, "text": "这是最好的米" if place == 3 else PLAIN, "n": place}
        for place in range(12)
    ],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_rulebook(tmp_path, RULE)
    (tmp_path / "stream.jsonl").write_text(json.dumps(STREAM))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    database = open_database(read_settings())
    yield database
    database.close()


@pytest.fixture
def judging(database: Database, folder: Path) -> Iterator[None]:
    """Somebody judges what comes, as `monitor worker` does."""
    scanner, stop = Scanner(load_rulebook(folder / "rules.yaml")), threading.Event()
    advancer = Advancer(database, scanner, lambda: datetime.now(UTC), "t", "test", lease=60, gap=3)

    def judge() -> None:
        while not stop.wait(0.02):
            advancer.look()

    thread = threading.Thread(target=judge)
    thread.start()
    yield
    stop.set()
    thread.join()


def monitor(*arguments: str, **more: Any) -> Result:
    return CliRunner().invoke(app, arguments, catch_exceptions=False, **more)


def revisions(database: Database) -> list[dict[str, Any]]:
    with database.read() as session:
        return [msgspec.json.decode(raw) for raw in session.scalars(select(RevisionRow.raw))]


@pytest.mark.usefixtures("judging")
def test_a_recorded_stream_is_played_into_the_service(database: Database) -> None:
    done = monitor("replay", "stream.jsonl", "--speed", "100", "--streams", "2")
    assert done.exit_code == 0
    shown = [line.split() for line in done.stdout.splitlines()]
    assert {(line[0], line[1], line[2], line[4]) for line in shown if line[2] == "settled"} == {
        ("1", "00:06", "settled", "最好"),
        ("2", "00:06", "settled", "最好"),
    }
    assert {line[2] for line in shown} <= {"early", "settled"}
    assert re.search(r"2 streams on air, 0 s; .*\n24 items, 2 flags, 2 settled; from receipt to flag p50", done.stderr)
    first, second = revisions(database)
    assert first["id"].startswith("T-1 ")
    assert (first["id"].endswith(" #1"), second["id"].endswith(" #2"), first["x-own"]) == (True, True, 1)
    assert [segment["n"] for segment in first["segments"]] == list(range(12))
    with database.read() as session:
        assert list_live(session, state="open").total == 0


@pytest.mark.usefixtures("judging")
def test_only_the_summary(database: Database) -> None:
    done = monitor("replay", "stream.jsonl", "--speed", "10000", "-q")
    assert (done.stdout, "1 flags" in done.stderr) == ("", True)


def test_who_plays_to_nobody_is_told_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "UNHEARD", 0.1)
    monkeypatch.setattr(playing, "PATIENCE", 0.3)
    done = monitor("replay", "stream.jsonl", "--speed", "10000")
    assert "is `monitor up` or `monitor worker` running" in done.stderr
    assert "12 items not judged yet" in done.stderr
    assert len(revisions(database)) == 1, "it is scanned as a whole, once somebody does"


def test_what_holds_no_transcript_is_told(folder: Path) -> None:
    (folder / "list.jsonl").write_text('{"kind": "listing", "id": "L", "title": "米"}')
    for name in ("list.jsonl", "nothing.jsonl"):
        done = monitor("replay", name)
        assert (done.exit_code, f"error: {name}: holds no transcript to play" in done.stderr) == (2, True)


@pytest.mark.usefixtures("judging")
def test_a_pipe_is_told_to_the_service(database: Database) -> None:
    lines = [{"id": "P-1", "platform": "douyin"}, {"text": "这是最好的米", "start": 1}, *[{"text": PLAIN}] * 9]
    done = monitor("live", "-", "--store", input="\n\n".join(map(json.dumps, lines)))
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert told[-1]["standing"] == "settled"
    assert told[-1]["flag"]["evidence"][0]["text"] == "最好"
    (whole,) = revisions(database)
    assert (whole["id"], len(whole["segments"])) == ("P-1", 10)


@pytest.mark.usefixtures("judging")
@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        pytest.param('{"text": "米"}', 0, "1 items, 0 flags", id="without a head"),
        pytest.param("", 0, "0 items", id="nothing"),
        pytest.param("x", 2, "error: -:1: not JSON", id="not JSON"),
        pytest.param('{"text": "米"}\n{"txt": "米"}', 2, 'error: -:2: an item has either "text"', id="a bad line"),
        pytest.param('{"id": 7}', 2, "error: -:1: id: Expected `str`", id="a bad head"),
        pytest.param(
            '{"seq": 1, "text": "米"}\n{"seq": 1, "text": "油"}', 0, "number 1 was given", id="a number twice"
        ),
    ],
)
def test_every_pipe_is_answered(database: Database, lines: str, code: int, said: str) -> None:
    done = monitor("live", "-", "--store", input=lines)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr
    with database.read() as session:
        assert list_live(session, state="open").total == 0
