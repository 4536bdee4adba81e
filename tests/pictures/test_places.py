"""Where pictures lie, and that no document reaches a file outside of there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.errors import PictureError
from monitor.pictures.opening import BYTES_LIMIT
from monitor.pictures.places import Places, read_file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two folders and a secret beside them."""
    for name in ("pictures/a.jpg", "pictures/img.example.cn/L-1/1 b.jpg", "shop/own.jpg", "shop/a.jpg", "secret.jpg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    (tmp_path / "pictures/out.jpg").symlink_to(tmp_path / "secret.jpg")
    (tmp_path / "pictures/ring.jpg").symlink_to(tmp_path / "pictures/ring.jpg")
    return tmp_path


@pytest.mark.parametrize(
    ("url", "found"),
    [
        pytest.param("a.jpg", "pictures/a.jpg", id="the folder of pictures comes first"),
        pytest.param("own.jpg", "shop/own.jpg", id="next to the document"),
        pytest.param("./own.jpg", "shop/own.jpg", id="with a point"),
        pytest.param("https://img.example.cn/L-1/1%20b.jpg?x=1#y", "pictures/img.example.cn/L-1/1 b.jpg", id="mirrored"),
        pytest.param("https://IMG.example.cn:8443/L-1/1%20b.jpg", "pictures/img.example.cn/L-1/1 b.jpg", id="port and case"),
    ],
)  # fmt: skip
def test_found(folder: Path, url: str, found: str) -> None:
    places = Places(folder / "pictures")
    assert places.data(url, beside=folder / "shop").decode() == found


def test_an_address_of_a_file_is_found_inside_the_folders_only(folder: Path) -> None:
    places = Places(folder / "pictures")
    assert places.path((folder / "pictures/a.jpg").as_uri()) == (folder / "pictures/a.jpg").resolve()
    assert places.path((folder / "secret.jpg").as_uri()) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("../secret.jpg", "no such file", id="out of the folder"),
        pytest.param("/etc/passwd", "no such file", id="from the root"),
        pytest.param("file:///etc/passwd", "no such file", id="from the root, as an address"),
        pytest.param("out.jpg", "no such file", id="by a link"),
        pytest.param("ring.jpg", "no such file", id="a link to itself"),
        pytest.param("img.example.cn", "no such file", id="a folder"),
        pytest.param("a\0.jpg", "no such file", id="NUL"),
        pytest.param("x" * 5000, "no such file", id="longer than names are"),
        pytest.param("https://img.example.cn/../../secret.jpg", "nothing is fetched", id="out of the mirror"),
        pytest.param("https://other.example.cn/1.jpg", "nothing is fetched", id="not mirrored"),
        pytest.param("https:///1.jpg", "nothing is fetched", id="no host"),
        pytest.param("http://[::1/1.jpg", "no such file", id="no address"),
        pytest.param("data:image/png;base64,AAAA", "addresses that begin with data: are not read", id="data"),
        pytest.param("ftp://x.example/1.jpg", "begin with ftp:", id="ftp"),
        pytest.param("", "neither `text` nor `url`", id="nothing"),
    ],
)
def test_not_found(folder: Path, url: str, reason: str) -> None:
    with pytest.raises(PictureError, match=reason):
        Places(folder / "pictures").data(url, beside=folder / "shop")


def test_what_is_not_in_the_folder_is_fetched_where_that_is_allowed(folder: Path) -> None:
    asked: list[str] = []

    def fetch(url: str) -> bytes:
        asked.append(url)
        return b"fetched"

    places = Places(folder / "pictures", fetch)
    assert places.data("https://img.example.cn/L-1/1%20b.jpg") != b"fetched"
    assert places.data("https://other.example.cn/1.jpg") == b"fetched"
    assert asked == ["https://other.example.cn/1.jpg"]


def test_files_that_are_not_read(tmp_path: Path) -> None:
    large, pipe = tmp_path / "large.jpg", tmp_path / "pipe"
    with large.open("wb") as file:
        file.truncate(BYTES_LIMIT + 1)
    os.mkfifo(pipe)
    for path, reason in ((large, "20,000,001 bytes"), (pipe, "it is no file"), (tmp_path / "none.jpg", "No such file")):
        with pytest.raises(PictureError, match=reason):
            read_file(path)
