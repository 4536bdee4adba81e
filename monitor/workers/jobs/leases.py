"""Leases that lapsed are taken back, and runs of scanning again that are done are closed.

The dispatcher sweeps far more often; this is for a deployment whose dispatcher is down.
"""

from __future__ import annotations

from datetime import timedelta

from monitor.store import release_lapsed
from monitor.store.rescans import close_rescans
from monitor.workers.jobs.job import Duty, Job


def run(duty: Duty) -> str:
    """Sweep."""
    now = duty.clock()
    with duty.database.write() as session:
        back, closed = release_lapsed(session, now), close_rescans(session, now)
    told = {"documents came back": back, "rescans finished": closed}
    return ", ".join(f"{count} {said}" for said, count in told.items() if count)


JOB = Job("leases", timedelta(minutes=1), run)
