"""JSON files: what one value, a list and a file that is neither become."""

from __future__ import annotations

import json

import pytest
from formats.reading import Heard, read

LISTING = {"kind": "listing", "id": "L", "title": "苹果"}
TRANSCRIPT = {"kind": "transcript", "id": "T", "segments": [{"text": "好"}]}

WHOLE = [
    pytest.param(json.dumps(LISTING), ["L"], id="a document"),
    pytest.param(json.dumps(LISTING, indent=2, ensure_ascii=False), ["L"], id="a document over lines"),
    pytest.param(json.dumps([LISTING, TRANSCRIPT], indent=1), ["L", "T"], id="a list"),
    pytest.param(json.dumps({"document": LISTING}, indent=1), ["L"], id="an envelope"),
    pytest.param(json.dumps([{"document": LISTING}, TRANSCRIPT]), ["L", "T"], id="a list with an envelope"),
    pytest.param("\ufeff" + json.dumps(LISTING, indent=1), ["L"], id="with a byte order mark"),
    pytest.param(json.dumps(LISTING) + "\n" + json.dumps(TRANSCRIPT), ["L", "T"], id="JSON Lines by another name"),
    pytest.param('{"kind":"transcript","segments":[{"text":"好"}]}', ["f"], id="a transcript without an id"),
]


@pytest.mark.parametrize(("text", "ids"), WHOLE)
def test_the_documents_of_a_file(text: str, ids: list[str]) -> None:
    items, heard = read(text, "json", name="f.json")
    assert heard == Heard()
    assert [item.envelope.document.id for item in items] == ids


BROKEN = [
    pytest.param("{\n", "f: not JSON", id="cut off"),
    pytest.param('{\n"kind": "listing",\n"id" 3}', "f:3: not JSON: expected ':'", id="malformed on the third line"),
    pytest.param("[\n{},\n{]", "f:3: not JSON", id="a list that is malformed"),
    pytest.param("[]", "f: the list is empty", id="an empty list"),
    pytest.param('{\n"kind": "listing"}', "f: id: is required", id="a listing without an id"),
    pytest.param('{\n"x": 1}', "f: neither a document", id="something else"),
    pytest.param(
        '{"kind":"transcript","id":"T","segments":[]}', "f: segments: Expected `array` of length >= 1", id="mute"
    ),
    pytest.param("", "f: the file is empty", id="empty"),
    pytest.param(" \n\t\n ", "f: the file is empty", id="blank"),
    pytest.param("\0\1\2\3" * 50, "f: is not text but binary", id="binary"),
    pytest.param(b"PK\x03\x04" + b"a" * 100, "f: is not text but a zip archive or an Excel", id="a workbook"),
    pytest.param("[" * 100_000, "f: ", id="nested a hundred thousand deep"),
]


@pytest.mark.parametrize(("text", "told"), BROKEN)
def test_what_cannot_be_read_is_told_once(text: str | bytes, told: str) -> None:
    items, heard = read(text, "json")
    assert items == []
    (error,) = heard.errors
    assert error.startswith(told)


def test_a_broken_entry_of_a_list_is_told_with_its_place_and_the_rest_goes_on() -> None:
    text = json.dumps([LISTING, {"kind": "listing", "id": "a", "title": 3}, TRANSCRIPT], indent=2)
    items, heard = read(text, "json")
    assert [(item.envelope.document.id, item.line) for item in items] == [("L", 2), ("T", 12)]
    assert heard.errors == ["f:7: [1].title: Expected `str | null`, got `int`"]
