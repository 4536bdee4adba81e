"""Parquet: one row a line of the input, flags and their evidence as nested structs.

A row a line, not a row a flag: what was found clean, and what could not be read, is there to be counted against; a row a flag is one
``unnest`` away.
"""

from __future__ import annotations

from typing import Any, BinaryIO, Final

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from monitor.documents import Document
from monitor.errors import InputError
from monitor.flags import Flag, ScanResult
from monitor.formats.item import Item

ROWS: Final = 100_000
"""Rows in a row group of the whole, at least."""

_NAME: Final = pa.dictionary(pa.int32(), pa.string())
_BASIS: Final = pa.struct([("law", pa.string()), ("article", pa.string())])
_EVIDENCE: Final = pa.struct(
    [
        ("field", pa.string()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("text", pa.string()),
        ("match", pa.string()),
        ("at", pa.float64()),
        ("box", pa.list_(pa.int64())),
    ]
)
_FLAG: Final = pa.struct(
    [
        ("rule", pa.string()),
        ("version", pa.int64()),
        ("category", pa.string()),
        ("severity", pa.string()),
        ("score", pa.float64()),
        ("status", pa.string()),
        ("message", pa.string()),
        ("remedy", pa.string()),
        ("basis", pa.list_(_BASIS)),
        ("evidence", pa.list_(_EVIDENCE)),
        ("explanation", pa.list_(pa.string())),
    ]
)
_UNKNOWN: Final = pa.struct([("rule", pa.string()), ("category", pa.string()), ("reason", pa.string())])
_UNREAD: Final = pa.struct([("field", pa.string()), ("reason", pa.string())])

SCHEMA: Final = pa.schema(
    [
        ("source", _NAME),
        ("line", pa.int64()),
        ("error", pa.string()),
        ("field", pa.string()),
        ("document", pa.string()),
        ("kind", _NAME),
        ("platform", _NAME),
        ("seller_id", pa.string()),
        ("seller_name", pa.string()),
        ("as_of", pa.date32()),
        ("rulebook", _NAME),
        ("flags", pa.list_(_FLAG)),
        ("unknown", pa.list_(_UNKNOWN)),
        ("unread", pa.list_(_UNREAD)),
        ("degraded", pa.list_(pa.string())),
    ]
)
"""``error`` and ``field`` are of lines that are no document, and NULL else; what comes after them is NULL there."""


class ParquetPart:
    """The rows of a shard."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._rows: list[dict[str, Any]] = []

    def result(self, item: Item, result: ScanResult) -> None:
        """One row."""
        self._rows.append({"source": item.source, "line": item.line} | _judged(item.envelope.document, result))

    def error(self, error: InputError) -> None:
        """One row."""
        self._rows.append({"source": error.source, "line": error.line, "error": error.reason, "field": error.field})

    def close(self) -> None:
        """Write them."""
        pq.write_table(pa.Table.from_pylist(self._rows, SCHEMA), self._stream, compression="zstd")


class ParquetWhole:
    """Parts gathered into larger row groups."""

    def __init__(self, stream: BinaryIO) -> None:
        self._writer = pq.ParquetWriter(stream, SCHEMA, compression="zstd")
        self._tables: list[Any] = []

    def add(self, part: bytes) -> None:
        """The next rows."""
        self._tables.append(pq.read_table(pa.BufferReader(part), schema=SCHEMA))
        if sum(table.num_rows for table in self._tables) >= ROWS:
            self._write()

    def close(self) -> None:
        """Write what is left, and the foot of the file."""
        self._write()
        self._writer.close()

    def _write(self) -> None:
        if self._tables:
            table = pa.concat_tables(self._tables).unify_dictionaries()
            self._writer.write_table(table, row_group_size=table.num_rows or None)
            self._tables = []


def _judged(document: Document, result: ScanResult) -> dict[str, Any]:
    seller = document.seller
    return {
        "document": result.document,
        "kind": result.kind,
        "platform": document.platform,
        "seller_id": seller and seller.id,
        "seller_name": seller and seller.name,
        "as_of": result.as_of,
        "rulebook": result.rulebook,
        "flags": [_flag(flag) for flag in result.flags],
        "unknown": [msgspec.structs.asdict(item) for item in result.unknown],
        "unread": [msgspec.structs.asdict(item) for item in result.unread],
        "degraded": result.degraded,
    }


def _flag(flag: Flag) -> dict[str, Any]:
    return {name: getattr(flag, name) for name in _PLAIN} | {
        "basis": [msgspec.structs.asdict(law) for law in flag.basis],
        "evidence": [msgspec.structs.asdict(words) for words in flag.evidence],
    }


_PLAIN: Final = [field.name for field in _FLAG if field.name not in {"basis", "evidence"}]
