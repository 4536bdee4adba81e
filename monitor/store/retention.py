"""Removal of what is past its term: bounded transactions, each with a row in the audit that proves what it removed.

One function a kind, so that another way (dropping a partition) may take its place. The rows that triggers guard stand in ``expiring``
while their transaction removes them. What is held, waits, or was decided later than the term is kept.

The proof is the number of rows by table and the SHA-256 over one line for each record removed, sorted: whoever kept the lines, or a
copy of the records, can compute it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from monitor.store.audit import record
from monitor.store.complaints import CLOSED, latest_status
from monitor.store.duty_tables import ExpiringRow, HoldRow
from monitor.store.ended import delete_streams, ended_unsaid, is_on_air, lock_streams
from monitor.store.engine import Database
from monitor.store.holds import is_held
from monitor.store.rescan_tables import FlipRow, QuestionRow, StandingRow
from monitor.store.rows import delete_keys, deleted, keys_of, table_of
from monitor.store.stream_tables import StreamRow
from monitor.store.tables import (
    AnswerRow,
    ComplaintEventRow,
    ComplaintRow,
    DecisionRow,
    DocumentRow,
    FlagRow,
    PriceRow,
    RevisionRow,
    WorkRow,
)

PIECE: Final = 200
"""Records of one transaction."""


class Removed(Struct, frozen=True):
    """What one transaction removed: records, rows by table, the lines that were hashed, and their SHA-256."""

    kind: str
    removed: int
    rows: dict[str, int]
    lines: tuple[str, ...]
    sha256: str


def due(session: Session, kind: str, before: datetime) -> int:
    """How many records of a kind are past their term and free to go."""
    query = KINDS[kind].due(before).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(query)) or 0


def held(session: Session, kind: str, before: datetime) -> int:
    """How many documents or complaints past their term are kept by a hold."""
    if kind == "complaints":
        query = select(ComplaintRow.id).where(ComplaintRow.filed_at < before, _complaint_held())
    elif kind in _DOCUMENTS:
        query = select(DocumentRow.id).where(DocumentRow.kind == _DOCUMENTS[kind], DocumentRow.received_at < before)
        query = query.where(is_held(_column(DocumentRow.id), _column(HoldRow.document_id)))
    else:
        return 0
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def remove(
    database: Database, kind: str, before: datetime, by: str, clock: Callable[[], datetime], *, most: int | None = None
) -> list[Removed]:
    """Remove what is past its term, a transaction for each :data:`PIECE` records; at most ``most`` transactions."""
    done: list[Removed] = []
    while most is None or len(done) < most:
        with database.write() as session:
            removed = KINDS[kind].remove(session, kind, before)
            if removed is None:
                break
            told = {f"rows_{table}": count for table, count in removed.rows.items()}
            record(session, by, "retention", kind, clock(), before=before.isoformat(), sha256=removed.sha256, **told)
        done.append(removed)
    return done


def proof(lines: Sequence[str]) -> str:
    """The hash of what was removed: SHA-256 over the lines, sorted, each ended by a line feed."""
    return sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


class Kind(Struct, frozen=True):
    """A kind of record: the query of what is due, and what removes some of it (None: there is nothing left)."""

    due: Callable[[datetime], Select[*tuple[Any, ...]]]
    remove: Callable[[Session, str, datetime], Removed | None]


def _revisions_due(kind: str) -> Callable[[datetime], Select[*tuple[Any, ...]]]:
    """Revisions past their term. The latest of a document goes last: as long as there are others it stays."""

    def due(before: datetime) -> Select[*tuple[Any, ...]]:
        other, flag, decision = aliased(RevisionRow), aliased(FlagRow), aliased(DecisionRow)
        decided = exists().where(flag.revision_id == RevisionRow.id, decision.flag_id == flag.id)
        waits = exists().where(WorkRow.revision_id == RevisionRow.id, WorkRow.state.in_(("pending", "leased")))
        older = exists().where(other.document_id == RevisionRow.document_id, other.number < RevisionRow.number)
        complained = select(ComplaintRow.id).where(
            ComplaintRow.subject == DocumentRow.external_id,
            or_(ComplaintRow.platform == DocumentRow.platform, ComplaintRow.platform == ""),
            latest_status.not_in(CLOSED),
        )
        return (
            select(RevisionRow.id, RevisionRow.document_id)
            .join(DocumentRow, DocumentRow.id == RevisionRow.document_id)
            .where(
                DocumentRow.kind == kind,
                RevisionRow.received_at < before,
                or_(RevisionRow.number < DocumentRow.revision, ~older),
                ~decided.where(decision.decided_at >= before),
                ~waits,
                ~is_on_air(_column(RevisionRow.document_id)),
                ~complained.exists(),
                ~is_held(_column(DocumentRow.id), _column(HoldRow.document_id)),
            )
            .order_by(RevisionRow.id)
        )

    return due


def _remove_revisions(session: Session, kind: str, before: datetime) -> Removed | None:
    """Revisions with everything that hangs on them, and documents that have none left.

    The documents are locked first and looked at again: a hold that was written meanwhile is seen. Live streams are locked before their
    documents, as whoever finishes one does.
    """
    query = KINDS[kind].due(before)
    wanted = session.execute(query.limit(PIECE)).all()
    if not wanted:
        return _remove_unsaid(session, kind, before) if kind == "streams" else None
    documents = sorted({row.document_id for row in wanted})
    lock_streams(session, documents)
    locked = select(DocumentRow.id).where(DocumentRow.id.in_(documents)).order_by(DocumentRow.id)
    session.execute(locked.with_for_update())
    ids = [row.id for row in session.execute(query.where(RevisionRow.id.in_([row.id for row in wanted])))]
    if not ids:
        return None
    flags = session.execute(select(FlagRow.id, FlagRow.identity).where(FlagRow.revision_id.in_(ids))).all()
    decisions = keys_of(session, DecisionRow.id, DecisionRow.flag_id, [row.id for row in flags])
    lines = [f"flag {row.identity}" for row in flags] + [f"decision {key}" for key in decisions]
    named = select(DocumentRow.identity, RevisionRow.number, RevisionRow.content_sha256)
    named = named.join(RevisionRow, RevisionRow.document_id == DocumentRow.id).where(RevisionRow.id.in_(ids))
    lines += [f"revision {identity} {number} {content}" for identity, number, content in session.execute(named)]
    going = {"decisions": decisions, "flags": [row.id for row in flags], "revisions": ids}
    rows = _delete_revisions(session, going, documents)
    return Removed(kind, len(ids), rows, tuple(sorted(lines)), proof(lines))


def _remove_unsaid(session: Session, kind: str, before: datetime) -> Removed | None:
    """Live streams that ended with nothing said, and so are no documents."""
    found = ended_unsaid(session, before, PIECE)
    if not found:
        return None
    rows = delete_streams(session, list(found))
    lines = sorted(f"stream {identity}" for identity in found.values())
    return Removed(
        kind, len(found), {table: count for table, count in rows.items() if count}, tuple(lines), proof(lines)
    )


def _delete_revisions(session: Session, going: Mapping[str, Sequence[int]], documents: Sequence[int]) -> dict[str, int]:
    """Delete in the order in which rows hang on each other; how many went, by table."""
    listed = [{"kind": table, "row_id": key} for table, keys in going.items() for key in keys]
    session.connection().execute(insert(table_of(ExpiringRow)), listed)
    flags, revisions = going["flags"], going["revisions"]
    rows = {
        "decisions": delete_keys(session, DecisionRow, DecisionRow.id, going["decisions"]),
        "flag_standing": delete_keys(session, StandingRow, StandingRow.flag_id, flags),
        "flips": delete_keys(session, FlipRow, FlipRow.revision_id, revisions),
        "flags": delete_keys(session, FlagRow, FlagRow.id, flags),
        "questions": delete_keys(session, QuestionRow, QuestionRow.revision_id, revisions),
        "work": delete_keys(session, WorkRow, WorkRow.revision_id, revisions),
        "revisions": delete_keys(session, RevisionRow, RevisionRow.id, revisions),
    }
    left = exists().where(RevisionRow.document_id == DocumentRow.id)
    empty = list(session.scalars(select(DocumentRow.id).where(DocumentRow.id.in_(documents), ~left)))
    rows |= delete_streams(session, keys_of(session, StreamRow.id, StreamRow.document_id, empty))
    rows["documents"] = delete_keys(session, DocumentRow, DocumentRow.id, empty)
    session.execute(delete(ExpiringRow))
    return {table: count for table, count in rows.items() if count}


def _complaint_held() -> ColumnElement[bool]:
    return is_held(_column(ComplaintRow.id), _column(HoldRow.complaint_id))


def _complaints_due(before: datetime) -> Select[*tuple[Any, ...]]:
    """Complaints that were answered or closed, and of which nothing was heard since."""
    heard = exists().where(ComplaintEventRow.complaint_id == ComplaintRow.id, ComplaintEventRow.at >= before)
    query = select(ComplaintRow.id, ComplaintRow.receipt).where(ComplaintRow.filed_at < before)
    return query.where(latest_status.in_(CLOSED), ~heard, ~_complaint_held()).order_by(ComplaintRow.id)


def _remove_complaints(session: Session, kind: str, before: datetime) -> Removed | None:
    query = _complaints_due(before)
    wanted = [row.id for row in session.execute(query.limit(PIECE))]
    session.execute(select(ComplaintRow.id).where(ComplaintRow.id.in_(wanted)).with_for_update())
    going = session.execute(query.where(ComplaintRow.id.in_(wanted))).all()
    if not going:
        return None
    ids = [row.id for row in going]
    rows = {
        "complaint_events": delete_keys(session, ComplaintEventRow, ComplaintEventRow.complaint_id, ids),
        "complaints": delete_keys(session, ComplaintRow, ComplaintRow.id, ids),
    }
    lines = sorted(f"complaint {row.receipt}" for row in going)
    return Removed(kind, len(ids), rows, tuple(lines), proof(lines))


def _prices_due(before: datetime) -> Select[*tuple[Any, ...]]:
    return select(PriceRow.id, PriceRow.identity).where(PriceRow.at < before).order_by(PriceRow.id)


def _remove_prices(session: Session, kind: str, before: datetime) -> Removed | None:
    going = session.execute(_prices_due(before).limit(PIECE)).all()
    if not going:
        return None
    count = delete_keys(session, PriceRow, PriceRow.id, [row.id for row in going])
    lines = sorted(f"price {row.identity}" for row in going)
    return Removed(kind, count, {"price_observations": count}, tuple(lines), proof(lines))


def _answers_due(before: datetime) -> Select[*tuple[Any, ...]]:
    query = select(AnswerRow.client, AnswerRow.key, AnswerRow.request_sha256).where(AnswerRow.answered_at < before)
    return query.order_by(AnswerRow.client, AnswerRow.key)


def _remove_answers(session: Session, kind: str, before: datetime) -> Removed | None:
    going = session.execute(_answers_due(before).limit(PIECE)).all()
    if not going:
        return None
    keys = tuple_(AnswerRow.client, AnswerRow.key).in_([(row.client, row.key) for row in going])
    count = deleted(session, delete(AnswerRow).where(keys))
    lines = sorted(f"answer {row.request_sha256}" for row in going)
    return Removed(kind, count, {"answers": count}, tuple(lines), proof(lines))


def _column(column: Any) -> ColumnElement[Any]:
    return column  # type: ignore[no-any-return]  # a mapped attribute is one


_DOCUMENTS: Final = {"streams": "transcript", "listings": "listing"}
KINDS: Final[Mapping[str, Kind]] = {
    **{kind: Kind(_revisions_due(of), _remove_revisions) for kind, of in _DOCUMENTS.items()},
    "complaints": Kind(_complaints_due, _remove_complaints),
    "prices": Kind(_prices_due, _remove_prices),
    "answers": Kind(_answers_due, _remove_answers),
}
"""By name, as the settings name their terms."""
