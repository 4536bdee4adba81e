"""A registry answers again: documents it did not answer for are scanned again, a few first, then all."""

from __future__ import annotations

from datetime import timedelta

from monitor.workers.jobs.job import Duty, Job
from monitor.workers.looks import follow, look_at_degraded


def run(duty: Duty) -> str:
    """Look."""
    now = duty.clock()
    with duty.database.read() as session:
        found = look_at_degraded(session, now)
    runs = follow(duty.database, found, duty.clock, now)
    return f"rescans {', '.join(map(str, runs))}" if runs else ""


JOB = Job("degraded", timedelta(minutes=1), run)
