"""Finding flags: what a filter asks for, a page at a time.

A page costs what its rows cost, whatever is stored: rows are found in the order of an index, those that wait for a decision in
``open_flags``; how many there are is added up from ``flag_tallies`` where the filter asks for nothing else than they know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import product
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text, tuple_, union_all
from sqlalchemy.orm import Session

from monitor.errors import Refused
from monitor.store.flags import DECIDED, OUTCOME, StoredFlag, stored, stored_flags
from monitor.store.flips import STATUS
from monitor.store.paging import Page, check_limit, cursor, place
from monitor.store.priority import WEIGHTS
from monitor.store.rescan_tables import StandingRow
from monitor.store.tables import DocumentRow, FlagRow, FlagTallyRow, OpenFlagRow

COUNTED: Final = 10_000
"""Flags that are counted one by one, at most: of a seller, a document, a text or an outcome."""

MOST_PARTS: Final = 50
"""Values that are looked for one by one; with more of them it is likely that one is near."""

TEXT_LIMIT: Final = 100
"""Characters one may search for."""

CHOICE_LIMIT: Final = 200
"""Values one field of a filter may name."""


class FlagFilter(Struct, frozen=True):
    """Which flags are asked for. An empty field asks for all.

    ``document`` is the platform's id of a document; ``text`` is looked for in words, message, seller, rule and document id;
    ``decided`` None: decided or not. ``statuses`` are those of now: in-force, shadow, waived, or gone (no longer found under the
    rulebook of now); all but those in force come only when they are named, or nothing is.
    """

    categories: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    seller: str = ""
    document: str = ""
    text: str = ""
    decided: bool | None = None
    outcomes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ("in-force",)


class Choices(Struct, frozen=True):
    """What the flags in the database can be filtered by."""

    categories: tuple[str, ...]
    severities: tuple[str, ...]
    platforms: tuple[str, ...]
    rules: tuple[str, ...]


def by_priority(session: Session, asked: FlagFilter, *, after: str | None = None, limit: int = 25) -> Page[StoredFlag]:
    """The gravest and surest first; of equals the newest, which may still be on air.

    Raises:
        Refused: a filter, cursor or limit that cannot be.
    """
    source = _source(asked)
    query = select(source.id.label("id"), source.month.label("month"), source.priority.label("priority"))
    query = query.order_by(source.priority.desc(), source.id.desc())
    if after is not None:
        query = query.where(tuple_(source.priority, source.id) < tuple_(*place(after, tuple[float, int])))
    return _page(session, query, asked, limit, lambda last: cursor(last.priority, last.id), _one_by_one)


def by_age(session: Session, asked: FlagFilter, *, after: str | None = None, limit: int = 50) -> Page[StoredFlag]:
    """The oldest first: flags that are found later come at the end, so that who reads all pages reads all flags.

    Raises:
        Refused: a filter, cursor or limit that cannot be.
    """
    source = _source(asked)
    query = select(source.id, source.month, source.priority).order_by(source.id)
    if after is not None:
        query = query.where(source.id > place(after, tuple[int])[0])
    return _page(session, query, asked, limit, lambda last: cursor(last.id))


def choices(session: Session) -> Choices:
    """Every category, severity, platform and rule that has a flag."""
    columns = (FlagTallyRow.category, FlagTallyRow.severity, FlagTallyRow.platform, FlagTallyRow.rule)
    found = [tuple(session.scalars(select(column).distinct().order_by(column))) for column in columns]
    return Choices(*found)


class _Source(Struct, frozen=True):
    """Where rows are found: the flags, or those that nobody decided, which come with what is filtered by most."""

    id: Any
    month: Any
    priority: Any
    status: Any
    table: Any


_ALL: Final = _Source(FlagRow.id, FlagRow.month, FlagRow.priority, STATUS, FlagRow)
_OPEN: Final = _Source(OpenFlagRow.flag_id, OpenFlagRow.month, OpenFlagRow.priority, OpenFlagRow.status, OpenFlagRow)
_SAME: Final = and_(FlagRow.id == OpenFlagRow.flag_id, FlagRow.month == OpenFlagRow.month)


def _source(asked: FlagFilter) -> _Source:
    return _OPEN if asked.decided is False and asked.statuses else _ALL


def _page(
    session: Session,
    query: Select[Any],
    asked: FlagFilter,
    limit: int,
    cursor_of: Callable[[Any], str],
    arranged: Callable[[Select[Any], FlagFilter, _Source, int], Select[Any]] = lambda query, *_: query,
) -> Page[StoredFlag]:
    source = _source(asked)
    query = _joined(query, asked).where(*_conditions(asked, source))
    _by_itself(session)
    found = session.execute(arranged(query, asked, source, check_limit(limit) + 1).limit(limit + 1)).all()
    total, more = _total(session, asked, source)
    items = _flags(session, found[:limit])
    return Page(items, total, cursor_of(items[-1]) if len(found) > limit else None, more)


def _by_itself(session: Session) -> None:
    """PostgreSQL shall start no other processes for a page: that takes longer than the page."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))


def _one_by_one(query: Select[Any], asked: FlagFilter, source: _Source, count: int) -> Select[Any]:
    """The first ``count`` rows of each value that is asked for, together in one order.

    An index is in order of priority within one value. Asked for several values at once, a database reads by priority and passes over
    everything that has none of them, which may be all but the last rows.
    """
    several = [("statuses", source.table.status)] if len(asked.statuses) > 1 else []
    named = (("rules", source.table.rule), ("categories", source.table.category), ("platforms", source.table.platform))
    several += [pair for pair in named if len(getattr(asked, pair[0])) > 1][:1]
    choices = list(product(*([(column, value) for value in getattr(asked, name)] for name, column in several)))
    if not several or len(choices) > MOST_PARTS:
        return query
    parts = [query.where(*(column == value for column, value in choice)).limit(count).subquery() for choice in choices]
    rows = union_all(*(select(part) for part in parts)).subquery()
    return select(rows).order_by(rows.c.priority.desc(), rows.c.id.desc())


def _flags(session: Session, keys: Sequence[Any]) -> tuple[StoredFlag, ...]:
    """The flags of the keys (id, month, …), in their order. Known by their keys first: so nothing else is read of what is not shown."""
    if not keys:
        return ()
    months: dict[date, list[int]] = {}
    for key in keys:
        months.setdefault(key[1], []).append(key[0])
    # month by month: so each id is looked for in one part
    query = stored_flags().where(
        or_(*(and_(FlagRow.month == month, FlagRow.id.in_(ids)) for month, ids in months.items()))
    )
    flags = {flag.id: flag for flag in map(stored, session.execute(query))}
    return tuple(flags[key[0]] for key in keys)


def _joined(query: Select[Any], asked: FlagFilter) -> Select[Any]:
    """With the tables that the filter needs besides its source."""
    looks = asked.document or asked.text.strip()
    if _source(asked) is _OPEN and (looks or asked.seller or asked.outcomes):
        query = query.join(FlagRow, _SAME)
    if _source(asked) is _ALL and asked.statuses:
        query = query.outerjoin(StandingRow, StandingRow.flag_id == FlagRow.id)
    return query.join(DocumentRow, DocumentRow.id == FlagRow.document_id) if looks else query


def _total(session: Session, asked: FlagFilter, source: _Source) -> tuple[int, bool]:
    """How many flags there are, and whether there are more."""
    if not (asked.seller or asked.document or asked.text.strip() or asked.outcomes):
        number = {
            True: FlagTallyRow.decided,
            False: FlagTallyRow.flags - FlagTallyRow.decided,
            None: FlagTallyRow.flags,
        }
        tallies = select(func.sum(number[asked.decided])).where(*_members(asked, FlagTallyRow, FlagTallyRow.status))
        return int(session.scalar(tallies) or 0), False
    found = _joined(select(source.id), asked).where(*_conditions(asked, source)).limit(COUNTED + 1)
    count = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return min(count, COUNTED), count > COUNTED


def _members(asked: FlagFilter, table: Any, status: Any) -> Iterator[ColumnElement[bool]]:
    columns = {
        "categories": table.category,
        "severities": table.severity,
        "platforms": table.platform,
        "rules": table.rule,
        "statuses": status,
    }
    for name, column in columns.items():
        if values := getattr(asked, name):
            yield column.in_(values)


def _conditions(asked: FlagFilter, source: _Source) -> Iterator[ColumnElement[bool]]:
    for name in ("categories", "severities", "platforms", "rules", "statuses", "outcomes"):
        if len(getattr(asked, name)) > CHOICE_LIMIT:
            raise Refused(f"at most {CHOICE_LIMIT} values", field=name)
    yield from _members(asked, source.table, source.status)
    weights = [WEIGHTS[severity] for severity in asked.severities if severity in WEIGHTS]
    if weights:
        yield source.priority <= max(weights)  # a score is at most 1: graver flags need not be passed over one by one
    if asked.outcomes:
        yield OUTCOME.in_(asked.outcomes)
    if asked.seller:
        yield FlagRow.seller == asked.seller
    if asked.document:
        yield DocumentRow.external_id == asked.document
    if asked.decided is not None and source is _ALL:
        yield DECIDED if asked.decided else ~DECIDED
    yield from _containing(asked.text)


def _containing(text: str) -> Iterator[ColumnElement[bool]]:
    if len(text) > TEXT_LIMIT:
        raise Refused(f"at most {TEXT_LIMIT} characters", field="text")
    if text := text.strip():
        looked_in = (FlagRow.words, FlagRow.message, FlagRow.seller, FlagRow.rule, DocumentRow.external_id)
        yield or_(*(column.icontains(text, autoescape=True) for column in looked_in))
