"""What is past its term: counted each day, and removed only where the settings say so."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from monitor.store.retention import due, remove
from monitor.store.terms import terms_of
from monitor.workers.jobs.job import Duty, Job

MOST: Final = 200
"""Transactions of one run for each kind; the rest waits for the next day's."""


def run(duty: Duty) -> str:
    """Count, and remove if ``STEELYARD_RETENTION`` is on."""
    now, settings = duty.clock(), duty.settings
    told = []
    for kind, before in terms_of(settings.keep, now).items():
        if settings.retention:
            removed = remove(duty.database, kind, before, "schedule", duty.clock, most=MOST)
            told += [f"{kind}: {sum(one.removed for one in removed)} removed"] if removed else []
        else:
            with duty.database.read() as session:
                count = due(session, kind, before)
            told += [f"{kind}: {count} past their term"] if count else []
    return "; ".join(told) + ("" if settings.retention or not told else " (`monitor retention --run` removes them)")


JOB = Job("retention", timedelta(days=1), run)
