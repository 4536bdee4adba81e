"""Bytes into lines of UTF-8: bounded in length, in whatever encoding the file is, with an error for each line that cannot be read.

UTF-8 with or without a byte order mark; UTF-16 with one; else GB 18030 (which contains GBK and GB 2312) or Big5, told as a
note. The choice is made from the first lines that are not plain ASCII, and holds for the file.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from monitor.formats.item import FILE_LIMIT, LINE_LIMIT, Refusal, Source

HEAD: Final = 65_536
"""Bytes by which format and encoding are told."""

_CHUNK: Final = 1 << 17
_ENOUGH: Final = 30
"""Bytes beyond ASCII from which charset-normalizer tells GB 18030 and Big5 apart (measured: 1 % wrong; from 16 bytes: 4 %)."""

_CONTROLS: Final = bytes(sorted({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0C, 0x0D, 0x1B}))
_MAGIC: Final = {
    b"PK\x03\x04": "a zip archive or an Excel or Word file: save tables as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file: save tables as CSV",
    b"%PDF": "a PDF file",
    b"\x1f\x8b": "compressed by gzip: unpack it first",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"ID3\x03": "a sound file: run speech recognition first",
}


def begin(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    """The first bytes of a stream, and the stream again from its start; UTF-16 comes out as UTF-8.

    Waits for one line, or ``HEAD`` bytes, or the end: a live pipe is read as it comes.

    Raises:
        Refusal: empty, or binary.
    """
    head = _head(stream)
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise Refusal("the file is empty")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        recoded = io.BufferedReader(_Recoded(head, stream), _CHUNK)
        return begin(recoded)
    _refuse_binary(head)
    return head.removeprefix(codecs.BOM_UTF8), io.BufferedReader(_Again(head, stream), _CHUNK)


def lines(stream: BinaryIO, head: bytes, source: Source) -> Iterator[tuple[int, bytes]]:
    """(1-based number, line in UTF-8 with its end); a line too long or in another encoding is told and left out."""
    yield from decoded_lines(stream, Decoder(head, source), source)


def decoded_lines(stream: BinaryIO, decoder: Decoder, source: Source, *, first: int = 1) -> Iterator[tuple[int, bytes]]:
    """:func:`lines` of a stream that begins with line ``first`` of its file, in an encoding that is known."""
    number = first - 1
    while line := stream.readline(LINE_LIMIT):
        number += 1
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        if len(line) >= LINE_LIMIT and not line.endswith(b"\n"):
            length = len(line) + _skip_line(stream)
            source.error(f"the line has {length:,} bytes; the most is {LINE_LIMIT:,}", number)
            continue
        try:
            yield number, decoder.utf8(line)
        except Refusal as refusal:
            source.refuse(refusal, number)


def whole(stream: BinaryIO, head: bytes, source: Source) -> bytes:
    """Everything, in UTF-8.

    Raises:
        Refusal: more than ``FILE_LIMIT`` bytes, or not in the encoding that its first lines are in.
    """
    raw = stream.read(FILE_LIMIT + 1)
    if len(raw) > FILE_LIMIT:
        raise Refusal(f"has more than {FILE_LIMIT:,} bytes; write it as JSON Lines, which is read line by line")
    return Decoder(head, source).utf8(raw.removeprefix(codecs.BOM_UTF8))


class Decoder:
    """Turns lines of one file into UTF-8; the first line beyond ASCII decides where the head did not."""

    def __init__(self, head: bytes, source: Source) -> None:
        self._source = source
        self._encoding: str | None = None
        self._decide(head[: head.rfind(b"\n") + 1])  # what follows may end inside a character

    @classmethod
    def of(cls, encoding: str, source: Source) -> Decoder:
        """For a file whose encoding is known."""
        decoder = cls(b"", source)
        decoder._encoding = encoding
        return decoder

    def utf8(self, line: bytes) -> bytes:
        """The line in UTF-8.

        Raises:
            Refusal: a byte that is not of the file's encoding.
        """
        if line.isascii():
            return line
        if self._encoding is None:
            self._decide(line)
        encoding = self._encoding or "utf-8"
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError as error:
            before = line[: error.start]
            column = error.start - before.rfind(b"\n")
            reason = f"not {_NAMES[encoding]}: byte {line[error.start]:#04x} at byte {column} of the line"
            raise Refusal(reason, line=before.count(b"\n") + 1) from error
        return line if encoding == "utf-8" else text.encode()

    def _decide(self, sample: bytes) -> None:
        self._encoding = encoding_of(sample)
        if self._encoding not in {None, "utf-8"}:
            self._source.note(f"not UTF-8: read as {_NAMES[self._encoding or '']}; save as UTF-8 to be sure")


def encoding_of(sample: bytes) -> str | None:
    """``utf-8``, ``gb18030`` or ``big5hkscs``, by most of the lines that are not ASCII; None where all are."""
    beyond = [line for line in sample.split(b"\n") if not line.isascii()]
    if not beyond:
        return None
    if 2 * sum(_is(line, "utf-8") for line in beyond) >= len(beyond):
        return "utf-8"
    chinese = {name: [line for line in beyond if _is(line, name)] for name in ("gb18030", "big5hkscs")}
    name = max(chinese, key=lambda name: len(chinese[name]))  # the first of equals
    if 2 * len(chinese[name]) < len(beyond):
        return "utf-8"  # and every line will say what is wrong with it
    return _by_frequency(b"\n".join(chinese[name])) if len(set(map(len, chinese.values()))) == 1 else name


def _by_frequency(sample: bytes) -> str:
    """Where both fit, what charset-normalizer finds by the frequency of characters; for few characters GB 18030."""
    from charset_normalizer import from_bytes

    if len(sample) > HEAD:
        sample = sample[: max(sample.rfind(mark, 0, HEAD) for mark in _NEVER_INSIDE) + 1] or sample[:HEAD]
    if sum(byte > 0x7F for byte in sample) < _ENOUGH:  # noqa: PLR2004 (the end of ASCII)
        return "gb18030"
    best = from_bytes(sample, cp_isolation=["gb18030", "big5"]).best()
    return "big5hkscs" if best is not None and best.encoding == "big5" else "gb18030"


_NEVER_INSIDE: Final = (b"\n", b'"', b",", b" ")
"""Bytes that are no part of a longer character in either encoding."""

_NAMES: Final = {"utf-8": "UTF-8", "gb18030": "GBK (GB 18030)", "big5hkscs": "Big5"}


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _head(stream: BinaryIO) -> bytes:
    """At least one line that is not blank, where there is one in ``HEAD`` bytes."""
    read = getattr(stream, "read1", stream.read)
    head = b""
    while len(head) < HEAD and b"\n" not in head.lstrip() and (more := read(HEAD - len(head))):
        head += more
    return head


def _refuse_binary(head: bytes) -> None:
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise Refusal(f"is not text but {what}")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls * 20 > len(head):
        raise Refusal("is not text but binary, or UTF-16 without a byte order mark")


def _skip_line(stream: BinaryIO) -> int:
    """Read to the end of the line without holding it; the bytes passed over."""
    skipped = 0
    while rest := stream.readline(_CHUNK):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped


class _Again(io.RawIOBase):
    """Bytes already read, then the rest of their stream."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self._head = head
        self._read = getattr(stream, "read1", stream.read)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the buffer BufferedReader gives
        size = len(buffer)
        chunk, self._head = (self._head[:size], self._head[size:]) if self._head else (self._read(size), b"")
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Recoded(_Again):
    """UTF-16 with a byte order mark, read as UTF-8; what is broken becomes U+FFFD."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        super().__init__(b"", stream)
        self._decoder = codecs.getincrementaldecoder("utf-16")("replace")
        self._head = self._decoder.decode(head).encode()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._head:
            chunk = self._read(len(buffer))
            self._head = self._decoder.decode(chunk, final=not chunk).encode()
            if not chunk:
                break
        return super().readinto(buffer) if self._head else 0
