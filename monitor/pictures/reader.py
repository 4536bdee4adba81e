"""What reads pictures: one method, so that another reader can take the place of the one that ships."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from monitor.documents import Box
from monitor.errors import PictureError
from monitor.pictures.opening import Picture

Point = tuple[float, float]
"""x from the left, y from the top, in pixels."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line of words, its corners (upper left, upper right, lower right, lower left) and how sure the reader is (0 to 1)."""

    text: str
    corners: tuple[Point, Point, Point, Point]
    confidence: float

    @property
    def box(self) -> Box:
        """The upright box around the line, in whole pixels."""
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        left, top = max(0, int(min(across))), max(0, int(min(down)))
        return left, top, max(1, round(max(across)) - left), max(1, round(max(down)) - top)


class Reader(Protocol):
    """Reads the words off a picture."""

    def read(self, picture: Picture) -> Sequence[ReadLine]:
        """Its lines, in any order; none where it bears no words.

        Raises:
            PictureError: it cannot be read.
        """


class NoReader:
    """Stands where no reader is installed: every picture is unread, and says so."""

    def read(self, picture: Picture) -> Sequence[ReadLine]:
        """Raises PictureError always."""
        del picture
        raise PictureError("no reader of pictures is installed: pip install 'steelyard[ocr]'")
