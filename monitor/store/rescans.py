"""Runs of scanning again: what is touched becomes pending work once more, behind everything that was never scanned.

A run is planned in pieces, each a transaction: work that is marked stays marked, and whoever makes the same look again goes on with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session

from monitor.errors import NotFound
from monitor.store.engine import Database
from monitor.store.rescan_tables import RescanRow
from monitor.store.rows import chunks
from monitor.store.tables import WorkRow

Reason = Literal["rulebook", "registry", "dates", "degraded", "asked"]

PIECE: Final = 2000
"""Revisions marked in one transaction."""


class Cause(Struct, frozen=True):
    """Why something is scanned again. ``day`` None: as of the day of its last scan; ``detail`` for people."""

    reason: Reason
    detail: str = ""
    from_digest: str | None = None
    to_digest: str | None = None
    day: date | None = None


class Touched(Struct, frozen=True):
    """What is to be scanned again, and why: conditions over ``work`` that do not overlap. Only work that is done counts.

    ``most``: no more than so many at once.
    """

    cause: Cause
    parts: tuple[ColumnElement[bool], ...]
    most: int | None = None


class Rescan(Struct, frozen=True):
    """A run: ``touched`` revisions, of which ``done`` were scanned again, ``waiting`` are not yet, and ``dead`` cannot be."""

    id: int
    reason: str
    detail: str
    from_digest: str | None
    to_digest: str | None
    day: date | None
    touched: int
    done: int
    appeared: int
    disappeared: int
    begun_at: datetime
    planned_at: datetime | None
    paused_at: datetime | None
    finished_at: datetime | None
    waiting: int
    dead: int


def count_touched(session: Session, touched: Touched) -> int:
    """How many revisions a run would mark."""
    counting = select(func.count()).select_from(WorkRow)
    count = sum(session.scalar(counting.where(_free(), part)) or 0 for part in touched.parts)
    return count if touched.most is None else min(count, touched.most)


def plan(database: Database, touched: Touched, clock: Callable[[], datetime]) -> int | None:
    """Mark what is touched, and return the number of the run; None: nothing is touched.

    An unfinished plan of the same cause is gone on with.
    """
    run, marked = None, 0
    for part in touched.parts:
        after = 0
        while touched.most is None or marked < touched.most:
            size = PIECE if touched.most is None else min(PIECE, touched.most - marked)
            with database.write() as session:
                query = select(WorkRow.revision_id).where(_free(), part, WorkRow.revision_id > after)
                query = query.order_by(WorkRow.revision_id).limit(size).with_for_update(of=WorkRow)
                ids = session.scalars(query).all()
                if not ids:
                    break
                run = run or _opened(session, touched.cause, clock())
                _mark(session, run, ids, clock())
            after, marked = ids[-1], marked + len(ids)
    with database.write() as session:
        ended = update(RescanRow).where(_of(touched.cause), RescanRow.planned_at.is_(None)).values(planned_at=clock())
        session.execute(ended)
    return run


def close_rescans(session: Session, now: datetime) -> int:
    """Finish the runs of which nothing waits any more; how many."""
    waiting = select(WorkRow.rescan_id).where(
        WorkRow.rescan_id == RescanRow.id, WorkRow.state.in_(("pending", "leased"))
    )
    open_ones = update(RescanRow).where(RescanRow.finished_at.is_(None), RescanRow.planned_at.is_not(None))
    done = open_ones.where(~waiting.correlate(RescanRow).exists()).values(finished_at=now)
    return len(session.scalars(done.returning(RescanRow.id)).all())


def pause(session: Session, run: int, now: datetime | None) -> None:
    """Let a run rest from ``now`` on; None: let it go on. What is under way is finished.

    Raises:
        NotFound: there is no such run, or it is finished.
    """
    statement = update(RescanRow).where(RescanRow.id == run, RescanRow.finished_at.is_(None)).values(paused_at=now)
    if session.scalars(statement.returning(RescanRow.id)).one_or_none() is None:
        raise NotFound(f"there is no run {run} under way; `monitor rescan list` tells which are")


def rescans(session: Session, limit: int = 50) -> tuple[Rescan, ...]:
    """The runs, the latest first."""
    names = [name for name in Rescan.__struct_fields__ if name not in {"waiting", "dead"}]
    query: Select[Any] = select(
        *(getattr(RescanRow, name) for name in names), _left("pending", "leased"), _left("dead")
    )
    rows = session.execute(query.order_by(RescanRow.id.desc()).limit(limit))
    return tuple(Rescan(*row) for row in rows)


def _left(*states: str) -> ColumnElement[Any]:
    count = (
        select(func.count()).select_from(WorkRow).where(WorkRow.rescan_id == RescanRow.id, WorkRow.state.in_(states))
    )
    return count.correlate(RescanRow).scalar_subquery()


def _free() -> ColumnElement[bool]:
    """Work that was done: what waits is judged by the rulebook of its worker anyway."""
    return WorkRow.state == "done"


def _of(cause: Cause) -> ColumnElement[bool]:
    """The runs of a cause."""
    told: ColumnElement[bool] = RescanRow.reason == cause.reason
    for name in ("detail", "from_digest", "to_digest", "day"):
        told = told & (getattr(RescanRow, name).is_not_distinct_from(getattr(cause, name)))
    return told


def _opened(session: Session, cause: Cause, now: datetime) -> int:
    """The unfinished plan of this cause, else a new one."""
    known = session.scalars(select(RescanRow.id).where(_of(cause), RescanRow.planned_at.is_(None)).limit(1)).first()
    if known is not None:
        return known
    row = RescanRow(
        reason=cause.reason,
        detail=cause.detail,
        from_digest=cause.from_digest,
        to_digest=cause.to_digest,
        day=cause.day,
        begun_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def _mark(session: Session, run: int, ids: Sequence[int], now: datetime) -> None:
    """The caller locked the rows, in the same transaction."""
    fresh = {"state": "pending", "rescan_id": run, "due_at": now, "attempts": 0, "lapses": 0, "error": None}
    for chunk in chunks(ids):
        session.execute(update(WorkRow).where(WorkRow.revision_id.in_(chunk)).values(**fresh))
    session.execute(update(RescanRow).where(RescanRow.id == run).values(touched=RescanRow.touched + len(ids)))
