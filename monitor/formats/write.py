"""Writers: one protocol, one file a format."""

from __future__ import annotations

from typing import Protocol

from monitor.documents import Document
from monitor.flags import ScanResult


class Writer(Protocol):
    """Takes results in order; ``close`` writes what only the end can tell."""

    def write(self, result: ScanResult, document: Document) -> None:
        """One document's result."""
        ...

    def close(self) -> None:
        """The end."""
        ...


def field_text(document: Document, field: str) -> str | None:
    """The text of a field by its path, such as ``segments[3].text``; None where there is none."""
    from monitor.documents import Listing, Transcript

    head, _, rest = field.partition(".")
    if isinstance(document, Listing):
        if head == "attributes":
            return document.attributes.get(rest)
        if head.startswith("images["):
            return document.images[_index(head)].text
        value = getattr(document, head, None)
        return value if isinstance(value, str) else None
    if isinstance(document, Transcript) and head.startswith("segments["):
        return document.segments[_index(head)].text
    if head.startswith("products[") and rest.startswith("listing."):
        listing = document.products[_index(head)].listing
        return field_text(listing, rest.removeprefix("listing.")) if isinstance(listing, Listing) else None
    return None


def _index(head: str) -> int:
    return int(head[head.index("[") + 1 : -1])
