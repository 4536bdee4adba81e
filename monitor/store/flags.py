"""Flags as they are kept: written once, found by their identity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from monitor.errors import NotFound
from monitor.flags import Flag, ScanResult
from monitor.store.identity import flag_identity
from monitor.store.priority import priority
from monitor.store.rescan_tables import StandingRow
from monitor.store.rows import chunks, insert_and_tell
from monitor.store.tables import WORK_OF_REVISION, DecisionRow, DocumentRow, FlagRow, RevisionRow, WorkRow


class Gone(Struct, frozen=True):
    """A flag is no longer found: under which rulebook, and since when."""

    rulebook: str
    since: datetime


class StoredFlag(Struct, frozen=True):
    """A flag with its document, revision and the last decision about it.

    ``label`` is a listing's title or a stream's room; ``latest``: the document has no newer revision; ``at`` is seconds from
    the start of a stream; ``outcome`` None: not decided; ``gone`` None: it stands.
    """

    id: int
    document: int
    platform: str
    external_id: str
    kind: Literal["listing", "transcript"]
    label: str
    seller: str
    revision: int
    latest: bool
    flag: Flag
    priority: float
    at: float | None
    as_of: date
    rulebook: str
    created_at: datetime
    outcome: str | None
    gone: Gone | None = None


OUTCOME: Final = (
    select(DecisionRow.outcome)
    .where(DecisionRow.flag_id == FlagRow.id, DecisionRow.month == FlagRow.month)
    .order_by(DecisionRow.number.desc())
    .limit(1)
    .correlate(FlagRow)
    .scalar_subquery()
)
"""The outcome in force of a flag, NULL where nobody decided."""

DECIDED: Final = (
    exists().where(DecisionRow.flag_id == FlagRow.id, DecisionRow.month == FlagRow.month).correlate(FlagRow)
)


def insert_flags(session: Session, results: Mapping[int, ScanResult], now: datetime) -> Counter[tuple[str, str]]:
    """Write the flags of revisions (id → result) that are not there yet; how many that were, by category and severity."""
    flagged = {key: result for key, result in results.items() if result.flags}
    rows: list[dict[str, Any]] = []
    for chunk in chunks(list(flagged)):
        query = (
            select(
                RevisionRow.id,
                RevisionRow.month,
                DocumentRow.id,
                DocumentRow.platform,
                RevisionRow.seller_name,
                RevisionRow.seller_id,
            )
            .join(WorkRow, WORK_OF_REVISION)
            .join(DocumentRow, DocumentRow.id == RevisionRow.document_id)
            .where(WorkRow.revision_id.in_(chunk))
        )
        for key, month, document, platform, seller, seller_id in session.execute(query):
            facts = {
                "revision_id": key,
                "month": month,
                "document_id": document,
                "platform": platform,
                "seller": seller or seller_id,
                "created_at": now,
            }
            rows += [row | facts for row in _rows(flagged[key])]
    written = insert_and_tell(session, FlagRow, ("revision_id", "identity"), rows, told=("category", "severity"))
    return Counter((category, severity) for category, severity in written)


def stored_flags() -> Select[Any]:
    """The query whose rows :func:`stored` reads."""
    return (
        select(
            FlagRow,
            DocumentRow.external_id,
            DocumentRow.kind,
            DocumentRow.revision,
            RevisionRow.number,
            RevisionRow.label,
            OUTCOME,
            StandingRow,
        )
        .join(DocumentRow, DocumentRow.id == FlagRow.document_id)
        .join(RevisionRow, and_(RevisionRow.id == FlagRow.revision_id, RevisionRow.month == FlagRow.month))
        .outerjoin(StandingRow, StandingRow.flag_id == FlagRow.id)
    )


def stored(row: Any) -> StoredFlag:
    """A row of :func:`stored_flags`."""
    flag, external_id, kind, latest, revision, label, outcome, standing = row
    return StoredFlag(
        id=flag.id,
        document=flag.document_id,
        platform=flag.platform,
        external_id=external_id,
        kind=kind,
        label=label,
        seller=flag.seller,
        revision=revision,
        latest=revision == latest,
        flag=_flag(flag),
        priority=flag.priority,
        at=flag.at,
        as_of=flag.as_of,
        rulebook=flag.rulebook,
        created_at=flag.created_at,
        outcome=outcome,
        gone=Gone(standing.rulebook, standing.since) if standing is not None and standing.status == "gone" else None,
    )


def get_flag(session: Session, flag_id: int) -> StoredFlag:
    """One flag.

    Raises:
        NotFound: there is none.
    """
    row = session.execute(stored_flags().where(FlagRow.id == flag_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no flag {flag_id}")
    return stored(row)


def flags_of(session: Session, document: int, revision: int) -> tuple[StoredFlag, ...]:
    """Every flag of one revision, in order of time for a stream, else the gravest first."""
    query = stored_flags().where(FlagRow.document_id == document, RevisionRow.number == revision)
    order = (func.coalesce(FlagRow.at, 0.0), FlagRow.priority.desc(), FlagRow.id)
    return tuple(stored(row) for row in session.execute(query.order_by(*order)))


def _rows(result: ScanResult) -> Iterator[dict[str, Any]]:
    for flag in result.flags:
        first = flag.evidence[0]
        yield {
            "identity": flag_identity(flag),
            "rule": flag.rule,
            "version": flag.version,
            "matcher": flag.matcher,
            "category": flag.category,
            "severity": flag.severity,
            "score": flag.score,
            "priority": priority(flag.severity, flag.score),
            "status": flag.status,
            "message": flag.message,
            "remedy": flag.remedy,
            "basis": flag.basis,
            "evidence": flag.evidence,
            "explanation": flag.explanation,
            "words": first.text,
            "at": first.at,
            "rulebook": result.rulebook,
            "as_of": result.as_of,
        }


def _flag(row: FlagRow) -> Flag:
    return Flag(
        rule=row.rule,
        category=msgspec.convert(row.category, _FIELDS["category"]),
        severity=msgspec.convert(row.severity, _FIELDS["severity"]),
        score=row.score,
        message=row.message,
        basis=row.basis,
        evidence=row.evidence,
        explanation=row.explanation,
        remedy=row.remedy,
        version=row.version,
        matcher=row.matcher,
        status=msgspec.convert(row.status, _FIELDS["status"]),
    )


_FIELDS: Final[dict[str, Any]] = {field.name: field.type for field in msgspec.structs.fields(Flag)}
