"""``monitor status``: what it tells of a deployment, and its exit code."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import Result
from rules.writing import write_rulebook
from store.writing import arrived, flag, listing, result
from typer.testing import CliRunner

from monitor.bootstrap import prepare_database
from monitor.cli import app
from monitor.commands.supervising import KEEPS_CRASHING, State
from monitor.config import Settings
from monitor.store import Database, complete, fail, ingest, lease_batch


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the command, with rules."""
    write_rulebook(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def database(folder: Path) -> Iterator[Database]:
    made = prepare_database(Settings(_env_file=None))
    yield made
    made.close()


def status(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["status", *arguments], catch_exceptions=False)


def keep(database: Database, ago: float) -> None:
    """Four documents: done, dead, leased, and one that waits since ``ago`` seconds."""
    then = datetime.now(UTC) - timedelta(seconds=ago)
    with database.write() as session:
        ingest(session, [arrived(listing(number)) for number in range(1, 5)], then)
        lease = lease_batch(session, 3, 36_000, then)
        complete(session, lease.token, {lease.ids[0]: result("L-1", flag())}, then)
        fail(session, lease.token, {lease.ids[1]: "it broke"}, then, attempts=1)


def test_a_deployment_that_is_well(database: Database) -> None:
    keep(database, 20)
    told = json.loads(status("--json").stdout)
    work = told["work"]
    assert (told["well"], status().exit_code) == (True, 0)
    assert {name: work[name] for name in ("pending", "due", "leased", "begun", "overdue", "dead", "finished")} == {
        "pending": 1, "due": 1, "leased": 1, "begun": 0, "overdue": 0, "dead": 1, "finished": 2,
    }  # fmt: skip
    assert work["oldest_seconds"] >= 20
    assert (told["versions"]["schema"], len(told["rulebook"]), told["running"]) == ("0009", 64, None)
    assert "waiting         1, of which due 1; the oldest for " in status().stdout


def test_work_that_stands_still_is_not_well(database: Database) -> None:
    keep(database, 2000)
    found = status()
    assert (found.exit_code, "NOT WELL: work: the oldest has waited for " in found.stdout) == (1, True)


@pytest.mark.usefixtures("database")
def test_rules_that_cannot_be_loaded_are_not_well(folder: Path) -> None:
    (folder / "rules.yaml").write_text("rulebook: test\nrulez: []\n")
    found = status()
    assert (found.exit_code, "NOT WELL: rulebook: rules.yaml:2:1" in found.stdout) == (1, True)


@pytest.mark.usefixtures("database")
def test_a_part_that_keeps_crashing_is_not_well_while_it_runs(folder: Path) -> None:
    parts = {
        "api": State(crashes=KEEPS_CRASHING, restarts=9, ended="exit code 3"),
        "worker": State(process=7, ready=True),
    }
    (folder / "data" / "parts.json").write_bytes(msgspec.json.encode(parts))
    assert status().exit_code == 0  # nobody runs: the file tells of the last time
    with (folder / "data" / "running.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write(str(os.getpid()))
        lock.flush()
        found = status()
    assert (found.exit_code, "NOT WELL: api: keeps crashing: 5 times in a row, last exit code 3" in found.stdout) == (
        1,
        True,
    )
    assert "worker    ready, process 7, restarts 0" in found.stdout


def test_a_database_that_is_not_there_is_not_made(folder: Path) -> None:
    found = status()
    assert (found.exit_code, "`monitor init` makes it" in found.stderr) == (2, True)
    assert not (folder / "data" / "steelyard.sqlite").exists()
