"""Counts for the first page: how much was found, of what kind, where, and what waits for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.flags import SEVERITIES
from monitor.store.backlog import WorkCounts, work_counts
from monitor.store.complaints import count_open
from monitor.store.tables import FlagTallyRow, TallyRow

TOP_RULES: Final = 20

LONGEST_HISTORY: Final = 366
"""Days shown, counted back from the last that has a flag."""


class Count(Struct, frozen=True):
    """Flags of one name, and how many of them nobody decided."""

    name: str
    flags: int
    undecided: int


class DayCount(Struct, frozen=True):
    """Flags of documents of one day."""

    day: date
    flags: int


class Overview(Struct, frozen=True):
    """Flags in force only, as they stand now. ``by_severity`` begins with the gravest, the other lists with the most; days are in order.

    A day is the day of the document (``as_of``), not the day it was scanned.
    """

    documents: int
    listings: int
    transcripts: int
    flags: int
    undecided: int
    decided: int
    complaints_open: int
    work: WorkCounts
    by_category: tuple[Count, ...]
    by_severity: tuple[Count, ...]
    by_platform: tuple[Count, ...]
    by_rule: tuple[Count, ...]
    by_day: tuple[DayCount, ...]


def overview(session: Session) -> Overview:
    """Everything the first page shows, from what the tallies say: the same effort for ten flags and ten million."""
    kinds = {row.kind: int(row.documents) for row in session.execute(_KINDS)}
    groups = session.execute(_GROUPS).all()
    flags = sum(int(group.flags) for group in groups)
    undecided = sum(int(group.undecided) for group in groups)
    days = [DayCount(date.fromisoformat(day), int(count)) for day, count in session.execute(_DAYS)]
    return Overview(
        documents=sum(kinds.values()),
        listings=kinds.get("listing", 0),
        transcripts=kinds.get("transcript", 0),
        flags=flags,
        undecided=undecided,
        decided=flags - undecided,
        complaints_open=count_open(session),
        work=work_counts(session),
        by_category=_counts(groups, "category"),
        by_severity=tuple(sorted(_counts(groups, "severity"), key=_gravest_first)),
        by_platform=_counts(groups, "platform"),
        by_rule=_counts(groups, "rule")[:TOP_RULES],
        by_day=tuple(reversed(days)),
    )


_NUMBER: Final = func.sum(TallyRow.number)
_KINDS: Final = (
    select(TallyRow.kind, _NUMBER.label("documents")).where(TallyRow.what == "document").group_by(TallyRow.kind)
)
_GROUPS: Final = (
    select(
        FlagTallyRow.category,
        FlagTallyRow.severity,
        FlagTallyRow.platform,
        FlagTallyRow.rule,
        func.sum(FlagTallyRow.flags).label("flags"),
        func.sum(FlagTallyRow.flags - FlagTallyRow.decided).label("undecided"),
    )
    .where(FlagTallyRow.status == "in-force")
    .group_by(FlagTallyRow.category, FlagTallyRow.severity, FlagTallyRow.platform, FlagTallyRow.rule)
)
_DAYS: Final = (
    select(TallyRow.kind, _NUMBER)
    .where(TallyRow.what == "day")
    .group_by(TallyRow.kind)
    .order_by(TallyRow.kind.desc())
    .limit(LONGEST_HISTORY)
)


def _counts(groups: Iterable[Any], name: str) -> tuple[Count, ...]:
    flags: Counter[str] = Counter()
    undecided: Counter[str] = Counter()
    for group in groups:
        flags[getattr(group, name)] += int(group.flags)
        undecided[getattr(group, name)] += int(group.undecided)
    return tuple(Count(key, flags[key], undecided[key]) for key in sorted(flags, key=lambda key: (-flags[key], key)))


def _gravest_first(count: Count) -> int:
    return -_GRADES.index(count.name)


_GRADES: Final[tuple[str, ...]] = SEVERITIES
