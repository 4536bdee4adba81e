"""Who sends what falls due, and when each job ran: leases and schedules, all by compare-and-set.

The lease says which process sends; should two believe they hold it (their clocks differ), a job is sent once all the same, because
sending compares the moment it was sent before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from monitor.store.duty_tables import LeaseRow, ScheduleRow
from monitor.store.rows import insert_missing

LOST: Final = timedelta(minutes=10)
"""A job that was sent and not begun for so long is taken as lost on its way."""

LONGEST: Final = timedelta(hours=1)
"""A job that was begun and not ended for so long is taken as broken off."""


class Job(Struct, frozen=True):
    """A job as it last ran. ``outcome`` is what it said, or why it failed."""

    name: str
    sent_at: datetime | None
    begun_at: datetime | None
    finished_at: datetime | None
    failed: bool
    outcome: str


def hold(session: Session, name: str, holder: str, seconds: float, now: datetime) -> bool:
    """Take or renew a lease; False: another holder has it, and its time is not over."""
    until = now + timedelta(seconds=seconds)
    if insert_missing(session, LeaseRow, ("name",), [{"name": name, "holder": holder, "until": until}]):
        return True
    mine = or_(LeaseRow.holder == holder, LeaseRow.until < now)
    taken = update(LeaseRow).where(LeaseRow.name == name, mine).values(holder=holder, until=until)
    return session.scalars(taken.returning(LeaseRow.name)).first() is not None


def let_go(session: Session, name: str, holder: str) -> None:
    """End a lease, if this holder has it."""
    session.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder))


def holder_of(session: Session, name: str, now: datetime) -> str | None:
    """Who holds a lease now."""
    return session.scalars(select(LeaseRow.holder).where(LeaseRow.name == name, LeaseRow.until >= now)).one_or_none()


def sent_times(session: Session, now: datetime) -> dict[str, datetime | None]:
    """When each job was sent last. What was lost on its way counts as never sent."""
    times = {}
    for job in jobs(session):
        waits = job.sent_at is not None and (job.begun_at is None or job.begun_at < job.sent_at)
        lost = waits and job.sent_at is not None and job.sent_at < now - LOST
        times[job.name] = None if lost else job.sent_at
    return times


def note_sent(session: Session, name: str, every: timedelta, now: datetime) -> bool:
    """Say that a job is sent now; False: it was sent less than ``every`` ago, and this process must not send it."""
    insert_missing(session, ScheduleRow, ("name",), [{"name": name, "failed": False, "outcome": ""}])
    due = or_(
        ScheduleRow.sent_at.is_(None),
        ScheduleRow.sent_at <= now - every,
        (ScheduleRow.sent_at <= now - LOST)
        & or_(ScheduleRow.begun_at.is_(None), ScheduleRow.begun_at < ScheduleRow.sent_at),
    )
    sent = update(ScheduleRow).where(ScheduleRow.name == name, due).values(sent_at=now)
    return session.scalars(sent.returning(ScheduleRow.name)).first() is not None


def note_unsent(session: Session, name: str) -> None:
    """The broker did not take it: it is due again."""
    session.execute(update(ScheduleRow).where(ScheduleRow.name == name).values(sent_at=None))


def begin_job(session: Session, name: str, now: datetime) -> bool:
    """Say that a job begins; False: it is under way already, in this process or another."""
    insert_missing(session, ScheduleRow, ("name",), [{"name": name, "failed": False, "outcome": ""}])
    idle = or_(
        ScheduleRow.begun_at.is_(None),
        ScheduleRow.finished_at >= ScheduleRow.begun_at,
        ScheduleRow.begun_at < now - LONGEST,
    )
    begun = update(ScheduleRow).where(ScheduleRow.name == name, idle).values(begun_at=now)
    return session.scalars(begun.returning(ScheduleRow.name)).first() is not None


def end_job(session: Session, name: str, outcome: str, now: datetime, *, failed: bool = False) -> None:
    """Say what came of a job."""
    told = {"finished_at": now, "outcome": outcome[:2000], "failed": failed}
    session.execute(update(ScheduleRow).where(ScheduleRow.name == name).values(**told))


def jobs(session: Session) -> tuple[Job, ...]:
    """Every job that was ever due, by name."""
    rows = session.scalars(select(ScheduleRow).order_by(ScheduleRow.name))
    return tuple(Job(row.name, row.sent_at, row.begun_at, row.finished_at, row.failed, row.outcome) for row in rows)
