"""JSON Lines: one document or envelope a line."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Final

import msgspec

from monitor.errors import InputError
from monitor.formats.item import LINE_LIMIT, Item, OnError, Refusal, decode
from monitor.formats.text import encoding_of

_CHUNK = 1 << 16
_OTHERS: Final = {
    "certificates (give it with --registry)": {"type", "number", "holder"},
    "complaints": {"filed_at", "subject", "text"},
}
"""Keys by which another kind of file is known."""


def read_jsonl(stream: BinaryIO, source: str, on_error: OnError, only: bytes = b"") -> Iterator[Item]:
    """Every document of the stream; a line that breaks the contract is told and passed over.

    A file of certificates or complaints is told once. ``only`` passes over lines without these bytes, unread.
    """
    first = stream.readline(LINE_LIMIT)
    if not first:
        on_error(InputError("the file is empty", source=source))
        return
    try:
        encoding = encoding_of(first[: 4 * _CHUNK], source, on_error) if first.strip() else "utf-8-sig"
    except InputError as error:
        on_error(error)
        return
    other = _other_kind(first, encoding)
    if other is not None:
        on_error(InputError(f"holds {other}, not documents: passed over", source=source, note=True))
        return
    for number, line in _lines(stream, first):
        if line is not None and only not in line:
            continue
        if line is None:
            on_error(InputError(f"the line is longer than {LINE_LIMIT:,} bytes", source=source, line=number))
            continue
        item = _item(line, number, source, encoding, on_error)
        if item is not None:
            yield item


def _item(line: bytes, number: int, source: str, encoding: str, on_error: OnError) -> Item | None:
    raw = line.removeprefix(codecs.BOM_UTF8).strip()
    if not raw:
        return None
    try:
        if encoding not in {"utf-8-sig", "utf-8"}:
            raw = raw.decode(encoding).encode()
        envelope, document = decode(raw)
    except Refusal as refusal:
        on_error(InputError(refusal.reason, source=source, line=number, field=refusal.field))
        return None
    except UnicodeDecodeError as error:
        on_error(InputError(f"not {encoding}: {error.reason}", source=source, line=number))
        return None
    return Item(envelope, document, source, number)


def _other_kind(first: bytes, encoding: str) -> str | None:
    """What a file holds that is plainly not one of documents."""
    try:
        keys = set(msgspec.json.decode(first.decode(encoding), type=dict[str, msgspec.Raw]))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if "kind" in keys or "document" in keys:
        return None
    return next((what for what, has in _OTHERS.items() if has <= keys), None)


def _lines(stream: BinaryIO, first: bytes) -> Iterator[tuple[int, bytes | None]]:
    """(1-based number, line); None for a line that is too long, which is skipped without being held."""
    number, line = 1, first
    while line:
        if len(line) >= LINE_LIMIT and not line.endswith(b"\n"):
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, line
        number += 1
        line = stream.readline(LINE_LIMIT)
