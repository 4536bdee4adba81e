"""Boxes: where on a picture words stand, from the boxes of the lines they were read in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from unicodedata import east_asian_width

from monitor.documents import Box, Image, PictureLine


def box_of(image: Image, start: int, end: int) -> Box | None:
    """The box around ``text[start:end]`` of a picture; None where no line with a place touches it.

    Of a part of a line it is the part of the line's box that the characters take: Han and full-width signs count twice as wide
    as Latin ones, as they are set.
    """
    text = image.text or ""
    boxes = []
    for line in _touched(image, start, end):
        first, last = max(start, line.start), min(end, line.end)
        if first == last:  # an empty line
            continue
        boxes.append(_part(line.box, text[line.start : line.end], first - line.start, last - line.start))
    return _around(boxes) if boxes else None


def confidence_of(image: Image, start: int, end: int) -> float:
    """How sure the reader was of ``text[start:end]``: the least of its lines; 1 where no line says."""
    sure = (line.confidence for line in _touched(image, start, end))
    return min((confidence for confidence in sure if confidence is not None), default=1.0)


def _touched(image: Image, start: int, end: int) -> Sequence[PictureLine]:
    """The lines that have a character of the span; lines stand in order, and there may be thousands."""
    first = bisect_right(image.lines, start, key=lambda line: line.end)
    last = bisect_left(image.lines, end, key=lambda line: line.start)
    return image.lines[first:last]


def _part(box: Box, text: str, first: int, last: int) -> Box:
    x, y, width, height = box
    before, marked, whole = _width(text[:first]), _width(text[first:last]), _width(text)
    left, right = width * before / whole, width * (before + marked) / whole
    return x + int(left), y, max(1, round(right) - int(left)), height


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _around(boxes: Iterable[Box]) -> Box:
    known = list(boxes)
    left, top = min(box[0] for box in known), min(box[1] for box in known)
    right, bottom = max(box[0] + box[2] for box in known), max(box[1] + box[3] for box in known)
    return left, top, right - left, bottom - top
