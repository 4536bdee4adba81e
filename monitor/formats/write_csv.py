"""CSV: one row a flag, UTF-8 with a mark so that spreadsheets read it, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO, Final

from monitor.documents import Document
from monitor.flags import Flag, ScanResult
from monitor.formats.labels import CATEGORY_LABELS, SEVERITY_LABELS
from monitor.formats.passage import basis, passage

COLUMNS: Final = (
    "document", "kind", "as_of", "severity", "严重程度", "category", "类别", "rule", "version", "status", "score",
    "field", "start", "end", "at", "text", "sentence", "match", "message", "basis", "explanation", "remedy",
)  # fmt: skip
"""``start`` and ``end`` count code points of ``field``; ``at`` is seconds from the start of the stream."""

_AROUND: Final = 60
_FORMULA: Final = frozenset("=+-@＝＋－＠\t\r")


class CsvWriter:
    """Writes rows as they come. The place is that of the first evidence; the words of all are in ``text``."""

    def __init__(self, stream: BinaryIO) -> None:
        self._text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        self._rows = csv.writer(self._text)
        self._rows.writerow(COLUMNS)

    def write(self, result: ScanResult, document: Document) -> None:
        """A row for each flag."""
        for flag in result.flags:
            self._rows.writerow([inert(cell) for cell in _row(result, flag, document)])

    def close(self) -> None:
        """Leave the stream open to whoever opened it."""
        self._text.flush()
        self._text.detach()


def inert(cell: object) -> object:
    """A text that a spreadsheet would take for a formula, made plain by an apostrophe (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ")[:1] in _FORMULA and cell.strip(" ") else cell


def _row(result: ScanResult, flag: Flag, document: Document) -> tuple[object, ...]:
    first = flag.evidence[0]
    said = passage(document, first, _AROUND)
    return (
        result.document, result.kind, result.as_of,
        flag.severity, SEVERITY_LABELS[flag.severity][0], flag.category, CATEGORY_LABELS[flag.category][0],
        flag.rule, flag.version, flag.status, flag.score,
        first.field, first.start, first.end, "" if first.at is None else first.at,
        " … ".join(evidence.text for evidence in flag.evidence), said.before + said.words + said.after,
        first.match, flag.message, basis(flag, "; "), "\n".join(flag.explanation), flag.remedy,
    )  # fmt: skip
