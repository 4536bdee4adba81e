"""A sweep whose every process is killed in the middle, on real databases and brokers: its results are those of a calm run."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands.running import started
from workers.databases import in_file, migrated, on_server
from workers.deployment import NOW, small_scanner, small_settings, wait_until
from workers.sweeps import BAD, join_parts, sweep_of, work, write_streams
from workers.test_brokers import redis_database

from monitor.bootstrap import environment
from monitor.store import Database
from monitor.store.sweeps import Progress, get_sweep, progress
from monitor.workers.batch import Bench

STREAMS = 30
SEGMENTS = 250
"""Few enough that a document takes far less than the lease, on a slow machine too."""


def tree(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return [pid]
    return [pid, *(grandchild for child in children for grandchild in tree(int(child)))]


def kill_all(*processes: int) -> None:
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def at(database: Database) -> Progress:
    with database.read() as session:
        return progress(session, 1)


@pytest.mark.postgresql
@pytest.mark.redis
def test_kills_change_no_byte_of_the_results(tmp_path: Path) -> None:
    """On SQLite and files ``tests/commands/test_sweep.py`` has one that is broken off and goes on."""
    path, out = write_streams(tmp_path / "in.jsonl", STREAMS, SEGMENTS), tmp_path / "out.jsonl"
    path.write_bytes(path.read_bytes() + BAD + b"\n")
    with on_server(tmp_path) as url, migrated(url) as database, redis_database() as broker_url:
        given = environment(small_settings(tmp_path, url, broker_url, lease=4))
        command = ["sweep", str(path), "--out", str(out), "--as-of", "2026-11-20", "--workers", "2"]
        with started(tmp_path, *command, "--shard-lines", "3", **given) as process:
            wait_until(lambda: out_is_planned(database) and at(database).done >= 2, "some shards done")
            kill_all(*tree(process.pid))
        assert at(database).done < at(database).shards, "it was killed in the middle"
        with started(tmp_path, *command, **given) as process:
            wait_until(lambda: at(database).done >= 5 and at(database).leased, "more of them")
            # Worker, its processes and dispatcher, of which the command starts others.
            kill_all(*tree(process.pid)[1:])
            assert process.wait(120) == 2, "one line is no document"
        with database.read() as session:
            assert get_sweep(session, 1, datetime.now(UTC)).state == "done"
    assert not list(tmp_path.glob("out.jsonl.parts*"))
    assert out.read_bytes() == calm(tmp_path, path)


def out_is_planned(database: Database) -> bool:
    return bool(at(database).shards)


def calm(folder: Path, path: Path) -> bytes:
    """The results of a sweep in one process that nothing happens to."""
    (folder / "calm").mkdir()
    with in_file(folder / "calm") as url, migrated(url) as database:
        bench = Bench(database, small_scanner(folder), lambda: NOW, patience=60, owner="calm")
        out = folder / "calm" / "out.jsonl"
        sweep = sweep_of(database, path, out, 7)
        work(bench)
        assert join_parts(database, sweep)
        return out.read_bytes()
