"""``monitor scan`` as people and programs call it: what is printed where, and the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rules.writing import write_rulebook
from typer.testing import CliRunner

from monitor.cli import app

GOOD = {"kind": "listing", "id": "L-1", "title": "这米不错"}
BAD = {"kind": "listing", "id": "L-2", "title": "这是最好的米", "observed_at": "2026-11-20T10:00:00+08:00"}
RULE = """\
  - id: t.word
    title: 测试规则
    category: absolute
    severity: {severity}
    status: {status}
    basis:
      - {{law: 中华人民共和国广告法, article: 9(3), in_force: {{from: 2015-09-01}}}}
    match: {{text: 最好, boundaries: start}}
    message: "「{{match}}」"
    remedy: 删除
    examples:
      flag: [这是最好的米, 最好吃]
      pass: [这米不错, 很好吃]
"""


@dataclass(frozen=True)
class Done:
    """What a call printed, and its exit code."""

    returncode: int
    stdout: bytes
    stderr: bytes


def scan(*arguments: object, stdin: bytes = b"", **environment: str) -> Done:
    """Call the command in this process, in the folder of the test, where its ``rules.yaml`` is."""
    command = ["scan", *map(str, arguments)]
    result = CliRunner().invoke(app, command, input=stdin, env=environment, catch_exceptions=False)
    return Done(result.exit_code, result.stdout_bytes, result.stderr_bytes)


def lines(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def write(path: Path, *documents: object) -> Path:
    texts = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in documents]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_rulebook(tmp_path, RULE.format(severity="medium", status="in-force"))
    return tmp_path


CODES = [
    pytest.param([GOOD], 0, id="clean"),
    pytest.param([GOOD, BAD], 1, id="flagged"),
    pytest.param([GOOD, "{"], 2, id="an error"),
    pytest.param(["{", BAD], 2, id="an error and a flag"),
]


@pytest.mark.parametrize(("documents", "code"), CODES)
def test_the_exit_code_tells_clean_flagged_and_errors(folder: Path, documents: list[object], code: int) -> None:
    done = scan(write(folder / "a.jsonl", *documents), "--format", "jsonl")
    assert done.returncode == code
    assert [line["document"] for line in lines(done)] == [d["id"] for d in documents if isinstance(d, dict)]


def test_what_is_found_says_where_and_why(folder: Path) -> None:
    done = scan(write(folder / "a.jsonl", GOOD, BAD), "--format", "jsonl")
    clean, flagged = lines(done)
    assert clean["flags"] == []
    (flag,) = flagged["flags"]
    assert flag["evidence"][0] | {"match": ""} == {"field": "title", "start": 2, "end": 4, "text": "最好", "match": ""}
    assert flag["basis"] == [{"law": "中华人民共和国广告法", "article": "9(3)"}]
    assert b"2 documents (2 listings)" in done.stderr
    assert b"1 flagged, 1 flags (medium 1: absolute 1); 0 errors" in done.stderr


def test_nothing_but_lines_goes_to_standard_output(folder: Path) -> None:
    (folder / "in").mkdir()
    write(folder / "in" / "broken.jsonl", "{")
    done = scan(folder / "in", folder / "absent.json", "--format", "jsonl")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"error: ") == 2
    assert b"broken.jsonl:1: not JSON" in done.stderr


def test_standard_input_and_several_paths(folder: Path) -> None:
    done = scan(write(folder / "a.jsonl", GOOD), "-", "--format", "jsonl", stdin="家人们这是最好的".encode())
    assert [(line["document"], len(line["flags"])) for line in lines(done)] == [("L-1", 0), ("stdin", 1)]


LEVELS = [
    pytest.param([], 1, 1, id="info is the least"),
    pytest.param(["--min-severity", "medium"], 1, 1, id="its own"),
    pytest.param(["--min-severity", "high"], 0, 0, id="above"),
]


@pytest.mark.parametrize(("options", "flags", "code"), LEVELS)
def test_flags_below_the_severity_are_left_out(folder: Path, options: list[str], flags: int, code: int) -> None:
    done = scan(write(folder / "a.jsonl", BAD), "--format", "jsonl", *options)
    assert (len(lines(done)[0]["flags"]), done.returncode) == (flags, code)


def test_a_rule_in_shadow_is_shown_only_when_asked_for(folder: Path) -> None:
    write_rulebook(folder, RULE.format(severity="high", status="shadow"))
    path = write(folder / "a.jsonl", BAD)
    quiet, every = (scan(path, "--format", "jsonl", *more) for more in ([], ["--all"]))
    assert (lines(quiet)[0]["flags"], quiet.returncode) == ([], 0)
    assert (lines(every)[0]["flags"][0]["status"], every.returncode) == ("shadow", 0)


def test_a_trace_is_printed_only_when_asked_for(folder: Path) -> None:
    path = write(folder / "a.jsonl", BAD)
    plain, traced, many = (
        lines(scan(path, "--format", "jsonl", *more))[0]["flags"][0]
        for more in ([], ["--trace"], ["--trace", "-j", "2"])
    )
    assert [step["kind"] for step in traced["trace"]] == ["said", "category", "law"]
    assert {name: value for name, value in traced.items() if name != "trace"} == plain
    assert many == traced
    refused = scan(path, "--trace")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"--format jsonl" in refused.stderr


def test_the_day_decides_which_law_applies(folder: Path) -> None:
    undated = {"kind": "listing", "id": "L-3", "title": "最好的米"}
    path = write(folder / "a.jsonl", undated, BAD, {**BAD, "id": "L-4", "observed_at": "2014-01-01T00:00:00+08:00"})
    before, after = (scan(path, "--format", "jsonl", "--as-of", day) for day in ("2015-08-31", "2015-09-01"))
    assert [len(line["flags"]) for line in lines(before)] == [0, 1, 0]
    assert [len(line["flags"]) for line in lines(after)] == [1, 1, 0]
    assert [line["as_of"] for line in lines(after)] == ["2015-09-01", "2026-11-20", "2014-01-01"]


def test_two_jobs_give_what_one_gives_in_the_same_order(folder: Path) -> None:
    documents = [{**BAD, "id": f"L-{number}"} if number % 3 else {**GOOD, "id": f"L-{number}"} for number in range(700)]
    path = write(folder / "a.jsonl", *documents[:400], "{", *documents[400:])
    one, two = (scan(path, "--format", "jsonl", "--jobs", jobs) for jobs in (1, 2))
    assert one.stdout == two.stdout
    assert len(lines(one)) == 700
    assert (one.returncode, two.returncode) == (2, 2)


@pytest.mark.parametrize("format_", ["table", "csv", "html"])
def test_every_format_names_the_words(folder: Path, format_: str) -> None:
    done = scan(write(folder / "a.jsonl", GOOD, BAD), "--format", format_)
    assert done.returncode == 1
    assert "最好".encode() in done.stdout
    assert "中华人民共和国广告法".encode() in done.stdout


def test_an_output_file_appears_whole_and_is_not_read_again(folder: Path) -> None:
    write(folder / "in.jsonl", BAD)
    for _ in range(2):
        done = scan(folder, "--format", "jsonl", "--output", folder / "out.jsonl")
        assert (done.returncode, done.stdout) == (1, b"")
    assert b"out.jsonl: holds results of a scan, not documents: passed over" in done.stderr
    assert len((folder / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    assert not list(folder.glob(".*.part"))


REFUSED = [
    pytest.param(["in.jsonl", "--output", "in.jsonl"], "in.jsonl: is read and would be written", id="output is input"),
    pytest.param(["in.jsonl", "--output", "no/where.csv"], "cannot be written: No such file", id="no folder"),
    pytest.param(["in.jsonl", "--rules", "absent.yaml"], "absent.yaml", id="no rules"),
    pytest.param(["in.jsonl", "--registry", "absent.jsonl"], "absent.jsonl", id="no registry"),
    pytest.param(["in.jsonl", "--as-of", "yesterday"], "yesterday", id="no day"),
    pytest.param(["in.jsonl", "--format", "pdf"], "pdf", id="no format"),
    pytest.param([], "PATH", id="no path"),
]


@pytest.mark.parametrize(("arguments", "told"), REFUSED)
def test_what_cannot_be_done_is_told_and_is_an_error(folder: Path, arguments: list[str], told: str) -> None:
    write(folder / "in.jsonl", BAD)
    done = scan(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert told in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_settings_give_what_no_option_gives(folder: Path) -> None:
    (folder / "rules.yaml").rename(folder / "ours.yaml")
    path = write(folder / "a.jsonl", {"kind": "listing", "id": "L", "title": "最好的米"})
    done = scan(path, "--format", "jsonl", STEELYARD_RULES="ours.yaml", STEELYARD_AS_OF="2015-01-01")
    assert [(line["as_of"], line["flags"]) for line in lines(done)] == [("2015-01-01", [])]
    done = scan(path, STEELYARD_AS_OF="someday")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"STEELYARD_AS_OF" in done.stderr


def test_quiet_leaves_errors(folder: Path) -> None:
    (folder / "in").mkdir()
    write(folder / "in" / "a.jsonl", "{", GOOD)
    write(folder / "in" / "b.pdf", "x")
    done = scan(folder / "in", "--quiet", "--format", "jsonl")
    assert done.stderr.decode().splitlines() == [f"error: {folder}/in/a.jsonl:1: not JSON: Input data was truncated"]


def test_a_reader_that_leaves_early_is_no_error(folder: Path) -> None:
    path = write(folder / "a.jsonl", *({**BAD, "id": f"L-{number}", "title": "最好" * 500} for number in range(300)))
    command = f"{sys.executable} -c 'from monitor.cli import main; main()' scan {path} --format jsonl | head -n 1"
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, check=False, timeout=120)
    assert len(done.stdout.splitlines()) == 1
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_a_fault_is_no_finding(folder: Path) -> None:
    (folder / "here").mkdir()
    done = scan(write(folder / "a.jsonl", BAD), "--rules", folder / "here")
    assert done.returncode == 2


def test_help_teaches_by_example() -> None:
    text = scan("--help").stdout.decode()
    assert "monitor scan samples --format html -o report.html" in text
    assert "Exit code 0: nothing found. 1: something found. 2:" in text
