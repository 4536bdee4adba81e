"""Bytes through a reader: what it yields and what it tells, as short text."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from monitor.documents import Listing, Segment, Transcript
from monitor.errors import InputError
from monitor.formats import Item, read_stream


@dataclass
class Heard:
    """Errors and notes of one reading."""

    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __call__(self, error: InputError) -> None:
        (self.notes if error.note else self.errors).append(str(error))


def read(raw: bytes | str, format_: str | None = None, name: str = "f") -> tuple[list[Item], Heard]:
    """Items and what was heard."""
    heard = Heard()
    stream = io.BytesIO(raw.encode() if isinstance(raw, str) else raw)
    return list(read_stream(stream, name=name, format=format_, on_error=heard)), heard


def segments(raw: bytes | str, format_: str | None = None) -> tuple[Segment, ...]:
    """The segments of the one transcript, which must read without an error."""
    items, heard = read(raw, format_)
    assert heard.errors == []
    (item,) = items
    assert isinstance(item.envelope.document, Transcript)
    return item.envelope.document.segments


def listings(raw: bytes | str, format_: str | None = None) -> list[Listing]:
    """The listings, which must read without an error."""
    items, heard = read(raw, format_)
    assert heard.errors == []
    found = [item.envelope.document for item in items if isinstance(item.envelope.document, Listing)]
    assert len(found) == len(items)
    return found
