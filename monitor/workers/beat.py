"""Celery beat, of which exactly one in a deployment sends: it holds a lease in the database; the others stand by.

Any number may run. When the one that sends dies its lease ends, and another takes over and goes on where it was: when each job was sent
stands in the database, and sending compares it.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from celery import Celery
from celery.beat import Scheduler, Service
from celery.schedules import schedule
from sqlalchemy.exc import InterfaceError, OperationalError

from monitor.store import Database
from monitor.store.schedules import hold, let_go, note_sent, note_unsent, sent_times
from monitor.workers.app import JOB
from monitor.workers.jobs import JOBS

LEASE: Final = "beat"
LONGEST_LEASE: Final = 15.0
"""Seconds for which the one that sends is believed to be alive."""

log = logging.getLogger(__name__)


class OneBeat(Scheduler):  # type: ignore[misc]  # celery publishes no types
    """The scheduler of :data:`JOBS`. ``seconds`` is the length of the lease."""

    def __init__(
        self, *args: Any, database: Database, seconds: float, clock: Callable[[], datetime], **more: Any
    ) -> None:
        self._database = database
        self._seconds = seconds
        self._clock = clock
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._sends: bool | None = None
        super().__init__(*args, **more)

    def setup_schedule(self) -> None:
        """Every job, as it was sent last."""
        self._recall({})

    def tick(self, *args: Any, **more: Any) -> float:
        """Send one job that is due, if this is the one that sends; seconds until the next look."""
        wait = self._seconds / 3
        try:
            if not self._hold():
                return wait
            return min(float(super().tick(*args, **more)), wait)
        except (OperationalError, InterfaceError) as error:
            self._sends = None
            log.warning("the database does not answer: %s", error.orig or error)
            return wait

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Send a job, unless somebody did; a job that the broker does not take is due again."""
        job = JOBS[entry.name]
        with self._database.write() as session:
            ours = note_sent(session, job.name, job.every, self._clock())
        if not ours:
            return
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except Exception as error:  # each transport has its own
            log.warning("%s was not sent: %s", job.name, error)
            with self._database.write() as session:
                note_unsent(session, job.name)

    def close(self) -> None:
        """Let another take over at once."""
        super().close()
        if self._sends:
            with self._database.write() as session:
                let_go(session, LEASE, self._holder)

    def _hold(self) -> bool:
        """Whether this one sends; when that begins, it goes on where the one before was."""
        now = self._clock()
        with self._database.write() as session:
            sends = hold(session, LEASE, self._holder, self._seconds, now)
            times = sent_times(session, now) if sends else {}
        if sends != self._sends:
            log.info(
                "sends what falls due: %s" if sends else "stands by: another one sends%s", self._holder if sends else ""
            )
        self._sends = sends
        if sends:
            self._recall(times)
        return sends

    def _recall(self, times: dict[str, datetime | None]) -> None:
        """The entries anew, where something was sent by another, was lost, or never."""
        now = self._clock()
        for name, job in JOBS.items():
            sent = times.get(name) or now - job.every
            known = self.schedule.get(name)
            if known is None or (times and abs((known.last_run_at - sent).total_seconds()) > 1):
                self.schedule[name] = self.Entry(
                    name=name, task=JOB, args=(name,), schedule=schedule(job.every), last_run_at=sent, app=self.app
                )
                self._heap = None


def beat(app: Celery, database: Database, lease: float) -> Service:
    """The service; ``start`` runs until it is told to end. ``lease``: seconds that work is leased for."""
    seconds = min(LONGEST_LEASE, lease / 4)

    class Ours(Service):  # type: ignore[misc]  # the same
        def get_scheduler(self, lazy: bool = False, **_: Any) -> OneBeat:
            return OneBeat(
                app=self.app, lazy=lazy, max_interval=seconds / 3, database=database, seconds=seconds, clock=_now
            )

    return Ours(app)


def _now() -> datetime:
    return datetime.now(UTC)
