"""SRT and WebVTT: cues, voices, and what is no text."""

from __future__ import annotations

import pytest
from formats.reading import read, segments

from monitor.documents import Segment

SRT = [
    pytest.param(
        "1\n00:00:03,000 --> 00:00:06,500\n开播\n\n2\n00:00:07,100 --> 00:00:08,000\n第一行\n第二行\n",
        [Segment("开播", 3.0, 6.5), Segment("第一行 第二行", 7.1, 8.0)],
        id="two cues, one of two lines",
    ),
    pytest.param(
        "1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>斜</i>{\\an8}体 a<b\r\n", [Segment("斜体 a<b", 1.0, 2.0)], id="style"
    ),
    pytest.param(
        "1\n00:00:01,000 --> 00:00:02,000\n主播：好\n\n2\n00:00:02,000 --> 00:00:03,000\n\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\n价格：九块\n",
        [Segment("好", 1.0, 2.0, "host"), Segment("价格：九块", 3.0, 4.0)],
        id="a speaker, an empty cue, a label",
    ),
]

VTT = [
    pytest.param(
        "WEBVTT\n\nNOTE 直播字幕\n\n00:00:03.000 --> 00:00:04.400\n<v 主播>听得到吗\n",
        [Segment("听得到吗", 3.0, 4.4, "host")],
        id="a voice",
    ),
    pytest.param(
        "WEBVTT - 标题\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.000 align:start\n一\n\n"
        "NOTE\n注释\n两行\n\ncue-2\n00:02.000 --> 00:03.000\n二\n",
        [Segment("一", 1.0, 2.0), Segment("二", 2.0, 3.0)],
        id="comments, styles and names of cues are no text",
    ),
    pytest.param(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud 老梁>好</v> <v 小雨>不是 &amp; <c.red>红</c></v>\n",
        [Segment("好", 1.0, 2.0, "老梁"), Segment("不是 & 红", 1.0, 2.0, "小雨")],
        id="two voices in a cue",
    ),
]


@pytest.mark.parametrize(("text", "expected"), SRT)
def test_srt(text: str, expected: list[Segment]) -> None:
    assert segments(text, "srt") == tuple(expected)


@pytest.mark.parametrize(("text", "expected"), VTT)
def test_vtt(text: str, expected: list[Segment]) -> None:
    assert segments(text, "vtt") == tuple(expected)


@pytest.mark.parametrize("format_", ["srt", "vtt"])
@pytest.mark.parametrize(
    "text", [pytest.param("hello", id="no cue"), pytest.param("1\n00:00:01,000 --> x\n\n", id="no time")]
)
def test_what_has_no_cue_is_told(format_: str, text: str) -> None:
    items, heard = read(text, format_)
    assert items == []
    (error,) = heard.errors
    assert error.startswith("f: ")
