"""Documents with the words of their pictures: what is put in, what stays, what is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from monitor.documents import Listing, decode_document
from monitor.errors import PictureError
from monitor.pictures import Filler, Picture, Places, ReadLine


class Seen:
    """A reader that reads the width of a picture, and counts."""

    def __init__(self) -> None:
        self.count = 0

    def read(self, picture: Picture) -> Sequence[ReadLine]:
        self.count += 1
        if picture.width == 13:
            raise PictureError("the reader failed")
        corners = ((1.0, 2.0), (11.0, 2.0), (11.0, 8.0), (1.0, 8.0))
        return [ReadLine(f"宽{picture.width}", corners, 0.97)] if picture.width > 10 else []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for width in (10, 12, 13):
        Image.new("RGB", (width, 10), "white").save(tmp_path / f"{width}.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    return tmp_path


def fill(folder: Path, document: Any, reader: Seen | None = None) -> tuple[Any, dict[str, str]]:
    told: dict[str, str] = {}
    raw = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    filled = Filler(reader or Seen(), Places(folder)).fill(raw, told.__setitem__)
    return json.loads(filled), told


def listing(*images: Any) -> dict[str, Any]:
    return {"kind": "listing", "id": "L-1", "title": "米", "images": list(images)}


def test_words_and_their_places_are_put_in(folder: Path) -> None:
    filled, told = fill(folder, listing({"url": "12.png", "own": {"kept": 1}}, {"url": "10.png"}))
    assert filled["images"][0] == {
        "url": "12.png",
        "own": {"kept": 1},
        "text": "宽12",
        "lines": [{"start": 0, "end": 3, "box": [1, 2, 10, 6], "confidence": 0.97}],
    }
    assert filled["images"][1] == {"url": "10.png", "text": "", "lines": []}
    assert told == {}
    document = decode_document(json.dumps(filled))
    assert isinstance(document, Listing)
    assert document.images[0].lines[0].box == (1, 2, 10, 6)


def test_text_that_is_given_is_used_as_it_is(folder: Path) -> None:
    reader = Seen()
    given = listing({"url": "12.png", "text": "图上的字"}, {"text": ""})
    assert fill(folder, given, reader) == (given, {})
    assert reader.count == 0


def test_what_is_not_read_is_told_in_the_document_and_outside(folder: Path) -> None:
    images = [{"url": "bad.png"}, {"url": "none.png"}, {"url": "13.png"}, {}, {"url": "12.png", "unread": "before"}]
    filled, told = fill(folder, listing(*images))
    assert {path: reason.partition(" in ")[0] for path, reason in told.items()} == {
        "images[0]": "not a picture",
        "images[1]": "no such file",
        "images[2]": "the reader failed",
        "images[3]": "the document gives neither `text` nor `url`",
    }
    assert [image.get("unread") for image in filled["images"]] == [*told.values(), None]
    assert filled["images"][4]["text"] == "宽12"


def test_everything_else_stays_byte_for_byte(folder: Path) -> None:
    raw = '{"kind":"listing","id":"L-1","title":"米","price":{"current":39.90},"x":1e3,"images":[{"url":"12.png"}]}'
    told: list[str] = []
    filled = Filler(Seen(), Places(folder)).fill(raw.encode(), lambda path, _: told.append(path)).decode()
    for part in ('"price":{"current":39.90}', '"x":1e3', '"title":"米"'):
        assert part in filled
    untouched = b'{"kind": "listing", "id": "L-1",  "title": "x", "images": [{"text": "y"}]}'
    assert Filler(Seen(), Places(folder)).fill(untouched, lambda path, _: told.append(path)) is untouched
    assert told == []


def test_the_listings_of_a_stream_are_filled(folder: Path) -> None:
    stream = {
        "kind": "transcript",
        "id": "T-1",
        "segments": [{"text": "好"}],
        "products": [{"from": 0, "listing": listing({"url": "12.png"}, {"url": "none.png"})}, {"listing": "L-9"}],
    }
    filled, told = fill(folder, stream)
    assert filled["products"][0]["listing"]["images"][0]["text"] == "宽12"
    assert filled["products"][1] == {"listing": "L-9"}
    assert list(told) == ["products[0].listing.images[1]"]


def test_the_same_picture_is_read_once(folder: Path) -> None:
    reader = Seen()
    (folder / "copy.png").write_bytes((folder / "12.png").read_bytes())
    filled, _ = fill(
        folder, listing({"url": "12.png"}, {"url": "copy.png"}, {"url": "13.png"}, {"url": "13.png"}), reader
    )
    assert [image.get("text") for image in filled["images"]] == ["宽12", "宽12", None, None]
    assert reader.count == 2


def test_what_is_no_document_is_given_back(folder: Path) -> None:
    assert Filler(Seen(), Places(folder)).fill(b"[1, 2]", lambda *_: None) == b"[1, 2]"
