"""The tables. ``docs/data-model.md`` draws them.

Rows of ``revisions``, ``flags``, ``decisions``, ``audit`` and ``certificate_history`` are written once: triggers refuse UPDATE and DELETE.
Everything that moves (the state of work, the latest revision) stands in other tables.

``month`` is the first day of the month in which the revision was received (:func:`monitor.store.months.month_of`). PostgreSQL
keeps the tables of :data:`BY_MONTH` in a part for each month, and what is unique or referred to there includes the month; on SQLite
they are plain tables with the same columns. ``ddl_if`` says which constraint stands where.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    and_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from monitor.flags import Basis, Evidence, Unknown
from monitor.store.columns import Json, Leased, Moment, Row, Words
from monitor.store.counted import FlagTallyRow, OpenFlagRow, TallyRow
from monitor.store.registry_tables import CertificateRow, ImportRow, PastCertificateRow, RegistryAnswerRow
from monitor.store.sweep_tables import ShardRow, SweepRow

__all__ = [  # one metadata knows them all
    "CertificateRow",
    "FlagTallyRow",
    "ImportRow",
    "OpenFlagRow",
    "PastCertificateRow",
    "RegistryAnswerRow",
    "ShardRow",
    "SweepRow",
    "TallyRow",
]

WRITTEN_ONCE = ("revisions", "flags", "decisions", "audit", "certificate_history")
"""Tables whose rows triggers protect."""

BY_MONTH = ("revisions", "flags", "decisions", "open_flags")
"""Tables that PostgreSQL keeps in a part for each month, those referred to first."""


def _in_its_month(column: str, table: str) -> tuple[ForeignKeyConstraint, ForeignKeyConstraint]:
    """A reference to a row of a table of :data:`BY_MONTH`, which is of the same month."""
    return (
        ForeignKeyConstraint([column], [f"{table}.id"]).ddl_if(dialect="sqlite"),
        ForeignKeyConstraint([column, "month"], [f"{table}.id", f"{table}.month"]).ddl_if(dialect="postgresql"),
    )


def _unique(*columns: str) -> tuple[UniqueConstraint, UniqueConstraint]:
    """Unique in the table, on PostgreSQL in its month."""
    return (
        UniqueConstraint(*columns).ddl_if(dialect="sqlite"),
        UniqueConstraint(*columns, "month").ddl_if(dialect="postgresql"),
    )


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

    On PostgreSQL number and identity are unique within the document and the month; across months it is the lock on the document that
    :func:`monitor.store.ingest` holds.
    """

    __tablename__ = "revisions"
    __table_args__ = (*_unique("document_id", "number"), *_unique("document_id", "identity"))

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
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


_FRESH: Final = text("state = 'pending' AND rescan_id IS NULL")
_DEGRADED: Final = text("degraded IS NOT NULL")


class WorkRow(Leased, Row):
    """The scan that a revision waits for, or had.

    ``degraded``: registries that did not answer while it was scanned. ``rescan_id``: it waits to be scanned again, in this run.
    ``questions``: so many rows of ``questions`` tell what it depends on; NULL: that is not known.
    ``correlation`` names the request or the run that brought the revision.
    """

    __tablename__ = "work"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'leased', 'done', 'dead')", name="state"),
        CheckConstraint("(state = 'leased') = (token IS NOT NULL)", name="lease"),
        Index("ix_work_state_rescan_id", "state", "rescan_id", "due_at", "revision_id"),
        Index("ix_work_finished_at", "finished_at"),
        Index(
            "ix_work_lease_until",
            "lease_until",
            sqlite_where=text("state = 'leased'"),
            postgresql_where=text("state = 'leased'"),
        ),
        Index("ix_work_month", "month", postgresql_using="brin").ddl_if(dialect="postgresql"),
        *_in_its_month("revision_id", "revisions"),
        Index("ix_work_fresh", "due_at", "revision_id", sqlite_where=_FRESH, postgresql_where=_FRESH),
        Index("ix_work_rulebook", "rulebook", "finished_at"),
        Index("ix_work_degraded", "finished_at", sqlite_where=_DEGRADED, postgresql_where=_DEGRADED),
    )

    revision_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[date]
    rulebook: Mapped[str | None] = mapped_column(String(64))
    as_of: Mapped[date | None]
    unknown: Mapped[tuple[Unknown, ...] | None] = mapped_column(Json(tuple[Unknown, ...]))
    degraded: Mapped[tuple[str, ...] | None] = mapped_column(Json(tuple[str, ...]))
    rescan_id: Mapped[int | None]
    questions: Mapped[int | None]
    correlation: Mapped[str | None] = mapped_column(String(64))


WORK_OF_REVISION = and_(WorkRow.revision_id == RevisionRow.id, WorkRow.month == RevisionRow.month)
"""Work and revision belong together. The month follows from the rest: it says which part to look in, here as with flags and decisions."""


class FlagRow(Row):
    """A flag. ``identity`` is over rule, matcher and raw span; ``platform`` and ``seller`` are those of the revision.

    ``at`` is seconds from the start of the stream, for transcripts.
    """

    __tablename__ = "flags"
    __table_args__ = (
        *_unique("revision_id", "identity"),
        *_in_its_month("revision_id", "revisions"),
        Index("ix_flags_priority_id", "priority", "id"),
        Index("ix_flags_category_priority", "category", "priority", "id"),
        Index("ix_flags_platform_priority", "platform", "priority", "id"),
        Index("ix_flags_rule_priority", "rule", "priority", "id"),
        Index("ix_flags_document_id", "document_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    revision_id: Mapped[int]
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
    __table_args__ = (
        *_unique("flag_id", "number"),
        *_unique("previous_id"),
        *_in_its_month("flag_id", "flags"),
        # on PostgreSQL a trigger looks, because no part could go while its own rows refer to it
        ForeignKeyConstraint(["previous_id"], ["decisions.id"]).ddl_if(dialect="sqlite"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    flag_id: Mapped[int]
    number: Mapped[int]
    previous_id: Mapped[int | None]
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
