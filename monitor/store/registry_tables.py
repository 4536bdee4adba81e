"""Tables of what registries say: files that were imported, certificates now and before, answers of slow registries."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from monitor.documents import Certificate
from monitor.store.columns import Json, Moment, Row, Words


class ImportRow(Row):
    """A file of certificates that was imported. ``dated`` is the day its data are of, ``name`` what traces call it.

    ``finished_at`` NULL: it is at work, or was broken off; what it wrote stands. ``types`` counts the rows taken by type.
    """

    __tablename__ = "certificate_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    source: Mapped[str] = mapped_column(Words)
    sha256: Mapped[str] = mapped_column(String(64))
    dated: Mapped[date]
    started_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    types: Mapped[dict[str, int]] = mapped_column(Json(dict[str, int]))
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)


class CertificateRow(Row):
    """What a registry says of a certificate now. ``number`` is the normalised one; ``record`` the whole of it, as given.

    ``holder_code`` and ``name_key`` are what a holder is looked up by: its credit code, and what the names of one party have in
    common. ``import_id`` is the import that said so first, ``recorded_at`` when.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("type", "number"),
        Index("ix_certificates_holder_code", "holder_code"),
        Index("ix_certificates_name_key", "name_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(Words)
    record: Mapped[Certificate] = mapped_column(Json(Certificate))
    holder_code: Mapped[str | None] = mapped_column(String(18))
    name_key: Mapped[str | None] = mapped_column(Words)
    import_id: Mapped[int] = mapped_column(ForeignKey("certificate_imports.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class PastCertificateRow(Row):
    """What a registry said of a certificate before: from ``recorded_at``, by ``import_id``, to ``replaced_at``, by ``replaced_by``."""

    __tablename__ = "certificate_history"
    __table_args__ = (Index("ix_certificate_history_type_number", "type", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(Words)
    record: Mapped[Certificate] = mapped_column(Json(Certificate))
    import_id: Mapped[int] = mapped_column(ForeignKey("certificate_imports.id"))
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    replaced_at: Mapped[datetime] = mapped_column(Moment)
    replaced_by: Mapped[int] = mapped_column(ForeignKey("certificate_imports.id"))


class RegistryAnswerRow(Row):
    """What a slow registry answered, and when. ``question`` is the SHA-256 of what it was asked."""

    __tablename__ = "registry_answers"

    source: Mapped[str] = mapped_column(Words, primary_key=True)
    question: Mapped[str] = mapped_column(String(64), primary_key=True)
    records: Mapped[tuple[Certificate, ...]] = mapped_column(Json(tuple[Certificate, ...]))
    dated: Mapped[date | None]
    answered_at: Mapped[datetime] = mapped_column(Moment)
