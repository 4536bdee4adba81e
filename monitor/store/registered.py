"""What people ask of the registry: one certificate with its history, and what was imported."""

from __future__ import annotations

from datetime import date, datetime
from typing import get_args

from msgspec import Struct
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from monitor.documents import Certificate, CertificateType
from monitor.registry import normalise
from monitor.store.columns import storable
from monitor.store.tables import CertificateRow, ImportRow, PastCertificateRow


class Imported(Struct, frozen=True):
    """An import. ``finished_at`` None: at work, or broken off. ``types``: rows taken by type."""

    id: int
    name: str
    source: str
    sha256: str
    dated: date
    started_at: datetime
    finished_at: datetime | None
    types: dict[str, int]
    new: int
    changed: int
    unchanged: int
    repeated: int
    rejected: int


class Past(Struct, frozen=True):
    """What a record said before: from when, by which import, and when it was replaced."""

    record: Certificate
    origin: Imported
    recorded_at: datetime
    replaced_at: datetime


class Registered(Struct, frozen=True):
    """What the registry says of a certificate, since when, by which import; and what it said before, the newest first."""

    record: Certificate
    origin: Imported
    recorded_at: datetime
    history: tuple[Past, ...]


def registered(session: Session, number: str, kind: CertificateType | None = None) -> tuple[Registered, ...]:
    """The certificates of a number, of one type or of all."""
    kinds: tuple[CertificateType, ...] = get_args(CertificateType) if kind is None else (kind,)
    keys = [(one, storable(normalise(one, number))) for one in kinds]
    query = select(CertificateRow).where(tuple_(CertificateRow.type, CertificateRow.number).in_(keys))
    origins = {origin.id: origin for origin in imports(session)}
    return tuple(
        Registered(row.record, origins[row.import_id], row.recorded_at, _history(session, row, origins))
        for row in session.scalars(query.order_by(CertificateRow.type))
    )


def imports(session: Session) -> tuple[Imported, ...]:
    """Every import, the newest first."""
    rows = session.scalars(select(ImportRow).order_by(ImportRow.id.desc()))
    return tuple(Imported(**{name: getattr(row, name) for name in Imported.__struct_fields__}) for row in rows)


def counts_by_type(session: Session) -> dict[str, int]:
    """How many certificates there are of each type."""
    query = select(CertificateRow.type, func.count()).group_by(CertificateRow.type).order_by(CertificateRow.type)
    return {str(kind): int(count) for kind, count in session.execute(query)}


def _history(session: Session, row: CertificateRow, origins: dict[int, Imported]) -> tuple[Past, ...]:
    past = select(PastCertificateRow).where(
        PastCertificateRow.type == row.type, PastCertificateRow.number == row.number
    )
    return tuple(
        Past(one.record, origins[one.import_id], one.recorded_at, one.replaced_at)
        for one in session.scalars(past.order_by(PastCertificateRow.id.desc()))
    )
