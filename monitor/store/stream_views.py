"""Live streams to look at: which are on air, what was said last, what was flagged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from monitor.documents import Segment
from monitor.errors import NotFound
from monitor.flags import SEVERITIES, Flag, Severity
from monitor.store.paging import Page, check_limit, cursor, place
from monitor.store.rows import chunks
from monitor.store.stream_tables import StreamFlagRow, StreamItemRow, StreamRow

Standing = Literal["early", "settled", "lifted"]


class LiveStream(Struct, frozen=True, omit_defaults=True):
    """A live stream.

    ``items`` were taken, ``waiting`` of them are not judged yet; ``late`` came behind, ``missing`` were waited for in vain. ``flags``
    were not lifted, ``early`` of them may be; ``worst``: the gravest. ``error``: why it is not judged live. ``document``: what it became.
    """

    id: int
    stream: str
    platform: str
    label: str
    seller: str
    state: Literal["open", "finished"]
    as_of: date
    opened_at: datetime
    heard_at: datetime
    items: int
    waiting: int
    late: int = 0
    missing: int = 0
    flags: int = 0
    early: int = 0
    worst: Severity | None = None
    finished_at: datetime | None = None
    ended_by: str | None = None
    document: int | None = None
    error: str | None = None


class LiveFlag(Struct, frozen=True):
    """A flag of a stream: whether it is ``early`` (what follows may lift it), ``settled`` or ``lifted``.

    ``seq`` and ``received_at``: number and receipt of its last words; ``created_at``: when it could be seen first.
    """

    id: int
    stream: int
    standing: Standing
    seq: int
    received_at: datetime
    created_at: datetime
    changed_at: datetime
    flag: Flag


class Line(Struct, frozen=True):
    """Something that was said, under its number."""

    seq: int
    segment: Segment
    received_at: datetime


def list_live(
    session: Session, *, state: Literal["open", "finished"] | None = None, after: str | None = None, limit: int = 50
) -> Page[LiveStream]:
    """A page of live streams, the last opened first.

    Raises:
        Refused: a cursor or limit that cannot be.
    """
    check_limit(limit)
    which = () if state is None else (StreamRow.state == state,)
    query = select(StreamRow).where(*which).order_by(StreamRow.id.desc()).limit(limit + 1)
    if after is not None:
        (last,) = place(after, tuple[int])
        query = query.where(StreamRow.id < last)
    rows = session.scalars(query).all()
    total = session.scalar(select(func.count()).select_from(StreamRow).where(*which)) or 0
    shown = _live(session, rows[:limit])
    return Page(shown, total, cursor(shown[-1].id) if len(rows) > limit else None)


def get_live(session: Session, stream: int) -> LiveStream:
    """One stream.

    Raises:
        NotFound: there is none.
    """
    row = session.get(StreamRow, stream)
    if row is None:
        raise NotFound(f"there is no stream {stream}")
    return _live(session, [row])[0]


def live_flags(session: Session, stream: int, *, after: str | None = None, limit: int = 50) -> Page[LiveFlag]:
    """A page of the flags of a stream, in the order they came, lifted ones too.

    Raises:
        NotFound: there is no such stream.
        Refused: a cursor or limit that cannot be.
    """
    check_limit(limit)
    if session.get(StreamRow, stream) is None:
        raise NotFound(f"there is no stream {stream}")
    query = select(StreamFlagRow).where(StreamFlagRow.stream_id == stream)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after is not None:
        (last,) = place(after, tuple[int])
        query = query.where(StreamFlagRow.id > last)
    rows = session.scalars(query.order_by(StreamFlagRow.id).limit(limit + 1)).all()
    shown = tuple(map(_flag, rows[:limit]))
    return Page(shown, total, cursor(shown[-1].id) if len(rows) > limit else None)


def latest_flags(session: Session, *, stream: int | None = None, limit: int = 50) -> tuple[LiveFlag, ...]:
    """The flags that came last and were not lifted, of one stream or of all on air; the newest first."""
    query = select(StreamFlagRow).where(StreamFlagRow.standing != "lifted")
    if stream is None:
        query = query.where(StreamFlagRow.stream_id.in_(select(StreamRow.id).where(StreamRow.state == "open")))
    else:
        query = query.where(StreamFlagRow.stream_id == stream)
    return tuple(map(_flag, session.scalars(query.order_by(StreamFlagRow.id.desc()).limit(check_limit(limit)))))


def flags_since(session: Session, streams: Sequence[int], moment: datetime) -> tuple[LiveFlag, ...]:
    """Flags of these streams that came, were settled or were lifted at a moment or after it, in that order."""
    found: list[LiveFlag] = []
    for chunk in chunks(streams):
        query = select(StreamFlagRow).where(StreamFlagRow.stream_id.in_(chunk), StreamFlagRow.changed_at >= moment)
        found += map(_flag, session.scalars(query))
    return tuple(sorted(found, key=lambda flag: (flag.changed_at, flag.id)))


def count_waiting(session: Session, streams: Sequence[int]) -> int:
    """How many items of these streams wait to be judged; those of a stream that is not judged live do not."""
    behind: list[int] = []
    for chunk in chunks(streams):
        query = select(StreamRow.id).where(
            StreamRow.id.in_(chunk), StreamRow.state == "open", StreamRow.error.is_(None)
        )
        behind += session.scalars(query.where(StreamRow.highest_seq >= StreamRow.next_seq))
    return sum(row[1] for chunk in chunks(behind) for row in session.execute(_waiting(chunk)))


def said_last(session: Session, stream: int, limit: int) -> tuple[Line, ...]:
    """What was said last, in order."""
    return _lines(session, stream, (), limit)


def last_words(session: Session, streams: Sequence[int]) -> dict[int, str]:
    """Stream → what was said under its highest number; a stream that showed a product then has none."""
    found: dict[int, str] = {}
    for chunk in chunks(streams):
        query = select(StreamItemRow.stream_id, StreamItemRow.raw)
        query = query.join(StreamRow, StreamRow.id == StreamItemRow.stream_id)
        query = query.where(
            StreamRow.id.in_(chunk), StreamItemRow.seq == StreamRow.highest_seq, StreamItemRow.product.is_(False)
        )
        found |= {stream: _SEGMENT.decode(raw).text for stream, raw in session.execute(query)}
    return found


def said_around(session: Session, stream: int, seq: int, before: int, after: int) -> tuple[Line, ...]:
    """What was said before a number, under it, and after it, in order."""
    above = _lines(session, stream, (StreamItemRow.seq > seq,), after - 1, forward=True)
    return _lines(session, stream, (StreamItemRow.seq <= seq,), before + 1) + above


def _lines(
    session: Session, stream: int, which: Sequence[ColumnElement[bool]], limit: int, *, forward: bool = False
) -> tuple[Line, ...]:
    query = select(StreamItemRow.seq, StreamItemRow.raw, StreamItemRow.received_at)
    query = query.where(StreamItemRow.stream_id == stream, StreamItemRow.product.is_(False), *which)
    query = query.order_by(StreamItemRow.seq if forward else StreamItemRow.seq.desc()).limit(limit)
    found = tuple(Line(seq, _SEGMENT.decode(raw), at) for seq, raw, at in session.execute(query))
    return found if forward else found[::-1]


_SEGMENT: Final = msgspec.json.Decoder(Segment)
_GRADE: Final = case(
    {severity: rank for rank, severity in enumerate(SEVERITIES)}, value=StreamFlagRow.severity, else_=0
)


def _live(session: Session, rows: Sequence[StreamRow]) -> tuple[LiveStream, ...]:
    """The streams with what was flagged and what waits."""
    open_ones = [row.id for row in rows if row.highest_seq >= row.next_seq and row.state == "open"]
    waiting = {stream: count for stream, count in session.execute(_waiting(open_ones))} if open_ones else {}  # noqa: C416 (typed rows)
    query = (
        select(
            StreamFlagRow.stream_id,
            func.count(),
            func.sum(case((StreamFlagRow.standing == "early", 1), else_=0)),
            func.max(_GRADE),
        )
        .where(StreamFlagRow.stream_id.in_([row.id for row in rows]), StreamFlagRow.standing != "lifted")
        .group_by(StreamFlagRow.stream_id)
    )
    found = {key: (flags, int(early), SEVERITIES[worst]) for key, flags, early, worst in session.execute(query)}
    return tuple(_stream(row, waiting.get(row.id, 0), *found.get(row.id, (0, 0, None))) for row in rows)


def _waiting(streams: Sequence[int]) -> Select[int, int]:
    return (
        select(StreamItemRow.stream_id, func.count())
        .join(StreamRow, StreamRow.id == StreamItemRow.stream_id)
        .where(StreamRow.id.in_(streams), StreamItemRow.seq >= StreamRow.next_seq, StreamItemRow.late.is_(False))
        .group_by(StreamItemRow.stream_id)
    )


def _stream(row: StreamRow, waiting: int, flags: int, early: int, worst: Severity | None) -> LiveStream:
    return LiveStream(
        id=row.id,
        stream=row.external_id,
        platform=row.platform,
        label=row.label,
        seller=row.seller,
        state=msgspec.convert(row.state, Literal["open", "finished"]),
        as_of=row.as_of,
        opened_at=row.opened_at,
        heard_at=row.heard_at,
        items=row.items,
        waiting=waiting,
        late=row.late,
        missing=row.missing,
        flags=flags,
        early=early,
        worst=worst,
        finished_at=row.finished_at,
        ended_by=row.ended_by,
        document=row.document_id,
        error=row.error,
    )


def _flag(row: StreamFlagRow) -> LiveFlag:
    return LiveFlag(
        id=row.id,
        stream=row.stream_id,
        standing=msgspec.convert(row.standing, Standing),
        seq=row.seq,
        received_at=row.received_at,
        created_at=row.created_at,
        changed_at=row.changed_at,
        flag=row.flag,
    )
