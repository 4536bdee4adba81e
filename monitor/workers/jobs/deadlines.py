"""Complaints that nobody answered in time. Days are calendar days: a term of working days ends later, never earlier."""

from __future__ import annotations

from datetime import timedelta

from monitor.store.complaints import count_late
from monitor.workers.jobs.job import Duty, Job


def run(duty: Duty) -> str:
    """Count them."""
    days = duty.settings.complaint_days
    with duty.database.read() as session:
        late = count_late(session, duty.clock() - timedelta(days=days))
    return f"{late} complaints wait longer than {days} days" if late else ""


JOB = Job("deadlines", timedelta(hours=1), run)
