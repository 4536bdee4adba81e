"""Another rulebook: what its changed rules touch is scanned again."""

from __future__ import annotations

from datetime import timedelta

from monitor.store.rulebooks import newest_rulebook
from monitor.workers.jobs.job import Duty, Job
from monitor.workers.looks import follow, look_at_rulebook


def run(duty: Duty) -> str:
    """Look, unless another machine took a newer rulebook than this one has: there the look is made."""
    scanner, now = duty.scanner(), duty.clock()
    with duty.database.read() as session:
        if newest_rulebook(session) != scanner.digest:
            return f"rulebook {scanner.digest[:12]} is not the one that was taken last: bring the same to every machine"
        found = look_at_rulebook(session, scanner)
    runs = [run for one in found for run in follow(duty.database, one, duty.clock, now)]
    return f"rescans {', '.join(map(str, runs))}" if runs else ""


JOB = Job("rulebook", timedelta(minutes=1), run)
