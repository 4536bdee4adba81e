"""Sweeps for tests: files of made listings, cut into shards, and their results."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Literal

import msgspec
from workers.deployment import NOW, listings, streams

from monitor.commands.sweep.joining import join
from monitor.formats.cutting import cut_file
from monitor.store import Database
from monitor.store.sweeps import SHARDS, Cut, Wanted, add_sweep, get_sweep
from monitor.workers.batch import Bench, Outcome
from monitor.workers.sweeping import scan_shard

BAD = b'{"kind": "listing", "id": "nothing"}'
"""A line that is no document."""


def write_lines(path: Path, count: int, *others: bytes) -> Path:
    """So many listings, and other lines."""
    path.write_bytes(b"\n".join([*(one.raw for one in listings(count)), *others]) + b"\n")
    return path


def write_streams(path: Path, count: int, length: int) -> Path:
    """So many transcripts that take a while."""
    path.write_bytes(b"".join(one.raw + b"\n" for one in streams(count, length)))
    return path


def sweep_of(
    database: Database,
    path: Path,
    out: Path,
    lines: int,
    format_: Literal["jsonl", "parquet"] = "jsonl",
    *,
    every: bool = False,
) -> int:
    """A sweep of a file, ready to run."""
    cutting = cut_file(str(path), lines, lambda _: None)
    cuts = [
        Cut(cutting.url, cutting.packed, cutting.encoding, *msgspec.structs.astuple(part)) for part in cutting.ranges
    ]
    with database.write() as session:
        return add_sweep(session, Wanted((str(path),), str(out), format_, NOW.date(), every), cuts, NOW)


def work(bench: Bench, now: datetime = NOW, beat: Callable[[], None] = lambda: None) -> Outcome:
    """Do shards until none is due."""
    total = Outcome()
    while True:
        with bench.database.write() as session:
            lease = SHARDS.lease(session, 1, 60, now)
        if not lease.ids:
            return total
        total += scan_shard(bench, lease.token, lease.ids[0], 60, beat=beat)


def join_parts(database: Database, sweep: int) -> bool:
    """Write the results."""
    with database.read() as session:
        found = get_sweep(session, sweep, NOW)
    return join(database, found, lambda: NOW, Event(), lambda: None)
