"""Tables that triggers keep: what nobody decided yet, and how much there is of everything.

They say nothing that other tables do not say. They are there so that a page of the queue and the counts of the first page cost the same
whatever is stored. Both stand in the transaction that writes what they count.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from monitor.store.columns import Row, Words


class OpenFlagRow(Row):
    """A flag without a decision, with what the queue is ordered and filtered by. The first decision takes it away."""

    __tablename__ = "open_flags"
    __table_args__ = (
        Index("ix_open_flags_priority", "status", "priority", "flag_id"),
        Index("ix_open_flags_category", "status", "category", "priority", "flag_id"),
        Index("ix_open_flags_platform", "status", "platform", "priority", "flag_id"),
        Index("ix_open_flags_rule", "status", "rule", "priority", "flag_id"),
    )

    flag_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[date]
    status: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(32))
    severity: Mapped[str] = mapped_column(String(8))
    platform: Mapped[str] = mapped_column(Words)
    rule: Mapped[str] = mapped_column(Words)
    priority: Mapped[float]


class FlagTallyRow(Row):
    """How many flags of a month are of one kind, and how many of them were decided. Several rows of one kind add up.

    Writers on PostgreSQL that come at once take a row each instead of waiting for one: there are as many rows of a kind as ever
    wrote at the same moment.
    """

    __tablename__ = "flag_tallies"
    __table_args__ = (Index("ix_flag_tallies_kind", "month", "rule", "platform", "status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    status: Mapped[str] = mapped_column(String(16))
    category: Mapped[str] = mapped_column(String(32))
    severity: Mapped[str] = mapped_column(String(8))
    platform: Mapped[str] = mapped_column(Words)
    rule: Mapped[str] = mapped_column(Words)
    flags: Mapped[int]
    decided: Mapped[int]


class TallyRow(Row):
    """How many there are of something else. Several rows of one kind add up.

    ``what`` is ``document`` (``kind``: that of the document), ``revision`` (``kind`` empty) or ``day`` (flags in force; ``kind``: the
    day they were judged on).
    """

    __tablename__ = "tallies"
    __table_args__ = (Index("ix_tallies_kind", "what", "kind", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    what: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
