"""The adapter of the reader: stripes, sizes and faults. The reader itself is in ``test_reading.py``."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from monitor.errors import PictureError
from monitor.pictures import rapid
from monitor.pictures.opening import Picture
from monitor.pictures.rapid import MARGIN, STRIPE, WIDTH, RapidReader
from monitor.pictures.reader import NoReader


def engine(pixels: Any) -> Any:
    """Sees each dark row as a line of words; its text is how bright the blue of it is."""
    rows = np.flatnonzero(pixels[:, 0, 2] < 128)
    if not len(rows):
        return SimpleNamespace(boxes=None, txts=None, scores=None)
    width = pixels.shape[1]
    boxes = [np.array([[0, row], [width, row], [width, row + 1], [0, row + 1]], dtype=float) for row in rows]
    return SimpleNamespace(boxes=boxes, txts=[str(pixels[row, 0, 0]) for row in rows], scores=[0.9] * len(rows))


def page(height: int, width: int, *rows: int) -> Picture:
    pixels = np.full((height, width, 3), 255, dtype=np.uint8)
    for number, row in enumerate(rows):
        pixels[row] = (0, 0, number)  # red and green are dark, blue numbers the row
    return Picture(pixels)


def test_every_line_of_a_long_strip_is_read_once() -> None:
    height = 4 * STRIPE + 77
    rows = [0, STRIPE - 1, STRIPE, STRIPE + MARGIN, 2 * STRIPE + 15, 3 * STRIPE + 31, height - 2]
    lines = RapidReader(engine).read(page(height, 100, *rows))
    assert [line.text for line in lines] == [str(number) for number in range(len(rows))]
    assert [line.box[1] for line in lines] == rows


def test_no_stripe_is_higher_than_asked() -> None:
    seen: list[int] = []

    def watch(pixels: Any) -> Any:
        seen.append(pixels.shape[0])
        return engine(pixels)

    RapidReader(watch).read(page(5000, 10))
    assert max(seen) <= STRIPE + 2 * MARGIN
    assert len(seen) == 4


def test_places_are_told_in_pixels_of_the_picture_as_given() -> None:
    picture = Picture(np.zeros((200, 2 * WIDTH, 3), dtype=np.uint8))
    lines = RapidReader(engine).read(picture)
    assert {line.box[2] for line in lines} == {2 * WIDTH}
    assert max(line.box[1] for line in lines) == 198


def test_a_picture_without_words_has_no_lines() -> None:
    assert RapidReader(engine).read(page(50, 50)) == []


def test_a_fault_of_the_reader_is_told() -> None:
    def broken(_: Any) -> Any:
        raise RuntimeError("no model")

    with pytest.raises(PictureError, match="the reader failed: RuntimeError: no model"):
        RapidReader(broken).read(page(50, 50))


def test_one_picture_may_not_take_for_ever() -> None:
    seconds = iter(range(0, 1000, 40))
    with pytest.raises(PictureError, match="longer than 90 seconds"):
        RapidReader(engine, lambda: next(seconds)).read(page(6 * STRIPE, 10))


def test_without_the_extra_every_picture_is_told_as_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapid.importlib.util, "find_spec", lambda _: None)
    reader = rapid.load_reader()
    assert isinstance(reader, NoReader)
    with pytest.raises(PictureError, match=r"pip install 'steelyard\[ocr\]'"):
        reader.read(page(5, 5))
