"""The one task: thin, and the place where the clock is read."""

from __future__ import annotations

import logging
import os
import socket
import time
from datetime import UTC, datetime
from functools import cache
from typing import Final

from celery import Celery

from monitor.config import Settings
from monitor.store import Database, open_engine
from monitor.workers.app import SCAN
from monitor.workers.batch import Bench, Outcome, scan_batch
from monitor.workers.current import Current

PATIENCE: Final = 0.2
"""Part of the lease after which what was scanned is written."""

log = logging.getLogger(__name__)


def add_scan(app: Celery, settings: Settings, current: Current) -> None:
    """Let workers of ``app`` scan with the scanner of the day.

    A batch that takes longer than its lease is ended with its process: nobody would take what it found any more.
    """

    def scan(token: str, ids: list[int]) -> None:
        begun = time.monotonic()
        database = database_of(settings, os.getpid())
        bench = Bench(
            database=database,
            scanner=current.scanner(database),
            clock=_now,
            patience=PATIENCE * settings.lease,
            owner=f"{socket.gethostname()}:{os.getpid()}",
            day=settings.as_of,
        )
        outcome = scan_batch(bench, token, ids)
        seconds = time.monotonic() - begun
        log.info(
            "%d documents, %d flags, %.2f s%s",
            outcome.done,
            outcome.flags,
            seconds,
            _troubles(outcome),
        )

    app.task(scan, name=SCAN, time_limit=max(1, round(settings.lease)))


@cache
def database_of(settings: Settings, process: int) -> Database:
    """One for each process: connections must not cross a fork. The worker has looked at the tables before."""
    del process
    return Database(open_engine(settings.database_url))


def _troubles(outcome: Outcome) -> str:
    counts = {
        "of them not judged again: the change cannot concern them": outcome.spared,
        "failed": outcome.failed,
        "no longer ours": outcome.lapsed,
        "degraded: a registry did not answer": outcome.degraded,
    }
    parts = [f"{count} {said}" for said, count in counts.items() if count]
    return "".join(f", {part}" for part in parts)


def _now() -> datetime:
    return datetime.now(UTC)
