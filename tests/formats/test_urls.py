"""Files by URL: patterns, protocols, and what cannot be a place for workers."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from monitor.errors import InputError
from monitor.formats.urls import absolute, file_system, files


def test_patterns_are_files_in_order_each_once(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "c.txt", "d[1].jsonl"):
        (tmp_path / name).touch()
    found = files([f"{tmp_path}/*.jsonl", f"file://{tmp_path}/a.jsonl", f"{tmp_path}/c.txt", f"{tmp_path}/d[1].jsonl"])
    assert [Path(path).name for path in found] == ["a.jsonl", "b.jsonl", "d[1].jsonl", "c.txt"]


def test_a_path_is_made_absolute_and_a_url_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute("out.jsonl") == absolute(f"file://{tmp_path}/out.jsonl") == f"{tmp_path}/out.jsonl"
    with ZipFile("x.zip", "w") as archive:
        archive.writestr("x.jsonl", "{}")
    assert absolute(f"zip://x.jsonl::{tmp_path}/x.zip") == f"zip://x.jsonl::{tmp_path}/x.zip"
    assert list(files([f"zip://*.jsonl::{tmp_path}/x.zip"])) == [f"zip://x.jsonl::{tmp_path}/x.zip"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("memory://x.jsonl", "in the memory of one process"),
        ("carrier-pigeon://x.jsonl", "is no place of a file"),
        ("{folder}/nothing.jsonl", "no such file"),
        ("{folder}/*.nothing", "no file is called so"),
        ("{folder}", "is a folder: name the files in it"),
    ],
)
def test_what_is_no_file_is_told(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        list(files([url.format(folder=tmp_path)]))


def test_a_protocol_whose_package_is_absent_says_what_to_install() -> None:
    with pytest.raises(InputError, match=r"needs a package that is not installed: .*dropbox"):
        file_system("dropbox://x/y.jsonl")
