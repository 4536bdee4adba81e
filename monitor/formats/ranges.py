"""The documents of a range of a file, line by line: each line that is not blank is a document, or the reason why not."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Collection, Iterator
from hashlib import sha256
from typing import Any, Final, Protocol

from monitor.errors import InputError
from monitor.formats.item import Item, Refusal, Source
from monitor.formats.json import read_value
from monitor.formats.text import Decoder, decoded_lines
from monitor.formats.urls import file_system, open_unpacked
from monitor.formats.walk import stem

NOT_JUDGED: Final = "stopped those who judged it, again and again: not judged"
"""The reason of a line that is passed over."""

_BLOCK: Final = 1 << 20


class Changed(InputError):
    """The file is not what it was when it was cut."""


class Lines(Protocol):
    """Where a range lies; see :class:`monitor.formats.cutting.Range` and :class:`monitor.formats.cutting.Cutting`."""

    @property
    def url(self) -> str: ...
    @property
    def packed(self) -> bool: ...
    @property
    def encoding(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def first_line(self) -> int: ...
    @property
    def sha256(self) -> str: ...


def read_range(
    lines: Lines,
    *,
    alive: Callable[[], None],
    on_line: Callable[[int], None] | None = None,
    leave: Collection[int] = frozenset(),
) -> Iterator[Item | InputError]:
    """The documents of a range, and an error for each line that holds none, in order of the lines.

    ``alive`` is called while what is before a packed range is unpacked. ``on_line`` hears the number of each line before it is looked at;
    the lines of ``leave`` are not.

    Raises:
        Changed: at the end, or before it: these are not the bytes that were cut.
        InputError, OSError: the file cannot be read.
    """
    system, path = file_system(lines.url)
    with open_unpacked(system, path, packed=lines.packed) as stream:
        _skip(stream, lines, alive)
        content = _Range(stream, lines.size)
        try:
            yield from _entries(io.BufferedReader(content, _BLOCK), lines, on_line, leave)
        except (EOFError, zlib.error) as error:
            raise Changed("is damaged, and was not when it was cut", source=lines.url) from error
        if content.left or content.digest.hexdigest() != lines.sha256:
            raise Changed("changed after the sweep began: what was read is not what was counted", source=lines.url)


def _entries(
    stream: io.BufferedReader, lines: Lines, on_line: Callable[[int], None] | None, leave: Collection[int]
) -> Iterator[Item | InputError]:
    told: list[InputError] = []
    source = Source(lines.url, stem(lines.url), told.append)
    for number, line in decoded_lines(stream, Decoder.of(lines.encoding, source), source, first=lines.first_line):
        yield from told
        told.clear()
        raw = line.strip()
        if not raw:
            continue
        if number in leave:
            yield InputError(NOT_JUDGED, source=lines.url, line=number)
            continue
        if on_line is not None:
            on_line(number)
        try:
            yield Item(*read_value(raw, f"{source.id}-{number}"), lines.url, number)
        except Refusal as refusal:
            yield InputError(refusal.reason, source=lines.url, line=number, field=refusal.field)
        except Exception as error:  # a fault of ours costs the line, not the shard
            yield InputError(f"cannot be read: {type(error).__name__}: {error}", source=lines.url, line=number)
    yield from told


def _skip(stream: Any, lines: Lines, alive: Callable[[], None]) -> None:
    """To the first byte; what is packed, or comes as a stream, is read up to there."""
    if not lines.packed and stream.seekable():
        stream.seek(lines.start)
        return
    left = lines.start
    while left and (block := stream.read(min(left, _BLOCK))):
        left -= len(block)
        alive()


class _Range(io.RawIOBase):
    """The next ``left`` bytes of a stream, and their SHA-256 as they are read."""

    def __init__(self, stream: Any, left: int) -> None:
        self._stream = stream
        self.left = left
        self.digest = sha256()

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer BufferedReader gives
        """At most what is left."""
        chunk = self._stream.read(min(len(buffer), self.left))
        buffer[: len(chunk)] = chunk
        self.left -= len(chunk)
        self.digest.update(chunk)
        return len(chunk)
