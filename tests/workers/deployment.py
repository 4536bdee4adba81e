"""A small deployment for tests: a rulebook of one rule, documents, and worker processes that are really started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rules.writing import write_rulebook
from sqlalchemy import select

from monitor.bootstrap import environment
from monitor.config import Settings
from monitor.documents import Envelope, Listing, Segment, Transcript
from monitor.rules import load_rulebook
from monitor.scanner import Scanner
from monitor.store import Database, WorkCounts, ingest, work_counts
from monitor.store.tables import DocumentRow, FlagRow

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
PATIENCE = 90.0
"""Seconds a test waits for what should take a few."""


class Arrived(msgspec.Struct):
    """What the store takes in."""

    envelope: Envelope
    raw: bytes
    source: str = "test"


def listings(count: int) -> list[Arrived]:
    """Listings of which every second one says that it is the best."""
    return [
        arrived(
            Listing(id=f"L-{index:03}", platform="douyin", title=f"{'最好' if index % 2 else '新鲜'}的苹果 {index}")
        )
        for index in range(count)
    ]


def streams(count: int, length: int) -> list[Arrived]:
    """Transcripts that take a while: the best, once in a hundred segments."""
    segments = tuple(
        Segment(
            start=float(index), text=f"第{index}箱，{'这是最好的' if index % 100 == 0 else '今天刚摘的苹果'}，大家看看"
        )
        for index in range(length)
    )
    return [arrived(Transcript(id=f"T-{index:03}", platform="douyin", segments=segments)) for index in range(count)]


def arrived(document: Listing | Transcript) -> Arrived:
    """A document as a reader yields it."""
    return Arrived(Envelope(document=document), msgspec.json.encode(document))


def keep(database: Database, documents: Sequence[Arrived], now: datetime = NOW) -> None:
    """Ingest in one transaction."""
    with database.write() as session:
        ingest(session, documents, now)


def small_scanner(folder: Path) -> Scanner:
    """A scanner of one rule: 最好 is absolute."""
    return Scanner(load_rulebook(write_rulebook(folder)))


def small_settings(folder: Path, database: str, broker: str = "", **others: object) -> Settings:
    """Settings of a deployment in a folder. Leases are long: how fast this machine is must not matter."""
    given = {
        "data": folder / "data",
        "database": database,
        "broker": broker,
        "rules": write_rulebook(folder),
        "lease": 60,
    }
    return Settings(_env_file=None, **(given | others))


def counts(database: Database) -> WorkCounts:
    """The work by its state."""
    with database.read() as session:
        return work_counts(session)


def flags(database: Database) -> list[tuple[str, str, float | None]]:
    """Every flag: document, words, second of the stream."""
    query = select(DocumentRow.external_id, FlagRow.words, FlagRow.at).join(
        FlagRow, FlagRow.document_id == DocumentRow.id
    )
    with database.read() as session:
        return sorted((name, words, at) for name, words, at in session.execute(query))


def wait_until(done: object, what: str) -> None:
    """Look until ``done()`` is true.

    Raises:
        AssertionError: it did not become so in :data:`PATIENCE`.
    """
    assert callable(done)
    begun = time.monotonic()
    while not done():
        assert time.monotonic() - begun < PATIENCE, f"waited in vain: {what}"
        time.sleep(0.05)


@contextmanager
def process(settings: Settings, *arguments: str, log: str = "") -> Iterator[subprocess.Popen[str]]:
    """A worker process of the settings, in a session of its own; killed at the end of the block (a calm end takes seconds).

    ``log`` names the file of what it says; empty: it has the name of the part.
    """
    with (settings.data.parent / f"{log or arguments[0]}.log").open("a") as stream:
        started = subprocess.Popen(
            [sys.executable, "-m", "monitor.workers", *arguments],
            env=os.environ | environment(settings),
            cwd=settings.data.parent,
            stdout=stream,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield started
        finally:
            kill(started)


def kill(started: subprocess.Popen[str]) -> None:
    """SIGKILL to the process and all it started."""
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    started.wait()
