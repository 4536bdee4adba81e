"""The two processes of a worker: ``python -m monitor.workers scan`` and ``python -m monitor.workers dispatch``.

``monitor worker`` and ``monitor up`` start them; both read the settings from the environment.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import warnings
from datetime import UTC, datetime
from threading import Event
from typing import Final

from monitor.bootstrap import load_scanner, make_celery, open_database
from monitor.config import Settings, read_settings
from monitor.documents import Listing
from monitor.errors import SteelyardError

FIRST: Final = "全网最好的有机苹果，降血糖，原价99元"
"""What is scanned first, before there are several processes: what is read when a rule first needs it is then read once, for all of them."""

IN_FLIGHT: Final = 2
"""Batches in flight for each process that scans: the one it is at and the next."""

log = logging.getLogger("monitor.workers")


def main(arguments: list[str] | None = None) -> int:
    """Run one of the processes until it is told to end; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m monitor.workers", description=__doc__)
    parser.add_argument("part", choices=("scan", "dispatch"))
    parser.add_argument("--concurrency", type=int, default=1)
    options = parser.parse_args(arguments)
    logging.basicConfig(level="INFO", format="%(message)s", stream=sys.stdout)
    for noisy in ("celery", "kombu", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        settings = read_settings()
        return (scan if options.part == "scan" else dispatch)(settings, options.concurrency)
    except SteelyardError as error:
        log.error("error: %s", error)  # noqa: TRY400 (the message is for people; it says what to do)
        return 2


def scan(settings: Settings, concurrency: int) -> int:
    """The Celery worker. The scanner is built, and its dictionaries read, before the pool forks: its processes share them."""
    from celery import signals
    from celery.exceptions import SecurityWarning
    from kombu.utils.url import maybe_sanitize_url

    from monitor.workers.tasks import add_scan, add_shard

    open_database(settings).close()
    app, scanner = make_celery(settings), load_scanner(settings)
    scanner.scan(Listing(id="first", title=FIRST), datetime.now(UTC).date())
    add_scan(app, settings, scanner)
    add_shard(app, settings, scanner)

    def ready(**_: object) -> None:
        log.info(
            "ready: %d processes, rulebook %s, %s",
            concurrency,
            scanner.rulebook.digest[:12],
            maybe_sanitize_url(settings.broker_url),
        )

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
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    app, room = make_celery(settings), max(2, IN_FLIGHT * concurrency)
    dispatchers = [
        Dispatcher(database, celery_sender(app), batch=settings.batch, lease=settings.lease, in_flight=room),
        Dispatcher(database, celery_sender(app, SHARD), batch=1, lease=settings.lease, in_flight=room, work=SHARDS),
    ]
    log.info("ready: batches of %d, lease %g s", settings.batch, settings.lease)
    run(dispatchers, settings.lease, lambda: datetime.now(UTC), stop)
    database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
