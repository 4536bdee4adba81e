"""How the work stands: what waits and since when, who holds it, how fast it goes. Asked often, so every question is bounded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from monitor.store.stream_tables import StreamItemRow, StreamRow
from monitor.store.tables import WorkRow

MOST: Final = 100_000
"""Rows counted of one kind; where there are more, the count is this number."""

WINDOW: Final = timedelta(minutes=5)
"""What rates are told of."""


class Condition(Struct, frozen=True):
    """The work at a moment. Counts stop at :data:`MOST`.

    ``due`` of ``pending`` could be sent now, the rest waits for its next try; ``begun`` of ``leased`` is in the hands of a worker, the
    rest on its way; ``overdue`` leases ended and were not taken back. ``oldest_due`` is since when the work that waits longest is due.
    ``finished`` was done or given up within ``seconds`` before the moment, ``last_finished`` is when the last was. ``rulebooks`` are the
    digests that judged what was finished then.
    """

    pending: int
    due: int
    leased: int
    begun: int
    overdue: int
    dead: int
    oldest_due: datetime | None
    finished: int
    seconds: float
    last_finished: datetime | None
    rulebooks: tuple[str, ...]

    def waited(self, now: datetime) -> float:
        """Seconds that the oldest work has waited for; 0: none waits."""
        return max(0.0, (now - self.oldest_due).total_seconds()) if self.oldest_due else 0.0

    def is_stuck(self, now: datetime, patience: float) -> bool:
        """Whether work has waited for ``patience`` seconds while none was finished in as many."""
        recently = self.last_finished is not None and (now - self.last_finished).total_seconds() < patience
        return self.waited(now) >= patience and not recently


class OnAir(Struct, frozen=True):
    """Live streams at a moment: how many are on air, and how many numbers wait in them to be judged.

    ``oldest`` is since when an item waits in a stream that no process has; None: every stream in which something waits has one.
    """

    streams: int
    waiting: int
    oldest: datetime | None

    def waited(self, now: datetime) -> float:
        """Seconds that an item has waited for a process; 0: none waits."""
        return max(0.0, (now - self.oldest).total_seconds()) if self.oldest else 0.0


def on_air(session: Session, now: datetime) -> OnAir:
    """Live streams as they stand. One that is not judged live any more has nothing that waits."""
    behind = (StreamRow.error.is_(None), StreamRow.highest_seq >= StreamRow.next_seq)
    numbers = case((behind[0] & behind[1], StreamRow.highest_seq - StreamRow.next_seq + 1), else_=0)
    counts = select(func.count(), func.coalesce(func.sum(numbers), 0)).where(StreamRow.state == "open")
    streams, waiting = session.execute(counts).one()
    items = select(StreamItemRow.received_at).join(StreamRow, StreamRow.id == StreamItemRow.stream_id)
    items = items.where(StreamRow.state == "open", *behind, StreamItemRow.seq >= StreamRow.next_seq)
    items = items.where(or_(StreamRow.lease_until.is_(None), StreamRow.lease_until < now)).limit(MOST)
    return OnAir(streams, waiting, session.scalar(select(func.min(items.subquery().c.received_at))))


def condition(session: Session, now: datetime) -> Condition:
    """The work as it stands, from one snapshot."""
    state, due_at, since = WorkRow.state, WorkRow.due_at, now - WINDOW
    recent = (WorkRow.finished_at > since, WorkRow.finished_at <= now)
    return Condition(
        pending=_count(session, state == "pending"),
        due=_count(session, state == "pending", due_at <= now),
        leased=_count(session, state == "leased"),
        begun=_count(session, state == "leased", WorkRow.owner != ""),
        overdue=_count(session, state == "leased", WorkRow.lease_until < now),
        dead=_count(session, state == "dead"),
        oldest_due=session.scalar(select(func.min(due_at)).where(state == "pending", due_at <= now)),
        finished=_count(session, *recent),
        seconds=WINDOW.total_seconds(),
        last_finished=session.scalar(select(func.max(WorkRow.finished_at))),
        rulebooks=_rulebooks(session, *recent),
    )


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    some = select(WorkRow.revision_id).where(*which).limit(MOST).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _rulebooks(session: Session, *which: ColumnElement[bool]) -> tuple[str, ...]:
    some = select(WorkRow.rulebook).where(*which, WorkRow.rulebook.is_not(None)).limit(MOST).subquery()
    return tuple(sorted(digest for digest in session.scalars(select(some.c.rulebook).distinct()) if digest))
