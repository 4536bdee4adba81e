"""The reader that ships: RapidOCR (PP-OCR models, which its package carries) on onnxruntime; it needs no network.

A picture is read in stripes of its full width. Wide ones are made smaller, never larger, and places are told in pixels of the picture
as it was given.
"""

from __future__ import annotations

import importlib.util
import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from monitor.errors import PictureError
from monitor.pictures.opening import Picture
from monitor.pictures.reader import NoReader, Point, Reader, ReadLine

WIDTH: Final = 1600
"""Pixels to which a wider picture is made smaller: certificates have some forty signs a line, so that each keeps forty pixels."""

STRIPE: Final = 1600
"""Pixels of height that are read at once."""

MARGIN: Final = 120
"""Pixels above and below a stripe that are looked at too, so that a line on its border is seen whole."""

PATIENCE: Final = 90.0
"""Seconds one picture may take."""

LEAST: Final = 0.5
"""Confidence below which a line is left out: it is a pattern, not words."""

Pixels = npt.NDArray[np.uint8]


Engine = Callable[[Pixels], Any]
"""What is asked of ``rapidocr.RapidOCR``: pixels in blue, green, red in; boxes, texts and scores out."""


class RapidReader:
    """Reads with ``engine``; ``clock`` gives seconds."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock

    def read(self, picture: Picture) -> Sequence[ReadLine]:
        """The lines of a picture, from the top.

        Raises:
            PictureError: the reader fails, or takes too long.
        """
        begun = self._clock()
        pixels, scale = _at_most(picture.pixels, WIDTH)
        lines: list[ReadLine] = []
        for top, bottom in _stripes(pixels.shape[0]):
            if self._clock() - begun > PATIENCE:
                raise PictureError(f"reading took longer than {PATIENCE:g} seconds")
            lines += self._stripe(pixels, top, bottom, scale)
        return lines

    def _stripe(self, pixels: Pixels, top: int, bottom: int, scale: float) -> Iterator[ReadLine]:
        """The lines whose middle lies in a stripe; places in pixels of the picture as given."""
        first = max(0, top - MARGIN)
        seen = np.ascontiguousarray(pixels[first : bottom + MARGIN, :, ::-1])
        try:
            found = self._engine(seen)
        except Exception as error:  # a fault of the reader must not end the scan
            raise PictureError(f"the reader failed: {type(error).__name__}: {error}"[:200]) from error
        if found.boxes is None or found.txts is None:
            return
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            middle = first + float(np.mean(corners[:, 1]))
            if text.strip() and float(score) >= LEAST and top <= middle < bottom:
                a, b, c, d = (_place(corner, first, scale) for corner in corners)
                yield ReadLine(text.strip(), (a, b, c, d), min(1.0, round(float(score), 4)))


def load_reader() -> Reader:
    """The reader, where the extra ``ocr`` is installed; else one that says of each picture that it is not."""
    if importlib.util.find_spec("rapidocr") is None or importlib.util.find_spec("onnxruntime") is None:
        return NoReader()
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidReader(RapidOCR(params={"Global.log_level": "error", "Global.text_score": LEAST}))


def _at_most(pixels: Pixels, width: int) -> tuple[Pixels, float]:
    """The pixels no wider than ``width``, and by what they were made smaller."""
    from PIL import Image

    scale = pixels.shape[1] / width
    if scale <= 1:
        return pixels, 1.0
    size = width, max(1, round(pixels.shape[0] / scale))
    smaller = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    return np.asarray(smaller, dtype=np.uint8), scale


def _stripes(height: int) -> Iterator[tuple[int, int]]:
    """Stripes of about one height that cover the picture."""
    count = max(1, math.ceil(height / STRIPE))
    borders = [round(height * index / count) for index in range(count + 1)]
    yield from itertools.pairwise(borders)


def _place(corner: npt.NDArray[np.float64], first: int, scale: float) -> Point:
    return float(corner[0]) * scale, (float(corner[1]) + first) * scale
