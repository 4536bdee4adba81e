"""What was done, by whom: rows that are only added, each carrying the SHA-256 of the one before.

Whoever changes or removes a row breaks the chain there; triggers refuse it in the first place. That the last rows are missing
cannot be seen from the chain alone: keep the last number and hash elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from msgspec import Struct
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from monitor.store.columns import storable
from monitor.store.identity import canonical
from monitor.store.tables import AuditRow

GENESIS: Final = "0" * 64
"""What the first row carries in place of a hash."""

AUDIT_LOCK: Final = 0x5AEE1_0002
"""Number of the advisory lock under which PostgreSQL writers add rows one after another."""


class Broken(Struct, frozen=True):
    """The first row that is not as it was written, or the number that is missing."""

    number: int
    reason: str


def record(session: Session, actor: str, action: str, subject: str, now: datetime, **detail: str | int | None) -> None:
    """Add a row in the caller's transaction: ``actor`` did ``action`` to ``subject``. No personal data."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": AUDIT_LOCK})
    last = session.execute(select(AuditRow.number, AuditRow.sha256).order_by(AuditRow.number.desc()).limit(1)).first()
    number, previous = (last.number + 1, last.sha256) if last else (1, GENESIS)
    row = AuditRow(
        number=number,
        at=now.astimezone(UTC),
        actor=storable(actor),
        action=action,
        subject=storable(subject),
        detail=canonical(detail).decode(),
        previous=previous,
    )
    row.sha256 = _digest(row)
    session.add(row)
    session.flush()


def verify(session: Session) -> Broken | None:
    """Read the whole chain; None: every row is as it was written."""
    rows = session.scalars(select(AuditRow).order_by(AuditRow.number).execution_options(yield_per=1000))
    with closing(rows):
        return _first_broken(rows)


def _digest(row: AuditRow) -> str:
    words = [row.number, row.at.isoformat(), row.actor, row.action, row.subject, row.detail, row.previous]
    return sha256(canonical(words)).hexdigest()


def _first_broken(rows: Iterable[AuditRow]) -> Broken | None:
    previous = GENESIS
    for number, row in enumerate(rows, start=1):
        if row.number != number:
            return Broken(number, "the row is missing")
        if row.previous != previous:
            return Broken(number, "it does not carry the hash of the row before")
        if row.sha256 != _digest(row):
            return Broken(number, "its words are not those that were hashed")
        previous = row.sha256
    return None
