"""The tables of duties: who sends what falls due, when each job ran, what must be kept, and what is being removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from monitor.store.columns import Moment, Row, Words


class LeaseRow(Row):
    """Something that one process of a deployment holds at a time."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    holder: Mapped[str] = mapped_column(Words)
    until: Mapped[datetime] = mapped_column(Moment)


class ScheduleRow(Row):
    """A job that falls due again and again: when it was sent, and what came of it last."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    begun_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    failed: Mapped[bool]
    outcome: Mapped[str] = mapped_column(Words)


class HoldRow(Row):
    """A document or a complaint that must be kept whatever its term, until somebody releases it."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        CheckConstraint("(document_id IS NULL) <> (complaint_id IS NULL)", name="what"),
        Index("ix_legal_holds_document_id", "document_id"),
        Index("ix_legal_holds_complaint_id", "complaint_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int | None]
    complaint_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Words)
    held_by: Mapped[str] = mapped_column(Words)
    held_at: Mapped[datetime] = mapped_column(Moment)
    released_by: Mapped[str | None] = mapped_column(Words)
    released_at: Mapped[datetime | None] = mapped_column(Moment)


class ExpiringRow(Row):
    """A row that the transaction under way removes: the triggers let it. Outside of such a transaction the table is empty."""

    __tablename__ = "expiring"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
