"""Many rows in one statement on PostgreSQL: each column travels as one array.

A statement of thousands of parameters costs the driver more than the database, and a statement a row costs the database more than the
row; with arrays the statement is short, and always the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnDefault, Connection, Row, String, Table
from sqlalchemy.dialects.postgresql import dialect

_POSTGRESQL: Final = dialect()  # type: ignore[no-untyped-call]

Values = Sequence[dict[str, Any]]
"""Rows, all with the same columns."""


def insert_arrays(
    connection: Connection, table: Table, rows: Values, *, unique: Sequence[str] = (), returning: Sequence[str]
) -> Sequence[Row[Any]]:
    """Insert rows; what is ``returning`` of them, in no order. ``unique``: leave those out that are there already, by these columns.

    Columns that the rows do not name get the table's own defaults.
    """
    fixed = {
        column.name: column.default.arg
        for column in table.columns
        if isinstance(column.default, ColumnDefault) and column.default.is_scalar and column.name not in rows[0]
    }
    names = [*rows[0], *fixed]
    sql = f"INSERT INTO {table.name} ({_list(names)}) SELECT * FROM {_unnest(table, names)}"  # noqa: S608 (names of ours)
    if unique:
        sql += f" ON CONFLICT ({_list(unique)}) DO NOTHING"
    return _run(connection, table, f"{sql} RETURNING {_list(returning)}", [row | fixed for row in rows])


def update_arrays(
    connection: Connection, table: Table, rows: Values, key: str, *, where: str = "true", **given: Any
) -> list[Any]:
    """Change the columns that the rows name where the column ``key`` is theirs, and ``where``; the keys of what was changed.

    ``given`` are the parameters of ``where``, which calls the table ``t``.
    """
    sets = ", ".join(f'"{name}" = n."{name}"' for name in rows[0] if name != key)
    sql = f'UPDATE {table.name} AS t SET {sets} FROM {_unnest(table, list(rows[0]))} WHERE t."{key}" = n."{key}" AND {where}'  # noqa: S608
    return [found[0] for found in _run(connection, table, f'{sql} RETURNING t."{key}"', rows, given)]


def _run(
    connection: Connection, table: Table, sql: str, rows: Values, given: dict[str, Any] | None = None
) -> Sequence[Row[Any]]:
    arrays: dict[str, Any] = {}
    for name in rows[0]:
        process = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        values = [row[name] for row in rows]
        arrays[name] = values if process is None else list(map(process, values))
    return connection.exec_driver_sql(sql, arrays | (given or {})).all()


def _unnest(table: Table, names: Sequence[str]) -> str:
    arrays = ", ".join(f"%({name})s::{_type(table, name)}[]" for name in names)
    return f"unnest({arrays}) AS n ({_list(names)})"


def _type(table: Table, name: str) -> str:
    """A cast to ``varchar(n)`` would cut what is too long; from text it is refused."""
    type_ = table.c[name].type
    return "text" if isinstance(type_, String) else str(type_.compile(_POSTGRESQL))


def _list(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
