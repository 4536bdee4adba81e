"""How much work waits, and what died."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, literal_column, select
from sqlalchemy.orm import Session

from monitor.store.tables import WORK_OF_REVISION, DocumentRow, RevisionRow, TallyRow, WorkRow


class WorkCounts(Struct, frozen=True):
    """Revisions by the state of their work. ``again``: those of the pending ones that were scanned before."""

    pending: int = 0
    leased: int = 0
    done: int = 0
    dead: int = 0
    again: int = 0


class DeadWork(Struct, frozen=True):
    """Work that nobody will try again by itself, and why."""

    id: int
    platform: str
    external_id: str
    attempts: int
    lapses: int
    error: str
    finished_at: datetime | None


def work_counts(session: Session) -> WorkCounts:
    """How much work is in each state. What is done is what is left of all revisions: it is the most, and need not be counted."""
    waiting = ("pending", "leased", "dead")
    query = (
        select(WorkRow.state, func.count().label("pieces")).where(WorkRow.state.in_(waiting)).group_by(WorkRow.state)
    )
    counts = {row.state: row.pieces for row in session.execute(query)}
    every = session.scalar(select(func.sum(TallyRow.number)).where(TallyRow.what == "revision")) or 0
    again = select(func.count()).where(WorkRow.state == literal_column("'pending'"), WorkRow.rescan_id.is_not(None))
    return WorkCounts(**counts, done=int(every) - sum(counts.values()), again=session.scalar(again) or 0)


def dead_work(session: Session, limit: int = 100) -> tuple[DeadWork, ...]:
    """Dead work, the oldest first."""
    query = (
        select(
            WorkRow.revision_id,
            DocumentRow.platform,
            DocumentRow.external_id,
            WorkRow.attempts,
            WorkRow.lapses,
            func.coalesce(WorkRow.error, ""),
            WorkRow.finished_at,
        )
        .join(RevisionRow, WORK_OF_REVISION)
        .join(DocumentRow, DocumentRow.id == RevisionRow.document_id)
        .where(WorkRow.state == "dead")
        .order_by(WorkRow.revision_id)
        .limit(limit)
    )
    return tuple(DeadWork(*row) for row in session.execute(query))
