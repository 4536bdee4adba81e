"""Another day: listings on sale are scanned again where a certificate expires or a rule comes into force or ends."""

from __future__ import annotations

from datetime import timedelta

from monitor.documents import CHINA
from monitor.store.expiring import expiring_soon
from monitor.workers.jobs.job import Duty, Job
from monitor.workers.looks import follow, known_rules, look_at_days


def run(duty: Duty) -> str:
    """Look, and tell what expires soon."""
    now, settings = duty.clock(), duty.settings
    marks = known_rules(duty.scanner())
    with duty.database.read() as session:
        found = look_at_days(session, marks, now, duty.settle, timedelta(days=settings.on_sale))
        today = now.astimezone(CHINA).date()
        soon = expiring_soon(session, today, timedelta(days=settings.expiring), now - timedelta(days=settings.on_sale))
    runs = follow(duty.database, found, duty.clock, now)
    told = [f"rescans {', '.join(map(str, runs))}"] if runs else []
    if soon:
        told.append(f"{soon} listings name a certificate that begins or ends within {settings.expiring} days")
    return "; ".join(told)


JOB = Job("days", timedelta(minutes=10), run)
