"""``monitor prices`` and ``--prices``: what is kept, shown, held against, and said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from rules.writing import rule_of, write_rulebook
from typer.testing import CliRunner

from monitor.cli import app

BODY = (
    "applies: {kinds: listing, when: {field: price.reference}}\nmissing: {price: reference, at-most: {lowest-deal: 7}}"
)
LISTING = {
    "kind": "listing",
    "id": "L",
    "platform": "douyin",
    "observed_at": "2026-11-20T12:00:00+08:00",
    "title": "保温杯",
    "price": {"current": "39", "reference": "99"},
}
HISTORY = "id,date,price,kind\nL,2026-11-15,59,deal\nL,2026-11-16,49,displayed\n"
BROKEN = HISTORY + "L,2026-11-17,面议,deal\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the command, with a rulebook, a listing and a history."""
    monkeypatch.chdir(tmp_path)
    write_rulebook(tmp_path, rule_of(BODY))
    (tmp_path / "shop.jsonl").write_text(json.dumps(LISTING) + "\n", "utf-8")
    (tmp_path / "prices.csv").write_text(HISTORY, "utf-8")
    (tmp_path / "broken.csv").write_text(BROKEN, "utf-8")
    return tmp_path


def run(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(app, list(arguments), input=given, catch_exceptions=False)


def test_a_history_is_imported_once() -> None:
    first, second = run("prices", "import", "prices.csv"), run("prices", "import", "prices.csv", "prices.csv")
    assert (first.exit_code, first.stderr) == (0, "2 new, 0 known already, 0 errors\n")
    assert (second.exit_code, second.stderr) == (0, "0 new, 4 known already, 0 errors\n")


def test_what_is_no_price_is_told_with_its_line_and_the_rest_is_kept() -> None:
    done = run("prices", "import", "broken.csv", "none.csv")
    assert done.exit_code == 2
    assert "broken.csv:4: price: not an amount of money: 面议" in done.stderr
    assert "none.csv: cannot be read: No such file or directory" in done.stderr
    assert done.stderr.endswith("2 new, 0 known already, 2 errors\n")


def test_what_the_file_does_not_say_is_assumed() -> None:
    Path("plain.csv").write_text("id,date,price\nL,2026-11-15,59\n", "utf-8")
    run("prices", "import", "plain.csv", "--kind", "deal", "--platform", "douyin", "-q")
    shown = run("prices", "show", "L", "--platform", "douyin", "--before", "2026-11-20", "--format", "jsonl")
    assert json.loads(shown.stdout) == {
        "listing": "L", "platform": "douyin", "at": "2026-11-14T16:00:00Z", "price": "59.0000", "kind": "deal", "currency": "CNY",
    }  # fmt: skip


def test_what_is_shown_can_be_read_again() -> None:
    run("prices", "import", "prices.csv", "-q")
    shown = run("prices", "show", "L", "--before", "2026-11-20", "--format", "jsonl")
    Path("again.jsonl").write_text(shown.stdout, "utf-8")
    assert run("prices", "import", "again.jsonl").stderr == "0 new, 2 known already, 0 errors\n"


def test_a_history_is_shown_before_a_moment() -> None:
    run("prices", "import", "prices.csv", "-q")
    table = run("prices", "show", "L", "--before", "2026-11-16")
    assert (table.exit_code, "2026-11-15 00:00:00" in table.stdout, "2026-11-16" in table.stdout) == (0, True, False)
    none = run("prices", "show", "L", "--days", "1", "--before", "2026-12-31T10:00:00", "--platform", "taobao")
    assert (none.exit_code, none.stdout) == (1, "")
    assert "no price of L is known on taobao" in none.stderr


def test_listings_that_are_ingested_are_a_history() -> None:
    run("ingest", "shop.jsonl", "-q")
    shown = run("prices", "show", "L", "--platform", "douyin", "--before", "2026-11-21", "--format", "jsonl")
    assert [json.loads(line)["price"] for line in shown.stdout.splitlines()] == ["39.0000", "99.0000"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_scan_holds_prices_against_a_file(jobs: str) -> None:
    without = run("scan", "shop.jsonl", "--format", "jsonl", "-q", "-j", jobs)
    assert (without.exit_code, len(json.loads(without.stdout)["unknown"])) == (0, 1)
    done = run("scan", "shop.jsonl", "--prices", "prices.csv", "--format", "jsonl", "-q", "-j", jobs)
    assert done.exit_code == 1
    assert json.loads(done.stdout)["flags"][0]["evidence"][-1]["text"] == "59.00 (2026-11-15)"


@pytest.mark.parametrize("command", [("scan", "shop.jsonl"), ("scan", "shop.jsonl", "-j", "2"), ("live", "-")])
def test_a_history_with_holes_is_refused(command: tuple[str, ...]) -> None:
    done = run(*command, "--prices", "broken.csv", given=b'{"text": "a"}\n')
    assert (done.exit_code, done.stdout) == (2, "")
    assert "broken.csv:4: price: not an amount of money: 面议" in done.stderr


def test_a_live_stream_is_held_against_a_file() -> None:
    write_rulebook(Path(), rule_of('match: {text: "原价 ..4 <yuan>"}\nconflict: {price: said, over: {lowest-deal: 7}}'))
    head = {"id": "T", "started_at": "2026-11-20T20:00:00+08:00"}
    shown = {"listing": LISTING, "from": 0}
    said = {"text": "原价九十九块", "start": 10, "end": 12}
    stream = "\n".join(json.dumps(line) for line in (head, shown, said)).encode()
    assert run("live", "-", given=stream).exit_code == 0
    done = run("live", "-", "--prices", "prices.csv", given=stream)
    assert (done.exit_code, json.loads(done.stdout)["evidence"][0]["at"]) == (1, 10.0)
