"""The tasks: thin, and the place where the clock is read."""

from __future__ import annotations

import logging
import os
import signal
import socket
import time
from datetime import UTC, datetime
from functools import cache
from typing import Final

from celery import Celery

from monitor.config import Settings
from monitor.scanner import Scanner
from monitor.store import Database, open_engine
from monitor.workers.app import SCAN, SHARD
from monitor.workers.batch import Bench, Outcome, scan_batch
from monitor.workers.sweeping import scan_shard

PATIENCE: Final = 0.2
"""Part of the lease after which what was scanned is written."""

log = logging.getLogger(__name__)


def add_scan(app: Celery, settings: Settings, scanner: Scanner) -> None:
    """Let workers of ``app`` scan with ``scanner``.

    A batch that takes longer than its lease is ended with its process: nobody would take what it found any more.
    """

    def scan(token: str, ids: list[int]) -> None:
        begun = time.monotonic()
        _told(scan_batch(_bench(settings, scanner), token, ids), begun)

    app.task(scan, name=SCAN, time_limit=max(1, round(settings.lease)))


def add_shard(app: Celery, settings: Settings, scanner: Scanner) -> None:
    """Let workers of ``app`` scan shards of sweeps with ``scanner``.

    A shard may take many leases, but where nothing of it gets done for the time of one, its process is ended.
    """

    def shard(token: str, ids: list[int]) -> None:
        begun = time.monotonic()
        bench = _bench(settings, scanner)
        _arm(settings.lease)
        try:
            for number in ids:
                _told(scan_shard(bench, token, number, settings.lease, beat=lambda: _arm(settings.lease)), begun)
        finally:
            _arm(0)

    app.task(shard, name=SHARD)


def _arm(seconds: float) -> None:
    """Have the system end this process after so many seconds; 0: not."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _bench(settings: Settings, scanner: Scanner) -> Bench:
    return Bench(
        database=_database(settings, os.getpid()),
        scanner=scanner,
        clock=_now,
        patience=PATIENCE * settings.lease,
        owner=f"{socket.gethostname()}:{os.getpid()}",
        day=settings.as_of,
    )


def _told(outcome: Outcome, begun: float) -> None:
    seconds = time.monotonic() - begun
    log.info("%d documents, %d flags, %.2f s%s", outcome.done, outcome.flags, seconds, _troubles(outcome))


@cache
def _database(settings: Settings, process: int) -> Database:
    """One for each process: connections must not cross a fork. The worker has looked at the tables before."""
    del process
    return Database(open_engine(settings.database_url))


def _troubles(outcome: Outcome) -> str:
    counts = {
        "failed": outcome.failed,
        "no longer ours": outcome.lapsed,
        "degraded: a registry did not answer": outcome.degraded,
    }
    parts = [f"{count} {said}" for said, count in counts.items() if count]
    return "".join(f", {part}" for part in parts)


def _now() -> datetime:
    return datetime.now(UTC)
