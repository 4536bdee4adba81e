"""Live streams as they come in: open, append, finish. What is answered as taken is committed.

::

    open ──append──► open ──finish──► finished, and a revision of a document with its work
                       ▲                  │
                       └── append, where it ended by silence only

The same item under the same number twice is one row, another one is refused. Numbers may come in any order; what comes when its
followers were judged is *late*: it is kept, and judged with the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, Protocol

from msgspec import Struct
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from monitor.documents import CHINA, SEGMENT_LIMIT, Transcript
from monitor.errors import NotFound, Stale
from monitor.store.assembled import assemble
from monitor.store.documents import ingest
from monitor.store.identity import content_identity, document_identity
from monitor.store.rows import chunks, insert_new, table_of
from monitor.store.stream_tables import StreamItemRow, StreamRow

SIZE_LIMIT: Final = 16_000_000
"""Bytes a stream may have, its head and all items together: as many as a document."""

_LABEL: Final = 200


class Said(Protocol):
    """An item as it arrives: its number (None: the next), the bytes as given, and whether it is a product shown."""

    @property
    def seq(self) -> int | None:
        """Its number, from 1."""

    @property
    def raw(self) -> bytes:
        """The bytes of the item."""

    @property
    def product(self) -> bool:
        """Whether it is a product shown from then on, not a segment."""


class Opened(Struct, frozen=True):
    """A stream on air: its number here, and whether it was opened just now, known, or is on air again."""

    stream: int
    state: Literal["new", "known", "again"]


class Taken(Struct, frozen=True, omit_defaults=True):
    """What became of an item. ``refused`` says why; nothing was kept then."""

    seq: int
    state: Literal["new", "known", "late", "refused"]
    reason: str | None = None


class Finished(Struct, frozen=True):
    """A stream that is over, and the document it became; None: nothing was said.

    ``state``: what its document was here; None: nothing was said, or it was over before. ``correlation``: how logs name what it brought.
    """

    stream: int
    document: int | None
    revision: int | None
    state: Literal["new", "revised", "unchanged"] | None = None
    correlation: str = ""


def open_stream(
    session: Session, head: Transcript, raw: bytes, now: datetime, *, source: str, as_of: date | None = None
) -> Opened:
    """Put a stream on air. ``head`` has no segments; ``raw`` are its bytes; ``as_of``: the day whose law applies.

    Raises:
        Stale: it is on air with another head, or was told to be over.
    """
    identity = document_identity(head.platform, head.id)
    row = {
        "identity": identity,
        "platform": head.platform or "",
        "external_id": head.id,
        "label": (head.room or (head.host and head.host.name) or head.id)[:_LABEL],
        "seller": (head.seller and (head.seller.name or head.seller.id)) or "",
        "head": raw,
        "as_of": as_of or (head.started_at or now.astimezone(CHINA)).date(),
        "source": source,
        "state": "open",
        "opened_at": now,
        "heard_at": now,
        "size": len(raw),
    }
    made = session.execute(insert_new(session, StreamRow, "identity").values(_whole(row)).returning(StreamRow.id))
    if (number := made.scalar()) is not None:
        return Opened(number, "new")
    known = session.scalars(select(StreamRow).where(StreamRow.identity == identity).with_for_update()).one()
    if content_identity(known.head) != content_identity(raw):
        raise Stale(f"stream {known.id} has this id and platform, and another head: a new broadcast has a new id")
    if known.state == "open":
        return Opened(known.id, "known")
    if known.ended_by != "silence":
        raise Stale(f"stream {known.id} is over: a new broadcast has a new id")
    _reopen(known, now)
    return Opened(known.id, "again")


def append(session: Session, stream: int, said: Sequence[Said], now: datetime) -> tuple[Taken, ...]:
    """Keep what was said; what became of each item, in order.

    Raises:
        NotFound: there is no such stream.
        Stale: it was told to be over.
    """
    return append_all(session, {stream: said}, now)[stream]


def append_all(session: Session, said: Mapping[int, Sequence[Said]], now: datetime) -> dict[int, tuple[Taken, ...]]:
    """:func:`append` to several streams at once; raises for the first that cannot be, and then nothing is kept."""
    taken: dict[int, tuple[Taken, ...]] = {}
    rows: list[dict[str, Any]] = []
    streams = _locked(session, sorted(said))
    before = _before(session, said, streams)
    for number, items in said.items():
        stream = streams.get(number)
        if stream is None:
            raise NotFound(f"there is no stream {number}")
        if stream.state != "open":
            if stream.ended_by != "silence":
                raise Stale(f"stream {number} is over since {stream.finished_at:%Y-%m-%d %H:%M:%S} UTC")
            _reopen(stream, now)
        taken[number] = tuple(_take(stream, item, before, rows, now) for item in items)
        stream.heard_at = now
    session.flush()
    if rows:
        session.connection().execute(insert(table_of(StreamItemRow)), rows)
    return taken


def finish(
    session: Session,
    stream: int,
    now: datetime,
    *,
    by: Literal["told", "silence"] = "told",
    correlation: str | None = None,
) -> Finished:
    """The stream is over: what was said becomes a revision of its document, with its work, in the caller's transaction.

    A stream that is over already stays as it is. ``correlation`` names what ended it, in the logs of those who scan it; None: ``stream-N``.

    Raises:
        NotFound: there is no such stream.
    """
    row = _locked(session, [stream]).get(stream)
    if row is None:
        raise NotFound(f"there is no stream {stream}")
    if row.state == "finished":
        row.ended_by = "told" if by == "told" else row.ended_by
        return Finished(stream, row.document_id, None)
    query = select(StreamItemRow.raw, StreamItemRow.product).where(StreamItemRow.stream_id == stream)
    items = [(raw, product) for raw, product in session.execute(query.order_by(StreamItemRow.seq))]
    arrival = assemble(row.head, items, row.as_of, row.source)
    correlation = correlation or f"stream-{stream}"
    received = ingest(session, [arrival], now, correlation=correlation).ids[0] if arrival else None
    row.state, row.ended_by, row.finished_at = "finished", by, now
    row.token = row.owner = row.lease_until = None
    row.document_id = received.document if received else None
    session.flush()
    if received is None:
        return Finished(stream, None, None)
    return Finished(stream, received.document, received.revision, received.state, correlation)


def silent(session: Session, now: datetime, seconds: float, most: int = 50) -> tuple[int, ...]:
    """Streams on air that nothing was heard of for so long, to be finished each in a transaction of its own."""
    query = select(StreamRow.id).where(StreamRow.state == "open", StreamRow.heard_at < now - timedelta(seconds=seconds))
    return tuple(session.scalars(query.order_by(StreamRow.heard_at).limit(most)))


def finish_silent(session: Session, stream: int, now: datetime, seconds: float) -> Finished | None:
    """:func:`finish` by silence; None: it was heard of in between, or somebody else was first."""
    row = _locked(session, [stream]).get(stream)
    if row is None or row.state != "open" or row.heard_at >= now - timedelta(seconds=seconds):
        return None
    return finish(session, stream, now, by="silence")


def postpone(session: Session, stream: int, now: datetime) -> None:
    """Take a stream as heard of now."""
    session.execute(update(StreamRow).where(StreamRow.id == stream).values(heard_at=now))


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    """A row for a statement of Core, which knows nothing of the defaults of the class."""
    counts = ("items", "size", "late", "missing", "highest_seq", "first", "start", "settled", "lapses")
    return {**dict.fromkeys(counts, 0), "next_seq": 1, "first_seq": 1, **row}


def _locked(session: Session, streams: Sequence[int]) -> dict[int, StreamRow]:
    """Streams by number, locked in one order; ``next_seq`` stays as it is until the transaction ends."""
    found: dict[int, StreamRow] = {}
    for chunk in chunks(streams):
        query = select(StreamRow).where(StreamRow.id.in_(chunk)).order_by(StreamRow.id).with_for_update()
        found |= {row.id: row for row in session.scalars(query.execution_options(populate_existing=True))}
    return found


def _reopen(stream: StreamRow, now: datetime) -> None:
    stream.state, stream.ended_by, stream.finished_at, stream.heard_at = "open", None, None, now


Before = dict[tuple[int, int], bytes]
"""Stream and number → the bytes kept under it."""


def _before(session: Session, said: Mapping[int, Sequence[Said]], streams: Mapping[int, StreamRow]) -> Before:
    """What is kept already under the numbers that come again."""
    found: Before = {}
    for number, items in said.items():
        highest = streams[number].highest_seq if number in streams else 0
        again = sorted({item.seq for item in items if item.seq is not None and item.seq <= highest})
        for chunk in chunks(again):
            query = select(StreamItemRow.seq, StreamItemRow.raw)
            query = query.where(StreamItemRow.stream_id == number, StreamItemRow.seq.in_(chunk))
            found |= {(number, seq): raw for seq, raw in session.execute(query)}
    return found


def _take(stream: StreamRow, item: Said, before: Before, rows: list[dict[str, Any]], now: datetime) -> Taken:
    seq = stream.highest_seq + 1 if item.seq is None else item.seq
    kept = before.get((stream.id, seq))
    if kept is not None:
        if content_identity(kept) == content_identity(item.raw):
            return Taken(seq, "known")
        return Taken(seq, "refused", f"number {seq} was given to something else: the first stays; take a new number")
    if stream.items >= SEGMENT_LIMIT:
        return Taken(seq, "refused", f"a stream has at most {SEGMENT_LIMIT:,} segments: finish it and open another")
    if stream.size + len(item.raw) > SIZE_LIMIT:
        return Taken(seq, "refused", f"a stream has at most {SIZE_LIMIT:,} bytes: finish it and open another")
    late = seq < stream.next_seq
    before[stream.id, seq] = item.raw
    rows.append(
        {"stream_id": stream.id, "seq": seq, "product": item.product, "late": late, "raw": item.raw, "received_at": now}
    )
    stream.items += 1
    stream.size += len(item.raw)
    stream.late += late
    stream.highest_seq = max(stream.highest_seq, seq)
    return Taken(seq, "late" if late else "new")
