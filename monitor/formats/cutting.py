"""Files of JSON Lines cut into ranges of whole lines, in one pass that holds one block."""

from __future__ import annotations

import codecs
import io
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final

import numpy as np
from msgspec import Struct

from monitor.errors import InputError
from monitor.formats.item import Refusal
from monitor.formats.json import other_kind
from monitor.formats.text import HEAD, begin, encoding_of
from monitor.formats.urls import GZIP, file_system, open_unpacked, told
from monitor.formats.walk import format_of

SHARD_LINES: Final = 2000
"""Lines in a range, at most."""

SHARD_BYTES: Final = 8_000_000
"""Bytes from which a range is full; it ends with its line."""

UNPACKED: Final = 200
"""Times its size that a packed file may unpack to: JSON Lines do to 5 to 30 times, and what is beyond is a bomb."""

UNPACKED_ALWAYS: Final = 64_000_000
"""Bytes it may unpack to however small it is."""

_PACKED_SHARE: Final = 8
"""A range of a packed file has at least so much of its packed size: who takes it unpacks all that is before it."""

_BLOCK: Final = 1 << 20
_ENOUGH: Final = 1 << 16


class Range(Struct, frozen=True):
    """Bytes ``start`` to ``start + size``: ``lines`` whole lines, of which the first is line ``first_line`` (from 1)."""

    start: int
    size: int
    first_line: int
    lines: int
    sha256: str


class Cutting(Struct, frozen=True):
    """A file, cut. ``packed``: by gzip; the ranges are of what it unpacks to."""

    url: str
    packed: bool
    encoding: str
    ranges: tuple[Range, ...]


def cut_file(url: str, lines: int, passed: Callable[[int], None], *, size: int = SHARD_BYTES) -> Cutting:
    """Cut a file into ranges of at most ``lines`` lines, and of about ``size`` bytes; ``passed`` hears of each block how many bytes it has.

    Raises:
        InputError: it cannot be read, is not JSON Lines, holds something else, is damaged, or unpacks to too much.
    """
    system, path = file_system(url)
    with told(url):
        known = system.info(path).get("size")
        packed = _is_packed(system, path)
        limit = max(UNPACKED * known, UNPACKED_ALWAYS) if packed and known is not None else None
        if packed and known is not None:
            scale = max(1, known // _PACKED_SHARE // size)
            lines, size = lines * scale, size * scale
        with open_unpacked(system, path, packed=packed) as stream:
            _refuse_other(url, stream)
        with open_unpacked(system, path, packed=packed) as stream:
            reading = _Reading(_blocks(url, stream, limit, passed))
            ranges = tuple(cut(reading, lines, size))
    return Cutting(url, packed, reading.encoding or "utf-8", ranges)


def cut(blocks: Iterator[bytes] | _Reading, lines: int, size: int) -> Iterator[Range]:
    """Ranges of at most ``lines`` lines that end with the line that brings them to ``size`` bytes."""
    start, line, count, length, digest = 0, 1, 0, 0, sha256()
    broken_off = 0
    for block in blocks:
        ends = np.flatnonzero(np.frombuffer(block, np.uint8) == 0x0A) + 1  # noqa: PLR2004 (the end of a line)
        begun = passed = 0
        while True:
            by_size = int(np.searchsorted(ends, begun + size - length))
            last = min(passed + lines - count - 1, max(by_size, passed))
            if last >= len(ends):
                break
            end = int(ends[last])
            digest.update(memoryview(block)[begun:end])
            count, length = count + last + 1 - passed, length + end - begun
            yield Range(start, length, line, count, digest.hexdigest())
            start, line, count, length, digest = start + length, line + count, 0, 0, sha256()
            begun, passed = end, last + 1
        digest.update(memoryview(block)[begun:])
        count, length = count + len(ends) - passed, length + len(block) - begun
        broken_off = int(not block.endswith(b"\n"))
    if length:
        yield Range(start, length, line, count + broken_off, digest.hexdigest())


class _Reading:
    """Blocks passed through, by which the encoding is told as soon as one is beyond ASCII."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self.encoding: str | None = None

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            if self.encoding is None and not block.isascii():
                self.encoding = _encoding(block)
            yield block


def _encoding(block: bytes) -> str | None:
    """By the first lines that are not ASCII; lines that the block cuts are left out where there are others."""
    whole = block[: block.rfind(b"\n") + 1] or block
    sample, taken = [], 0
    for line in whole.split(b"\n"):
        if not line.isascii():
            sample.append(line)
            taken += len(line)
            if taken > _ENOUGH:
                break
    return encoding_of(b"\n".join(sample))


def _blocks(url: str, stream: Any, limit: int | None, passed: Callable[[int], None]) -> Iterator[bytes]:
    total = 0
    try:
        while block := stream.read(_BLOCK):
            total += len(block)
            if limit is not None and total > limit:
                reason = f"unpacks to more than {limit:,} bytes, {UNPACKED} times its size: unpack it yourself, if that is meant"
                raise InputError(reason, source=url)
            passed(len(block))
            yield block
    except (EOFError, zlib.error) as error:
        raise InputError(f"is damaged: what is packed breaks off after {total:,} bytes", source=url) from error


def _is_packed(system: Any, path: str) -> bool:
    with system.open(path, "rb") as stream:
        return bytes(stream.read(len(GZIP))) == GZIP


def _refuse_other(url: str, stream: BinaryIO) -> None:
    """Refuse what is plainly no JSON Lines of documents, by its first bytes."""
    first = stream.read(HEAD)
    if not first.strip():
        return
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputError("is UTF-16, whose lines cannot be cut: save it as UTF-8", source=url)
    try:
        head, _ = begin(io.BytesIO(first))
    except Refusal as refusal:
        raise InputError(refusal.reason, source=url) from refusal
    name = PurePosixPath(url.removesuffix(".gz"))
    if (known := format_of(head, name.suffix)) != "jsonl":
        raise InputError(f"is {known}, not JSON Lines; `monitor scan` and `monitor ingest` read it", source=url)
    line = next(line for line in head.splitlines() if line.strip())
    if other := other_kind(line.strip()):
        raise InputError(f"holds {other}, not documents", source=url)
