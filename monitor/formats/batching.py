"""Documents in batches, as the scanner likes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar

from monitor.formats.item import Item

BATCH: Final = 128
"""Documents in a batch, at most."""

BATCH_BYTES: Final = 4_000_000
"""Bytes of documents from which a batch is full, so that long transcripts do not add up."""

T = TypeVar("T")


def batches(entries: Iterable[T], most: int = BATCH) -> Iterator[list[T]]:
    """The entries in batches of at most ``most``, fewer where the documents among them are long."""
    batch: list[T] = []
    size = 0
    for entry in entries:
        batch.append(entry)
        size += len(entry.raw) if isinstance(entry, Item) else 0
        if len(batch) >= most or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
