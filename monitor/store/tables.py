"""The tables. ``docs/data-model.md`` draws them.

Rows of ``revisions``, ``flags``, ``decisions``, ``audit`` and ``certificate_history`` are written once: triggers refuse UPDATE and DELETE.
Everything that moves (the state of work, the latest revision) stands in other tables.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from monitor.documents import Certificate
from monitor.flags import Basis, Evidence, Unknown
from monitor.store import sweep_tables
from monitor.store.columns import Json, Leased, Moment, Row, Words

MORE: Final = (sweep_tables.SweepRow, sweep_tables.ShardRow)
"""Tables that stand in modules of their own."""

WRITTEN_ONCE = ("revisions", "flags", "decisions", "audit", "certificate_history")
"""Tables whose rows triggers protect."""


class DocumentRow(Row):
    """A listing or a transcript, through all its revisions. It is known by its platform and the platform's id for it.

    ``identity`` is :func:`monitor.store.identity.document_identity`: an index over the text itself could grow past what
    PostgreSQL allows, and whoever writes the ids could make it so.
    """

    __tablename__ = "documents"
    __table_args__ = (
        Index("ix_documents_kind_id", "kind", "id"),
        Index("ix_documents_external_id", "external_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    platform: Mapped[str] = mapped_column(Words)
    external_id: Mapped[str] = mapped_column(Words)
    kind: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(Moment)


class RevisionRow(Row):
    """The content of a document as it was received. ``number`` counts from 1 within the document.

    ``raw`` are the bytes as given, ``content_sha256`` is over the canonical JSON of the document, ``identity`` over that and
    the circumstances (``as_of``, ``certificates``, ``prices``). ``certificates`` NULL: the registry of the run; ``[]``: none. ``prices``
    NULL: the history of the database; else the whole history for this document.
    """

    __tablename__ = "revisions"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        UniqueConstraint("document_id", "identity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    number: Mapped[int]
    identity: Mapped[str] = mapped_column(String(64))
    content_sha256: Mapped[str] = mapped_column(String(64))
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    certificates: Mapped[bytes | None] = mapped_column(LargeBinary)
    prices: Mapped[bytes | None] = mapped_column(LargeBinary)
    as_of: Mapped[date | None]
    label: Mapped[str] = mapped_column(Words)
    seller_id: Mapped[str] = mapped_column(Words)
    seller_name: Mapped[str] = mapped_column(Words)
    source: Mapped[str] = mapped_column(Words)
    received_at: Mapped[datetime] = mapped_column(Moment)


class PriceRow(Row):
    """A price of a listing at a moment. ``listing_identity`` is that of a document of this platform and id, which need not be here.

    ``price`` counts ten-thousandths of the currency. ``identity`` is over everything but ``stock`` and where it came from: the same
    price of the same kind at the same moment is one observation.
    """

    __tablename__ = "price_observations"
    __table_args__ = (
        CheckConstraint("kind IN ('deal', 'displayed', 'reference')", name="kind"),
        CheckConstraint("price > 0", name="price"),
        Index("ix_price_observations_listing_at", "listing_identity", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    listing_identity: Mapped[str] = mapped_column(String(64))
    platform: Mapped[str] = mapped_column(Words)
    listing: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(String(16))
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    stock: Mapped[int | None]
    source: Mapped[str] = mapped_column(Words)
    received_at: Mapped[datetime] = mapped_column(Moment)


class WorkRow(Leased, Row):
    """The scan that a revision waits for, or had.

    ``degraded``: registries that did not answer while it was scanned.
    """

    __tablename__ = "work"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'leased', 'done', 'dead')", name="state"),
        CheckConstraint("(state = 'leased') = (token IS NOT NULL)", name="lease"),
        Index("ix_work_state_due_at", "state", "due_at", "revision_id"),
        Index(
            "ix_work_lease_until",
            "lease_until",
            sqlite_where=text("state = 'leased'"),
            postgresql_where=text("state = 'leased'"),
        ),
    )

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True, autoincrement=False)
    rulebook: Mapped[str | None] = mapped_column(String(64))
    as_of: Mapped[date | None]
    unknown: Mapped[tuple[Unknown, ...] | None] = mapped_column(Json(tuple[Unknown, ...]))
    degraded: Mapped[tuple[str, ...] | None] = mapped_column(Json(tuple[str, ...]))


class FlagRow(Row):
    """A flag. ``identity`` is over rule, matcher and raw span; ``platform`` and ``seller`` are those of the revision.

    ``at`` is seconds from the start of the stream, for transcripts.
    """

    __tablename__ = "flags"
    __table_args__ = (
        UniqueConstraint("revision_id", "identity"),
        Index("ix_flags_priority_id", "priority", "id"),
        Index("ix_flags_category_priority", "category", "priority", "id"),
        Index("ix_flags_platform_priority", "platform", "priority", "id"),
        Index("ix_flags_rule_priority", "rule", "priority", "id"),
        Index("ix_flags_document_id", "document_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    identity: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(Words)
    version: Mapped[int]
    matcher: Mapped[str] = mapped_column(Words)
    category: Mapped[str] = mapped_column(String(32))
    severity: Mapped[str] = mapped_column(String(8))
    score: Mapped[float]
    priority: Mapped[float]
    status: Mapped[str] = mapped_column(String(16))
    message: Mapped[str] = mapped_column(Words)
    remedy: Mapped[str] = mapped_column(Words)
    basis: Mapped[tuple[Basis, ...]] = mapped_column(Json(tuple[Basis, ...]))
    evidence: Mapped[tuple[Evidence, ...]] = mapped_column(Json(tuple[Evidence, ...]))
    explanation: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    words: Mapped[str] = mapped_column(Words)
    at: Mapped[float | None]
    platform: Mapped[str] = mapped_column(Words)
    seller: Mapped[str] = mapped_column(Words)
    rulebook: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(Moment)


class DecisionRow(Row):
    """What a person decided about a flag. The latest (greatest ``number``) is the one in force.

    Two people who saw the same last decision write the same ``number``: the database lets one of them.
    """

    __tablename__ = "decisions"
    __table_args__ = (UniqueConstraint("flag_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    flag_id: Mapped[int] = mapped_column(ForeignKey("flags.id"))
    number: Mapped[int]
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)
    outcome: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Words)
    basis: Mapped[tuple[Basis, ...]] = mapped_column(Json(tuple[Basis, ...]))
    decided_by: Mapped[str] = mapped_column(Words)
    decided_at: Mapped[datetime] = mapped_column(Moment)


class ComplaintRow(Row):
    """A complaint. ``receipt`` is a keyed hash of the receipt; ``contact`` is encrypted."""

    __tablename__ = "complaints"

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt: Mapped[str] = mapped_column(String(64), unique=True)
    platform: Mapped[str] = mapped_column(Words)
    subject: Mapped[str] = mapped_column(Words, index=True)
    text: Mapped[str] = mapped_column(Words)
    contact: Mapped[bytes | None] = mapped_column(LargeBinary)
    filed_at: Mapped[datetime] = mapped_column(Moment, index=True)


class ComplaintEventRow(Row):
    """A step of a complaint; the last is its status. ``note`` is public, ``by`` is not."""

    __tablename__ = "complaint_events"
    __table_args__ = (UniqueConstraint("complaint_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Words)
    by: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Moment)


class KeyRow(Row):
    """An API key, of which only the SHA-256 is kept. A name has one live key."""

    __tablename__ = "api_keys"
    __table_args__ = (
        Index(
            "uq_api_keys_name_live",
            "name",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    capabilities: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    created_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class AnswerRow(Row):
    """The first answer given to a request with an idempotency key."""

    __tablename__ = "answers"

    client: Mapped[str] = mapped_column(Words, primary_key=True)
    key: Mapped[str] = mapped_column(Words, primary_key=True)
    request_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime] = mapped_column(Moment, index=True)


class AuditRow(Row):
    """One thing done. ``sha256`` is over this row's words and ``previous``, the ``sha256`` of the row before."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(Words)
    action: Mapped[str] = mapped_column(Words)
    subject: Mapped[str] = mapped_column(Words)
    detail: Mapped[str] = mapped_column(Words)
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)


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
