"""The results of a sweep: one for each line that is not blank, as JSON Lines or Parquet; the parts of shards, and the whole.

In JSON Lines a result is what `monitor scan` writes, with ``source`` and ``line`` at its end; a line that is no document has ``error`` (and
``field``) instead. Parquet has the same as columns (:data:`SCHEMA` of :mod:`monitor.formats.parquet`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Final, Literal, Protocol

import msgspec

from monitor.errors import InputError
from monitor.flags import ScanResult
from monitor.formats.item import Item
from monitor.formats.write_jsonl import Line, line_of

SweepFormat = Literal["jsonl", "parquet"]


class PartWriter(Protocol):
    """Takes the results of a shard in order; ``close`` writes what only the end can tell."""

    def result(self, item: Item, result: ScanResult) -> None:
        """What was found in a document."""
        ...

    def error(self, error: InputError) -> None:
        """Why a line has no result."""
        ...

    def close(self) -> None:
        """The end; the stream stays open."""
        ...


class Whole(Protocol):
    """Takes parts in order and makes one file of them."""

    def add(self, part: bytes) -> None:
        """The next part."""
        ...

    def close(self) -> None:
        """The end; the stream stays open."""
        ...


class _Placed(Line, frozen=True, omit_defaults=True):
    source: str = ""
    line: int = 0


class _Unread(msgspec.Struct, frozen=True, omit_defaults=True):
    error: str
    field: str | None = None
    source: str = ""
    line: int = 0


class JsonlPart:
    """Writes results as they come."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._encoder = msgspec.json.Encoder()

    def result(self, item: Item, result: ScanResult) -> None:
        """One line."""
        found = msgspec.structs.asdict(line_of(result))
        self._write(_Placed(**found, source=item.source, line=item.line or 0))

    def error(self, error: InputError) -> None:
        """One line."""
        self._write(_Unread(error.reason, error.field, error.source, error.line or 0))

    def close(self) -> None:
        """Everything is written already."""
        self._stream.flush()

    def _write(self, line: msgspec.Struct) -> None:
        self._stream.write(self._encoder.encode(line) + b"\n")


class JsonlWhole:
    """One part after the other."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def add(self, part: bytes) -> None:
        """As it is."""
        self._stream.write(part)

    def close(self) -> None:
        """Everything is written already."""
        self._stream.flush()


def part_writer(name: SweepFormat, stream: BinaryIO) -> PartWriter:
    """What writes the results of a shard."""
    return _FORMATS[name][0](stream)


def whole_writer(name: SweepFormat, stream: BinaryIO) -> Whole:
    """What makes one file of the parts."""
    return _FORMATS[name][1](stream)


def _parquet_part(stream: BinaryIO) -> PartWriter:
    from monitor.formats.parquet import ParquetPart

    return ParquetPart(stream)


def _parquet_whole(stream: BinaryIO) -> Whole:
    from monitor.formats.parquet import ParquetWhole

    return ParquetWhole(stream)


_FORMATS: Final[dict[SweepFormat, tuple[Callable[[BinaryIO], PartWriter], Callable[[BinaryIO], Whole]]]] = {
    "jsonl": (JsonlPart, JsonlWhole),
    "parquet": (_parquet_part, _parquet_whole),
}
