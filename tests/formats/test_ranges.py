"""The documents of ranges: those of the file, a result for each line, however it was cut and whatever stands in it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import msgspec
import pytest
from formats.hostile import HOSTILE

from monitor.documents import Envelope
from monitor.errors import InputError
from monitor.formats import Item, ranges
from monitor.formats.cutting import Cutting, cut_file
from monitor.formats.item import LINE_LIMIT
from monitor.formats.json import read_value
from monitor.formats.ranges import NOT_JUDGED, Changed, read_range


class Placed(msgspec.Struct):
    """A range with its file."""

    url: str
    packed: bool
    encoding: str
    start: int
    size: int
    first_line: int
    lines: int
    sha256: str


def listing(number: int) -> bytes:
    return json.dumps({"kind": "listing", "id": f"L-{number}", "title": f"苹果 {number}"}, ensure_ascii=False).encode()


def cutting(path: Path, content: bytes, lines: int) -> list[Placed]:
    path.write_bytes(content)
    return placed(cut_file(str(path), lines, lambda _: None))


def placed(cut: Cutting) -> list[Placed]:
    return [
        Placed(cut.url, cut.packed, cut.encoding, part.start, part.size, part.first_line, part.lines, part.sha256)
        for part in cut.ranges
    ]


def read(ranges: list[Placed], leave: frozenset[int] = frozenset()) -> list[Item | InputError]:
    return [entry for part in ranges for entry in read_range(part, alive=lambda: None, leave=leave)]


def said(entries: list[Item | InputError]) -> list[tuple[int | None, str]]:
    return [
        (entry.line, entry.envelope.document.id if isinstance(entry, Item) else str(entry.reason)) for entry in entries
    ]


@pytest.mark.parametrize("lines", [1, 3, 1000])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_line_has_the_same_result_however_the_file_is_cut(tmp_path: Path, lines: int, packed: bool) -> None:
    content = b"\n".join([listing(1), *HOSTILE, listing(2)])
    whole = said(read(cutting(tmp_path / "whole.jsonl", content, 1_000_000)))
    found = said(read(cutting(tmp_path / "x.jsonl", gzip.compress(content) if packed else content, lines)))
    assert found == whole
    assert (found[0], found[-1]) == ((1, "L-1"), (len(HOSTILE) + 2, "L-2"))
    assert [line for line, _ in found] == [n for n in range(1, len(HOSTILE) + 3) if n != 3], "but for the blank line"


def test_every_hostile_line_is_told_with_a_reason(tmp_path: Path) -> None:
    found = read(cutting(tmp_path / "x.jsonl", b"\n".join([listing(1), *HOSTILE]), 4))[1:]
    taken = {entry.envelope.document.id for entry in found if isinstance(entry, Item)}
    assert taken == {"n-0", "n-3", "n-7"}, "numbers that can be held"
    assert all(entry.reason for entry in found if isinstance(entry, InputError))


def test_a_line_beyond_the_limit_is_passed_over_without_being_held(tmp_path: Path) -> None:
    content = listing(1) + b"\n" + b"x" * (LINE_LIMIT + 5) + b"\n" + listing(2) + b"\n"
    found = read(cutting(tmp_path / "x.jsonl", content, 2))
    assert said(found)[0] == (1, "L-1")
    assert said(found)[1] == (2, f"the line has {LINE_LIMIT + 6:,} bytes; the most is {LINE_LIMIT:,}")
    assert said(found)[2] == (3, "L-2")


def test_lines_that_are_left_out_say_so(tmp_path: Path) -> None:
    heard: list[int] = []
    (part,) = cutting(tmp_path / "x.jsonl", b"\n".join(listing(n) for n in range(1, 4)), 10)
    found = list(read_range(part, alive=lambda: None, on_line=heard.append, leave=frozenset({2})))
    assert said(found) == [(1, "L-1"), (2, NOT_JUDGED), (3, "L-3")]
    assert heard == [1, 3]


def test_a_fault_of_the_reader_costs_the_line_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(raw: bytes, name: str) -> tuple[Envelope, bytes]:
        if b"L-2" in raw:
            raise ZeroDivisionError("no such scale")
        return read_value(raw, name)

    monkeypatch.setattr(ranges, "read_value", faulty)
    found = read(cutting(tmp_path / "x.jsonl", b"\n".join(listing(n) for n in range(1, 4)), 10))
    assert said(found) == [(1, "L-1"), (2, "cannot be read: ZeroDivisionError: no such scale"), (3, "L-3")]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(b"", id="emptied"),
        pytest.param(listing(1) + b"\n", id="shortened"),
        pytest.param(listing(1) + b"\n" + listing(9) + b"\n", id="rewritten"),
    ],
)
def test_a_file_that_changed_meanwhile_is_noticed(tmp_path: Path, other: bytes) -> None:
    path = tmp_path / "x.jsonl"
    ranges = cutting(path, listing(1) + b"\n" + listing(2) + b"\n", 10)
    path.write_bytes(other)
    with pytest.raises(Changed, match="changed after the sweep began"):
        read(ranges)


def test_what_is_added_at_the_end_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    ranges = cutting(path, listing(1) + b"\n" + listing(2) + b"\n", 1)
    path.write_bytes(path.read_bytes() + listing(3) + b"\n")
    assert said(read(ranges)) == [(1, "L-1"), (2, "L-2")]
