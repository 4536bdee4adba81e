"""Documents on their way to the engine or the database, with the words of their pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from monitor.documents import decode_document
from monitor.errors import InputError
from monitor.formats import Item
from monitor.formats.item import OnError
from monitor.formats.read import STANDARD_INPUT
from monitor.pictures import Filler


def filled(items: Iterable[Item], filler: Filler | None, on_error: OnError) -> Iterator[Item]:
    """The documents, their pictures read; ``on_error`` hears a note for each that was not. None: no pictures are read."""
    for item in items:
        yield item if filler is None or b'"images"' not in item.raw else _filled(item, filler, on_error)


def _filled(item: Item, filler: Filler, on_error: OnError) -> Item:
    def unread(path: str, reason: str) -> None:
        place = f"{item.envelope.document.id}: {path}"
        on_error(InputError(f"unread: {reason}", source=item.source, line=item.line, field=place, note=True))

    source = Path(item.source)
    raw = filler.fill(item.raw, unread, beside=None if source == STANDARD_INPUT else source.parent)
    if raw is item.raw:
        return item
    envelope = msgspec.structs.replace(item.envelope, document=decode_document(raw))
    return msgspec.structs.replace(item, envelope=envelope, raw=raw)
