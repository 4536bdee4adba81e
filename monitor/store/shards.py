"""A shard in the hands of a worker: begun, kept alive, done.

A shard whose lease lapsed several times is judged *warily*: the database is told each line before it is judged, so that the line
which stops its worker is found. After :data:`STOPS` times it is not judged any more, and says so in its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from monitor.flags import Tally
from monitor.store.leases import ALONE_AFTER
from monitor.store.sweep_tables import ShardRow, SweepRow
from monitor.store.sweeps import SHARDS, Cut, Part

STOPS: Final = 3
"""A line that stopped its worker this often is not judged. Not once: whoever kills workers would choose the lines."""


class Shard(Cut, frozen=True):
    """What a worker needs to know. ``wary``: tell each line (:func:`note_line`); ``stopped`` has lines that are not to be judged."""

    id: int
    sweep: int
    out: str
    format: str
    as_of: date
    every: bool
    wary: bool
    stopped: frozenset[int]


def begin_shard(session: Session, token: str, shard: int, owner: str, until: datetime) -> Shard | None:
    """Begin a shard held under ``token``; None: it is not held any more, or somebody began it already."""
    query = (
        select(ShardRow, SweepRow.out, SweepRow.format, SweepRow.as_of, SweepRow.every)
        .join(SweepRow, SweepRow.id == ShardRow.sweep_id)
        .where(SHARDS.held(token, [shard]), ShardRow.owner == "")
        .with_for_update(of=ShardRow)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    row, out, format_, as_of, every = found
    row.owner, row.lease_until = owner, until
    if row.at is not None:
        _blame(row, row.at)
    cut = {name: getattr(row, name) for name in Cut.__struct_fields__}
    return Shard(
        **cut,
        id=row.id,
        sweep=row.sweep_id,
        out=out,
        format=format_,
        as_of=as_of,
        every=every,
        wary=row.lapses >= ALONE_AFTER,
        stopped=frozenset(line for line, times in row.stopped.items() if times >= STOPS),
    )


def keep_alive(session: Session, token: str, shard: int, now: datetime, seconds: float) -> bool:
    """Prolong the lease of a shard to ``seconds`` from now; False: it is lost."""
    return _change(session, token, shard, {"lease_until": now + timedelta(seconds=seconds)})


def note_line(session: Session, token: str, shard: int, line: int | None, now: datetime, seconds: float) -> bool:
    """Say which line is judged next (None: none), and prolong the lease; False: it is lost."""
    return _change(session, token, shard, {"at": line, "lease_until": now + timedelta(seconds=seconds)})


def complete_shard(session: Session, token: str, part: Part, tally: Tally, now: datetime) -> bool:
    """Register the part of a shard and end its lease; False: the lease was lost, and with it the part."""
    if not SHARDS.end(session, token, [part.shard], "done"):
        return False
    session.execute(
        update(ShardRow)
        .where(ShardRow.id == part.shard)
        .values(
            part=part.name,
            part_size=part.size,
            part_sha256=part.sha256,
            documents=tally.documents,
            unreadable=tally.unreadable,
            flags=tally.flags,
            tally=tally,
            error=None,
            at=None,
            finished_at=now,
        )
    )
    return True


def fail_shard(session: Session, token: str, shard: int, reason: str, now: datetime, *, attempts: int = 5) -> None:
    """Give a shard back that could not be done. After ``attempts`` failures it is dead."""
    SHARDS.fail(session, token, {shard: reason}, now, attempts=attempts, backoff=2.0)
    session.execute(update(ShardRow).where(ShardRow.id == shard, ShardRow.state != "leased").values(at=None))


def _blame(row: ShardRow, line: int) -> None:
    """The worker before was stopped at this line. Once it is known, the others get their chance: the lapses were its."""
    times = row.stopped.get(line, 0) + 1
    row.stopped = row.stopped | {line: times}
    row.at = None
    if times >= STOPS:
        row.lapses = ALONE_AFTER


def _change(session: Session, token: str, shard: int, values: Mapping[str, object]) -> bool:
    statement = update(ShardRow).where(SHARDS.held(token, [shard])).values(dict(values))
    return session.scalar(statement.returning(ShardRow.id)) is not None
