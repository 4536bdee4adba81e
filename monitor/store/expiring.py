"""Listings whose certificates begin or end soon."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.registry.dependence import day_key
from monitor.store.rescan_tables import QuestionRow
from monitor.store.tables import WorkRow
from monitor.store.touched import on_sale


def expiring_soon(session: Session, today: date, within: timedelta, received_since: datetime) -> int:
    """How many listings on sale depend on a day after today and not after ``within``."""
    first, last = day_key(today + timedelta(days=1)), day_key(today + within)
    days = select(func.count(QuestionRow.revision_id.distinct())).join(
        WorkRow, WorkRow.revision_id == QuestionRow.revision_id
    )
    return session.scalar(days.where(QuestionRow.key.between(first, last), on_sale(received_since))) or 0
