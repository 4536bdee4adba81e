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
from monitor.store import Database
from monitor.store.leases import Leases
from monitor.store.partitions import prepare
from monitor.store.rescans import close_rescans
from monitor.store.work import WORK
from monitor.workers.app import SCAN
from monitor.workers.silence import finish_all_silent

PAUSE: Final = 0.2
"""Seconds between two looks for work, where there was none."""

BUSY: Final = 0.05
"""Seconds between two looks while as much is in flight as may be: a batch takes a tenth of a second, and a worker should find its next."""

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
    """Sends what is due, up to ``in_flight`` batches of ``batch`` documents that no worker has finished yet.

    ``work`` says what of: documents, or shards of sweeps.
    """

    def __init__(
        self,
        database: Database,
        send: Send,
        *,
        batch: int,
        lease: float,
        in_flight: int,
        work: Leases = WORK,
        silence: float | None = None,
    ) -> None:
        self._work = work
        self._database = database
        self._send = send
        self._batch = batch
        self._lease = lease
        self._in_flight = in_flight
        self._silence = silence
        self._tokens: tuple[str, ...] = ()

    @property
    def full(self) -> bool:
        """Whether as much is in flight as may be, as far as it is known."""
        return not self._has_room()

    @property
    def thing(self) -> str:
        """What people call a piece of this work."""
        return self._work.thing

    def sweep(self, now: datetime) -> int:
        """Take back leases that ended, and close runs that are done; how many documents are due again."""
        with self._database.write() as session:
            if self._work is WORK:
                close_rescans(session, now)
            return self._work.release_lapsed(session, now)

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
        self._forget_finished()
        while self._has_room() and (count := self._send_one(now)):
            sent += count
        return sent

    def _forget_finished(self) -> None:
        if self._tokens:
            with self._database.read() as session:
                self._tokens = self._work.held_tokens(session, self._tokens)

    def _has_room(self) -> bool:
        return len(self._tokens) < self._in_flight

    def _send_one(self, now: datetime) -> int:
        with self._database.write(lasting=False) as session:
            lease = self._work.lease(session, self._batch, self._lease, now)
        if not lease.ids:
            return 0
        try:
            self._send(lease.token, lease.ids)
        except BrokerDown:
            with self._database.write() as session:
                self._work.release(session, lease.token, lease.ids, now)
            raise
        self._tokens += (lease.token,)
        return len(lease.ids)


def celery_sender(app: Celery, task: str = SCAN) -> Send:
    """Sends batches as tasks of ``app``."""

    def send(token: str, ids: Sequence[int]) -> None:
        try:
            app.send_task(task, args=[token, list(ids)])
        except Exception as error:  # each transport has its own
            raise BrokerDown(f"{type(error).__name__}: {error}") from error

    return send


def run(dispatchers: Sequence[Dispatcher], lease: float, clock: Callable[[], datetime], stop: Event) -> None:
    """Dispatch and sweep until ``stop`` is set, with patience for a broker or a database that does not answer."""
    every, swept, ahead, wait = min(SWEEP, lease / 4), None, None, PAUSE
    while not stop.is_set():
        now = clock()
        try:
            if ahead is None or (now - ahead).total_seconds() >= LOOK_AHEAD:
                ahead = now
                dispatchers[0].look_ahead(now)
            if swept is None or (now - swept).total_seconds() >= every:
                swept = now
                for dispatcher in dispatchers:
                    lapsed = dispatcher.sweep(now)
                    figures.LAPSED.inc(lapsed if dispatcher.thing == WORK.thing else 0)
                    _tell("came back: nobody finished them in time", lapsed, dispatcher.thing)
                    _tell("fell silent and are over", dispatcher.finish_silent(now), "stream")
            for dispatcher in dispatchers:
                _send(dispatcher, now)
            _refill(dispatchers, clock, stop)
            wait = BUSY if any(dispatcher.full for dispatcher in dispatchers) else PAUSE
        except (BrokerDown, OperationalError) as error:
            wait = min(2 * max(wait, PAUSE), LONGEST_WAIT)
            figures.BROKER_FAILURES.inc(isinstance(error, BrokerDown))
            log.warning("trying again", seconds=round(wait, 1), reason=str(error.__cause__ or error))
        stop.wait(wait)


def _refill(dispatchers: Sequence[Dispatcher], clock: Callable[[], datetime], stop: Event) -> None:
    """For the time of a pause, look again and again at those whose workers are busy: they send as soon as a batch is done."""
    for _ in range(round(PAUSE / BUSY) - 1):
        busy = [dispatcher for dispatcher in dispatchers if dispatcher.full]
        if not busy or stop.wait(BUSY):
            return
        for dispatcher in busy:
            _send(dispatcher, clock())


def _send(dispatcher: Dispatcher, now: datetime) -> None:
    sent = dispatcher.dispatch(now)
    figures.SENT.inc(sent if dispatcher.thing == WORK.thing else 0)
    _tell("sent", sent, dispatcher.thing)


def _tell(message: str, count: int, thing: str) -> None:
    if count:
        log.info(message, **{f"{thing}s": count})
