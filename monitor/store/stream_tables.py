"""The tables of live streams. ``docs/data-model.md`` draws them.

None of them is proof: when a stream ends, what was said becomes a revision of a document, and that is.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from monitor.flags import Flag
from monitor.store.columns import Json, Moment, Row, Words


class StreamRow(Row):
    """A live stream. ``identity`` is that of the document it becomes; ``head`` are the bytes of its description as given.

    ``next_seq`` is the first sequence number that was not judged yet: all before it were, or are late. ``token`` names the process
    that judges it, until ``lease_until``. ``first_seq``, ``first``, ``start``, ``settled``: where a scan may go on
    (:class:`monitor.live.Bookmark`), and the sequence number of segment ``first``. ``error``: why it is not judged live any more.

    What changes with every item stands in no index: PostgreSQL then writes no index for it.
    """

    __tablename__ = "streams"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'finished')", name="state"),
        CheckConstraint("(state = 'finished') = (finished_at IS NOT NULL)", name="finished"),
        Index("ix_streams_state_id", "state", "id"),
        Index("ix_streams_document_id", "document_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    platform: Mapped[str] = mapped_column(Words)
    external_id: Mapped[str] = mapped_column(Words)
    label: Mapped[str] = mapped_column(Words)
    seller: Mapped[str] = mapped_column(Words)
    head: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    as_of: Mapped[date]
    source: Mapped[str] = mapped_column(Words)
    state: Mapped[str] = mapped_column(String(8))
    ended_by: Mapped[str | None] = mapped_column(String(8))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    heard_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    items: Mapped[int] = mapped_column(default=0)
    size: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    highest_seq: Mapped[int] = mapped_column(default=0)
    next_seq: Mapped[int] = mapped_column(default=1)
    first_seq: Mapped[int] = mapped_column(default=1)
    first: Mapped[int] = mapped_column(default=0)
    start: Mapped[int] = mapped_column(default=0)
    settled: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    owner: Mapped[str | None] = mapped_column(Words)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    lapses: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Words)


class StreamItemRow(Row):
    """Something of a stream under its sequence number: a segment, or (``product``) a product shown from then on. ``raw`` as given.

    ``late``: it came when what follows had been judged; it is part of the stream all the same.
    """

    __tablename__ = "stream_items"

    stream_id: Mapped[int] = mapped_column(ForeignKey("streams.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    product: Mapped[bool] = mapped_column(server_default=false())
    late: Mapped[bool] = mapped_column(server_default=false())
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Moment)


class StreamFlagRow(Row):
    """A flag raised while the stream is on air. ``identity`` is that of a flag within a document, places counted as they were judged.

    ``standing``: ``early`` (what follows may lift it), ``settled``, ``lifted``. ``seq`` and ``received_at`` are of its last words.
    """

    __tablename__ = "stream_flags"
    __table_args__ = (
        UniqueConstraint("stream_id", "identity"),
        CheckConstraint("standing IN ('early', 'settled', 'lifted')", name="standing"),
        Index("ix_stream_flags_stream_id_id", "stream_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    stream_id: Mapped[int] = mapped_column(ForeignKey("streams.id"))
    identity: Mapped[str] = mapped_column(String(64))
    standing: Mapped[str] = mapped_column(String(8))
    rule: Mapped[str] = mapped_column(Words)
    matcher: Mapped[str] = mapped_column(Words)
    severity: Mapped[str] = mapped_column(String(8))
    flag: Mapped[Flag] = mapped_column(Json(Flag))
    segment: Mapped[int]
    seq: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
