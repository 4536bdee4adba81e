"""Boxes of parts of lines, and how sure a reader was of them."""

from __future__ import annotations

import pytest

from monitor.documents import Box, Image, PictureLine
from monitor.nlp.boxes import box_of, confidence_of

TEXT = "证书编号ABCD\n有效期"
IMAGE = Image(
    text=TEXT,
    lines=(PictureLine(0, 8, (100, 20, 120, 24), 0.95), PictureLine(9, 12, (100, 60, 60, 20), 0.7)),
)


@pytest.mark.parametrize(
    ("start", "end", "box"),
    [
        pytest.param(0, 8, (100, 20, 120, 24), id="a whole line"),
        pytest.param(0, 4, (100, 20, 80, 24), id="Han signs are twice as wide"),
        pytest.param(4, 8, (180, 20, 40, 24), id="as Latin ones"),
        pytest.param(9, 12, (100, 60, 60, 20), id="the second line"),
        pytest.param(4, 12, (100, 20, 120, 60), id="over two lines"),
        pytest.param(8, 9, None, id="between lines"),
        pytest.param(20, 30, None, id="past the end"),
    ],
)
def test_box(start: int, end: int, box: Box | None) -> None:
    assert box_of(IMAGE, start, end) == box


@pytest.mark.parametrize(("start", "end", "sure"), [(0, 8, 0.95), (9, 12, 0.7), (0, 12, 0.7), (8, 9, 1.0)])
def test_the_least_sure_line_counts(start: int, end: int, sure: float) -> None:
    assert confidence_of(IMAGE, start, end) == sure


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(PictureLine(5, 3, (0, 0, 10, 10)), id="ends before it begins"),
        pytest.param(PictureLine(50, 90, (0, 0, 10, 10)), id="outside of the text"),
        pytest.param(PictureLine(0, 0, (0, 0, 0, 0)), id="empty"),
    ],
)
def test_lines_that_cannot_be_have_no_place(line: PictureLine) -> None:
    assert box_of(Image(text="证书编号", lines=(line,)), 0, 4) is None


def test_a_picture_without_lines_has_no_boxes_and_no_doubt() -> None:
    assert box_of(Image(text="证书"), 0, 2) is None
    assert confidence_of(Image(text="证书"), 0, 2) == 1.0
