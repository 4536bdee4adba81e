"""Pending work: each revision is scanned once, whatever happens to those who scan.

::

    pending ──lease_batch──► leased ──complete──► done
       ▲                       │ │
       ├──── release_lapsed ───┘ └──fail──► pending again after a while, dead after a number of attempts
       └──── revive ◄── dead

Work is leased under a token. Everything that ends a lease compares the token: who lost the lease writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, select, update
from sqlalchemy.orm import Session

from monitor.documents import Certificate, Envelope, PriceObservation, decode_document
from monitor.flags import ScanResult
from monitor.store.flags import insert_flags
from monitor.store.flips import count_spared, keep_questions, note_flips, seen_before
from monitor.store.rescan_tables import RescanRow
from monitor.store.rows import chunks, table_of
from monitor.store.tables import WORK_OF_REVISION, RevisionRow, WorkRow

ALONE_AFTER: Final = 3
"""Work whose lease lapsed this often is leased alone: if it kills its worker, it takes no other with it."""

DEAD_AFTER: Final = 10
"""Work whose lease lapsed this often is dead until somebody revives it."""

LONGEST_BACKOFF: Final = 3600.0
"""Seconds."""

_DOUBLINGS: Final = 30
_ERROR_LIMIT: Final = 4000


class Lease(Struct, frozen=True):
    """Work held under ``token`` until ``until``. No ``ids``: nothing is due."""

    token: str
    ids: tuple[int, ...]
    until: datetime


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
        day = self.again or self.as_of
        return Envelope(document=decode_document(self.raw), as_of=day, registry=registry, prices=prices)


@dataclass(frozen=True, slots=True)
class Completed:
    """``done``: kept. ``lapsed``: the lease was lost, nothing was written for these. ``flags``: how many were new, and ``kinds`` the same
    by category and severity."""

    done: tuple[int, ...]
    lapsed: tuple[int, ...]
    flags: int
    kinds: Mapping[tuple[str, str], int] = field(default_factory=dict, compare=False)


class Failed(Struct, frozen=True):
    """``retried`` will be tried again, ``dead`` will not, of ``lapsed`` the lease was lost."""

    retried: tuple[int, ...]
    dead: tuple[int, ...]
    lapsed: tuple[int, ...]


def lease_batch(session: Session, size: int, seconds: float, now: datetime, *, owner: str = "") -> Lease:
    """Lease at most ``size`` pieces of work that are due, the longest due first. ``owner``: who begins it at once, if anybody.

    What is to be scanned again comes after everything that was never scanned.
    """
    ids = _due(session, size, now)
    lease = Lease(uuid4().hex, tuple(ids), now + timedelta(seconds=seconds))
    for chunk in chunks(ids):
        session.execute(
            update(WorkRow)
            .where(WorkRow.revision_id.in_(chunk))
            .values(state="leased", token=lease.token, owner=owner, lease_until=lease.until)
        )
    return lease


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
            .where(_held(token, chunk))
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
    done = _end_lease(session, token, results, "done")
    before = seen_before(session, done)
    judged = [
        {
            "key": key,
            "rulebook": results[key].rulebook,
            "as_of": results[key].as_of,
            "unknown": results[key].unknown,
            "degraded": results[key].degraded or None,
            "questions": len(results[key].depends),
        }
        for key in done
    ]
    _update_each(session, judged, error=None, finished_at=now, rescan_id=None)
    kept = {key: results[key] for key in done}
    written = insert_flags(session, kept, now)
    keep_questions(session, kept, again=before.keys())
    note_flips(session, kept, before, now)
    return Completed(done, tuple(sorted(results.keys() - set(done))), written.total(), written)


def spare(session: Session, token: str, ids: Sequence[int], rulebook: str, now: datetime) -> tuple[int, ...]:
    """End the lease of work that a change of rules cannot concern: its verdict is that of the new rulebook too; those that were held."""
    done = _end_lease(session, token, ids, "done")
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
    held = _end_lease(session, token, errors, "pending")
    tried: dict[int, int] = {}
    for chunk in chunks(held):
        query = select(WorkRow.revision_id, WorkRow.attempts).where(WorkRow.revision_id.in_(chunk))
        tried |= {key: number + 1 for key, number in session.execute(query)}
    _update_each(session, [_failure(key, tried[key], errors[key], now, attempts, backoff) for key in held])
    return Failed(
        retried=tuple(key for key in held if tried[key] < attempts),
        dead=tuple(key for key in held if tried[key] >= attempts),
        lapsed=tuple(key for key in errors if key not in tried),
    )


def release(session: Session, token: str, ids: Sequence[int], now: datetime) -> int:
    """Give back work that was not begun, as a worker does that shuts down; how many pieces. It is due at once."""
    held = _end_lease(session, token, ids, "pending")
    for chunk in chunks(held):
        session.execute(update(WorkRow).where(WorkRow.revision_id.in_(chunk)).values(due_at=now))
    return len(held)


def release_lapsed(session: Session, now: datetime) -> int:
    """Take back every lease that ended before ``now``: the sweeper. How many pieces of work are due again or dead.

    What nobody began (:func:`monitor.store.begun.begin` was not called, nor ``owner`` given) was lost on its way: that does not
    count against it.
    """
    lapsed = select(WorkRow.revision_id).where(WorkRow.state == "leased", WorkRow.lease_until < now)
    ids = session.scalars(lapsed.with_for_update(skip_locked=True)).all()
    free = {"token": None, "owner": None, "lease_until": None}
    reason = f"the lease lapsed {DEAD_AFTER} times: this document stops its worker, or takes longer than the lease"
    for chunk in chunks(ids):
        these = update(WorkRow).where(WorkRow.revision_id.in_(chunk), WorkRow.state == "leased")
        begun = these.where(WorkRow.owner != "").values(lapses=WorkRow.lapses + 1, **free)
        last = WorkRow.lapses >= DEAD_AFTER - 1
        session.execute(begun.where(last).values(state="dead", error=reason, finished_at=now))
        session.execute(begun.values(state="pending", due_at=now))
        session.execute(these.values(state="pending", due_at=now, **free))
    return len(ids)


def revive(session: Session, now: datetime, ids: Sequence[int] | None = None) -> int:
    """Make dead work pending again (None: all of it), with its attempts forgotten; how many pieces."""
    statement = update(WorkRow).where(WorkRow.state == "dead")
    if ids is not None:
        statement = statement.where(WorkRow.revision_id.in_(ids))
    statement = statement.values(state="pending", attempts=0, lapses=0, due_at=now, finished_at=None)
    return len(session.execute(statement.returning(WorkRow.revision_id)).all())


def _due(session: Session, size: int, now: datetime) -> Sequence[int]:
    """Work that is due, locked: what was never scanned, else what the oldest run that does not rest has to scan again."""
    fresh = _due_of(session, WorkRow.rescan_id.is_(None), size, now)
    if fresh:
        return fresh
    runs = select(RescanRow.id).where(RescanRow.finished_at.is_(None), RescanRow.paused_at.is_(None))
    for run in session.scalars(runs.order_by(RescanRow.id)).all():
        if again := _due_of(session, WorkRow.rescan_id == run, size, now):
            return again
    return ()


def _due_of(session: Session, which: ColumnElement[bool], size: int, now: datetime) -> Sequence[int]:
    """What often lapsed goes one by one, and after the rest. On PostgreSQL what another dispatcher has in hand is passed over.

    The state is a literal, so that a partial index serves.
    """
    pending = WorkRow.state == literal_column("'pending'")
    query = select(WorkRow.revision_id).where(pending, which, WorkRow.due_at <= now)
    query = query.order_by(WorkRow.due_at, WorkRow.revision_id).with_for_update(skip_locked=True)
    some = session.scalars(query.where(WorkRow.lapses < ALONE_AFTER).limit(size)).all()
    return some or session.scalars(query.where(WorkRow.lapses >= ALONE_AFTER).limit(1)).all()


def _held(token: str, ids: Sequence[int]) -> ColumnElement[bool]:
    return and_(WorkRow.revision_id.in_(ids), WorkRow.state == "leased", WorkRow.token == token)


def _failure(key: int, tried: int, reason: str, now: datetime, attempts: int, backoff: float) -> dict[str, Any]:
    seconds = min(backoff * 2.0 ** min(tried - 1, _DOUBLINGS), LONGEST_BACKOFF)
    dead = tried >= attempts
    return {
        "key": key,
        "state": "dead" if dead else "pending",
        "attempts": tried,
        "error": reason[:_ERROR_LIMIT],
        "due_at": now + timedelta(seconds=seconds),
        "finished_at": now if dead else None,
    }


def _update_each(session: Session, rows: Sequence[dict[str, Any]], **same: Any) -> None:
    """Set the columns that each row names, for the work whose id is its ``key``, and ``same`` for all."""
    if not rows:
        return
    table = table_of(WorkRow)
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in rows[0] if name != "key"}
    statement = update(table).where(table.c.revision_id == bindparam("key")).values(**values, **same)
    named = [{name if name == "key" else f"new_{name}": value for name, value in row.items()} for row in rows]
    session.connection().execute(statement, named)


def _end_lease(session: Session, token: str, ids: Iterable[int], state: str) -> tuple[int, ...]:
    """The compare-and-set: those of ``ids`` that were held under ``token`` are so no longer."""
    ended: list[int] = []
    for chunk in chunks(sorted(ids)):
        statement = update(WorkRow).where(_held(token, chunk))
        statement = statement.values(state=state, token=None, owner=None, lease_until=None)
        ended += session.scalars(statement.returning(WorkRow.revision_id)).all()
    return tuple(sorted(ended))


_PRICES: msgspec.json.Decoder[tuple[PriceObservation, ...]] = msgspec.json.Decoder(tuple[PriceObservation, ...])
_CERTIFICATES: msgspec.json.Decoder[tuple[Certificate, ...]] = msgspec.json.Decoder(tuple[Certificate, ...])
