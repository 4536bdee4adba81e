"""JSON Lines: one document, envelope or recogniser's output a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from monitor.formats.item import Item, Refusal, Source
from monitor.formats.json import other_kind, read_value
from monitor.formats.text import lines


def read_jsonl(stream: BinaryIO, head: bytes, source: Source, only: bytes = b"") -> Iterator[Item]:
    """Every document, as it comes; a line that breaks the contract is told and passed over.

    A file of certificates, complaints or results is known by its first record, and told once. ``only`` passes over lines
    without these bytes, unread.
    """
    seen = False
    for number, line in lines(stream, head, source):
        raw = line.strip()
        if not raw:
            continue
        if not seen and (other := other_kind(raw)):
            source.other(other)
            return
        seen = True
        if only not in raw:
            continue
        try:
            envelope, document = read_value(raw, f"{source.id}-{number}")
        except Refusal as refusal:
            source.refuse(refusal, number)
        else:
            yield Item(envelope, document, source.name, number)
