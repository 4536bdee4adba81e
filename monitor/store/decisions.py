"""Decisions: each is a new row that names the one it follows."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.flags import Basis
from monitor.store.rows import insert_new
from monitor.store.tables import DecisionRow, FlagRow


class Decision(Struct, frozen=True):
    """What a person decided. ``number`` counts from 1 within the flag; ``previous`` is the id of the decision before."""

    id: int
    flag: int
    number: int
    previous: int | None
    outcome: str
    reason: str
    basis: tuple[Basis, ...]
    decided_by: str
    decided_at: datetime


def decisions_of(session: Session, flag_id: int) -> tuple[Decision, ...]:
    """Every decision about a flag, the oldest first."""
    rows = session.scalars(select(DecisionRow).where(DecisionRow.flag_id == flag_id).order_by(DecisionRow.number))
    return tuple(
        Decision(
            row.id,
            row.flag_id,
            row.number,
            row.previous_id,
            row.outcome,
            row.reason,
            row.basis,
            row.decided_by,
            row.decided_at,
        )
        for row in rows
    )


def insert_decision(
    session: Session,
    flag_id: int,
    previous: Decision | None,
    *,
    outcome: str,
    reason: str,
    basis: tuple[Basis, ...],
    by: str,
    now: datetime,
) -> int | None:
    """Write the decision that follows ``previous``; its id, or None when another decision already does."""
    statement = insert_new(session, DecisionRow, "flag_id", "number").returning(DecisionRow.id)
    values = {
        "month": session.scalars(select(FlagRow.month).where(FlagRow.id == flag_id)).one(),
        "flag_id": flag_id,
        "number": previous.number + 1 if previous else 1,
        "previous_id": previous.id if previous else None,
        "outcome": outcome,
        "reason": reason,
        "basis": basis,
        "decided_by": by,
        "decided_at": now,
    }
    return session.connection().execute(statement, values).scalar_one_or_none()
