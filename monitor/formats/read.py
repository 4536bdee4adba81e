"""Reading files, folders and streams: what is not read twice, and transcripts with the listings they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from monitor.errors import InputError
from monitor.formats.duplicates import refuse_duplicates
from monitor.formats.item import Item, OnError, Source
from monitor.formats.products import named_listings, resolve
from monitor.formats.walk import FORMATS, read_files, read_named, stem

STANDARD_INPUT = Path("-")
"""Stands for standard input in ``read_paths``."""


def read_paths(paths: Iterable[Path], *, on_error: OnError, stdin: BinaryIO | None = None) -> Iterator[Item]:
    """Every document of one run, each once, in the order of the paths; ``on_error`` hears what cannot be read, and notes.

    Transcripts that name listings by id get them, where the listings are in these files or folders. ``-`` reads ``stdin`` as it
    comes: it can name listings, but nothing in it is kept to be named.
    """
    places = list(dict.fromkeys(paths))
    listings = named_listings(path for path in places if path != STANDARD_INPUT)

    def every() -> Iterator[Item]:
        for path in places:
            if path == STANDARD_INPUT and stdin is not None:
                yield from _streamed(stdin, "-", None, on_error)
            else:
                yield from read_files(path, on_error=on_error)

    for item in refuse_duplicates(every(), on_error):
        yield resolve(item, listings, on_error)


def read_path(path: Path, *, on_error: OnError) -> Iterator[Item]:
    """Every document of a file, or of all files of a folder, as :func:`read_paths` reads them."""
    yield from read_paths([path], on_error=on_error)


def read_stream(
    stream: BinaryIO,
    *,
    name: str,
    format: str | None,  # noqa: A002 (the command line's word)
    on_error: OnError,
) -> Iterator[Item]:
    """Every document of a stream, as it comes; without a ``format`` its first lines tell which it is.

    Raises:
        InputError: a format that is not in ``FORMATS``.
    """
    if format is not None and format not in FORMATS:
        raise InputError(f"no such format: {format}; there are {', '.join(FORMATS)}", source=name)
    yield from refuse_duplicates(_streamed(stream, name, format, on_error), on_error)


def _streamed(stream: BinaryIO, name: str, format_: str | None, on_error: OnError) -> Iterator[Item]:
    source = Source(name, "stdin" if name == "-" else stem(Path(name).name), on_error)
    try:
        yield from read_named(stream, source, format_)
    except OSError as error:
        source.error(f"cannot be read: {error.strerror or error}")
