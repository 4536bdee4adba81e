"""The dispatcher: leases batches and sends them, and brings back what lapsed.

It keeps a bounded number of its batches in flight, so that a lease is not spent waiting in a queue. Any number of
dispatchers may run on one database: a lease is taken once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event
from typing import Final

from celery import Celery
from sqlalchemy.exc import OperationalError

from monitor.logs import get
from monitor.metrics import figures
from monitor.store import Database, lease_batch, release, release_lapsed
from monitor.store.begun import held_tokens
from monitor.store.partitions import prepare
from monitor.store.rescans import close_rescans
from monitor.workers.app import SCAN
from monitor.workers.silence import finish_all_silent

PAUSE: Final = 0.2
"""Seconds between two looks for work, where there was none."""

SWEEP: Final = 2.0
"""Seconds between two sweeps, or a quarter of the lease where that is shorter."""

LOOK_AHEAD: Final = 600.0
"""Seconds between two looks whether the months to come have their parts."""

LONGEST_WAIT: Final = 15.0
"""Seconds between two tries of a broker that does not answer, at most."""

Send = Callable[[str, Sequence[int]], None]
"""Takes the token of a lease and the ids under it to the broker; raises :class:`BrokerDown`."""

log = get(__name__)


class BrokerDown(Exception):
    """The broker did not take a batch. Its lease was given back: the message, should it be there after all, does nothing."""


class Dispatcher:
    """Sends what is due, up to ``in_flight`` batches of ``batch`` documents that no worker has finished yet."""

    def __init__(
        self, database: Database, send: Send, *, batch: int, lease: float, in_flight: int, silence: float | None = None
    ) -> None:
        self._database = database
        self._send = send
        self._batch = batch
        self._lease = lease
        self._in_flight = in_flight
        self._silence = silence
        self._tokens: tuple[str, ...] = ()

    def sweep(self, now: datetime) -> int:
        """Take back leases that ended, and close runs that are done; how many documents are due again."""
        with self._database.write() as session:
            close_rescans(session, now)
            return release_lapsed(session, now)

    def look_ahead(self, now: datetime) -> None:
        """Make the parts of the months to come, where the database has parts."""
        prepare(self._database, now)

    def finish_silent(self, now: datetime) -> int:
        """End live streams that nothing was heard of for ``silence`` seconds (None: they are let be); how many."""
        return 0 if self._silence is None else finish_all_silent(self._database, now, self._silence)

    def dispatch(self, now: datetime) -> int:
        """Send batches while there is work and room; how many documents.

        Raises:
            BrokerDown: a batch could not be sent; the ones before it were.
        """
        sent = 0
        while self._has_room() and (count := self._send_one(now)):
            sent += count
        return sent

    def _has_room(self) -> bool:
        if len(self._tokens) < self._in_flight:
            return True
        with self._database.read() as session:
            self._tokens = held_tokens(session, self._tokens)
        return len(self._tokens) < self._in_flight

    def _send_one(self, now: datetime) -> int:
        with self._database.write() as session:
            lease = lease_batch(session, self._batch, self._lease, now)
        if not lease.ids:
            return 0
        try:
            self._send(lease.token, lease.ids)
        except BrokerDown:
            with self._database.write() as session:
                release(session, lease.token, lease.ids, now)
            raise
        self._tokens += (lease.token,)
        return len(lease.ids)


def celery_sender(app: Celery) -> Send:
    """Sends batches as tasks of ``app``."""

    def send(token: str, ids: Sequence[int]) -> None:
        try:
            app.send_task(SCAN, args=[token, list(ids)])
        except Exception as error:  # each transport has its own
            raise BrokerDown(f"{type(error).__name__}: {error}") from error

    return send


def run(dispatcher: Dispatcher, lease: float, clock: Callable[[], datetime], stop: Event) -> None:
    """Dispatch and sweep until ``stop`` is set, with patience for a broker or a database that does not answer."""
    every, swept, ahead, wait = min(SWEEP, lease / 4), None, None, PAUSE
    while not stop.is_set():
        now = clock()
        try:
            if ahead is None or (now - ahead).total_seconds() >= LOOK_AHEAD:
                ahead = now
                dispatcher.look_ahead(now)
            if swept is None or (now - swept).total_seconds() >= every:
                swept = now
                lapsed = dispatcher.sweep(now)
                figures.LAPSED.inc(lapsed)
                _tell("came back: nobody finished them in time", lapsed)
                _tell("live streams fell silent and are over", dispatcher.finish_silent(now))
            sent = dispatcher.dispatch(now)
            figures.SENT.inc(sent)
            _tell("sent", sent)
            wait = PAUSE
        except (BrokerDown, OperationalError) as error:
            wait = min(2 * wait, LONGEST_WAIT)
            figures.BROKER_FAILURES.inc(isinstance(error, BrokerDown))
            log.warning("trying again", seconds=round(wait, 1), reason=str(error.__cause__ or error))
        stop.wait(wait)


def _tell(message: str, count: int) -> None:
    if count:
        log.info(message, documents=count)
