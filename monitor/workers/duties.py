"""The task by which a worker does a job that fell due."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from celery import Celery

from monitor.config import Settings
from monitor.store.schedules import begin_job, end_job
from monitor.workers.app import JOB
from monitor.workers.current import Current
from monitor.workers.jobs import JOBS, Duty
from monitor.workers.tasks import database_of

LIMIT: Final = 3600
"""Seconds a job may take."""

log = logging.getLogger(__name__)


def add_jobs(app: Celery, settings: Settings, current: Current) -> None:
    """Let workers of ``app`` do jobs."""

    def job(name: str) -> None:
        database = database_of(settings, os.getpid())
        do(name, Duty(database, settings, lambda: datetime.now(UTC), lambda: current.scanner(database)))

    app.task(job, name=JOB, time_limit=LIMIT)


def do(name: str, duty: Duty, say: Callable[[str], None] = log.info) -> str | None:
    """Do a job and keep what it said; None: it is under way elsewhere, or this version does not know it."""
    job = JOBS.get(name)
    if job is None:
        log.warning("no job %s in this version", name)
        return None
    with duty.database.write() as session:
        if not begin_job(session, name, duty.clock()):
            return None
    try:
        outcome, failed = job.run(duty), False
    except Exception as error:
        log.exception("job %s failed", name)
        outcome, failed = f"{type(error).__name__}: {error}", True
    with duty.database.write() as session:
        end_job(session, name, outcome, duty.clock(), failed=failed)
    if outcome and not failed:
        say(f"{name}: {outcome}")
    return outcome
