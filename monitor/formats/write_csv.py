"""CSV: one row a flag, UTF-8 with a mark so that spreadsheets read it, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO, Final

from monitor.documents import Document
from monitor.flags import ScanResult

COLUMNS: Final = (
    "document", "kind", "as_of", "rule", "version", "category", "severity", "score", "status",
    "field", "start", "end", "at", "text", "match", "message", "basis", "remedy",
)  # fmt: skip


class CsvWriter:
    """Writes rows as they come."""

    def __init__(self, stream: BinaryIO) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        self._rows = csv.writer(self._text)
        self._rows.writerow(COLUMNS)

    def write(self, result: ScanResult, document: Document) -> None:  # noqa: ARG002 (the writers' protocol)
        """A row for each flag."""
        for flag in result.flags:
            first = flag.evidence[0]
            basis = "; ".join(" ".join(filter(None, (item.law, item.article))) for item in flag.basis)
            row = (
                result.document, result.kind, result.as_of, flag.rule, flag.version, flag.category, flag.severity, flag.score, flag.status,
                first.field, first.start, first.end, "" if first.at is None else first.at, " … ".join(e.text for e in flag.evidence),
                first.match, flag.message, basis, flag.remedy,
            )  # fmt: skip
            self._rows.writerow([inert(cell) for cell in row])

    def close(self) -> None:
        """Leave the stream open to whoever opened it."""
        self._text.flush()
        self._text.detach()


def inert(cell: object) -> object:
    """A text that a spreadsheet would take for a formula, made plain by an apostrophe."""
    return (
        f"'{cell}"
        if isinstance(cell, str) and cell.lstrip()[:1] in {"=", "+", "-", "@", "\t", "\r"} and cell.strip()
        else cell
    )
