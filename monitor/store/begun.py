"""Who is at a piece of work. A lease that lapses before anyone began is the broker's loss, and does not count against the document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from monitor.store.tables import WorkRow
from monitor.store.work import WORK


def begin(session: Session, token: str, ids: Sequence[int], owner: str) -> tuple[int, ...]:
    """Say that ``owner`` (not empty) is at the work it holds under ``token``; the ids that are held indeed."""
    return WORK.begin(session, token, ids, owner)


def release_unbegun(session: Session, now: datetime) -> int:
    """Take back every lease that ended before ``now`` and that nobody began; how many pieces of work are due again.

    To be called before :func:`monitor.store.release_lapsed`, which counts what it takes back.
    """
    statement = update(WorkRow).where(WorkRow.state == "leased", WorkRow.lease_until < now, WorkRow.owner == "")
    freed = statement.values(state="pending", token=None, owner=None, lease_until=None, due_at=now)
    return len(session.scalars(freed.returning(WorkRow.revision_id)).all())


def held_tokens(session: Session, tokens: Sequence[str]) -> tuple[str, ...]:
    """Those of ``tokens`` under which something is still leased."""
    return WORK.held_tokens(session, tokens)
