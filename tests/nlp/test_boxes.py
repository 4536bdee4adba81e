"""Boxes of parts of lines, and how sure a reader was of them."""

from __future__ import annotations

import msgspec
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
    "lines",
    [
        pytest.param([(5, 3)], id="ends before it begins"),
        pytest.param([(0, 9)], id="reaches beyond the text"),
        pytest.param([(2, 4), (0, 2)], id="out of order"),
        pytest.param([(0, 3), (2, 4)], id="overlapping"),
    ],
)
def test_lines_that_cannot_be_break_the_contract(lines: list[tuple[int, int]]) -> None:
    placed = [{"start": start, "end": end, "box": [0, 0, 9, 9]} for start, end in lines]
    with pytest.raises(msgspec.ValidationError, match="`lines`"):
        msgspec.convert({"text": "证书编号", "lines": placed}, Image)


def test_an_empty_line_has_no_place() -> None:
    empty = PictureLine(2, 2, (0, 0, 0, 0), 0.1)
    assert box_of(Image(text="证书编号", lines=(empty,)), 0, 4) in {None, (0, 0, 1, 0)}
    assert box_of(Image(text="证书编号", lines=(empty,)), 0, 4) is None
    assert box_of(Image(text="证书编号", lines=(empty,)), 2, 2) is None


def test_a_picture_without_lines_has_no_boxes_and_no_doubt() -> None:
    assert box_of(Image(text="证书"), 0, 2) is None
    assert confidence_of(Image(text="证书"), 0, 2) == 1.0
