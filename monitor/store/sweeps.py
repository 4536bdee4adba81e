"""Sweeps: files of millions of lines, scanned in shards; what is asked for, how far it is, and who joins the parts.

A sweep runs, stands still (``paused``) or is done. Its shards are leased as documents are (:data:`SHARDS`), while it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from monitor.errors import NotFound
from monitor.flags import Tally
from monitor.store.leases import Leases
from monitor.store.rows import table_of
from monitor.store.sweep_tables import ShardRow, SweepRow

State = Literal["running", "paused", "done"]

SHARDS: Final = Leases(
    ShardRow,
    ShardRow.id,
    "shard",
    ShardRow.sweep_id.in_(select(SweepRow.id).where(SweepRow.state == "running")),
)
"""The leases of shards; those of a sweep that stands still are not leased."""

_INSERTED: Final = 5000
"""Shards in one statement."""


class Cut(Struct, frozen=True):
    """A shard to be: bytes ``start`` to ``start + size`` of ``url`` (unpacked, where ``packed``), whole lines, with their SHA-256."""

    url: str
    packed: bool
    encoding: str
    start: int
    size: int
    first_line: int
    lines: int
    sha256: str


class Wanted(Struct, frozen=True):
    """A sweep to be: ``urls`` as they were given, and where the results go. ``every``: with flags in shadow and waived ones."""

    urls: tuple[str, ...]
    out: str
    format: Literal["jsonl", "parquet"]
    as_of: date
    every: bool = False


class Sweep(Struct, frozen=True):
    """A sweep. ``lines`` of the files in all; ``seconds`` it has run."""

    id: int
    wanted: Wanted
    lines: int
    state: State
    created_at: datetime
    seconds: float
    finished_at: datetime | None


class Progress(Struct, frozen=True):
    """How far a sweep is. ``error`` is the last reason of a shard that is dead, or else that will be tried again."""

    lines: int = 0
    documents: int = 0
    unreadable: int = 0
    flags: int = 0
    shards: int = 0
    done: int = 0
    leased: int = 0
    dead: int = 0
    error: str | None = None


class Part(Struct, frozen=True):
    """The results of a shard: the name of a file, its bytes and their SHA-256."""

    shard: int
    name: str
    size: int
    sha256: str


def parts_folder(out: str, sweep: int) -> str:
    """Where the parts of a sweep lie until they are joined: beside the place of the results."""
    return f"{out}.parts-{sweep}"


def add_sweep(session: Session, wanted: Wanted, cuts: Sequence[Cut], now: datetime) -> int:
    """Keep a sweep with all its shards, ready to run; its number.

    Raises:
        sqlalchemy.exc.IntegrityError: another sweep writes to the same place and is not done.
    """
    row = SweepRow(
        urls=wanted.urls,
        out=wanted.out,
        out_identity=_identity(wanted.out),
        format=wanted.format,
        as_of=wanted.as_of,
        every=wanted.every,
        lines=sum(cut.lines for cut in cuts),
        state="running",
        created_at=now,
        since=now,
        seconds=0.0,
    )
    session.add(row)
    session.flush()
    waiting = {"sweep_id": row.id, "state": "pending", "due_at": now, "stopped": {}}
    waiting |= dict.fromkeys(("attempts", "lapses", "documents", "unreadable", "flags"), 0)
    for first in range(0, len(cuts), _INSERTED):
        some = enumerate(cuts[first : first + _INSERTED], first)
        rows = [
            {name: getattr(cut, name) for name in Cut.__struct_fields__} | {"number": n} | waiting for n, cut in some
        ]
        session.connection().execute(insert(table_of(ShardRow)), rows)
    return row.id


def get_sweep(session: Session, sweep: int, now: datetime) -> Sweep:
    """One sweep.

    Raises:
        NotFound: there is none.
    """
    row = session.get(SweepRow, sweep)
    if row is None:
        raise NotFound(f"there is no sweep {sweep}; `monitor sweep list` shows those there are")
    return _sweep(row, now)


def sweep_to(session: Session, out: str, now: datetime) -> Sweep | None:
    """The sweep that writes to a place, or wrote there last; None: none did."""
    query = select(SweepRow).where(SweepRow.out_identity == _identity(out)).order_by(SweepRow.id.desc()).limit(1)
    row = session.scalar(query)
    return None if row is None else _sweep(row, now)


def sweeps(session: Session, now: datetime, limit: int = 50) -> tuple[Sweep, ...]:
    """Sweeps, the latest first."""
    return tuple(
        _sweep(row, now) for row in session.scalars(select(SweepRow).order_by(SweepRow.id.desc()).limit(limit))
    )


def progress(session: Session, sweep: int) -> Progress:
    """How far a sweep is."""
    states = [_count(ShardRow.state == state) for state in ("done", "leased", "dead")]
    swept = func.sum(case((ShardRow.state == "done", ShardRow.lines), else_=0))
    sums = [func.sum(column) for column in (ShardRow.documents, ShardRow.unreadable, ShardRow.flags)]
    query = select(swept, *sums, func.count(), *states).where(ShardRow.sweep_id == sweep)
    counted = [int(value or 0) for value in session.execute(query).one()]
    error = None
    if counted[5] < counted[4]:
        failed = select(ShardRow.error).where(
            ShardRow.sweep_id == sweep, ShardRow.state != "done", ShardRow.error.is_not(None)
        )
        error = session.scalar(failed.order_by(ShardRow.state, ShardRow.number).limit(1))
    lines, documents, unreadable, flags, shards, done, leased, dead = counted
    return Progress(lines, documents, unreadable, flags, shards, done, leased, dead, error)


def run(session: Session, sweep: int, now: datetime) -> None:
    """Let a sweep that stands still run again, and its dead shards be tried again."""
    paused = update(SweepRow).where(SweepRow.id == sweep, SweepRow.state == "paused")
    session.execute(paused.values(state="running", since=now))
    SHARDS.revive(session, now, ShardRow.sweep_id == sweep)


def pause(session: Session, sweep: int, now: datetime) -> bool:
    """Let a sweep stand still: what is under way is finished, nothing more is begun. False: it did not run."""
    row = session.get(SweepRow, sweep, with_for_update=True)
    if row is None or row.state != "running":
        return False
    _stop(row, now)
    row.state = "paused"
    return True


def tally(session: Session, sweep: int) -> Tally:
    """The sums over all shards that are done."""
    total = Tally()
    for found in session.scalars(select(ShardRow.tally).where(ShardRow.sweep_id == sweep, ShardRow.state == "done")):
        total += found or Tally()
    return total


def sources(session: Session, sweep: int) -> tuple[tuple[str, int, int], ...]:
    """The files of a sweep, in their order: URL, bytes (unpacked) and lines."""
    query = (
        select(ShardRow.url, func.sum(ShardRow.size), func.sum(ShardRow.lines))
        .where(ShardRow.sweep_id == sweep)
        .group_by(ShardRow.url)
        .order_by(func.min(ShardRow.number))
    )
    return tuple((url, int(size), int(lines)) for url, size, lines in session.execute(query))


def parts(session: Session, sweep: int) -> Iterator[Part]:
    """The results of all shards, in the order of the lines."""
    query = (
        select(ShardRow.id, ShardRow.part, ShardRow.part_size, ShardRow.part_sha256)
        .where(ShardRow.sweep_id == sweep, ShardRow.state == "done")
        .order_by(ShardRow.number)
    )
    for key, name, size, digest in session.execute(query):
        yield Part(key, name or "", size or 0, digest or "")


def do_again(session: Session, shard: int, reason: str, now: datetime) -> None:
    """Take a shard for not done: its part is lost."""
    again: dict[str, Any] = {"state": "pending", "due_at": now, "part": None, "error": reason, "tally": None}
    again |= dict.fromkeys(("documents", "unreadable", "flags"), 0)
    session.execute(update(ShardRow).where(ShardRow.id == shard, ShardRow.state == "done").values(again))


def claim(session: Session, sweep: int, token: str, seconds: float, now: datetime) -> bool:
    """Take, or keep, the right to join the parts for so long; False: another process has it, or it is done."""
    free = or_(SweepRow.token.is_(None), SweepRow.token == token, SweepRow.lease_until < now)
    statement = update(SweepRow).where(SweepRow.id == sweep, SweepRow.state != "done", free)
    statement = statement.values(token=token, lease_until=now + timedelta(seconds=seconds))
    return session.scalar(statement.returning(SweepRow.id)) is not None


def give_up(session: Session, sweep: int, token: str) -> None:
    """Give that right back."""
    statement = update(SweepRow).where(SweepRow.id == sweep, SweepRow.token == token)
    session.execute(statement.values(token=None, lease_until=None))


def finish(session: Session, sweep: int, token: str, now: datetime) -> bool:
    """Say that the results are written; False: the right to write them was lost."""
    row = session.get(SweepRow, sweep, with_for_update=True)
    if row is None or row.token != token:
        return False
    _stop(row, now)
    row.state, row.finished_at, row.token, row.lease_until = "done", now, None, None
    return True


def drop(session: Session, sweep: int) -> bool:
    """Forget a sweep, done or not, and its shards; False: there is none. Its parts stay where they lie."""
    session.execute(delete(ShardRow).where(ShardRow.sweep_id == sweep))
    return session.scalar(delete(SweepRow).where(SweepRow.id == sweep).returning(SweepRow.id)) is not None


def _stop(row: SweepRow, now: datetime) -> None:
    if row.since is not None:
        row.seconds += max(0.0, (now - row.since).total_seconds())
        row.since = None


def _sweep(row: SweepRow, now: datetime) -> Sweep:
    more = 0.0 if row.since is None else max(0.0, (now - row.since).total_seconds())
    return Sweep(
        id=row.id,
        wanted=Wanted(row.urls, row.out, row.format, row.as_of, row.every),  # type: ignore[arg-type]  # only formats are written
        lines=row.lines,
        state=row.state,  # type: ignore[arg-type]  # the table allows no other
        created_at=row.created_at,
        seconds=row.seconds + more,
        finished_at=row.finished_at,
    )


def _count(which: ColumnElement[bool]) -> Any:
    return func.sum(case((which, 1), else_=0))


def _identity(out: str) -> str:
    return sha256(out.encode()).hexdigest()
