"""Streams as they are judged: one process at a time has a stream, and what it found is kept only while it has it.

A process holds all its streams under one token, and renews the lease of all at once; when it dies the leases lapse and others take
the streams, each at its bookmark. Every write compares the token, and the number the process believes the stream to be at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitor.flags import Flag
from monitor.store.identity import flag_identity
from monitor.store.rows import chunks, insert_missing, table_of
from monitor.store.stream_tables import StreamFlagRow, StreamItemRow, StreamRow

DEAD_AFTER: Final = 5
"""A stream whose lease lapsed so often, with nothing judged in between, is not judged live any more: it may stop its process."""

GIVEN_UP: Final = f"its lease lapsed {DEAD_AFTER} times: this stream stops the process that judges it"
_ERROR_LIMIT: Final = 4000


class Item(Struct, frozen=True):
    """What waits to be judged: the bytes of a segment, or of a product."""

    stream: int
    seq: int
    product: bool
    raw: bytes
    received_at: datetime


class Claim(Struct, frozen=True):
    """A stream that is ours, with what its scan must be told again.

    ``first``, ``start``, ``settled``: its bookmark. ``said``: segments from there on; ``shown``: products so far. ``raised``: settled
    flags by rule and matcher. ``early``: identity of an early flag that is not settled → its segment.
    """

    id: int
    head: bytes
    as_of: date
    lapses: int
    next_seq: int
    first: int
    start: int
    settled: int
    said: tuple[Item, ...]
    shown: tuple[bytes, ...]
    raised: dict[tuple[str, str], int]
    early: dict[str, int]


class NewFlag(Struct, frozen=True):
    """A flag with the number and the receipt of its last words, and the segment its first words are in, as it was judged."""

    flag: Flag
    standing: Literal["early", "settled"]
    segment: int
    seq: int
    received_at: datetime


class Progress(Struct, frozen=True):
    """What was judged of a stream: from ``before`` up to ``next_seq`` (not included), and where a scan may go on."""

    stream: int
    before: int
    next_seq: int
    first_seq: int
    first: int
    start: int
    settled: int
    flags: tuple[NewFlag, ...] = ()
    lifted: tuple[str, ...] = ()
    too_late: tuple[int, ...] = ()


def claim(session: Session, token: str, owner: str, now: datetime, seconds: float, most: int) -> tuple[int, ...]:
    """Take at most ``most`` streams on air in which something waits, and that nobody has; the longest silent first.

    A lease that ends later than any that begins now is of a clock that was set back: it has ended too.
    """
    until = now + timedelta(seconds=seconds)
    query = select(StreamRow).where(_free(now, until)).order_by(StreamRow.lapses, StreamRow.heard_at).limit(most)
    claimed = []
    for row in session.scalars(query.with_for_update(skip_locked=True).execution_options(populate_existing=True)).all():
        row.lapses += row.token is not None
        if row.lapses >= DEAD_AFTER:
            row.error, row.token, row.owner, row.lease_until = GIVEN_UP, None, None, None
            continue
        row.token, row.owner, row.lease_until = token, owner, until
        claimed.append(row.id)
    return tuple(claimed)


def is_any_free(session: Session, now: datetime, seconds: float) -> bool:
    """Whether :func:`claim` would find a stream."""
    return session.scalar(select(StreamRow.id).where(_free(now, now + timedelta(seconds=seconds))).limit(1)) is not None


def load_streams(session: Session, token: str, streams: Sequence[int]) -> tuple[Claim, ...]:
    """What a scan of each stream needs to go on; those that are not of this token are left out."""
    claims: list[Claim] = []
    for chunk in chunks(sorted(streams)):
        mine = select(StreamRow).where(StreamRow.id.in_(chunk), StreamRow.token == token, StreamRow.state == "open")
        claims += [_claimed(session, row) for row in session.scalars(mine.order_by(StreamRow.id)).all()]
    return tuple(claims)


def renew(session: Session, token: str, now: datetime, seconds: float) -> frozenset[int]:
    """Hold all streams of a token for so long from now; which they are."""
    _lock(session, token)
    held = update(StreamRow).where(StreamRow.token == token).values(lease_until=now + timedelta(seconds=seconds))
    return frozenset(session.scalars(held.returning(StreamRow.id)))


def _lock(session: Session, token: str) -> None:
    """Lock the streams of a token in the order in which all lock several: two that lock in different orders would wait for each other."""
    session.execute(select(StreamRow.id).where(StreamRow.token == token).order_by(StreamRow.id).with_for_update())


def release_streams(session: Session, token: str) -> int:
    """Give back all streams of a token, as a process does that ends; how many."""
    _lock(session, token)
    held = update(StreamRow).where(StreamRow.token == token)
    held = held.values(token=None, owner=None, lease_until=None, lapses=0)
    return len(session.execute(held.returning(StreamRow.id)).all())


def waiting(session: Session, token: str, most: int, *, run: int, beyond: int = 0) -> dict[int, tuple[int, list[Item]]]:
    """What waits in the streams of a token: stream → the number it is at, and items from there on, ascending.

    At most ``most`` items, of each stream those within ``run`` numbers (behind a wider gap the first); streams with numbers above
    ``beyond``, in order of these.
    """
    mine = and_(StreamRow.state == "open", StreamRow.token == token, _WAITS, StreamRow.error.is_(None))
    query = (
        select(StreamRow.id, StreamRow.next_seq, *_ITEM)
        .join(StreamItemRow, StreamItemRow.stream_id == StreamRow.id)
        .where(mine, StreamRow.id > beyond, StreamItemRow.late.is_(False))
        .where(StreamItemRow.seq >= StreamRow.next_seq, StreamItemRow.seq < StreamRow.next_seq + run)
        .order_by(StreamRow.id, StreamItemRow.seq)
        .limit(most)
    )
    found: dict[int, tuple[int, list[Item]]] = {}
    count = 0
    for stream, place, _, seq, product, raw, received_at in session.execute(query):
        found.setdefault(stream, (place, []))[1].append(Item(stream, seq, product, raw, received_at))
        count += 1
    if count < most:
        places = {row.id: row.next_seq for row in session.execute(select(StreamRow.id, StreamRow.next_seq).where(mine))}
        for stream, place in places.items():
            if stream not in found and (first := _first_waiting(session, stream, place)) is not None:
                found[stream] = (place, [first])
    return found


def _first_waiting(session: Session, stream: int, place: int) -> Item | None:
    here = (StreamItemRow.stream_id == stream, StreamItemRow.seq >= place, StreamItemRow.late.is_(False))
    row = session.execute(select(*_ITEM).where(*here).order_by(StreamItemRow.seq).limit(1)).first()
    return None if row is None else Item(*row)


def skip_gap(session: Session, token: str, stream: int) -> int | None:
    """Go on behind a gap: what is missing is late when it comes. The number the stream is at now; None: it is not ours, or has no gap."""
    mine = (StreamRow.id == stream, StreamRow.token == token, StreamRow.state == "open")
    place = session.scalar(select(StreamRow.next_seq).where(*mine).with_for_update())
    if place is None:
        return None
    here = (StreamItemRow.stream_id == stream, StreamItemRow.seq >= place, StreamItemRow.late.is_(False))
    following = session.scalar(select(func.min(StreamItemRow.seq)).where(*here))
    if following is None or following == place:
        return None
    missing = StreamRow.missing + (following - place)
    session.execute(update(StreamRow).where(*mine).values(next_seq=following, missing=missing))
    return int(following)


def advance(session: Session, token: str, made: Sequence[Progress], now: datetime) -> frozenset[int]:
    """Keep what was judged, of all streams in one transaction; the streams that were still ours and at the place believed."""
    kept: list[Progress] = []
    for chunk in chunks(sorted(made, key=lambda progress: progress.stream)):
        mine = (StreamRow.id.in_([p.stream for p in chunk]), StreamRow.token == token, StreamRow.state == "open")
        query = select(StreamRow.id, StreamRow.next_seq).where(*mine).order_by(StreamRow.id).with_for_update()
        places = {row.id: row.next_seq for row in session.execute(query)}
        kept += [progress for progress in chunk if places.get(progress.stream) == progress.before]
    if kept:
        _move(session, kept)
        _write_flags(session, kept, now)
    return frozenset(progress.stream for progress in kept)


def give_up(session: Session, token: str, stream: int, reason: str) -> None:
    """A stream that cannot be judged live any more; it goes on being taken in, and is scanned as a whole at its end."""
    mine = update(StreamRow).where(StreamRow.id == stream, StreamRow.token == token)
    session.execute(mine.values(error=reason[:_ERROR_LIMIT], token=None, owner=None, lease_until=None))


def _free(now: datetime, until: datetime) -> ColumnElement[bool]:
    ended = or_(StreamRow.token.is_(None), StreamRow.lease_until < now, StreamRow.lease_until > until + _SLACK)
    return and_(StreamRow.state == "open", _WAITS, StreamRow.error.is_(None), ended)


_SLACK: Final = timedelta(seconds=1)
_WAITS: Final = StreamRow.highest_seq >= StreamRow.next_seq
_ITEM: Final = (
    StreamItemRow.stream_id,
    StreamItemRow.seq,
    StreamItemRow.product,
    StreamItemRow.raw,
    StreamItemRow.received_at,
)


def _claimed(session: Session, row: StreamRow) -> Claim:
    """The stream with what its scan must be told again."""
    fed: tuple[ColumnElement[bool], ...] = (
        StreamItemRow.stream_id == row.id,
        StreamItemRow.seq < row.next_seq,
        StreamItemRow.late.is_(False),
    )
    again = select(*_ITEM).where(*fed, StreamItemRow.seq >= row.first_seq, StreamItemRow.product.is_(False))
    shown = select(StreamItemRow.raw).where(*fed, StreamItemRow.product.is_(True)).order_by(StreamItemRow.seq)
    raised = select(StreamFlagRow.rule, StreamFlagRow.matcher, func.count()).where(
        StreamFlagRow.stream_id == row.id, StreamFlagRow.standing == "settled"
    )
    early = select(StreamFlagRow.identity, StreamFlagRow.segment).where(
        StreamFlagRow.stream_id == row.id, StreamFlagRow.standing == "early", StreamFlagRow.segment >= row.settled
    )
    return Claim(
        id=row.id,
        head=row.head,
        as_of=row.as_of,
        lapses=row.lapses,
        next_seq=row.next_seq,
        first=row.first,
        start=row.start,
        settled=row.settled,
        said=tuple(Item(*item) for item in session.execute(again.order_by(StreamItemRow.seq))),
        shown=tuple(session.scalars(shown)),
        raised={
            (rule, matcher): count
            for rule, matcher, count in session.execute(raised.group_by(StreamFlagRow.rule, StreamFlagRow.matcher))
        },
        early={flag.identity: flag.segment for flag in session.execute(early)},
    )


def _move(session: Session, kept: Sequence[Progress]) -> None:
    table = table_of(StreamRow)
    names = ("next_seq", "first_seq", "first", "start", "settled")
    statement = update(table).where(table.c.id == bindparam("key"))
    statement = statement.values({name: bindparam(f"new_{name}") for name in names} | {"lapses": 0})
    rows = [{"key": p.stream, **{f"new_{name}": getattr(p, name) for name in names}} for p in kept]
    session.connection().execute(statement, rows)
    late = [{"stream": p.stream, "place": seq} for p in kept for seq in p.too_late]
    if late:
        items = table_of(StreamItemRow)
        which = update(items).where(items.c.stream_id == bindparam("stream"), items.c.seq == bindparam("place"))
        session.connection().execute(which.values(late=True), late)


def _write_flags(session: Session, kept: Sequence[Progress], now: datetime) -> None:
    """New flags as rows; an early one that is settled, or lifted, says so."""
    rows = [_row(progress.stream, new, now) for progress in kept for new in progress.flags]
    insert_missing(session, StreamFlagRow, ("stream_id", "identity"), [r for r in rows if r["standing"] == "early"])
    _settle(session, [row for row in rows if row["standing"] == "settled"])
    lifted = [{"stream": p.stream, "which": identity} for p in kept for identity in p.lifted]
    if lifted:
        table = table_of(StreamFlagRow)
        which = (table.c.stream_id == bindparam("stream"), table.c.identity == bindparam("which"))
        statement = update(table).where(*which, table.c.standing == "early")
        session.connection().execute(statement.values(standing="lifted", changed_at=now), lifted)


def _settle(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    table = table_of(StreamFlagRow)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in ("standing", "severity", "flag", "changed_at")}
    upsert = statement.on_conflict_do_update(index_elements=["stream_id", "identity"], set_=changed)
    session.connection().execute(upsert, [dict(row) for row in rows])


def _row(stream: int, new: NewFlag, now: datetime) -> dict[str, Any]:
    return {
        "stream_id": stream,
        "identity": flag_identity(new.flag),
        "standing": new.standing,
        "rule": new.flag.rule,
        "matcher": new.flag.matcher,
        "severity": new.flag.severity,
        "flag": new.flag,
        "segment": new.segment,
        "seq": new.seq,
        "received_at": new.received_at,
        "created_at": now,
        "changed_at": now,
    }
