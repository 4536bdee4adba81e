"""Legal holds: a document or a complaint that is kept whatever its term, until somebody releases it. Both are audited."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from monitor.errors import NotFound
from monitor.store.audit import record
from monitor.store.duty_tables import HoldRow
from monitor.store.identity import document_identity
from monitor.store.tables import ComplaintRow, DocumentRow


class Hold(Struct, frozen=True):
    """What is held, by whom and why; ``what`` names it for people."""

    id: int
    what: str
    reason: str
    held_by: str
    held_at: datetime


def hold_document(session: Session, platform: str, external_id: str, reason: str, by: str, now: datetime) -> int:
    """Hold a document with all its revisions, flags and decisions; the number of the hold.

    The document is locked: a removal that is under way is finished first, or finds the hold.

    Raises:
        NotFound: there is no such document.
    """
    identity = document_identity(platform, external_id)
    found = select(DocumentRow.id).where(DocumentRow.identity == identity).with_for_update()
    key = session.scalars(found).one_or_none()
    if key is None:
        raise NotFound(f"there is no document {external_id} on platform {platform or '(none)'}")
    return _hold(session, HoldRow(document_id=key, reason=reason, held_by=by, held_at=now), f"document {key}", now)


def hold_complaint(session: Session, complaint: int, reason: str, by: str, now: datetime) -> int:
    """Hold a complaint; the number of the hold.

    Raises:
        NotFound: there is no such complaint.
    """
    found = select(ComplaintRow.id).where(ComplaintRow.id == complaint).with_for_update()
    if session.scalars(found).one_or_none() is None:
        raise NotFound(f"there is no complaint {complaint}")
    row = HoldRow(complaint_id=complaint, reason=reason, held_by=by, held_at=now)
    return _hold(session, row, f"complaint {complaint}", now)


def release_hold(session: Session, number: int, by: str, now: datetime) -> None:
    """End a hold.

    Raises:
        NotFound: there is none of this number, or it is ended.
    """
    ended = update(HoldRow).where(HoldRow.id == number, HoldRow.released_at.is_(None))
    if session.scalars(ended.values(released_by=by, released_at=now).returning(HoldRow.id)).one_or_none() is None:
        raise NotFound(f"there is no hold {number} in force; `monitor retention holds` lists them")
    record(session, by, "release-hold", f"hold {number}", now)


def holds(session: Session) -> tuple[Hold, ...]:
    """The holds in force, the oldest first."""
    query = (
        select(HoldRow, DocumentRow.platform, DocumentRow.external_id)
        .outerjoin(DocumentRow, DocumentRow.id == HoldRow.document_id)
        .where(HoldRow.released_at.is_(None))
        .order_by(HoldRow.id)
    )
    return tuple(
        Hold(row.id, _what(row, platform, name), row.reason, row.held_by, row.held_at)
        for row, platform, name in session.execute(query)
    )


def is_held(column: ColumnElement[int], of: ColumnElement[int | None]) -> ColumnElement[bool]:
    """Whether a hold is in force for what ``column`` names; ``of`` is the column of holds that names it."""
    return select(HoldRow.id).where(of == column, HoldRow.released_at.is_(None)).exists()


def _what(row: HoldRow, platform: str | None, name: str | None) -> str:
    return f"complaint {row.complaint_id}" if row.complaint_id else f"{platform or ''}/{name}"


def _hold(session: Session, row: HoldRow, what: str, now: datetime) -> int:
    session.add(row)
    session.flush()
    record(session, row.held_by, "hold", what, now, hold=row.id, reason=row.reason)
    return row.id
