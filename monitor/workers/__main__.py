"""The two processes of a worker: ``python -m monitor.workers scan`` and ``python -m monitor.workers dispatch``.

``monitor worker`` and ``monitor up`` start them; both read the settings from the environment.
"""

from __future__ import annotations

import argparse
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
from monitor.logs import get, set_up

IN_FLIGHT: Final = 2
"""Batches in flight for each process that scans: the one it is at and the next."""

log = get("monitor.workers")


def main(arguments: list[str] | None = None) -> int:
    """Run one of the processes until it is told to end; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m monitor.workers", description=__doc__)
    parser.add_argument("part", choices=("scan", "dispatch"))
    parser.add_argument("--concurrency", type=int, default=1)
    options = parser.parse_args(arguments)
    run, part = (scan, "worker") if options.part == "scan" else (dispatch, "dispatcher")
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

    from monitor.workers.tasks import add_scan

    open_database(settings).close()
    app, scanner = make_celery(settings), load_scanner(settings)
    scanner.scan(Listing(id="first", title="新鲜苹果"), datetime.now(UTC).date())
    add_scan(app, settings, scanner)

    def ready(**_: object) -> None:
        broker = maybe_sanitize_url(settings.broker_url)
        log.info("ready", processes=concurrency, rulebook=scanner.rulebook.digest[:12], broker=broker)

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
    from monitor.workers.dispatch import Dispatcher, celery_sender, run

    database = open_database(settings)
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    dispatcher = Dispatcher(
        database,
        celery_sender(make_celery(settings)),
        batch=settings.batch,
        lease=settings.lease,
        in_flight=max(2, IN_FLIGHT * concurrency),
    )
    log.info("ready", batch=settings.batch, lease=settings.lease)
    run(dispatcher, settings.lease, lambda: datetime.now(UTC), stop)
    database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
