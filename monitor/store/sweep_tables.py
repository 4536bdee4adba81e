"""The tables of sweeps: files that are scanned in bulk, and their shards. ``docs/data-model.md`` draws them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from monitor.flags import Tally
from monitor.store.columns import Json, Leased, Moment, Row, Words


class SweepRow(Row):
    """A file, or several, that workers scan in shards. ``out_identity`` is the SHA-256 of ``out``: one sweep at a time writes there.

    ``token`` is of the process that joins the parts. ``since`` NULL: it stands still; ``seconds`` is how long it ran before that.
    """

    __tablename__ = "sweeps"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'paused', 'done')", name="state"),
        Index(
            "uq_sweeps_out_identity_open",
            "out_identity",
            unique=True,
            sqlite_where=text("state <> 'done'"),
            postgresql_where=text("state <> 'done'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    urls: Mapped[tuple[str, ...]] = mapped_column(Json(tuple[str, ...]))
    out: Mapped[str] = mapped_column(Words)
    out_identity: Mapped[str] = mapped_column(String(64))
    format: Mapped[str] = mapped_column(String(16))
    as_of: Mapped[date]
    every: Mapped[bool]
    lines: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    since: Mapped[datetime | None] = mapped_column(Moment)
    seconds: Mapped[float]
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class ShardRow(Leased, Row):
    """A run of whole lines of a file: bytes ``start`` to ``start + size`` of it (unpacked, where ``packed``), with their SHA-256.

    ``part`` is the name of the file that holds its results. ``at`` is the line being judged, where lines are judged one by one;
    ``stopped`` counts how often a line stopped its worker there.
    """

    __tablename__ = "sweep_shards"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'leased', 'done', 'dead')", name="state"),
        CheckConstraint("(state = 'leased') = (token IS NOT NULL)", name="lease"),
        UniqueConstraint("sweep_id", "number"),
        Index("ix_sweep_shards_state_due_at", "state", "due_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sweep_id: Mapped[int] = mapped_column(ForeignKey("sweeps.id"))
    number: Mapped[int]
    url: Mapped[str] = mapped_column(Words)
    packed: Mapped[bool]
    encoding: Mapped[str] = mapped_column(String(16))
    start: Mapped[int]
    size: Mapped[int]
    first_line: Mapped[int]
    lines: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    part: Mapped[str | None] = mapped_column(Words)
    part_size: Mapped[int | None]
    part_sha256: Mapped[str | None] = mapped_column(String(64))
    documents: Mapped[int] = mapped_column(default=0)
    unreadable: Mapped[int] = mapped_column(default=0)
    flags: Mapped[int] = mapped_column(default=0)
    tally: Mapped[Tally | None] = mapped_column(Json(Tally))
    at: Mapped[int | None]
    stopped: Mapped[dict[int, int]] = mapped_column(Json(dict[int, int]), default=dict)
