"""What falls due again and again: one small module a job, each with a name, a cadence and a function. Adding one is a line in :data:`JOBS`.

A job may be sent twice, late or never: it looks for what is due in the database, and does nothing where nothing is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from monitor.workers.jobs import days, deadlines, degraded, leases, registry, retention, rulebook
from monitor.workers.jobs.job import Duty, Job

JOBS: Final[Mapping[str, Job]] = {
    module.JOB.name: module.JOB for module in (leases, rulebook, registry, days, degraded, deadlines, retention)
}
"""By name."""

__all__ = ["JOBS", "Duty", "Job"]
