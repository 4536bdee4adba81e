"""The words of a picture as one text in the order in which people read it, with the place of every line."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.documents import LINES_LIMIT, TEXT_LIMIT, PictureLine
from monitor.pictures.opening import Picture
from monitor.pictures.reader import Reader, ReadLine
from monitor.registry.misread import Correction, corrected

_BESIDE: Final = 1.2
"""Two pieces of a row are one line of text where the gap between them is at most so many times their height."""
_SAME_ROW: Final = 0.5
_STEEPEST: Final = 0.5
"""Of lines that climb more than this (radians) none is straightened by."""


@dataclass(frozen=True, slots=True)
class Words:
    """``text`` with its lines, numbers set right where a check digit proves it; ``corrections`` say which, and what was read."""

    text: str
    lines: tuple[PictureLine, ...]
    corrections: tuple[Correction, ...] = ()


def read_words(picture: Picture, reader: Reader) -> Words:
    """The words of a picture.

    Raises:
        PictureError: it cannot be read.
    """
    return joined(reader.read(picture))


def joined(lines: Sequence[ReadLine]) -> Words:
    """The lines as one text: rows from the top, pieces of a row from the left, on lines of their own unless they stand close together."""
    text = ""
    placed: list[PictureLine] = []
    for row in _rows(lines):
        for index, line in enumerate(row):
            close = index > 0 and _gap(row[index - 1], line) <= _BESIDE * line.box[3]
            text += "" if not text else " " if close else "\n"
            start = len(text)
            if start + len(line.text) > TEXT_LIMIT or len(placed) == LINES_LIMIT:
                return _set_right(text[:start].rstrip(), placed)
            text += line.text
            placed.append(PictureLine(start, len(text), line.box, line.confidence))
    return _set_right(text, placed)


def _set_right(text: str, placed: Sequence[PictureLine]) -> Words:
    right, corrections = corrected(text)
    return Words(right, tuple(placed), corrections)


def _rows(lines: Sequence[ReadLine]) -> list[list[ReadLine]]:
    """Lines that stand side by side, each row from the left, rows from the top; a page that lies askew is straightened first."""
    slope = _slope(lines)
    rows: list[list[ReadLine]] = []
    middle, height = 0.0, 0.0
    for line in sorted(lines, key=lambda line: _level(line, slope)):
        level, tall = _level(line, slope), _tall(line)
        if rows and level - middle <= _SAME_ROW * min(height, tall):
            rows[-1].append(line)
        else:
            rows.append([line])
            middle, height = level, tall
    return [sorted(row, key=lambda line: line.corners[0][0]) for row in rows]


def _slope(lines: Sequence[ReadLine]) -> float:
    """How much the lines climb, pixels down for each pixel to the right: the median of the long ones."""
    slopes = []
    for line in lines:
        (left, top), (right, other), *_ = line.corners
        if right - left > 2 * _tall(line) and abs(math.atan2(other - top, right - left)) < _STEEPEST:
            slopes.append((other - top) / (right - left))
    return statistics.median(slopes) if slopes else 0.0


def _level(line: ReadLine, slope: float) -> float:
    """The height of the middle of a line on the straightened page."""
    across = statistics.fmean(x for x, _ in line.corners)
    return statistics.fmean(y for _, y in line.corners) - slope * across


def _tall(line: ReadLine) -> float:
    return max(1.0, math.dist(line.corners[0], line.corners[3]))


def _gap(left: ReadLine, right: ReadLine) -> float:
    return right.corners[0][0] - left.corners[1][0]
