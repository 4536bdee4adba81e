"""Encodings: what Chinese files come in, and what is made of them."""

from __future__ import annotations

import pytest
from formats.reading import listings, read, segments

from monitor.formats.text import encoding_of

WORDS = "编号,标题\nL-1,五常大米今年新米，真空包装，全国包邮，坏果包赔\n"
TRADITIONAL = "編號,標題\nL-1,阿里山高山茶今年春茶，真空包裝，產地直送，數量有限\n"

ENCODINGS = [
    pytest.param(WORDS.encode(), [], id="UTF-8"),
    pytest.param(WORDS.encode("utf-8-sig"), [], id="UTF-8 with a mark"),
    pytest.param(WORDS.encode("utf-16"), [], id="UTF-16 with a mark"),
    pytest.param(b"\xfe\xff" + WORDS.encode("utf-16-be"), [], id="UTF-16, big end first"),
    pytest.param(WORDS.encode("gbk"), ["f: not UTF-8: read as GBK (GB 18030); save as UTF-8 to be sure"], id="GBK"),
    pytest.param(
        WORDS.replace("五常", "𠮷").encode("gb18030"),
        ["f: not UTF-8: read as GBK (GB 18030); save as UTF-8 to be sure"],
        id="GB 18030 of four bytes",
    ),
]


@pytest.mark.parametrize(("raw", "notes"), ENCODINGS)
def test_a_table_reads_in_its_encoding_and_another_one_is_told(raw: bytes, notes: list[str]) -> None:
    items, heard = read(raw, "csv")
    assert heard.errors == []
    assert heard.notes == notes
    assert [item.envelope.document.id for item in items] == ["L-1"]
    assert "大米今年新米".encode() in items[0].raw


def test_big5_is_told_apart_from_gbk() -> None:
    items, heard = read(TRADITIONAL.replace("編號", "id").replace("標題", "title").encode("big5"), "csv")
    assert heard.notes == ["f: not UTF-8: read as Big5; save as UTF-8 to be sure"]
    assert "阿里山高山茶".encode() in items[0].raw


def test_every_format_reads_gbk() -> None:
    line = '{"kind":"listing","id":"L","title":"最好的苹果，又大又甜"}'
    assert listings(f"{line}\n".encode("gbk"), "jsonl")[0].title == "最好的苹果，又大又甜"
    assert listings(line.encode("gbk"), "json")[0].title == "最好的苹果，又大又甜"
    assert segments("[00:03] 主播：大家好".encode("gbk"), "txt")[0].text == "大家好"
    assert segments("1\n00:00:01,000 --> 00:00:02,000\n大家好\n".encode("gbk"), "srt")[0].text == "大家好"
    assert segments("WEBVTT\n\n00:01.000 --> 00:02.000\n大家好\n".encode("gbk"), "vtt")[0].text == "大家好"


def test_the_first_line_beyond_ascii_decides_even_far_into_the_file() -> None:
    plain = '{{"kind":"listing","id":"{}","title":"apple"}}\n'
    raw = "".join(plain.format(number) for number in range(3000)).encode()
    raw += '{"kind":"listing","id":"L","title":"最好的苹果"}\n'.encode("gbk")
    assert listings(raw, "jsonl")[-1].title == "最好的苹果"


def test_a_line_cut_inside_a_character_does_not_change_the_encoding() -> None:
    good = '{"kind":"listing","id":"%d","title":"苹果"}\n'
    raw = b'{"kind":"listing","id":"x","title":"\xe8\x8b"}\n' + (good % 1 + good % 2).encode()
    items, heard = read(raw, "jsonl")
    assert [item.envelope.document.id for item in items] == ["1", "2"]
    assert heard.notes == []
    assert len(heard.errors) == 1


def test_utf8_longer_than_what_is_looked_at_is_not_cut_into_another_encoding() -> None:
    whole = '{"kind":"listing","id":"L","title":"x","description":"' + "好" * 30_000 + '"}'
    assert listings(whole, "json")[0].description == "好" * 30_000


SAMPLES = [
    pytest.param(b"abc", None, id="ASCII"),
    pytest.param("好".encode(), "utf-8", id="one character of UTF-8"),
    pytest.param("好".encode("gbk"), "gb18030", id="one character of GBK"),
    pytest.param(b"\xff\xff\xff", "utf-8", id="neither, so that every line is told"),
]


@pytest.mark.parametrize(("sample", "expected"), SAMPLES)
def test_the_encoding_of_a_sample(sample: bytes, expected: str | None) -> None:
    assert encoding_of(sample) == expected
