"""Rows of Excel workbooks (.xlsx), read as they come; workbooks that would fill the memory, and formulas, are refused.

openpyxl reads the cells. What it would believe is looked at before: how large the parts of the archive are once unpacked, and how
far a sheet says it goes.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from monitor.formats.item import Refusal

SHEET_LIMIT: Final = 4_000_000_000
"""Bytes of one sheet once unpacked; it is read in passing."""

STRINGS_LIMIT: Final = 500_000_000
"""Bytes of the shared strings once unpacked; they are held in memory."""

PART_LIMIT: Final = 64_000_000
"""Bytes of any other part once unpacked."""

RATIO_LIMIT: Final = 250
"""Times a part may grow when it is unpacked, if it is larger than ``RATIO_FROM``; tables of Excel grow 10 to 30 times."""

RATIO_FROM: Final = 16_000_000
ZIP: Final = b"PK\x03\x04"
"""What a workbook begins with."""

FORMULA: Final = "a formula, not a value: copy the column and paste it as values"
"""Why a cell with a formula is not taken."""

COLUMNS: Final = 1000
"""Cells a row may have: one far to the right would make every row so long."""

ROWS: Final = 1_048_576
_DIGITS: Final = 15
"""A spreadsheet keeps so many digits of a number; what stands behind them is lost."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that holds no value that could be taken: why."""

    reason: str
    text: str


XlsxCell = str | Bad


def workbook_rows(path: Path) -> Iterator[tuple[str, int, list[XlsxCell]]]:
    """(sheet, row from 1, cells) of every row that has any, of every visible sheet. Days are written ``2025-06-01``, with
    their time where it is not midnight.

    Raises:
        Refusal: no workbook, an encrypted one, or one that unpacks to more than it should.
    """
    _refuse_bombs(path)
    import openpyxl

    warnings.filterwarnings("ignore", module=r"openpyxl\..*")  # styles it does not know say nothing of the values
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except Exception as error:
        raise Refusal(f"cannot be read as a workbook: {error or type(error).__name__}") from error
    try:
        for sheet in book.worksheets:
            if getattr(sheet, "sheet_state", "visible") == "visible":
                yield from _rows(sheet)
    finally:
        book.close()


def _rows(sheet: Any) -> Iterator[tuple[str, int, list[XlsxCell]]]:
    sheet.reset_dimensions()  # what a sheet says of its size is not believed
    rows = enumerate(sheet.iter_rows(), start=1)
    while True:
        try:
            number, row = next(rows, (ROWS + 1, ()))
        except Exception as error:  # whatever a broken part makes of the parser
            raise Refusal(f"sheet {sheet.title}: cannot be read further: {error or type(error).__name__}") from error
        if number > ROWS:
            return
        if len(row) > COLUMNS:
            raise Refusal(
                f"sheet {sheet.title}: a cell beyond column {COLUMNS:,} in row {number:,}: delete what stands there"
            )
        cells = [_cell(cell) for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        if cells:
            yield sheet.title, number, cells


def _cell(cell: Any) -> XlsxCell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Bad(FORMULA, str(getattr(value, "text", value)))
    if cell.data_type == "e":
        return Bad(f"an error of the spreadsheet: {value}", str(value))
    if isinstance(value, datetime) and value.time() != time.min:
        return value.isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(value)
    return str(value)


def _number(value: float) -> XlsxCell:
    whole = int(value) if value == value and abs(value) != float("inf") and int(value) == value else None  # noqa: PLR0124 (NaN)
    if whole is None:
        return str(value)
    if len(str(abs(whole))) > _DIGITS:
        reason = (
            f"a number of more than {_DIGITS} digits, of which a spreadsheet loses the last: format the column as text"
        )
        return Bad(reason, str(whole))
    return str(whole)


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Refusal("is no workbook: the archive is broken, or the file was not saved whole") from error
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Refusal("is a zip archive, but no workbook: unpack it, or save the table as .xlsx")
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal("is encrypted: save it without a password")
    for part in parts:
        _refuse_part(part)


def _refuse_part(part: zipfile.ZipInfo) -> None:
    """Refuse by the sizes the archive names; no more than it names is ever unpacked."""
    limit = PART_LIMIT
    if part.filename.startswith("xl/worksheets/"):
        limit = SHEET_LIMIT
    elif part.filename.endswith("sharedStrings.xml"):
        limit = STRINGS_LIMIT
    if part.file_size > limit:
        raise Refusal(
            f"{part.filename} unpacks to {part.file_size:,} bytes, the most is {limit:,}: save the table as CSV"
        )
    if part.file_size > RATIO_FROM and part.file_size > RATIO_LIMIT * max(1, part.compress_size):
        raise Refusal(
            f"{part.filename} unpacks to {part.file_size:,} bytes from {part.compress_size:,}: a zip bomb? Save the table as CSV"
        )


def texts(cells: Sequence[XlsxCell]) -> list[str]:
    """The cells as they are shown."""
    return [cell.text if isinstance(cell, Bad) else cell for cell in cells]
