"""Pictures in the dashboard: how many nobody read, and the part of one that a flag stands on."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image as Pillow
from store.writing import flag, scanned

from dashboard.document_facts import document_facts
from dashboard.pictured import regions
from dashboard.words import Language, Words
from monitor.documents import Box, Image, Listing, PictureLine
from monitor.flags import Evidence, Flag
from monitor.pictures import Places
from tests.dashboard.conftest import House, Visit, said

TEXT = "证书编号134OP2600842"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a white picture that has a black bar where the number would stand."""
    picture = Pillow.new("RGB", (600, 400), "white")
    picture.paste("black", (200, 150, 400, 180))
    picture.save(tmp_path / "a.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    return tmp_path


def listing(url: str = "a.png") -> Listing:
    lines = (PictureLine(0, len(TEXT), (100, 150, 300, 30), 0.99),)
    return Listing("L-1", title="大米", images=(Image(url=url, text=TEXT, lines=lines), Image(url="b.png")))


def found(box: Box | None = (200, 150, 200, 30)) -> Flag:
    evidence = Evidence("images[0].text", 4, len(TEXT), "134OP2600842", "pattern", None, box)
    return flag(evidence=(evidence,))


def test_the_part_around_the_words_is_shown_with_a_frame(folder: Path) -> None:
    ((number, part),) = regions(found(), listing(), Places(folder))
    assert number == 1
    assert part.shape == (30 + 2 * 70, 200 + 2 * 70, 3)
    assert (part[85, 170] == 0).all()  # the bar
    assert (part[70, 70] == (208, 32, 32)).all()  # the frame
    assert (part[5, 5] == 255).all()


@pytest.mark.parametrize(
    ("url", "box"),
    [
        pytest.param("none.png", (200, 150, 200, 30), id="no file"),
        pytest.param("bad.png", (200, 150, 200, 30), id="no picture"),
        pytest.param("../a.png", (200, 150, 200, 30), id="outside"),
        pytest.param("a.png", None, id="no box"),
        pytest.param("a.png", (700, 500, 20, 20), id="a box outside of the picture"),
    ],
)
def test_nothing_is_shown_where_there_is_nothing(folder: Path, url: str, box: Box | None) -> None:
    assert list(regions(found(box), listing(url), Places(folder))) == []


@pytest.mark.parametrize("box", [(0, 0, 600, 400), (590, 390, 500, 500), (0, 0, 1, 1)])
def test_a_box_at_the_edge_or_beyond_it_is_cut(folder: Path, box: Box) -> None:
    ((_, part),) = regions(found(box), listing(), Places(folder))
    assert part.shape[0] <= 400
    assert part.shape[1] <= 600
    assert (np.asarray(part) == (208, 32, 32)).all(axis=2).any()


@pytest.mark.parametrize(
    ("language", "told"),
    [("zh", "2 张，其中 1 张没有读\nthe file is empty"), ("en", "2, of them 1 unread\nthe file is empty")],
)
def test_pictures_that_nobody_read_are_told(language: Language, told: str) -> None:
    document = Listing("L-1", title="米", images=(Image(text="x"), Image(url="b", unread="the file is empty")))
    facts = dict(document_facts(document, Words(language)))
    assert facts[Words(language)("fact.pictures")] == told


def test_the_review_shows_the_words_where_no_picture_is_at_hand(empty: House, visit: Visit) -> None:
    scanned(empty.database, msgspec.to_builtins(listing()), found())
    page = said(visit("staff/review.py"))
    assert "第 1 张图片" in page
    assert '证书编号<mark class="medium">134OP2600842</mark>' in page
    assert "2 张，其中 1 张没有读" in page


def test_the_review_shows_the_part_of_the_picture(
    empty: House, visit: Visit, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEELYARD_PICTURES", str(folder))
    scanned(empty.database, msgspec.to_builtins(listing()), found())
    app = visit("staff/review.py")
    assert len(app.get("image")) == 1
