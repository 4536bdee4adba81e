"""Pending work: each revision is scanned once, whatever happens to those who scan.

It is leased and ended as :mod:`monitor.store.leases` says: who lost the lease writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, case, func, literal_column, select, true, update
from sqlalchemy.orm import Session

from monitor.documents import Certificate, Envelope, PriceObservation, decode_document
from monitor.flags import ScanResult
from monitor.store.flags import insert_flags
from monitor.store.flips import count_spared, keep_questions, note_flips, seen_before
from monitor.store.leases import ALONE_AFTER, DEAD_AFTER, LONGEST_BACKOFF, Failed, Lease, Leases
from monitor.store.rescan_tables import RescanRow
from monitor.store.rows import chunks
from monitor.store.tables import WORK_OF_REVISION, RevisionRow, WorkRow

__all__ = [
    "ALONE_AFTER",
    "DEAD_AFTER",
    "LONGEST_BACKOFF",
    "WORK",
    "Completed",
    "Failed",
    "Lease",
    "WorkItem",
    "complete",
    "fail",
    "lease_batch",
    "load_work",
    "release",
    "release_lapsed",
    "revive",
    "spare",
]


@dataclass(frozen=True, slots=True)
class _Leases(Leases):
    """What is to be scanned again comes after everything that was never scanned."""

    def due(self, session: Session, size: int, now: datetime) -> Sequence[int]:
        """What was never scanned, else what the oldest run that does not rest has to scan again."""
        fresh = self._due_of(session, WorkRow.rescan_id.is_(None), size, now)
        if fresh:
            return fresh
        runs = select(RescanRow.id).where(RescanRow.finished_at.is_(None), RescanRow.paused_at.is_(None))
        for run in session.scalars(runs.order_by(RescanRow.id)).all():
            if again := self._due_of(session, WorkRow.rescan_id == run, size, now):
                return again
        return ()

    def _due_of(self, session: Session, which: ColumnElement[bool], size: int, now: datetime) -> Sequence[int]:
        """What often lapsed goes one by one, and after the rest. On PostgreSQL what another dispatcher has in hand is passed over.

        The state is a literal, so that a partial index serves.
        """
        pending = WorkRow.state == literal_column("'pending'")
        query = select(WorkRow.revision_id).where(pending, which, WorkRow.due_at <= now)
        query = query.order_by(WorkRow.due_at, WorkRow.revision_id).with_for_update(skip_locked=True)
        some = session.scalars(query.where(WorkRow.lapses < ALONE_AFTER).limit(size)).all()
        return some or session.scalars(query.where(WorkRow.lapses >= ALONE_AFTER).limit(1)).all()


WORK: Final = _Leases(WorkRow, WorkRow.revision_id, "document")
"""The leases of pending scans; an id is that of the revision."""


class WorkItem(Struct, frozen=True):
    """A revision to scan. ``certificates`` None: the registry of the run; ``prices`` None: the history of the database.

    ``again``: it was scanned before and is to be judged as of this day, whatever its own.
    ``correlation`` names what brought it; ``rulebook`` is the digest of an earlier scan, None: it is the first.
    """

    id: int
    raw: bytes
    certificates: bytes | None
    as_of: date | None
    received_at: datetime
    prices: bytes | None = None
    again: date | None = None
    correlation: str | None = None
    rulebook: str | None = None

    def envelope(self) -> Envelope:
        """The document with its circumstances.

        Raises:
            msgspec.DecodeError: the content no longer keeps the contract; this item fails, not its batch.
        """
        registry = None if self.certificates is None else _CERTIFICATES.decode(self.certificates)
        prices = None if self.prices is None else _PRICES.decode(self.prices)
        return Envelope(
            document=decode_document(self.raw), as_of=self.again or self.as_of, registry=registry, prices=prices
        )


@dataclass(frozen=True, slots=True)
class Completed:
    """``done``: kept. ``lapsed``: the lease was lost, nothing was written for these. ``flags``: how many were new, and ``kinds`` the same
    by category and severity."""

    done: tuple[int, ...]
    lapsed: tuple[int, ...]
    flags: int
    kinds: Mapping[tuple[str, str], int] = field(default_factory=dict, compare=False)


def lease_batch(session: Session, size: int, seconds: float, now: datetime, *, owner: str = "") -> Lease:
    """Lease at most ``size`` pieces of work that are due, the longest due first. ``owner``: who begins it at once, if anybody.

    What is to be scanned again comes after everything that was never scanned.
    """
    return WORK.lease(session, size, seconds, now, owner=owner)


def load_work(session: Session, token: str, ids: Sequence[int]) -> tuple[WorkItem, ...]:
    """What is to be scanned: those of ``ids`` that are still held under ``token``, in the order of their ids."""
    found: list[WorkItem] = []
    for chunk in chunks(sorted(ids)):
        query = (
            select(
                RevisionRow.id,
                RevisionRow.raw,
                RevisionRow.certificates,
                RevisionRow.as_of,
                RevisionRow.received_at,
                RevisionRow.prices,
                case((WorkRow.rescan_id.is_not(None), func.coalesce(RescanRow.day, WorkRow.as_of))),
                WorkRow.correlation,
                WorkRow.rulebook,
            )
            .join(WorkRow, WORK_OF_REVISION)
            .outerjoin(RescanRow, RescanRow.id == WorkRow.rescan_id)
            .where(WORK.held(token, chunk))
            .order_by(RevisionRow.id)
        )
        found += [WorkItem(*row) for row in session.execute(query)]
    return tuple(found)


def complete(session: Session, token: str, results: Mapping[int, ScanResult], now: datetime) -> Completed:
    """Keep the results of work (id → result) and end its lease, in the caller's transaction.

    A lease lapses when :func:`release_lapsed` takes it back; until then a slow worker may still complete.
    Flags that are there already, from an earlier scan of the same revision, are not written again; what a scan that was made again
    found otherwise is listed (:mod:`monitor.store.flips`).
    """
    before = seen_before(session, sorted(results))
    judged = [
        {
            "revision_id": key,
            "state": "done",
            "rulebook": result.rulebook,
            "as_of": result.as_of,
            "unknown": result.unknown,
            "degraded": result.degraded or None,
            "error": None,
            "finished_at": now,
            "rescan_id": None,
            "questions": len(result.depends),
        }
        for key, result in sorted(results.items())
    ]
    done = WORK.end_each(session, token, judged)
    kept = {key: results[key] for key in done}
    again = {key: before[key] for key in done if key in before}
    written = insert_flags(session, kept, now)
    keep_questions(session, kept, again=again.keys())
    note_flips(session, kept, again, now)
    return Completed(done, tuple(sorted(results.keys() - set(done))), written.total(), written)


def spare(session: Session, token: str, ids: Sequence[int], rulebook: str, now: datetime) -> tuple[int, ...]:
    """End the lease of work that a change of rules cannot concern: its verdict is that of the new rulebook too; those that were held."""
    done = WORK.end(session, token, ids, "done")
    count_spared(session, done)
    for chunk in chunks(done):
        same = {"rulebook": rulebook, "finished_at": now, "rescan_id": None, "error": None}
        session.execute(update(WorkRow).where(WorkRow.revision_id.in_(chunk)).values(**same))
    return done


def fail(
    session: Session,
    token: str,
    errors: Mapping[int, str],
    now: datetime,
    *,
    attempts: int = 5,
    backoff: float = 10.0,
) -> Failed:
    """Give back work that failed (id → reason). It is due again after ``backoff`` seconds, twice that the next time.

    After ``attempts`` failures it is dead and keeps its last reason.
    """
    return WORK.fail(session, token, errors, now, attempts=attempts, backoff=backoff)


def release(session: Session, token: str, ids: Sequence[int], now: datetime) -> int:
    """Give back work that was not begun, as a worker does that shuts down; how many pieces. It is due at once."""
    return WORK.release(session, token, ids, now)


def release_lapsed(session: Session, now: datetime) -> int:
    """Take back every lease that ended before ``now``: the sweeper. How many pieces of work are due again or dead.

    What nobody began (:func:`monitor.store.begun.begin` was not called, nor ``owner`` given) was lost on its way: that does not
    count against it.
    """
    return WORK.release_lapsed(session, now)


def revive(session: Session, now: datetime, ids: Sequence[int] | None = None) -> int:
    """Make dead work pending again (None: all of it), with its attempts forgotten; how many pieces."""
    return WORK.revive(session, now, true() if ids is None else WorkRow.revision_id.in_(ids))


_PRICES: msgspec.json.Decoder[tuple[PriceObservation, ...]] = msgspec.json.Decoder(tuple[PriceObservation, ...])
_CERTIFICATES: msgspec.json.Decoder[tuple[Certificate, ...]] = msgspec.json.Decoder(tuple[Certificate, ...])
