"""Documents as they were received, and the list of live streams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import Row, Select, and_, case, func, select
from sqlalchemy.orm import Session

from monitor.documents import Document, decode_document
from monitor.errors import NotFound
from monitor.flags import SEVERITIES, Severity
from monitor.store.documents import DocumentKey
from monitor.store.flags import DECIDED
from monitor.store.paging import Page, check_limit, cursor, place
from monitor.store.tables import WORK_OF_REVISION, DocumentRow, FlagRow, RevisionRow, TallyRow, WorkRow


class Content(Struct, frozen=True):
    """One revision of a document: decoded, with the SHA-256 of its content and where it came from."""

    key: DocumentKey
    document: Document
    sha256: str
    source: str
    received_at: datetime


class StreamItem(Struct, frozen=True):
    """A live stream in its latest revision. ``worst``: the gravest severity among its flags; ``as_of``: the day it was judged on."""

    document: int
    platform: str
    external_id: str
    label: str
    seller: str
    revision: int
    received_at: datetime
    scanned: bool
    as_of: date | None
    flags: int = 0
    undecided: int = 0
    worst: Severity | None = None


def get_content(session: Session, document: int, revision: int | None = None) -> Content:
    """A revision of a document, None: the latest.

    Raises:
        NotFound: there is none.
    """
    query = select(DocumentRow, RevisionRow).join(RevisionRow, RevisionRow.document_id == DocumentRow.id)
    number = DocumentRow.revision if revision is None else revision
    found = session.execute(query.where(DocumentRow.id == document, RevisionRow.number == number)).one_or_none()
    if found is None:
        raise NotFound(f"there is no document {document}" + (f" with revision {revision}" if revision else ""))
    row, content = found
    key = DocumentKey(row.id, content.number, row.platform, row.external_id)
    return Content(key, decode_document(content.raw), content.content_sha256, content.source, content.received_at)


def documents_called(session: Session, external_id: str, platform: str = "") -> tuple[DocumentKey, ...]:
    """Documents whose platform calls them so, in their latest revision; an empty ``platform`` means any."""
    query = select(DocumentRow.id, DocumentRow.revision, DocumentRow.platform, DocumentRow.external_id)
    query = query.where(DocumentRow.external_id == external_id).order_by(DocumentRow.id)
    if platform:
        query = query.where(DocumentRow.platform == platform)
    return tuple(DocumentKey(*row) for row in session.execute(query))


def stream_page(session: Session, *, after: str | None = None, limit: int = 50) -> Page[StreamItem]:
    """Live streams, those that came last first.

    Raises:
        Refused: a cursor or limit that cannot be.
    """
    query = _streams().order_by(DocumentRow.id.desc())
    if after is not None:
        query = query.where(DocumentRow.id < place(after, tuple[int])[0])
    rows = session.execute(query.limit(check_limit(limit) + 1)).all()
    tally = select(func.sum(TallyRow.number)).where(TallyRow.what == "document", TallyRow.kind == "transcript")
    total = int(session.scalar(tally) or 0)
    items = _with_flags(session, rows[:limit])
    return Page(items, total, cursor(items[-1].document) if len(rows) > limit else None)


def get_stream(session: Session, document: int) -> StreamItem:
    """One live stream.

    Raises:
        NotFound: there is no document of this number, or it is not a stream.
    """
    rows = session.execute(_streams().where(DocumentRow.id == document)).all()
    if not rows:
        raise NotFound(f"there is no live stream {document}")
    return _with_flags(session, rows)[0]


_LATEST: Final = and_(RevisionRow.document_id == DocumentRow.id, RevisionRow.number == DocumentRow.revision)


def _streams() -> Select[int, str, str, str, str, int, datetime, bool, date | None]:
    return (
        select(
            DocumentRow.id,
            DocumentRow.platform,
            DocumentRow.external_id,
            RevisionRow.label,
            RevisionRow.seller_name,
            RevisionRow.number,
            RevisionRow.received_at,
            WorkRow.state == "done",
            WorkRow.as_of,
        )
        .join(RevisionRow, _LATEST)
        .join(WorkRow, WORK_OF_REVISION)
        .where(DocumentRow.kind == "transcript")
    )


def _with_flags(
    session: Session, rows: Sequence[Row[int, str, str, str, str, int, datetime, bool, date | None]]
) -> tuple[StreamItem, ...]:
    """The streams with what was found in them: flags in force, of the latest revision."""
    grade = case({severity: rank for rank, severity in enumerate(SEVERITIES)}, value=FlagRow.severity, else_=0)
    query = (
        select(FlagRow.document_id, func.count(), func.sum(case((~DECIDED, 1), else_=0)), func.max(grade))
        .join(DocumentRow, DocumentRow.id == FlagRow.document_id)
        .join(RevisionRow, and_(_LATEST, RevisionRow.id == FlagRow.revision_id, RevisionRow.month == FlagRow.month))
        .where(FlagRow.document_id.in_([row[0] for row in rows]), FlagRow.status == "in-force")
        .group_by(FlagRow.document_id)
    )
    found = {key: (flags, int(undecided), SEVERITIES[worst]) for key, flags, undecided, worst in session.execute(query)}
    items = []
    for row in rows:
        flags, undecided, worst = found.get(row[0], (0, 0, None))
        items.append(StreamItem(*row, flags=flags, undecided=undecided, worst=worst))
    return tuple(items)
