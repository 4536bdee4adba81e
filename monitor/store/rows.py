"""Inserting many rows at once, without those that are there already; changing and deleting many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Delete, Insert, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitor.store.arrays import insert_arrays, update_arrays
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
    return [tuple(found) for found in insert_rows(session, row, values, unique=unique, returning=told)]


def insert_rows(
    session: Session,
    row: type[Row],
    values: Sequence[dict[str, Any]],
    *,
    unique: Sequence[str] = (),
    returning: Sequence[str],
) -> Sequence[Any]:
    """Insert rows, all with the same columns; what is ``returning`` of them, in no order. ``unique``: see :func:`insert_missing`."""
    if not values:
        return ()
    table, connection = table_of(row), session.connection()
    if connection.dialect.name == "postgresql":
        in_month = ("month",) if unique and table.name in BY_MONTH else ()
        return insert_arrays(connection, table, values, unique=(*unique, *in_month), returning=returning)
    statement = insert_new(session, row, *unique) if unique else insert(table)
    return connection.execute(statement.returning(*(table.c[name] for name in returning)), list(values)).all()


def update_rows(session: Session, row: type[Row], key: str, values: Sequence[dict[str, Any]]) -> None:
    """Change the columns that each of ``values`` names where the column ``key`` is that of it."""
    if not values:
        return
    table, connection = table_of(row), session.connection()
    if connection.dialect.name == "postgresql":
        update_arrays(connection, table, values, key)
        return
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in values[0] if name != key}
    statement = update(table).where(table.c[key] == bindparam("the_key")).values(new)
    named = [{"the_key" if name == key else f"new_{name}": one[name] for name in one} for one in values]
    connection.execute(statement, named)


def keys_of(session: Session, column: Any, of: Any, keys: Sequence[int]) -> list[int]:
    """The ``column`` of the rows whose column ``of`` is one of ``keys``."""
    return [found for chunk in chunks(keys) for found in session.scalars(select(column).where(of.in_(chunk)))]


def delete_keys(session: Session, row: type[Row], column: Any, keys: Sequence[int]) -> int:
    """Delete the rows whose ``column`` is one of ``keys``, in one statement a chunk; how many went."""
    return sum(deleted(session, delete(row).where(column.in_(chunk))) for chunk in chunks(keys))


def deleted(session: Session, statement: Delete) -> int:
    """How many rows a statement deleted."""
    done = session.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]  # CursorResult


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """``values`` in pieces of at most :data:`CHUNK`."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
