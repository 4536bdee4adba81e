"""Complaints: the words as they came, the contact encrypted, each step a new row."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from monitor.errors import NotFound
from monitor.store.paging import Page, check_limit, cursor, place
from monitor.store.rows import insert_missing
from monitor.store.tables import ComplaintEventRow, ComplaintRow

CLOSED: Final = ("answered", "closed")
"""Statuses that wait for nobody."""

_SUMMARY: Final = 60

latest_status: Final = (
    select(ComplaintEventRow.status)
    .where(ComplaintEventRow.complaint_id == ComplaintRow.id)
    .order_by(ComplaintEventRow.number.desc())
    .limit(1)
    .correlate(ComplaintRow)
    .scalar_subquery()
)
"""The status of a complaint now."""


class ComplaintItem(Struct, frozen=True):
    """A complaint in a list. ``summary`` is how its words begin."""

    id: int
    platform: str
    subject: str
    summary: str
    filed_at: datetime
    status: str
    has_contact: bool


class ComplaintEvent(Struct, frozen=True):
    """A step. ``number`` counts from 1 within the complaint; ``note`` is public, ``by`` is not."""

    number: int
    status: str
    note: str
    by: str
    at: datetime


class StoredComplaint(Struct, frozen=True):
    """A complaint with its steps, the oldest first. ``contact`` is encrypted."""

    item: ComplaintItem
    text: str
    contact: bytes | None
    events: tuple[ComplaintEvent, ...]


def insert_complaint(
    session: Session, *, receipt: str, platform: str, subject: str, text: str, contact: bytes | None, now: datetime
) -> int | None:
    """Keep a complaint with its first step; its id, or None when the receipt (a keyed hash) is taken."""
    row = {
        "receipt": receipt,
        "platform": platform,
        "subject": subject,
        "text": text,
        "contact": contact,
        "filed_at": now,
    }
    if not insert_missing(session, ComplaintRow, ("receipt",), [row]):
        return None
    key = session.scalars(select(ComplaintRow.id).where(ComplaintRow.receipt == receipt)).one()
    insert_event(session, key, ComplaintEvent(1, "filed", "", "", now))
    return key


def insert_event(session: Session, complaint_id: int, event: ComplaintEvent) -> bool:
    """Add a step; False when another step already has its number."""
    row = {
        "complaint_id": complaint_id,
        "number": event.number,
        "status": event.status,
        "note": event.note,
        "by": event.by,
        "at": event.at,
    }
    return bool(insert_missing(session, ComplaintEventRow, ("complaint_id", "number"), [row]))


def get_complaint(session: Session, complaint_id: int) -> StoredComplaint:
    """One complaint.

    Raises:
        NotFound: there is none.
    """
    row = session.execute(_items().where(ComplaintRow.id == complaint_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no complaint {complaint_id}")
    return _complaint(session, row)


def find_complaint(session: Session, receipt: str) -> StoredComplaint:
    """The complaint with this receipt (its keyed hash).

    Raises:
        NotFound: there is none.
    """
    row = session.execute(_items().where(ComplaintRow.receipt == receipt)).one_or_none()
    if row is None:
        raise NotFound("there is no complaint with this receipt")
    return _complaint(session, row)


def complaint_page(
    session: Session, *, status: str | None = None, after: str | None = None, limit: int = 50
) -> Page[ComplaintItem]:
    """Complaints, the newest first.

    Raises:
        Refused: a cursor or limit that cannot be.
    """
    conditions = [] if status is None else [latest_status == status]
    query = _items().where(*conditions).order_by(ComplaintRow.id.desc())
    if after is not None:
        query = query.where(ComplaintRow.id < place(after, tuple[int])[0])
    rows = session.execute(query.limit(check_limit(limit) + 1)).all()
    total = session.scalar(select(func.count()).select_from(ComplaintRow).where(*conditions)) or 0
    items = tuple(_item(row) for row in rows[:limit])
    return Page(items, total, cursor(items[-1].id) if len(rows) > limit else None)


def count_open(session: Session) -> int:
    """Complaints that wait for an answer."""
    return session.scalar(select(func.count()).select_from(ComplaintRow).where(latest_status.not_in(CLOSED))) or 0


def count_late(session: Session, filed_before: datetime) -> int:
    """Complaints filed before then that still wait for an answer."""
    waiting = select(func.count()).select_from(ComplaintRow).where(latest_status.not_in(CLOSED))
    return session.scalar(waiting.where(ComplaintRow.filed_at < filed_before)) or 0


def _items() -> Select[Any]:
    return select(ComplaintRow, latest_status)


def _item(row: Any) -> ComplaintItem:
    complaint, status = row
    summary = " ".join(complaint.text.split())
    return ComplaintItem(
        id=complaint.id,
        platform=complaint.platform,
        subject=complaint.subject,
        summary=summary if len(summary) <= _SUMMARY else summary[:_SUMMARY] + "…",
        filed_at=complaint.filed_at,
        status=status,
        has_contact=complaint.contact is not None,
    )


def _complaint(session: Session, row: Any) -> StoredComplaint:
    query = select(ComplaintEventRow).where(ComplaintEventRow.complaint_id == row[0].id)
    events = session.scalars(query.order_by(ComplaintEventRow.number))
    steps = tuple(ComplaintEvent(event.number, event.status, event.note, event.by, event.at) for event in events)
    return StoredComplaint(_item(row), row[0].text, row[0].contact, steps)
