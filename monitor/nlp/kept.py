"""Tables that take long to make and are made once: for this process, and, with a compiled rulebook, for those that come after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")

_TABLES: dict[str, Any] = {}
_MAKERS: dict[str, Callable[[], Any]] = {}


def kept(make: Callable[[], T]) -> Callable[[], T]:
    """A function without arguments whose result is made once."""
    name = f"{make.__module__}.{make.__name__}"

    @wraps(make)
    def table() -> T:
        if name not in _TABLES:
            _TABLES[name] = make()
        made: T = _TABLES[name]
        return made

    _MAKERS[name] = table
    return table


def all_kept() -> dict[str, Any]:
    """Every table of the modules that were imported, by name; they can be pickled."""
    return {name: make() for name, make in _MAKERS.items()}


def keep(tables: Mapping[str, Any]) -> None:
    """Take tables that another process made with the same program; those made here already stay."""
    for name, table in tables.items():
        _TABLES.setdefault(name, table)
