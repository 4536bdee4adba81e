"""Reading files, folders and streams, each in the format its name or its content says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from monitor.errors import InputError
from monitor.formats.csv import read_csv
from monitor.formats.item import FILE_LIMIT, Item, OnError
from monitor.formats.json import read_json
from monitor.formats.jsonl import read_jsonl
from monitor.formats.lines import read_lines
from monitor.formats.subtitles import read_subtitles

_WHOLE: Final[dict[str, Callable[[bytes, str, OnError], Iterator[Item]]]] = {
    "json": read_json,
    "csv": read_csv,
    "srt": read_subtitles,
    "vtt": read_subtitles,
    "txt": read_lines,
}
FORMATS: Final = ("jsonl", *_WHOLE)
"""Formats by the ending of the file; ``ndjson`` is ``jsonl``, ``tsv`` is ``csv``."""

_ENDINGS: Final = {".jsonl": "jsonl", ".ndjson": "jsonl", ".tsv": "csv", **{f".{name}": name for name in _WHOLE}}


def read_path(path: Path, *, on_error: OnError, only: bytes = b"") -> Iterator[Item]:
    """Every document of a file, or of all files of a folder in order of their names; ``on_error`` hears what cannot be read.

    ``only`` passes over lines of JSON Lines that lack these bytes, unread.
    """
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file() and file.suffix.lower() in _ENDINGS)
        if not files:
            on_error(InputError(f"no file to read here; readable: {', '.join(FORMATS)}", source=str(path)))
        for file in files:
            yield from read_path(file, on_error=on_error, only=only)
        return
    try:
        with path.open("rb") as stream:
            yield from read_stream(
                stream, name=str(path), format=_ENDINGS.get(path.suffix.lower()), on_error=on_error, only=only
            )
    except OSError as error:
        on_error(InputError(f"cannot be read: {error.strerror or error}", source=str(path)))


def read_stream(
    stream: BinaryIO,
    *,
    name: str,
    format: str | None,  # noqa: A002 (the command line's word)
    on_error: OnError,
    only: bytes = b"",
) -> Iterator[Item]:
    """Every document of a stream; without a ``format`` it is JSON Lines."""
    if format in {None, "jsonl"}:
        yield from read_jsonl(stream, name, on_error, only)
        return
    raw = stream.read(FILE_LIMIT + 1)
    if len(raw) > FILE_LIMIT:
        on_error(
            InputError(
                f"more than {FILE_LIMIT:,} bytes; write it as JSON Lines, which is read as it comes", source=name
            )
        )
        return
    if not raw:
        on_error(InputError("the file is empty", source=name))
        return
    yield from _WHOLE[format or "txt"](raw, name, on_error)
