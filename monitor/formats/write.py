"""Writers: one protocol, one file a format."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Final, Protocol

from monitor.documents import Document
from monitor.errors import InputError
from monitor.flags import ScanResult


class Writer(Protocol):
    """Takes results in order and writes them as they come; ``close`` writes what only the end can tell."""

    def write(self, result: ScanResult, document: Document) -> None:
        """One document's result."""
        ...

    def close(self) -> None:
        """The end; the stream stays open."""
        ...


def make_writer(name: str, stream: BinaryIO) -> Writer:
    """The writer of a format.

    Raises:
        InputError: no such format.
    """
    try:
        return _WRITERS[name](stream)
    except KeyError:
        raise InputError(f"no such format: {name}; there are {', '.join(_WRITERS)}") from None


def _table(stream: BinaryIO) -> Writer:
    from monitor.formats.write_table import TableWriter

    return TableWriter(stream)


def _jsonl(stream: BinaryIO) -> Writer:
    from monitor.formats.write_jsonl import JsonlWriter

    return JsonlWriter(stream)


def _csv(stream: BinaryIO) -> Writer:
    from monitor.formats.write_csv import CsvWriter

    return CsvWriter(stream)


def _html(stream: BinaryIO) -> Writer:
    from monitor.formats.write_html import HtmlWriter

    return HtmlWriter(stream)


_WRITERS: Final[dict[str, Callable[[BinaryIO], Writer]]] = {
    "table": _table,
    "jsonl": _jsonl,
    "csv": _csv,
    "html": _html,
}
