"""The processes behind a deployment: ``python -m monitor.workers`` with ``scan``, ``dispatch``, ``streams`` or ``schedule``.

``monitor worker``, ``monitor schedule`` and ``monitor up`` start them; all read the settings from the environment.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
import warnings
from datetime import UTC, datetime
from threading import Event
from typing import Final
from uuid import uuid4

from monitor.bootstrap import make_celery, open_database
from monitor.config import Settings, read_settings
from monitor.errors import SteelyardError
from monitor.logs import get, set_up

IN_FLIGHT: Final = 2
"""Batches in flight for each process that scans: the one it is at and the next."""

HANGS: Final = 4
"""Leases after which a group of live streams that is not judged ends its process."""

log = get("monitor.workers")


def main(arguments: list[str] | None = None) -> int:
    """Run one of the processes until it is told to end; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m monitor.workers", description=__doc__)
    parser.add_argument("part", choices=tuple(PARTS))
    parser.add_argument("--concurrency", type=int, default=1)
    options = parser.parse_args(arguments)
    run, part = PARTS[options.part]
    set_up("console", part)
    try:
        settings = read_settings()
        set_up(settings.log, part)
        return run(settings, options.concurrency)
    except SteelyardError as error:
        log.error(str(error))  # noqa: TRY400 (the message is for people; it says what to do)
        return 2


def scan(settings: Settings, concurrency: int) -> int:
    """The Celery worker. The scanner is built, and its dictionaries read, before the pool forks: its processes share them."""
    from celery import signals
    from celery.exceptions import SecurityWarning
    from kombu.utils.url import maybe_sanitize_url

    from monitor.workers.current import Current
    from monitor.workers.duties import add_jobs
    from monitor.workers.tasks import add_scan, add_shard

    app, current = make_celery(settings), Current(settings, lambda: datetime.now(UTC))
    current.first(open_database(settings))
    add_scan(app, settings, current)
    add_shard(app, settings, current)
    add_jobs(app, settings, current)

    def ready(**_: object) -> None:
        broker = maybe_sanitize_url(settings.broker_url)
        log.info("ready", processes=concurrency, rulebook=current.digest[:12], broker=broker)

    def keep_logging(**_: object) -> None:
        """A receiver here keeps Celery from setting up logging of its own."""

    signals.worker_ready.connect(ready)
    signals.setup_logging.connect(keep_logging)
    # It warns root of pickled messages, five lines of it; only JSON is accepted here.
    warnings.simplefilter("ignore", SecurityWarning)
    worker = app.Worker(
        concurrency=concurrency,
        pool="prefork",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def dispatch(settings: Settings, concurrency: int) -> int:
    """The dispatcher and sweeper."""
    from monitor.store.sweeps import SHARDS
    from monitor.workers.app import SHARD
    from monitor.workers.dispatch import Dispatcher, celery_sender, run

    database = open_database(settings)
    stop = _told_to_end()
    app, room = make_celery(settings), max(2, IN_FLIGHT * concurrency)
    documents, shards = celery_sender(app), celery_sender(app, SHARD)
    dispatchers = [
        Dispatcher(
            database,
            documents,
            batch=settings.batch,
            lease=settings.lease,
            in_flight=room,
            silence=settings.stream_silence,
        ),
        Dispatcher(database, shards, batch=1, lease=settings.lease, in_flight=room, work=SHARDS),
    ]
    log.info("ready", batch=settings.batch, lease=settings.lease)
    run(dispatchers, settings.lease, lambda: datetime.now(UTC), stop)
    database.close()
    return 0


def streams(settings: Settings, _: int) -> int:
    """Judges live streams as they come."""
    from monitor.scanner import Scanner
    from monitor.store import StoredPrices
    from monitor.workers.advance import Advancer, run
    from monitor.workers.current import Current

    database, current = open_database(settings), Current(settings, lambda: datetime.now(UTC))
    current.first(open_database(settings))
    prices = StoredPrices(database)

    def newest() -> Scanner:
        scanner = current.scanner(database)
        scanner.prices = prices
        return scanner

    stop = _told_to_end()
    advancer = Advancer(
        database,
        newest(),
        clock=lambda: datetime.now(UTC),
        token=uuid4().hex,
        owner=f"{socket.gethostname()}:{os.getpid()}",
        lease=settings.stream_lease,
        gap=settings.stream_gap,
        # A stream on which the engine hangs ends the process, as a task that takes too long does; others have taken its streams by then.
        alive=lambda: signal.setitimer(signal.ITIMER_REAL, HANGS * settings.stream_lease),
        newest=newest,
    )
    log.info("ready", rulebook=current.digest[:12])
    run(advancer, stop)
    signal.setitimer(signal.ITIMER_REAL, 0)
    database.close()
    return 0


def schedule(settings: Settings, concurrency: int) -> int:
    """Celery beat: sends what falls due, if no other process of the deployment does."""
    from monitor.workers.beat import beat

    del concurrency
    database = open_database(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    log.info("ready")
    beat(make_celery(settings), database, settings.lease).start()
    database.close()
    return 0


def _told_to_end() -> Event:
    """Set when this process is told to end."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


PARTS: Final = {
    "scan": (scan, "worker"),
    "dispatch": (dispatch, "dispatcher"),
    "streams": (streams, "streams"),
    "schedule": (schedule, "schedule"),
}
"""What each process runs, and its name in the log."""


if __name__ == "__main__":
    sys.exit(main())
