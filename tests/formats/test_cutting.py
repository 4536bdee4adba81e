"""Files cut into ranges of whole lines: nothing left out, nothing twice, whatever the size; and what cannot be cut is told."""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import InputError
from monitor.formats.cutting import UNPACKED_ALWAYS, Range, cut, cut_file

LISTING = json.dumps({"kind": "listing", "id": "L-1", "title": "苹果"}, ensure_ascii=False).encode()


def blocks(content: bytes, size: int) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


@given(
    lines=st.lists(st.sampled_from([b"", b"a", b"bcd", b"e" * 40]), max_size=30),
    ended=st.booleans(),
    most=st.integers(1, 7),
    size=st.integers(1, 60),
    block=st.integers(1, 50),
)
def test_ranges_are_the_file_in_whole_lines(lines: list[bytes], ended: bool, most: int, size: int, block: int) -> None:
    content = b"\n".join(lines) + b"\n" * (ended and bool(lines))
    found = list(cut(iter(blocks(content, block)), most, size))
    start, line = 0, 1
    for part in found:
        piece = content[part.start : part.start + part.size]
        assert (part.start, part.first_line, part.sha256) == (start, line, sha256(piece).hexdigest())
        assert part.lines == len(piece.splitlines()) <= most
        assert part.size < size + 41, "full ranges end with their line"
        assert part is found[-1] or piece.endswith(b"\n")
        start, line = start + part.size, line + part.lines
    assert start == len(content)


@given(st.integers(1, 50), st.integers(1, 50))
def test_ranges_do_not_depend_on_the_blocks_they_come_in(one: int, other: int) -> None:
    content = b"".join(b"x" * (n % 13) + b"\n" for n in range(60))
    assert list(cut(iter(blocks(content, one)), 5, 30)) == list(cut(iter(blocks(content, other)), 5, 30))


def write(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def test_a_packed_file_is_cut_where_the_plain_one_is(tmp_path: Path) -> None:
    content = (LISTING + b"\n") * 25
    plain = cut_file(write(tmp_path / "a.jsonl", content), 10, lambda _: None)
    packed = cut_file(write(tmp_path / "b.jsonl.gz", gzip.compress(content)), 10, lambda _: None)
    named_otherwise = cut_file(write(tmp_path / "c.jsonl", gzip.compress(content)), 10, lambda _: None)
    assert (plain.packed, packed.packed, named_otherwise.packed) == (False, True, True)
    assert plain.ranges == packed.ranges == named_otherwise.ranges
    assert [part.lines for part in plain.ranges] == [10, 10, 5]


@pytest.mark.parametrize(("name", "encoding"), [("utf-8", "utf-8"), ("gb18030", "gb18030"), ("big5", "big5hkscs")])
def test_the_encoding_is_told_wherever_the_first_chinese_stands(tmp_path: Path, name: str, encoding: str) -> None:
    plain = b'{"kind": "listing", "id": "L", "title": "apples"}\n' * 5000
    chinese = '{"kind": "listing", "id": "L", "title": "這是本店最好的蘋果，大家快來買，今天特價"}\n' * 3
    cutting = cut_file(write(tmp_path / "x.jsonl", plain + chinese.encode(name)), 100, lambda _: None)
    assert cutting.encoding == encoding


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "标题,价格\n苹果,3\n".encode(), "is csv, not JSON Lines"),
        ("a.json", b'[\n  {"kind": "listing"}\n]\n', "is json, not JSON Lines"),
        ("a.jsonl", LISTING.decode().encode("utf-16"), "is UTF-16, whose lines cannot be cut"),
        ("a.jsonl", b"PK\x03\x04 and more", "is not text but a zip archive"),
        ("a.jsonl", bytes(range(32)) * 20, "is not text but binary"),
        ("a.jsonl", b'{"type": "organic", "number": "1"}\n', "holds certificates"),
        ("a.jsonl.gz", gzip.compress(LISTING * 3000)[:-40], "breaks off"),
        ("a.jsonl.gz", gzip.compress(LISTING)[:12] + b"\xff" * 40, "cannot be used|is damaged"),
        ("a.jsonl.gz", gzip.compress(b" " * (UNPACKED_ALWAYS + 1)), "unpacks to more than"),
    ],
    ids=["csv", "json", "utf-16", "zip", "binary", "certificates", "broken off", "broken", "bomb"],
)
def test_what_cannot_be_cut_is_told(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    url = write(tmp_path / name, content)
    with pytest.raises(InputError, match=said) as caught:
        cut_file(url, 10, lambda _: None)
    assert caught.value.source == url


def test_an_empty_file_has_no_range_and_a_blank_one_has(tmp_path: Path) -> None:
    assert cut_file(write(tmp_path / "empty.jsonl", b""), 10, lambda _: None).ranges == ()
    (part,) = cut_file(write(tmp_path / "blank.jsonl", b"\n\n \n"), 10, lambda _: None).ranges
    assert part == Range(0, 4, 1, 3, sha256(b"\n\n \n").hexdigest())
