"""Tables of any records, row by row: CSV, Excel workbooks and JSON Lines, with headings as they stand.

Nothing is known here of what a column means: whoever reads says what a line of headings looks like. A row that cannot be read is
given with the reason, so that it can be kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from monitor.formats.delimited import delimited_rows
from monitor.formats.item import Refusal, Source
from monitor.formats.text import begin, lines
from monitor.formats.xlsx import FORMULA, ZIP, Bad, XlsxCell, texts, workbook_rows

_LOOK: Final = 30
"""Rows above the headings: titles, dates, remarks."""

_AS_TEXT: Final = re.compile(r'="([^"]*)"|[\'’]([^\'’]*)')

Cell = str | list[str]
IsHeading = Callable[[str], bool]


class Row(msgspec.Struct, frozen=True):
    """A row under its headings. ``line`` is that of the file or the sheet; ``problem`` why it cannot be taken, with its column.

    ``bad``: columns whose cells hold no value (formulas), and why; the others may be enough.
    """

    line: int
    cells: dict[str, Cell]
    sheet: str = ""
    problem: tuple[str, str] | None = None
    bad: dict[str, str] = {}


def read_rows(
    path: Path, source: Source, is_heading: IsHeading, needs: Callable[[Sequence[str]], bool]
) -> Iterator[Row]:
    """Every row of a file. ``needs`` tells whether names are the headings of the table that is wanted.

    What cannot be decoded, and a sheet without such headings, is told to ``source``.

    Raises:
        Refusal: the file is none of these, or no line of it has the headings.
    """
    with path.open("rb") as stream:
        magic = stream.read(len(ZIP))
        stream.seek(0)
        if magic == ZIP:
            yield from _of_workbook(path, source, needs)
            return
        head, whole = begin(stream)
        if head.lstrip()[:1] == b"{":
            yield from _of_json(whole, head, source)
        elif head.lstrip()[:1] == b"[":
            raise Refusal("is a JSON array: write one object a line (JSON Lines)")
        else:
            yield from _of_text(whole, head, source, is_heading, needs)


def _of_text(
    stream: BinaryIO, head: bytes, source: Source, is_heading: IsHeading, needs: Callable[[Sequence[str]], bool]
) -> Iterator[Row]:
    broken: list[Row] = []

    def note(line: int, reason: str, text: str) -> None:
        broken.append(Row(line, {"": text}, problem=("", reason)))

    def rows() -> Iterator[tuple[int, Sequence[XlsxCell]]]:
        for line, cells in delimited_rows(lines(stream, head, source), is_heading, note):
            yield line, [_unquoted(cell) for cell in cells]

    found = False
    for row in _under_headings(rows(), "", needs):
        found = True
        yield from broken
        broken.clear()
        if row.line:
            yield row
    if not found:
        raise Refusal(NO_HEADINGS)
    yield from broken


def _unquoted(cell: str) -> XlsxCell:
    """A cell as it was meant: spreadsheets keep digits as text by ``="0123"`` and by an apostrophe in front."""
    as_text = _AS_TEXT.fullmatch(cell.strip())
    if as_text:
        return as_text[1] or as_text[2] or ""
    if cell.lstrip().startswith("="):
        return Bad(FORMULA, cell)
    return cell


def _of_workbook(path: Path, source: Source, needs: Callable[[Sequence[str]], bool]) -> Iterator[Row]:
    found = False
    for sheet, rows in _by_sheet(workbook_rows(path)):
        seen = False
        for row in _under_headings(rows, sheet, needs):
            seen = found = True
            if row.line:
                yield row
        if not seen:
            source.note(f"sheet {sheet}: {NO_HEADINGS}; passed over")
    if not found:
        raise Refusal(NO_HEADINGS)


NO_HEADINGS: Final = "no line has the headings that are needed"


def _by_sheet(
    rows: Iterator[tuple[str, int, list[XlsxCell]]],
) -> Iterator[tuple[str, Iterator[tuple[int, Sequence[XlsxCell]]]]]:
    """The rows of each sheet by themselves; those that are not taken are passed over."""
    ahead = next(rows, None)
    while ahead is not None:
        name = ahead[0]
        rest: list[tuple[str, int, list[XlsxCell]]] = []

        def one(first: tuple[str, int, list[XlsxCell]], name: str = name, rest: Any = rest) -> Iterator[Any]:
            yield first[1], first[2]
            for sheet, number, cells in rows:
                if sheet != name:
                    rest.append((sheet, number, cells))
                    return
                yield number, cells

        sheet_rows = one(ahead)
        yield name, sheet_rows
        for _ in sheet_rows:
            pass
        ahead = rest[0] if rest else None


def _under_headings(
    rows: Iterator[tuple[int, Sequence[XlsxCell]]], sheet: str, needs: Callable[[Sequence[str]], bool]
) -> Iterator[Row]:
    """The rows below the headings, after one with line 0 that says that they were found."""
    names: list[str] | None = None
    for place, (line, cells) in enumerate(rows):
        if names is not None:
            yield _row(line, names, cells, sheet)
        elif needs(texts(cells)):
            names = _distinct(texts(cells))
            yield Row(0, dict.fromkeys(names, ""), sheet)
        elif place >= _LOOK:
            return


def _distinct(names: Sequence[str]) -> list[str]:
    """Headings without spaces around, each once; one that comes again, or is empty, gets the number of its column."""
    seen: set[str] = set()
    distinct = []
    for number, name in enumerate(names, start=1):
        plain = name.strip()
        distinct.append(plain if plain and plain not in seen else f"{plain} ({number})".strip())
        seen.add(plain)
    return distinct


def _row(line: int, names: Sequence[str], cells: Sequence[XlsxCell], sheet: str) -> Row:
    shown = texts(cells)
    row: dict[str, Cell] = {name: text for name, text in zip(names, shown, strict=False) if text}
    if any(text.strip() for text in shown[len(names) :]):
        row[""] = shown[len(names) :]
        return Row(line, row, sheet, ("", f"{len(cells)} cells under {len(names)} columns"))
    bad = {name: cell.reason for name, cell in zip(names, cells, strict=False) if isinstance(cell, Bad)}
    return Row(line, row, sheet, bad=bad)


def _of_json(stream: BinaryIO, head: bytes, source: Source) -> Iterator[Row]:
    for number, line in lines(stream, head, source):
        raw = line.strip()
        if not raw:
            continue
        try:
            value = _JSON.decode(raw)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            reason = f"not a JSON object: {str(error).removeprefix('JSON is malformed: ')}"
            yield Row(number, {"": raw.decode("utf-8", "replace")}, problem=("", reason))
            continue
        kept = value.get("record")
        if isinstance(kept, dict) and "reason" in value:  # a line of rejects, corrected
            value = kept
        yield Row(number, {name: _said(cell) for name, cell in value.items() if cell is not None})


def _said(value: Any) -> Cell:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return [item if isinstance(item, str) else msgspec.json.encode(item).decode() for item in value]
    return msgspec.json.encode(value).decode()


_JSON: Final[msgspec.json.Decoder[dict[str, Any]]] = msgspec.json.Decoder(dict[str, Any])
