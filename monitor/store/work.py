"""Pending work: each revision is scanned once, whatever happens to those who scan.

It is leased and ended as :mod:`monitor.store.leases` says: who lost the lease writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from monitor.documents import Certificate, Envelope, PriceObservation, decode_document
from monitor.flags import ScanResult
from monitor.store.flags import insert_flags
from monitor.store.leases import ALONE_AFTER, DEAD_AFTER, LONGEST_BACKOFF, Failed, Lease, Leases
from monitor.store.rows import chunks
from monitor.store.tables import RevisionRow, WorkRow

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
]

WORK: Final = Leases(WorkRow, WorkRow.revision_id, "document")
"""The leases of pending scans; an id is that of the revision."""


class WorkItem(Struct, frozen=True):
    """A revision to scan. ``certificates`` None: the registry of the run; ``prices`` None: the history of the database."""

    id: int
    raw: bytes
    certificates: bytes | None
    as_of: date | None
    received_at: datetime
    prices: bytes | None = None

    def envelope(self) -> Envelope:
        """The document with its circumstances.

        Raises:
            msgspec.DecodeError: the content no longer keeps the contract; this item fails, not its batch.
        """
        registry = None if self.certificates is None else _CERTIFICATES.decode(self.certificates)
        prices = None if self.prices is None else _PRICES.decode(self.prices)
        return Envelope(document=decode_document(self.raw), as_of=self.as_of, registry=registry, prices=prices)


class Completed(Struct, frozen=True):
    """``done``: kept. ``lapsed``: the lease was lost, nothing was written for these. ``flags``: how many were new."""

    done: tuple[int, ...]
    lapsed: tuple[int, ...]
    flags: int


def lease_batch(session: Session, size: int, seconds: float, now: datetime, *, owner: str = "") -> Lease:
    """Lease at most ``size`` pieces of work that are due, the longest due first. ``owner``: who begins it at once, if anybody."""
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
            )
            .join(WorkRow, WorkRow.revision_id == RevisionRow.id)
            .where(WORK.held(token, chunk))
            .order_by(RevisionRow.id)
        )
        found += [WorkItem(*row) for row in session.execute(query)]
    return tuple(found)


def complete(session: Session, token: str, results: Mapping[int, ScanResult], now: datetime) -> Completed:
    """Keep the results of work (id → result) and end its lease, in the caller's transaction.

    A lease lapses when :func:`release_lapsed` takes it back; until then a slow worker may still complete.
    Flags that are there already, from an earlier scan of the same revision, are not written again.
    """
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
        }
        for key, result in sorted(results.items())
    ]
    done = WORK.end_each(session, token, judged)
    written = insert_flags(session, {key: results[key] for key in done}, now)
    return Completed(done, tuple(sorted(results.keys() - set(done))), written)


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
