"""Facts: what the document and the listing it speaks about say of themselves at one place of the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Final

import msgspec

from monitor.documents import CertificateType, Document, Listing, Seller, Transcript
from monitor.goods.made import made_between
from monitor.goods.nutrition import Goods
from monitor.goods.table import Row, read_table
from monitor.nlp.fold import fold
from monitor.nlp.layout import Layout, listing_fields
from monitor.registry import Lookup, Source, find, infer_category, may_stand_in
from monitor.registry.named_goods import described
from monitor.registry.products import Good
from monitor.registry.seller import seller_type
from monitor.registry.source import ask_number
from monitor.rules.introduced import Introduced, introduced_in

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
    introduced: Good | None = None
    """What the speaker says is on, where no product is shown."""
    named: str | None = None
    """The id of the product shown, where a stream gives nothing else of it."""

    @property
    def seller(self) -> Seller | None:
        """Who sells: the listing's seller, else the stream's."""
        return (self.listing.seller if self.listing else None) or self.document.seller

    @cached_property
    def _category(self) -> tuple[str | None, str]:
        if self.listing is None:
            return (self.introduced.category, "introduced") if self.introduced else (None, "unknown")
        if self.listing.category:
            return self.listing.category, "declared"
        if self.listing.title:
            inferred, how = infer_category(self.listing.title), "inferred"
        else:
            text = self.listing.description or ""
            inferred, how = introduced_in(self._plain("description", text)), "described"
        return (inferred, how) if inferred else (None, "unknown")

    @property
    def category(self) -> str | None:
        """The product category, declared or inferred from the title, the description or speech; None where unknown."""
        return self._category[0]

    @property
    def category_from(self) -> str:
        """``declared``, ``inferred`` (from the title), ``described``, ``introduced`` (in speech) or ``unknown``."""
        return self._category[1]

    def _plain(self, path: str, text: str) -> str:
        """The plain view of the text of a field; of one that is searched anyway, it is there already."""
        part = self.layout.named(path)
        if part is None or len(part.text) != len(text):
            return fold(text).plain
        return self.layout.folded.plain[part.start : part.end]

    @property
    def shown_from(self) -> float | None:
        """The second the product is shown from; None where there is none."""
        products = self.document.products if isinstance(self.document, Transcript) else ()
        return next((product.from_ for product in products if product.listing is self.listing), None)

    @property
    def offered(self) -> tuple[str, str] | None:
        """The platform (empty where it is not known) and the id of what is sold; a stream's platform is that of what it shows."""
        number = self.listing.id if self.listing is not None else self.named
        platform = (self.listing.platform if self.listing is not None else None) or self.document.platform
        return None if number is None else (platform or "", number)

    @cached_property
    def product(self) -> str | None:
        """What the product is called, by its title (else its description) and the attributes that name it."""
        if self.listing is None:
            return None
        return described(self.listing.title or self.listing.description, self.listing.attributes)

    def values(self, path: str) -> list[Value]:
        """The values under a path: of the listing, else of the document; ``attributes.*`` is every attribute.

        ``seller.type`` is what the seller's code or name says it is.
        """
        if path == "seller.type":
            kind = seller_type(self.seller)
            return [(path, kind)] if kind else []
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
    def page(self) -> tuple[Value, ...]:
        """The searchable fields of what is sold, with their paths; nothing where no product is shown."""
        if self.listing is not self.document:
            return self.listing_texts
        return tuple((part.field, part.text) for part in self.layout.parts)

    @cached_property
    def table(self) -> tuple[Row, ...]:
        """The rows of its nutrition tables."""
        return read_table(self.page)

    def goods(self, day: date) -> Goods:
        """What the nutrition standard asks of goods besides their table: name, category, and when they can have been made."""
        return Goods(self.product or "", self.category, *made_between(self.page, day))

    @cached_property
    def named_certificates(self) -> tuple[tuple[CertificateType, str], ...]:
        """Every certificate that the listing names or whose number stands in its words or is spoken in the stream."""
        return tuple(dict.fromkeys((*self.written_certificates, *self.heard_certificates)))

    @cached_property
    def written_certificates(self) -> tuple[tuple[CertificateType, str], ...]:
        """Those that the listing names or whose number stands in its words."""
        named = [(claim.type, claim.number) for claim in self.listing.certificates] if self.listing else []
        texts = [(text, self._plain(path, text)) for path, text in self.listing_texts]
        if not isinstance(self.document, Transcript):
            texts.append((self.layout.text, self.layout.folded.plain))
        return tuple(dict.fromkeys((*named, *(number for text, plain in texts for number in _numbers(text, plain)))))

    @cached_property
    def heard_certificates(self) -> tuple[tuple[CertificateType, str], ...]:
        """Those whose number is said in the stream: any digit of it may be misheard."""
        if not isinstance(self.document, Transcript):
            return ()
        return tuple(dict.fromkeys(_numbers(self.layout.text, self.layout.folded.plain)))

    def nutrient(self, names: tuple[str, ...]) -> tuple[Value, Decimal] | None:
        """The first row of a nutrition table that bears one of the names: where it stands, and its figure as printed."""
        rows = re.compile("(?:" + "|".join(re.escape(fold(name).plain) for name in names) + ")" + _ROW)
        for path, text in self.page:
            plain = self._plain(path, text)
            for row in rows.finditer(plain):
                if row[2] or "营养" in plain:
                    return (path, text[row.start() : row.end()]), Decimal(row[1])
        return None


def _numbers(text: str, plain: str) -> list[tuple[CertificateType, str]]:
    return [(number.type, number.number) for number in find(text, plain)] if may_stand_in(plain) else []


def subjects(layout: Layout) -> list[int]:
    """Where a duty without a trigger is tested: where each product is first shown; else the beginning."""
    document = layout.document
    if isinstance(document, Listing) or not document.products:
        return [0]
    first: dict[int, int] = {}
    for part in layout.parts:
        shown = _shown(document, part.segment.start if part.segment else None)
        if shown is not None:
            first.setdefault(shown, part.start)
    return list(first.values()) or [0]


def facts_at(layout: Layout, place: int, said: Callable[[], Introduced] | None = None) -> Facts:
    """The facts that hold at a place of the joined text: in a stream, those of the product shown at that second.

    ``said`` gives what the speaker introduces; it is asked only where no product is shown.
    """
    document = layout.document
    if isinstance(document, Listing):
        return Facts(document, document, "", layout)
    segment = layout.part_at(place).segment
    at = segment.start if segment is not None else None
    index = _shown(document, at)
    listing = document.products[index].listing if index is not None else None
    if not isinstance(listing, Listing):
        return Facts(document, None, "", layout, said().at(layout.index_at(place)) if said else None, listing)
    return Facts(document, listing, f"products[{index}].listing.", layout)


def _shown(transcript: Transcript, at: float | None) -> int | None:
    """The product shown at a second; without a time, the only product of the stream."""
    if at is None:
        return 0 if len(transcript.products) == 1 else None
    for index, product in enumerate(transcript.products):
        if product.from_ <= at and (product.to is None or at <= product.to):
            return index
    return None


def recorded(
    path: str, named: Sequence[tuple[CertificateType, str]], registry: Source
) -> tuple[list[Value], tuple[Lookup, ...]]:
    """``registry.TYPE.FIELD``: what the registry records in a field for the numbers of a type, and what was looked up.

    Each value of a list is one.
    """
    _, kind, name = path.split(".")
    asked = [number for number in named if number[0] == kind and registry.keeps(number[0])]
    replies = [ask_number(registry, type_, number) for type_, number in asked]
    values = [value for reply in replies for record in reply.records for value in _as_text(path, getattr(record, name))]
    return values, tuple(lookup for reply in replies for lookup in reply.lookups)


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
    if isinstance(found, tuple) and rest:
        for index, item in enumerate(found):
            yield from _as_text(f"{prefix}{head}[{index}].{rest}", _under(item, rest))
        return
    yield from _as_text(prefix + path, _under(found, rest))


def _under(value: object, path: str) -> object:
    for name in filter(None, path.split(".")):
        value = getattr(value, name, None)
    return value


def _as_text(path: str, value: object) -> Iterator[Value]:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        yield path, str(value).lower()
    elif isinstance(value, str | int | float | Decimal | date):
        yield path, str(value)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            text = item if isinstance(item, str) else msgspec.json.encode(item).decode()
            yield f"{path}[{index}]", text
