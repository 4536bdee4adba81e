"""Finding flags: what a filter asks for, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from monitor.errors import Refused
from monitor.store.flags import DECIDED, OUTCOME, StoredFlag, stored, stored_flags
from monitor.store.flips import STATUS
from monitor.store.paging import Page, check_limit, cursor, place
from monitor.store.rescan_tables import StandingRow
from monitor.store.tables import DocumentRow, FlagRow

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
    query = stored_flags().order_by(FlagRow.priority.desc(), FlagRow.id.desc())
    if after is not None:
        number, key = place(after, tuple[float, int])
        query = query.where(or_(FlagRow.priority < number, and_(FlagRow.priority == number, FlagRow.id < key)))
    return _page(session, query, asked, limit, lambda last: cursor(last.priority, last.id))


def by_age(session: Session, asked: FlagFilter, *, after: str | None = None, limit: int = 50) -> Page[StoredFlag]:
    """The oldest first: flags that are found later come at the end, so that who reads all pages reads all flags.

    Raises:
        Refused: a filter, cursor or limit that cannot be.
    """
    query = stored_flags().order_by(FlagRow.id)
    if after is not None:
        query = query.where(FlagRow.id > place(after, tuple[int])[0])
    return _page(session, query, asked, limit, lambda last: cursor(last.id))


def choices(session: Session) -> Choices:
    """Every category, severity, platform and rule that has a flag."""
    columns = (FlagRow.category, FlagRow.severity, FlagRow.platform, FlagRow.rule)
    found = [tuple(session.scalars(select(column).distinct().order_by(column))) for column in columns]
    return Choices(*found)


def _page(session: Session, query: Select[Any], asked: FlagFilter, limit: int, cursor_of: Any) -> Page[StoredFlag]:
    conditions = list(_conditions(asked))
    rows = session.execute(query.where(*conditions).limit(check_limit(limit) + 1)).all()
    counting = select(func.count()).select_from(FlagRow)
    if asked.statuses:
        counting = counting.outerjoin(StandingRow, StandingRow.flag_id == FlagRow.id)
    if asked.document or asked.text:
        counting = counting.join(DocumentRow, DocumentRow.id == FlagRow.document_id)
    total = session.scalar(counting.where(*conditions)) or 0
    items = tuple(stored(row) for row in rows[:limit])
    return Page(items, total, cursor_of(items[-1]) if len(rows) > limit else None)


def _conditions(asked: FlagFilter) -> Iterator[ColumnElement[bool]]:
    members = {
        "categories": FlagRow.category,
        "severities": FlagRow.severity,
        "platforms": FlagRow.platform,
        "rules": FlagRow.rule,
        "statuses": STATUS,
        "outcomes": OUTCOME,
    }
    for name, column in members.items():
        values = getattr(asked, name)
        if len(values) > CHOICE_LIMIT:
            raise Refused(f"at most {CHOICE_LIMIT} values", field=name)
        if values:
            yield column.in_(values)
    if asked.seller:
        yield FlagRow.seller == asked.seller
    if asked.document:
        yield DocumentRow.external_id == asked.document
    if asked.decided is not None:
        yield DECIDED if asked.decided else ~DECIDED
    if len(asked.text) > TEXT_LIMIT:
        raise Refused(f"at most {TEXT_LIMIT} characters", field="text")
    if text := asked.text.strip():
        looked_in = (FlagRow.words, FlagRow.message, FlagRow.seller, FlagRow.rule, DocumentRow.external_id)
        yield or_(*(column.icontains(text, autoescape=True) for column in looked_in))
