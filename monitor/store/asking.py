"""One statement, asked again and again: a connection of each thread that stays open, without a transaction around each question.

A look-up is a single statement, so it needs no snapshot; BEGIN and ROLLBACK, and the look whether the connection still lives, would
be four more trips to a server. Instead a connection that fails is given up, and the question asked once more on a new one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final

from monitor.store.engine import Database

_LEFT: Final[list[Any]] = []
"""Connections made before a fork: they are the parent's, and closing them here would end them there."""


class Asking:
    """Asks the database that ``opened`` gives. Safe to use from several threads, and across a fork."""

    def __init__(self, opened: Callable[[], Database]) -> None:
        self._opened = opened
        self._own = threading.local()

    def rows(self, statement: str, values: Sequence[Any]) -> list[Any]:
        """The rows of a statement that only reads; ``?`` stands for each value.

        Raises:
            Exception: whatever the driver or SQLAlchemy says.
        """
        kept = self._kept()
        if kept is not None:
            try:
                return _run(kept, statement, values)
            except Exception:
                self.close()  # a server that was restarted; what is wrong with the statement is told below
        connection = _connection(self._opened())
        self._own.kept = os.getpid(), connection
        try:
            return _run(connection, statement, values)
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection of this thread."""
        kept = self._kept()
        self._own.kept = None
        if kept is not None:
            with suppress(Exception):  # it may be broken
                kept.close()

    def _kept(self) -> Any:
        """The connection of this thread of this process, if there is one."""
        process, connection = getattr(self._own, "kept", None) or (0, None)
        if connection is not None and process != os.getpid():
            _LEFT.append(connection)
            self._own.kept = connection = None
        return connection


def _run(connection: Any, statement: str, values: Sequence[Any]) -> list[Any]:
    cursor = connection.cursor()
    try:
        cursor.execute(statement if hasattr(connection, "set_trace_callback") else statement.replace("?", "%s"), values)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def _connection(database: Database) -> Any:
    """A connection of the driver's own, out of the pool for good, in which nothing begins and nothing can be written."""
    pooled = database.engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()  # each thread keeps one: the pool would run dry
    if database.engine.dialect.name == "postgresql":
        connection.autocommit = True
        connection.read_only = True
    else:
        connection.execute("PRAGMA query_only = 1")
    return connection
