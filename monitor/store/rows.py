"""Inserting many rows at once, without those that are there already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitor.store.columns import Row
from monitor.store.tables import BY_MONTH

T = TypeVar("T")

CHUNK: Final = 500
"""Values in one ``IN (…)``: PostgreSQL plans longer lists slowly."""


def table_of(row: type[Row]) -> Table:
    """The table of a mapped class."""
    table = row.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{row.__name__} is not mapped to one table")
    return table


def insert_new(session: Session, row: type[Row], *unique: str) -> Insert:
    """``INSERT … ON CONFLICT (unique) DO NOTHING``, in the words of the session's database.

    On PostgreSQL what is unique in a table kept by month is so together with its month, which is that of its revision.
    """
    table = table_of(row)
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing(index_elements=list(unique))
    in_month = ("month",) if table.name in BY_MONTH else ()
    return postgresql.insert(table).on_conflict_do_nothing(index_elements=[*unique, *in_month])


def insert_missing(session: Session, row: type[Row], unique: Sequence[str], values: Sequence[dict[str, Any]]) -> int:
    """Insert those of ``values`` whose ``unique`` columns are not there yet; how many that were."""
    return len(insert_and_tell(session, row, unique, values, unique[:1]))


def insert_and_tell(
    session: Session, row: type[Row], unique: Sequence[str], values: Sequence[dict[str, Any]], told: Sequence[str]
) -> list[tuple[Any, ...]]:
    """:func:`insert_missing`; the columns ``told`` of each row that was inserted."""
    if not values:
        return []
    statement = insert_new(session, row, *unique).returning(*(table_of(row).c[name] for name in told))
    return [tuple(found) for found in session.connection().execute(statement, list(values))]


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """``values`` in pieces of at most :data:`CHUNK`."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
