"""What a change touches, as conditions over ``work``. Each is a superset: more may be scanned again than flips, never less."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from msgspec import Struct
from sqlalchemy import ColumnElement, String, and_, cast, exists, false, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from monitor.registry.dependence import day_key, keys_of_record, type_key
from monitor.store.imports import keys_of
from monitor.store.rescan_tables import QuestionRow
from monitor.store.rows import chunks
from monitor.store.tables import (
    CertificateRow,
    DocumentRow,
    FlagRow,
    ImportRow,
    PastCertificateRow,
    RevisionRow,
    WorkRow,
)

BROKEN_OFF: Final = timedelta(hours=1)
"""An import that is not finished after so long is taken as broken off: what it wrote stands."""


def scanned_with(digest: str, since: datetime | None) -> ColumnElement[bool]:
    """Whose last scan was with a rulebook, and finished ``since`` then (None: ever)."""
    told = WorkRow.rulebook == digest
    return told if since is None else and_(told, WorkRow.finished_at >= since)


def flagged(rules: Sequence[str]) -> ColumnElement[bool]:
    """Which have a flag of one of the rules, or an open question of any: it may be theirs."""
    if not rules:
        return false()
    flag = aliased(FlagRow)
    own = exists().where(flag.revision_id == WorkRow.revision_id, flag.rule.in_(rules)).correlate(WorkRow)
    return or_(own, and_(WorkRow.unknown.is_not(None), WorkRow.unknown != ()))


def any_flag() -> ColumnElement[bool]:
    """Which have a flag, or an open question."""
    flag = aliased(FlagRow)
    own = exists().where(flag.revision_id == WorkRow.revision_id).correlate(WorkRow)
    return or_(own, and_(WorkRow.unknown.is_not(None), WorkRow.unknown != ()))


def latest(kinds: Iterable[str]) -> ColumnElement[bool]:
    """The latest revisions of documents of these kinds."""
    wanted = sorted(set(kinds))
    if not wanted:
        return false()
    document, revision = aliased(DocumentRow), aliased(RevisionRow)
    query = select(revision.id).join(document, document.id == revision.document_id)
    query = query.where(revision.id == WorkRow.revision_id, revision.number == document.revision)
    return query.where(document.kind.in_(wanted)).correlate(WorkRow).exists()


def on_sale(received_since: datetime) -> ColumnElement[bool]:
    """Listings as they are now: the latest revision, without a day of its envelope, received since then."""
    document, revision = aliased(DocumentRow), aliased(RevisionRow)
    query = select(revision.id).join(document, document.id == revision.document_id)
    query = query.where(revision.id == WorkRow.revision_id, revision.number == document.revision)
    query = query.where(document.kind == "listing", revision.as_of.is_(None), revision.received_at >= received_since)
    return query.correlate(WorkRow).exists()


def received_since(moment: datetime) -> ColumnElement[bool]:
    """Which were received since then."""
    revision = aliased(RevisionRow)
    return exists().where(revision.id == WorkRow.revision_id, revision.received_at >= moment).correlate(WorkRow)


def scanned_before(moment: datetime) -> ColumnElement[bool]:
    """Whose last scan was finished before then."""
    return WorkRow.finished_at < moment


def judged_before(day: date) -> ColumnElement[bool]:
    """Which were judged as of an earlier day."""
    return WorkRow.as_of < day


def due_between(after: date, until: date) -> ColumnElement[bool]:
    """Whose verdict may be another from a day on that lies after ``after`` and after the day it was judged on, up to ``until``."""
    judged = literal("d:").concat(cast(WorkRow.as_of, String))
    coming = select(QuestionRow.revision_id, func.max(QuestionRow.key).label("last"))
    days = coming.where(QuestionRow.key.between(day_key(after), day_key(until))).group_by(QuestionRow.revision_id)
    found = days.subquery()
    return exists().where(found.c.revision_id == WorkRow.revision_id, found.c.last > judged).correlate(WorkRow)


def unknown_questions() -> ColumnElement[bool]:
    """Of which it is not known what they asked: they were scanned before that was kept."""
    return WorkRow.questions.is_(None)


def asked_anything() -> ColumnElement[bool]:
    """Which asked a registry anything, or may have."""
    return or_(WorkRow.questions.is_(None), WorkRow.questions > 0)


def among(revisions: Iterable[int]) -> tuple[ColumnElement[bool], ...]:
    """These revisions in several parts, and those of which it is not known what they asked."""
    known = WorkRow.questions.is_not(None)
    return (
        WorkRow.questions.is_(None),
        *(and_(known, WorkRow.revision_id.in_(some)) for some in chunks(sorted(revisions))),
    )


def degraded(finished_before: datetime) -> ColumnElement[bool]:
    """Which a registry did not answer for, and that were scanned before then."""
    return and_(WorkRow.degraded.is_not(None), WorkRow.finished_at < finished_before)


def still_degraded(session: Session, since: datetime) -> bool:
    """Whether something that was scanned since then was degraded."""
    return any_of(session, and_(WorkRow.degraded.is_not(None), WorkRow.finished_at >= since))


def any_of(session: Session, condition: ColumnElement[bool]) -> bool:
    """Whether there is work of which a condition holds."""
    return session.scalars(select(WorkRow.revision_id).where(condition).limit(1)).first() is not None


class Imported(Struct, frozen=True):
    """An import and when it was finished; of one that was broken off, when that is noticed."""

    id: int
    finished_at: datetime


def imports_since(session: Session, number: int, moment: datetime, now: datetime) -> tuple[Imported, ...]:
    """Imports after ``number``, or finished after ``moment``. One that is at work ends the list: what follows waits for it."""
    query = select(ImportRow.id, ImportRow.finished_at, ImportRow.started_at).order_by(ImportRow.id)
    found: list[Imported] = []
    for key, finished, started in session.execute(
        query.where(or_(ImportRow.id > number, ImportRow.finished_at > moment))
    ):
        if finished is None and started > now - BROKEN_OFF:
            break
        found.append(Imported(key, finished or now))
    return tuple(found)


def asked_of_import(session: Session, number: int) -> set[int]:
    """The revisions whose verdicts stand on something that an import changed."""
    types = session.scalars(select(ImportRow.types).where(ImportRow.id == number)).one()
    found = _asked(session, {type_key(kind) for kind in types if _is_first(session, kind, number)})
    keys: set[str] = set()
    for changed in _changed_keys(session, number):
        keys.update(changed)
        if len(keys) >= _ENOUGH:
            found |= _asked(session, keys)
            keys = set()
    return found | _asked(session, keys)


def _is_first(session: Session, kind: str, number: int) -> bool:
    """Whether nothing of a type was imported before an import."""
    before = session.scalars(select(ImportRow.types).where(ImportRow.id < number, ImportRow.finished_at.is_not(None)))
    return all(kind not in types for types in before)


def _changed_keys(session: Session, number: int) -> Iterable[tuple[str, ...]]:
    """What it wrote and what it replaced; of what it wrote and another replaced since, that other one tells."""
    columns = (CertificateRow.type, CertificateRow.number, CertificateRow.holder_code, CertificateRow.name_key)
    query = select(*columns).where(CertificateRow.import_id == number).execution_options(yield_per=2000)
    for row in session.execute(query):
        yield tuple(keys_of_record(*row))
    past = select(PastCertificateRow.type, PastCertificateRow.record).where(PastCertificateRow.replaced_by == number)
    for kind, record in session.execute(past.execution_options(yield_per=2000)):
        yield tuple(keys_of_record(kind, *keys_of(record)))


def _asked(session: Session, keys: Iterable[str]) -> set[int]:
    found: set[int] = set()
    for chunk in chunks(sorted(keys)):
        found.update(session.scalars(select(QuestionRow.revision_id).where(QuestionRow.key.in_(chunk)).distinct()))
    return found


_ENOUGH: Final = 50_000
"""Keys looked up together."""
