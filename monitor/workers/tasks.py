"""The tasks: thin, and the place where the clock is read."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Final

from celery import Celery

from monitor.config import Settings
from monitor.logs import bound, get
from monitor.metrics import figures
from monitor.rules.timed import Spent
from monitor.scanner import Scanner
from monitor.store import Database, open_engine
from monitor.workers.app import SCAN, SHARD
from monitor.workers.batch import Bench, Outcome, scan_batch
from monitor.workers.current import Current
from monitor.workers.sweeping import scan_shard

PATIENCE: Final = 0.2
"""Part of the lease after which what was scanned is written."""

MEASURED: Final = 32
"""One batch in so many, from the second, is scanned with a clock beside each rule: in the first, dictionaries are read."""

log = get(__name__)


def add_scan(app: Celery, settings: Settings, current: Current) -> None:
    """Let workers of ``app`` scan with the scanner of the day.

    A batch that takes longer than its lease is ended with its process: nobody would take what it found any more.
    """
    numbers = itertools.count()

    def scan(token: str, ids: list[int]) -> None:
        begun = time.monotonic()
        database = database_of(settings, os.getpid())
        scanner = current.scanner(database)
        measured = next(numbers) % MEASURED == 1
        judged_by, spent = scanner.timed(time.process_time) if measured else (scanner, {})
        bench = _bench(settings, database, judged_by)
        with bound(batch=token[:8]):
            outcome = scan_batch(bench, token, ids)
            seconds = time.monotonic() - begun
            _told(outcome, seconds)
        _count(outcome, seconds, spent)

    app.task(scan, name=SCAN, time_limit=max(1, round(settings.lease)), shared=False)  # no other app has this scanner


def add_shard(app: Celery, settings: Settings, current: Current) -> None:
    """Let workers of ``app`` scan shards of sweeps with the scanner of the day.

    A shard may take many leases, but where nothing of it gets done for the time of one, its process is ended.
    """

    def shard(token: str, ids: list[int]) -> None:
        database = database_of(settings, os.getpid())
        bench = _bench(settings, database, current.scanner(database))
        _arm(settings.lease)
        try:
            for number in ids:
                begun = time.monotonic()
                with bound(shard=number):
                    _told(
                        scan_shard(bench, token, number, settings.lease, beat=lambda: _arm(settings.lease)),
                        time.monotonic() - begun,
                    )
        finally:
            _arm(0)

    app.task(shard, name=SHARD, shared=False)


def _arm(seconds: float) -> None:
    """Have the system end this process after so many seconds; 0: not."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _bench(settings: Settings, database: Database, scanner: Scanner) -> Bench:
    return Bench(
        database=database,
        scanner=scanner,
        clock=_now,
        patience=PATIENCE * settings.lease,
        owner=f"{socket.gethostname()}:{os.getpid()}",
        day=settings.as_of,
    )


def _told(outcome: Outcome, seconds: float) -> None:
    log.info("batch", documents=outcome.done, flags=outcome.flags, seconds=round(seconds, 3), **_troubles(outcome))


@cache
def database_of(settings: Settings, process: int) -> Database:
    """One for each process: connections must not cross a fork. The worker has looked at the tables before."""
    del process
    return Database(open_engine(settings.database_url))


def _troubles(outcome: Outcome) -> dict[str, int]:
    """What did not go well, where something did not: ``spared`` ones a change of rules cannot concern, ``late`` ones were no longer
    this worker's."""
    counts = {"spared": outcome.spared, "failed": outcome.failed, "late": outcome.lapsed, "degraded": outcome.degraded}
    return {name: count for name, count in counts.items() if count}


def _count(outcome: Outcome, seconds: float, spent: Mapping[str, Spent]) -> None:
    figures.SCANNED.inc(outcome.done)
    figures.FAILED.labels("dead").inc(outcome.dead)
    figures.FAILED.labels("retried").inc(outcome.failed - outcome.dead)
    figures.LATE.inc(outcome.lapsed)
    figures.DEGRADED.inc(outcome.degraded)
    figures.BATCH_SECONDS.observe(seconds)
    for (category, severity), flags in outcome.kinds.items():
        figures.FLAGS.labels(category, severity).inc(flags)
    for wait in outcome.waits:
        figures.FLAG_SECONDS.observe(wait)
    for rule, one in spent.items():
        figures.RULE_SECONDS.labels(rule).inc(one.seconds)
        figures.RULE_DOCUMENTS.labels(rule).inc(one.candidates)


def _now() -> datetime:
    return datetime.now(UTC)
