"""``monitor live``: flags as lines while the stream runs, and the same as a scan of the whole."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from commands.running import COMMAND
from rules.writing import RULE, write_rulebook
from typer.testing import CliRunner, Result

from monitor.cli import app

ROOT = Path(__file__).parents[2]
SUGAR = RULE.replace("t.word", "t.sugar").replace(
    "match: {text: 最好, boundaries: start}", "match: {text: 无糖}\n    conflict: {field: attributes.配料, has: 白砂糖}"
)
HEAD = {"id": "T-1", "started_at": "2026-11-20T20:00:00+08:00"}
LISTING = {"kind": "listing", "id": "L", "title": "饼干", "attributes": {"配料": "白砂糖"}}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_rulebook(tmp_path, RULE + SUGAR)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _live(*lines: Any, options: tuple[str, ...] = ()) -> Result:
    told = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    return CliRunner().invoke(app, ["live", "-", *options], input=told, catch_exceptions=False)


@pytest.mark.parametrize(
    ("lines", "rules"),
    [
        pytest.param([{"text": "这是最好的米"}], ["t.word"], id="a segment and nothing else"),
        pytest.param([HEAD, {"text": "这米不错"}], [], id="nothing to flag"),
        pytest.param(
            [HEAD, {"listing": LISTING, "from": 0}, {"text": "无糖", "start": 2}], ["t.sugar"], id="a product is shown"
        ),
        pytest.param(
            [{**HEAD, "products": [{"listing": LISTING}]}, "", {"text": "无糖", "start": 2}],
            ["t.sugar"],
            id="in the head",
        ),
        pytest.param([HEAD], [], id="nothing was said"),
        pytest.param([], [], id="nothing at all"),
    ],
)
def test_every_line_is_taken(folder: Path, lines: list[Any], rules: list[str]) -> None:
    done = _live(*lines)
    assert [json.loads(line)["rule"] for line in done.stdout.splitlines()] == rules
    assert done.exit_code == (1 if rules else 0)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param(["{"], "-:1: ", id="no JSON"),
        pytest.param(["[1]"], "-:1: a line is an object", id="no object"),
        pytest.param([{"txt": "好"}], "-:1: a line is an object", id="nothing it could be"),
        pytest.param([HEAD, {"text": 1}], "-:2: ", id="a text that is none"),
        pytest.param([HEAD, HEAD], "-:2: the stream is described by the first line only", id="described twice"),
        pytest.param(
            [{"text": "好", "start": 9}, {"listing": "L", "from": 3}], "-:2: a product shown from 3.0 s", id="late"
        ),
    ],
)
def test_a_line_that_cannot_be_read_ends_it(folder: Path, lines: list[Any], told: str) -> None:
    done = _live(*lines)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"error: {told}" in done.stderr


def test_the_law_of_the_day(folder: Path) -> None:
    assert _live({"text": "这是最好的米"}, options=("--as-of", "2015-08-31")).exit_code == 0


def test_a_file_that_is_not_there(folder: Path) -> None:
    done = CliRunner().invoke(app, ["live", "absent.jsonl"])
    assert (done.exit_code, "absent.jsonl" in done.stderr) == (2, True)


def test_a_flag_is_told_before_the_stream_ends(folder: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "live", "-"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text in ("这是最好的米", *["大家好今天给大家带来新鲜苹果"] * 8):
            process.stdin.write(json.dumps({"text": text}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["rule"] == "t.word"
        process.stdin.close()
        assert process.wait() == 1
