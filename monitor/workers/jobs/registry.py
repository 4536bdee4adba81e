"""Another registry: what stands on certificates that changed is scanned again."""

from __future__ import annotations

from datetime import timedelta

from monitor.bootstrap import registry_digest
from monitor.workers.jobs.job import Duty, Job
from monitor.workers.looks import follow, look_at_files, look_at_imports


def run(duty: Duty) -> str:
    """Look at imports, and at registries that are files."""
    duty.scanner()  # it takes changed files
    now = duty.clock()
    with duty.database.read() as session:
        found = [
            look_at_imports(session, now, duty.settle),
            look_at_files(session, registry_digest(duty.settings), now),
        ]
    runs = [run for one in found for run in follow(duty.database, one, duty.clock, now)]
    return f"rescans {', '.join(map(str, runs))}" if runs else ""


JOB = Job("registry", timedelta(minutes=1), run)
