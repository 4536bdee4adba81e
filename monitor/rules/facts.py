"""Facts: what the document and the listing it speaks about say of themselves at one place of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Final

import msgspec

from monitor.documents import CertificateType, Document, Listing, Seller, Transcript
from monitor.nlp.fold import fold
from monitor.nlp.layout import Layout, listing_fields
from monitor.registry import find, infer_category

Value = tuple[str, str]
"""(path in the document, value as text)."""

_ROW: Final = r"\s*[:：]?\s*(?:≤|≥|<|>|约)?\s*(\d+(?:\.\d+)?)\s*(kj|千焦|g|克|mg|毫克|µg|μg|ug|微克)?"


@dataclass(frozen=True)
class Facts:
    """Facts of ``document``; ``listing`` is what it sells at this place (itself, for a listing), found under ``prefix``."""

    document: Document
    listing: Listing | None
    prefix: str
    layout: Layout

    @property
    def seller(self) -> Seller | None:
        """Who sells: the listing's seller, else the stream's."""
        return (self.listing.seller if self.listing else None) or self.document.seller

    @cached_property
    def _category(self) -> tuple[str | None, str]:
        if self.listing is None:
            return None, "unknown"
        if self.listing.category:
            return self.listing.category, "declared"
        inferred = infer_category(self.listing.title) if self.listing.title else None
        return (inferred, "inferred") if inferred else (None, "unknown")

    @property
    def category(self) -> str | None:
        """The product category, declared or inferred from the title; None where unknown."""
        return self._category[0]

    @property
    def category_from(self) -> str:
        """``declared``, ``inferred`` or ``unknown``."""
        return self._category[1]

    @property
    def product(self) -> str | None:
        """What the product is called."""
        return (self.listing.title or self.listing.description) if self.listing else None

    def values(self, path: str) -> list[Value]:
        """The values under a path: of the listing, else of the document; ``attributes.*`` is every attribute."""
        if self.listing is not None:
            found = list(_values(self.listing, path, self.prefix))
            if found:
                return found
        return list(_values(self.document, path, "")) if self.document is not self.listing else []

    @cached_property
    def listing_texts(self) -> tuple[Value, ...]:
        """The searchable fields of the listing a transcript speaks about; nothing for a listing, which is searched itself."""
        if self.listing is None or self.listing is self.document:
            return ()
        return tuple((self.prefix + field, text) for field, text in listing_fields(self.listing))

    @cached_property
    def named_certificates(self) -> tuple[tuple[CertificateType, str], ...]:
        """Every certificate that the listing names or whose number stands in its words or is spoken in the stream."""
        named = [(claim.type, claim.number) for claim in self.listing.certificates] if self.listing else []
        texts = [self.layout.text, *(text for _, text in self.listing_texts)]
        named += [(number.type, number.number) for text in texts for number in find(text)]
        return tuple(dict.fromkeys(named))

    def nutrient(self, names: tuple[str, ...]) -> tuple[Value, Decimal] | None:
        """The first row of a nutrition table that bears one of the names: where it stands, and its figure as printed."""
        rows = re.compile("(?:" + "|".join(re.escape(fold(name).plain) for name in names) + ")" + _ROW)
        texts = (
            self.listing_texts
            if self.listing is not self.document
            else tuple((p.field, p.text) for p in self.layout.parts)
        )
        for path, text in texts:
            plain = fold(text).plain
            for row in rows.finditer(plain):
                if row[2] or "营养" in plain:
                    return (path, text[row.start() : row.end()]), Decimal(row[1])
        return None


def facts_at(layout: Layout, place: int) -> Facts:
    """The facts that hold at a place of the joined text: in a stream, those of the product shown at that second."""
    document = layout.document
    if isinstance(document, Listing):
        return Facts(document, document, "", layout)
    segment = layout.part_at(place).segment
    at = segment.start if segment is not None else None
    index = _shown(document, at)
    if index is None:
        return Facts(document, None, "", layout)
    listing = document.products[index].listing
    return Facts(document, listing if isinstance(listing, Listing) else None, f"products[{index}].listing.", layout)


def _shown(transcript: Transcript, at: float | None) -> int | None:
    """The product shown at a second; without a time, the only product of the stream."""
    if at is None:
        return 0 if len(transcript.products) == 1 else None
    for index, product in enumerate(transcript.products):
        if product.from_ <= at and (product.to is None or at <= product.to):
            return index
    return None


def number_in(value: str) -> Decimal | None:
    """A field's value as a plain number, or None."""
    try:
        return Decimal(value.strip())
    except InvalidOperation:
        return None


def _values(document: Document, path: str, prefix: str) -> Iterator[Value]:
    head, _, rest = path.partition(".")
    if head == "attributes" and isinstance(document, Listing):
        for name, value in document.attributes.items():
            if rest in {"*", name}:
                yield f"{prefix}attributes.{name}", value
        return
    found: object = getattr(document, head, None)
    for name in filter(None, rest.split(".")):
        found = getattr(found, name, None)
    yield from _as_text(prefix + path, found)


def _as_text(path: str, value: object) -> Iterator[Value]:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        yield path, str(value).lower()
    elif isinstance(value, str | int | float | Decimal):
        yield path, str(value)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            text = item if isinstance(item, str) else msgspec.json.encode(item).decode()
            yield f"{path}[{index}]", text
