"""``monitor rescan``, ``schedule`` and ``retention`` as they are typed: nothing changes without --run."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rules.writing import RULE, write_rulebook
from typer.testing import CliRunner, Result
from workers.deployment import keep, listings, small_settings
from workers.rescanning import House

from monitor.bootstrap import environment, load_scanner, prepare_database
from monitor.cases import queue
from monitor.cli import app
from monitor.config import Settings
from monitor.store import Database
from monitor.workers.looks import take

LONG_AGO = datetime.now(UTC) - timedelta(days=1200)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Ten listings of long ago, scanned; five have a flag."""
    settings = small_settings(tmp_path, f"sqlite:///{tmp_path / 'steelyard.sqlite'}")
    database = prepare_database(settings)
    house = House(database, load_scanner(settings), LONG_AGO)
    take(database, house.scanner, LONG_AGO)
    keep(database, listings(10), LONG_AGO)
    house.work()
    database.close()
    return settings


def monitor(folder: Path, *arguments: str, **settings: str) -> Result:
    """The command in this process; a start of the interpreter for each would take longer than all they do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return CliRunner().invoke(app, arguments, env=settings | {"COLUMNS": "160"})


def waiting(settings: Settings) -> House:
    return House(prepare_database(settings), load_scanner(settings), datetime.now(UTC))


def test_a_changed_rule_from_the_look_to_the_list_of_flips(settings: Settings, tmp_path: Path) -> None:
    env = environment(settings)
    assert monitor(tmp_path, "rescan", **env).exit_code == 0
    write_rulebook(tmp_path, RULE.replace("最好", "新鲜"))
    dry = monitor(tmp_path, "rescan", **env)
    assert dry.exit_code == 1
    assert "10 documents  rulebook: t.word edited" in dry.stderr
    house = waiting(settings)
    assert house.runs() == []
    done = monitor(tmp_path, "rescan", "--run", **env)
    assert (done.exit_code, house.runs()) == (0, [("rulebook", 10, 0, 10)])
    assert monitor(tmp_path, "rescan", "pause", "1", **env).exit_code == 0
    assert house.later(minutes=5).work().done == 0
    assert monitor(tmp_path, "rescan", "resume", "1", **env).exit_code == 0
    assert house.later(minutes=5).work().done == 10
    lines = [
        json.loads(line)
        for line in monitor(tmp_path, "rescan", "flips", "--format", "jsonl", **env).stdout.splitlines()
    ]
    assert (
        sorted((line["what"], line["words"]) for line in lines)
        == [("appeared", "新鲜")] * 5 + [("disappeared", "最好")] * 5
    )
    assert lines[0]["rulebook"] == house.scanner.digest
    assert "finished" in monitor(tmp_path, "rescan", "list", **env).stdout
    assert "+" in monitor(tmp_path, "rescan", "flips", "--run", "1", **env).stdout
    wrong = monitor(tmp_path, "rescan", "pause", "9", **env)
    assert (wrong.exit_code, "there is no run 9" in wrong.stderr) == (2, True)
    house.database.close()


def test_one_rule_and_everything_can_be_asked_for(settings: Settings, tmp_path: Path) -> None:
    env = environment(settings)
    assert "10 documents would" in monitor(tmp_path, "rescan", "--rule", "t.word", **env).stderr
    assert "10 documents would" in monitor(tmp_path, "rescan", "--all", **env).stderr
    assert "0 documents would" in monitor(tmp_path, "rescan", "--all", "--since", "2999-01-01", **env).stderr


def test_retention_tells_first_and_keeps_what_is_held(settings: Settings, tmp_path: Path) -> None:
    env = environment(settings)
    assert monitor(tmp_path, "retention", "--run", **env).exit_code == 2
    held = ["--document", "L-001", "--platform", "douyin", "--reason", "案件", "--by", "王"]
    assert monitor(tmp_path, "retention", "hold", *held, **env).exit_code == 0
    dry = monitor(tmp_path, "retention", **env)
    assert dry.exit_code == 1
    assert "9 past their term" in dry.stderr
    assert "1 held" in dry.stderr
    done = monitor(tmp_path, "retention", "--run", "--by", "王", "--proof", "proof.txt", **env)
    assert done.exit_code == 0
    assert "9 revisions" in done.stderr
    assert (tmp_path / "proof.txt").read_text().count("\nrevision ") == 9
    assert "douyin/L-001" in monitor(tmp_path, "retention", "holds", **env).stdout
    house = waiting(settings)
    assert _left(house.database) == ["L-001"]
    house.database.close()
    assert monitor(tmp_path, "retention", "release", "1", "--by", "王", **env).exit_code == 0
    again = monitor(tmp_path, "schedule", "--now", "retention", **(env | {"STEELYARD_RETENTION": "true"}))
    assert "listings: 1 removed" in again.stderr
    assert "listings: 1 removed" in monitor(tmp_path, "schedule", "--list", **env).stdout


def _left(database: Database) -> list[str]:
    with database.read() as session:
        return [item.external_id for item in queue(session).items]


def test_a_shorter_term_for_streams_is_refused(tmp_path: Path) -> None:
    refused = monitor(tmp_path, "retention", STEELYARD_KEEP_STREAMS="30")
    assert refused.exit_code == 2
    assert "STEELYARD_KEEP_STREAMS" in refused.stderr
    assert "three years" in refused.stderr
