"""The tables of scanning again: rulebooks that judged, runs, what flipped, and what a verdict stands on. ``docs/data-model.md`` draws them.

Flags and revisions are named by their ids without foreign keys: both may be kept in partitions, and retention removes them.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from monitor.store.columns import Json, Moment, Row, Words


class KnownRule(Struct, frozen=True, omit_defaults=True):
    """What is remembered of a rule: enough to tell whether another version of it can judge otherwise.

    ``digest`` is over everything that decides whether it finds something, ``waivers`` over those of its waivers; ``days`` are the days
    from which on it may judge otherwise.
    """

    digest: str
    status: str
    kinds: tuple[str, ...]
    waivers: str = ""
    days: tuple[date, ...] = ()


class RulebookRow(Row):
    """A rulebook that judged here. ``marks`` NULL: it judged before its rules were remembered. ``taken_at``: a worker took it last."""

    __tablename__ = "rulebooks"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(Words)
    marks: Mapped[dict[str, KnownRule] | None] = mapped_column(Json(dict[str, KnownRule]))
    taken_at: Mapped[datetime] = mapped_column(Moment)


class RescanRow(Row):
    """A run of scanning again. ``day`` NULL: each revision is judged as of the day of its last scan.

    ``planned_at`` NULL: not everything it touches is marked yet; the same look, made again, goes on with it.
    """

    __tablename__ = "rescans"

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(Words)
    from_digest: Mapped[str | None] = mapped_column(String(64))
    to_digest: Mapped[str | None] = mapped_column(String(64))
    day: Mapped[date | None]
    touched: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    appeared: Mapped[int] = mapped_column(default=0)
    disappeared: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime] = mapped_column(Moment)
    planned_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class StandingRow(Row):
    """What became of a flag since it was written; no row: it stands as it was written. ``gone``: it is no longer found.

    ``ended``: it is no longer found as of a later day, and stands for its own.
    """

    __tablename__ = "flag_standing"
    __table_args__ = (CheckConstraint("status IN ('in-force', 'shadow', 'waived', 'gone')", name="status"),)

    flag_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[str] = mapped_column(String(16))
    ended: Mapped[bool]
    rulebook: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date]
    since: Mapped[datetime] = mapped_column(Moment)
    rescan_id: Mapped[int]


class FlipRow(Row):
    """A finding that appeared or disappeared in a run."""

    __tablename__ = "flips"
    __table_args__ = (
        CheckConstraint("what IN ('appeared', 'disappeared')", name="what"),
        Index("ix_flips_rescan_id", "rescan_id", "id"),
        Index("ix_flips_revision_id", "revision_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rescan_id: Mapped[int]
    flag_id: Mapped[int]
    revision_id: Mapped[int]
    rule: Mapped[str] = mapped_column(Words)
    what: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Moment)


class QuestionRow(Row):
    """What the last scan of a revision asked registries, and the days from which on the answer may be another."""

    __tablename__ = "questions"
    __table_args__ = (Index("ix_questions_key", "key"),)

    revision_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Words, primary_key=True)


class WatermarkRow(Row):
    """Up to where something was looked at."""

    __tablename__ = "watermarks"

    name: Mapped[str] = mapped_column(Words, primary_key=True)
    value: Mapped[str] = mapped_column(Words)
    at: Mapped[datetime] = mapped_column(Moment)
