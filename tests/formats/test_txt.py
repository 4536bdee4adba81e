"""Text of speech: lines, their times and who speaks."""

from __future__ import annotations

import pytest
from formats.reading import read, segments

from monitor.documents import Segment
from monitor.formats.txt import stamp

LINES = [
    pytest.param("[00:00:03] 好了", 3.0, None, "好了", id="brackets"),
    pytest.param("00:03 好了", 3.0, None, "好了", id="minutes"),
    pytest.param("【01:02:03】好了", 3723.0, None, "好了", id="full-width brackets"),
    pytest.param("(00:00:03.250) 好了", 3.25, None, "好了", id="milliseconds"),
    pytest.param("[00:00:03,5]好了", 3.5, None, "好了", id="a comma"),
    pytest.param("[00:00:03 - 00:00:05] 好了", 3.0, 5.0, "好了", id="from to"),
    pytest.param("00:00:03.000 --> 00:00:05.500 好了", 3.0, 5.5, "好了", id="an arrow"),
    pytest.param("125:00 好了", 7500.0, None, "好了", id="more than an hour in minutes"),
    pytest.param("10:30开抢，手慢无", None, None, "10:30开抢，手慢无", id="a time of day that is said"),
    pytest.param("1:1复刻", None, None, "1:1复刻", id="a ratio"),
    pytest.param("好了", None, None, "好了", id="no time"),
]


@pytest.mark.parametrize(("line", "start", "end", "text"), LINES)
def test_a_line_and_its_time(line: str, start: float | None, end: float | None, text: str) -> None:
    found = stamp(line)
    assert (found.start, found.end, found.text) == (start, end, text)


FILES = [
    pytest.param(
        "[00:00:03] 主播：好了 机器开了\n\n[00:00:04] 助播: 大家好\n",
        [Segment("好了 机器开了", 3.0, speaker="host"), Segment("大家好", 4.0, speaker="助播")],
        id="times and speakers",
    ),
    pytest.param("大家好\r\n今天卖羊腿\r\n", [Segment("大家好"), Segment("今天卖羊腿")], id="bare lines"),
    pytest.param(
        "[00:03] 价格：三十九块九\n[00:05] 好\n[00:07] 来了",
        [Segment("价格：三十九块九", 3.0), Segment("好", 5.0), Segment("来了", 7.0)],
        id="a label that is part of what is said",
    ),
    pytest.param(
        "产地：河南\n配料：大米\n净含量：5kg", [Segment("产地：河南"), Segment("配料：大米"), Segment("净含量：5kg")], id="labels only"
    ),
    pytest.param(
        "老梁：好\n小雨：在\n老梁：来\n小雨：嗯",
        [Segment("好", speaker="老梁"), Segment("在", speaker="小雨"), Segment("来", speaker="老梁"), Segment("嗯", speaker="小雨")],
        id="names that come back",
    ),
    pytest.param(
        "[00:03] 好了\n接着说\n[00:05]\n收工", [Segment("好了", 3.0), Segment("接着说", 3.0), Segment("收工", 3.0)], id="lines without"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FILES)
def test_a_file_is_a_transcript(text: str, expected: list[Segment]) -> None:
    assert segments(text, "txt") == tuple(expected)


def test_a_line_that_is_broken_is_told_and_the_rest_goes_on() -> None:
    (item,), heard = read("一二三\n四五六\n".encode() + b"\xe5\xa5\n" + "七\n".encode(), "txt")
    assert heard.errors == ["f:3: not UTF-8: byte 0xe5 at byte 1 of the line"]
    assert item.envelope.document.id == "f"
    assert b"\xe4\xb8\x83" in item.raw


def test_a_character_that_no_database_takes_is_told_with_its_segment() -> None:
    items, heard = read("[00:03] 好" + "好" * 40 + "\n[00:04] a\0b\n", "txt")
    assert items == []
    assert heard.errors == ["f: segments[1].text: contains the character NUL"]
