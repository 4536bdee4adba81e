"""Rows of delimited text: commas, semicolons or tabs, quoted as spreadsheets do; a row that is none costs only itself."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from monitor.formats.item import LINE_LIMIT

CELL_LIMIT: Final = 400_000
"""Code points of one cell: above the limit of a text, so that a text too long is told by its own name."""

OnBroken = Callable[[int, str, str], None]
"""Hears of what is no row: its line, the reason, and the line as it stands."""


def delimited_rows(
    numbered: Iterator[tuple[int, bytes]], is_known: Callable[[str], bool], on_broken: OnBroken
) -> Iterator[tuple[int, list[str]]]:
    """(line it begins on, cells) of every row that has any. A row that is no CSV is told, and the next line is tried.

    ``numbered`` are lines of UTF-8; the delimiter is the one that gives the most headings that ``is_known``.
    """
    feed = _Feed(numbered)
    delimiter = _delimiter(feed.first(), is_known)
    csv.field_size_limit(CELL_LIMIT)
    while True:
        reader = csv.reader(feed, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield feed.begun, row
                feed.accept()
        except csv.Error as error:
            on_broken(feed.begun, f"no CSV: {error}; a quotation mark that is not closed?", feed.broken)
            feed.retry()
        else:
            return


class _Feed:
    """Lines for csv.reader, which can go back to the line after the one a broken row began on.

    A quotation mark that is never closed would else swallow the rest of the file. What is held is at most ``LINE_LIMIT``.
    """

    def __init__(self, numbered: Iterator[tuple[int, bytes]]) -> None:
        self._numbered = numbered
        self._ahead: deque[tuple[int, str]] = deque()
        self._taken: list[tuple[int, str]] = []
        self._size = 0

    @property
    def begun(self) -> int:
        """The line the current row began on."""
        return self._taken[0][0] if self._taken else 1

    @property
    def broken(self) -> str:
        """That line."""
        return self._taken[0][1].rstrip("\r\n") if self._taken else ""

    def first(self) -> str:
        """The first line with words, which stays to be read."""
        for entry in self:
            if entry.strip():
                break
        else:
            return ""
        self._ahead.append(self._taken[-1])
        self._taken.clear()
        return self._ahead[0][1]

    def accept(self) -> None:
        """The row is whole."""
        self._taken.clear()

    def retry(self) -> None:
        """Give up the first line of the row and read again from the second."""
        self._ahead.extendleft(reversed(self._taken[1:]))
        self._taken.clear()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, line = self._ahead.popleft() if self._ahead else self._decoded()
        self._taken.append((number, line))
        self._size = self._size + len(line) if len(self._taken) > 1 else len(line)
        if self._size > LINE_LIMIT:
            raise csv.Error(f"a row of more than {LINE_LIMIT:,} characters")
        return line

    def _decoded(self) -> tuple[int, str]:
        number, raw = next(self._numbered)
        return number, raw.decode()


def _delimiter(header: str, is_known: Callable[[str], bool]) -> str:
    """The mark that gives the most columns that are known; a comma among equals."""
    return max(",\t;", key=lambda mark: sum(is_known(name.strip(' "\r\n')) for name in header.split(mark)))
