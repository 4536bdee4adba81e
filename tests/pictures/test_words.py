"""The order in which the lines of a picture are read, and where they stand in the text."""

from __future__ import annotations

import math

import pytest

from monitor.documents import TEXT_LIMIT
from monitor.pictures.reader import ReadLine
from monitor.pictures.words import joined


def line(text: str, x: float, y: float, width: float = 100, height: float = 20, turn: float = 0.0) -> ReadLine:
    """A line whose upper left corner is at x and y, on a page that is turned by so many degrees."""
    sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
    points = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    a, b, c, d = ((px * cosine - py * sine, px * sine + py * cosine) for px, py in points)
    return ReadLine(text, (a, b, c, d), 0.98)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        pytest.param([line("二", 0, 50), line("一", 0, 10)], "一\n二", id="from the top"),
        pytest.param([line("右", 300, 12), line("左", 0, 10)], "左\n右", id="columns are lines of their own"),
        pytest.param(
            [line("电话", 0, 10), line("123", 110, 11)], "电话 123", id="pieces that stand close are one line"
        ),
        pytest.param([line("大", 0, 10, height=60), line("小", 300, 30)], "大\n小", id="beside a large one"),
        pytest.param([], "", id="none"),
    ],
)
def test_order(lines: list[ReadLine], text: str) -> None:
    assert joined(lines).text == text


@pytest.mark.parametrize("turn", [-4.0, -1.0, 0.0, 2.0, 5.0])
def test_a_page_that_lies_askew_is_read_in_rows(turn: float) -> None:
    rows = [line(f"{column}{row}", 700 * column, 60 * row, 300, 30, turn) for row in range(5) for column in range(2)]
    assert joined(rows[::-1]).text.split("\n") == [f"{column}{row}" for row in range(5) for column in range(2)]


def test_every_line_stands_where_it_says() -> None:
    words = joined([line("许可证编号：", 0, 10), line("SC1O123018401210", 105, 10), line("有效期", 0, 60)])
    assert words.text == "许可证编号： SC10123018401210\n有效期"
    assert [words.text[one.start : one.end] for one in words.lines] == ["许可证编号：", "SC10123018401210", "有效期"]
    assert [one.box for one in words.lines] == [(0, 10, 100, 20), (105, 10, 100, 20), (0, 60, 100, 20)]
    assert [one.read for one in words.corrections] == ["SC1O123018401210"]


def test_a_text_has_no_more_characters_than_a_field_may() -> None:
    words = joined([line("字" * 9_999, 0, 40 * row) for row in range(20)])
    assert len(words.text) <= TEXT_LIMIT
    assert len(words.lines) == 10
    assert words.lines[-1].end == len(words.text)


def test_a_line_that_begins_left_of_the_picture_has_a_box_inside() -> None:
    assert ReadLine("字", ((-3.2, -1), (9, -1), (9, 5), (-3.2, 5)), 1.0).box == (0, 0, 9, 5)
