"""Files, folders and streams: what is read, in which format, under which name, and how often."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest
from formats.reading import Heard, read

from monitor.documents import Listing, Transcript
from monitor.errors import InputError
from monitor.formats import FORMATS, Item, named_listings, read_path, read_paths, read_stream, resolve

SAMPLES = Path(__file__).parents[2] / "samples"


def listing(name: str, **more: Any) -> str:
    return json.dumps({"kind": "listing", "id": name, "title": "苹果", **more}, ensure_ascii=False)


def transcript(name: str, *products: Any, **more: Any) -> str:
    made = [{"from": 0, "listing": product} for product in products]
    whole = {"kind": "transcript", "id": name, "segments": [{"text": "好"}], "products": made, **more}
    return json.dumps(whole, ensure_ascii=False)


def ids(items: list[Item]) -> list[str]:
    return [item.envelope.document.id for item in items]


def run(*paths: Path, stdin: bytes = b"") -> tuple[list[Item], Heard]:
    heard = Heard()
    return list(read_paths(paths, on_error=heard, stdin=io.BytesIO(stdin))), heard


def test_every_sample_reads() -> None:
    items, heard = run(SAMPLES)
    assert heard.errors == []
    kinds = [type(item.envelope.document) for item in items]
    assert (kinds.count(Listing), kinds.count(Transcript)) == (60, 8)
    assert [name for name in ids(items) if name.startswith("live")] == ["live-05", "live-06", "live-07", "live-08"]
    told = [note.removeprefix(str(SAMPLES)) for note in heard.notes]
    assert told == [
        ": passed over what is in no format of documents: 1 .md",
        "/certificates.jsonl: holds certificates (give them with --registry), not documents: passed over",
        "/complaints.jsonl: holds complaints, not documents: passed over",
        "/prices.csv: holds prices (give them with --prices), not documents: passed over",
    ]


def test_a_file_of_something_else_is_an_error_where_it_was_asked_for() -> None:
    _, heard = run(SAMPLES / "certificates.jsonl")
    assert heard.notes == []
    assert len(heard.errors) == 1


def test_a_folder_is_read_in_order_of_names_with_the_folders_in_it(tmp_path: Path) -> None:
    for name in ("b.txt", "a.srt", "2026-11-20/b.txt", ".hidden.txt", ".git/x.txt", "README.txt", "c.docx"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("1\n00:00:01,000 --> 00:00:02,000\n好\n" if name.endswith("srt") else "好\n", encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    items, heard = run(tmp_path)
    assert ids(items) == ["2026-11-20/b", "a", "b"]
    assert heard.errors == []
    assert heard.notes == [f"{tmp_path}: passed over what is in no format of documents: 1 .docx, 1 .txt"]


ABSENT = [
    pytest.param("nothing.jsonl", "cannot be read: No such file or directory", id="no such file"),
    pytest.param("empty.jsonl", "the file is empty", id="empty"),
    pytest.param(
        "folder", "no file to read in this folder; readable: jsonl, json, csv, srt, vtt, txt", id="empty folder"
    ),
    pytest.param("picture.txt", "is not text but a picture", id="binary"),
]


@pytest.mark.parametrize(("name", "told"), ABSENT)
def test_what_cannot_be_read_is_told_once(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    items, heard = run(tmp_path / name)
    assert items == []
    assert heard.errors == [f"{tmp_path / name}: {told}"]


def test_a_name_that_is_not_utf8_can_be_told_and_stored(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt"))
    path.write_text("好", encoding="utf-8")
    (item,), heard = run(path)
    assert item.envelope.document.id == "\ufffd"
    item.source.encode()
    assert heard.errors == []


CONTENTS = [
    pytest.param(listing("L") + "\n", "L", id="a line of JSON"),
    pytest.param(json.dumps(json.loads(listing("L")), indent=1), "L", id="JSON over lines"),
    pytest.param(f"[{listing('L')}]", "L", id="a list"),
    pytest.param("id,标题\nL,苹果\n", "L", id="a table"),
    pytest.param("WEBVTT\n\n00:01.000 --> 00:02.000\n好\n", "stdin", id="WebVTT"),
    pytest.param("1\n00:00:01,000 --> 00:00:02,000\n好\n", "stdin", id="SRT"),
    pytest.param("[00:00:03] 主播：好\n", "stdin", id="text with times"),
    pytest.param("大家好\n", "stdin", id="text"),
    pytest.param('{"segments":[{"text":"好"}]}', "stdin-1", id="a recogniser's output"),
    pytest.param(f"{{\n{listing('L')}\n", "L", id="JSON Lines with a first line that is cut off, broken"),
    pytest.param(f"{{broken}}\n{listing('L')}\n", "L", id="JSON Lines with a broken first line"),
]


@pytest.mark.parametrize(("text", "name"), CONTENTS)
def test_a_stream_is_known_by_its_content(text: str, name: str) -> None:
    items, heard = run(Path("-"), stdin=text.encode())
    assert ids(items) == [name]
    assert len(heard.errors) == (text.startswith(("{broken}", "{\n{")))


ENDINGS = [
    pytest.param("a.json", f"{listing('L')}\n{listing('M')}\n", ["L", "M"], 0, id="JSON Lines in .json"),
    pytest.param("a.jsonl", json.dumps([json.loads(listing("L"))], indent=1), ["L"], 0, id="a list in .jsonl"),
    pytest.param("a.jsonl", json.dumps(json.loads(listing("L")), indent=1), ["L"], 0, id="JSON over lines in .jsonl"),
    pytest.param("a.jsonl", "{\n", [], 1, id="one line that is cut off"),
    pytest.param("a.json", f"{{\n{listing('L')}\n", ["L"], 1, id="JSON Lines in .json, the first cut off"),
    pytest.param("a.json", '{"segments": [\n {"text": "好"}\n]}\n', ["a"], 0, id="objects on lines of their own"),
    pytest.param("a.TXT", "好\n", ["a"], 0, id="capital letters"),
    pytest.param("a.ndjson", listing("L"), ["L"], 0, id="ndjson"),
    pytest.param("a.tsv", "id\ttitle\nL\t苹果", ["L"], 0, id="tsv"),
    pytest.param("a.data", "id,title\nL,苹果", ["L"], 0, id="an ending that says nothing"),
]


@pytest.mark.parametrize(("name", "text", "expected", "errors"), ENDINGS)
def test_a_file_is_read_by_ending_and_content(
    tmp_path: Path, name: str, text: str, expected: list[str], errors: int
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    items, heard = run(tmp_path / name)
    assert ids(items) == expected
    assert len(heard.errors) == errors


def test_a_table_in_gbk_is_known_by_its_content() -> None:
    items, _ = run(Path("-"), stdin="编号,标题\nL,又大又甜的苹果\n".encode("gbk"))
    assert ids(items) == ["L"]


def test_a_live_stream_is_read_as_it_comes() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as pipe:
        pipe.write(listing("L-1").encode() + b"\n")
        items = read_stream(stream, name="-", format="jsonl", on_error=Heard())
        assert next(items).envelope.document.id == "L-1"
        pipe.write(listing("L-2").encode() + b"\n")
        assert next(items).envelope.document.id == "L-2"


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="no such format: pdf; there are jsonl, json"):
        read("x", "pdf")
    assert "csv" in FORMATS


def test_an_id_is_taken_once_in_a_run(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(listing("L") + "\n", encoding="utf-8")
    lines = [
        listing("L"),
        listing("L", platform="douyin"),
        json.dumps({"id": "C", "document": json.loads(listing("L"))}),
    ]
    (tmp_path / "b.jsonl").write_text("\n".join([*lines, transcript("L")]), encoding="utf-8")
    items, heard = run(tmp_path / "a.jsonl", tmp_path / "b.jsonl", tmp_path / "a.jsonl")
    assert len(items) == 4
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    assert heard.errors == [f"{b}:1: id: the id L is taken by the document at {a}:1: read once"]


def test_a_transcript_gets_the_listings_it_names(tmp_path: Path) -> None:
    whole = listing("L-2", 批次="一")
    (tmp_path / "live.json").write_text(
        transcript("T", "L-2", "L-9", json.loads(listing("L-5")), 房间="甲"), encoding="utf-8"
    )
    (tmp_path / "shop.jsonl").write_text("\n".join([listing("L-1"), whole]), encoding="utf-8")
    items, heard = run(tmp_path)
    found = items[0].envelope.document
    assert isinstance(found, Transcript)
    assert [p.listing if isinstance(p.listing, str) else p.listing.id for p in found.products] == ["L-2", "L-9", "L-5"]
    raw = msgspec.json.decode(items[0].raw)
    assert raw["products"][0]["listing"] == json.loads(whole)
    assert raw["房间"] == "甲"
    assert heard.notes == [f"{tmp_path}/live.json: products: names listings that are not among the documents read: L-9"]


def test_of_two_platforms_a_transcript_gets_its_own(tmp_path: Path) -> None:
    lines = [listing("L", platform="taobao"), listing("L", platform="douyin"), transcript("T", "L", platform="douyin")]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")
    items, _ = run(tmp_path)
    document = items[-1].envelope.document
    assert isinstance(document, Transcript)
    assert isinstance(document.products[0].listing, Listing)
    assert document.products[0].listing.platform == "douyin"


def test_only_listings_that_are_named_are_held(tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_text(
        "\n".join([transcript("T", "L-7"), *(listing(f"L-{number}") for number in range(20))]), encoding="utf-8"
    )
    assert list(named_listings([tmp_path])) == ["L-7"]
    assert named_listings([SAMPLES / "live-05.srt"]) == {}


def test_what_names_nothing_stays_as_it_is() -> None:
    (item,), _ = read(transcript("T", json.loads(listing("L"))), "json")
    assert resolve(item, {}) is item


def test_one_path_reads_as_several_do() -> None:
    heard = Heard()
    assert ids(list(read_path(SAMPLES, on_error=heard))) == ids(run(SAMPLES)[0])
