"""Listings that transcripts name by their id, found among the documents of the same run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from monitor.documents import Document, Listing, Product, Transcript
from monitor.errors import InputError
from monitor.formats.item import Item, OnError
from monitor.formats.walk import Choice, read_files

Named = Mapping[str, Mapping[str | None, tuple[Listing, bytes]]]
"""By id and platform: a listing, and it as JSON."""


def named_listings(paths: Iterable[Path]) -> Named:
    """The listings that transcripts of these paths name by id; memory grows with those named, not with those there are.

    Reads the files once for the names, and once more for the listings if there are any; what is no regular file is left out.
    """
    places = [path for path in paths if path.is_file() or path.is_dir()]
    wanted = {name for item in _items(places, _TRANSCRIPTS) for name in _names(item.envelope.document)}
    found: dict[str, dict[str | None, tuple[Listing, bytes]]] = {}
    for item in _items(places, _LISTINGS) if wanted else ():
        document = item.envelope.document
        if isinstance(document, Listing) and document.id in wanted:
            found.setdefault(document.id, {}).setdefault(document.platform, (document, item.raw))
    return found


def resolve(item: Item, listings: Named, on_error: OnError | None = None) -> Item:
    """The item with every listing that it names by id put in its place; of two platforms' listings its own platform's.

    An id that is not among ``listings`` stays, and is told as a note.
    """
    document = item.envelope.document
    names = set(_names(document))
    if not isinstance(document, Transcript) or not names:
        return item
    found = {name: entry for name in names if (entry := _pick(listings.get(name), document.platform)) is not None}
    if on_error is not None and names - found.keys():
        reason = (
            f"names listings that are not among the documents read: {', '.join(sorted(names - found.keys()))[:200]}"
        )
        on_error(InputError(reason, source=item.source, line=item.line, field="products", note=True))
    if not found:
        return item
    products = tuple(_filled(product, found) for product in document.products)
    envelope = msgspec.structs.replace(item.envelope, document=msgspec.structs.replace(document, products=products))
    return msgspec.structs.replace(item, envelope=envelope, raw=_raw(item.raw, found))


def _names(document: Document) -> Iterator[str]:
    if isinstance(document, Transcript):
        yield from (product.listing for product in document.products if isinstance(product.listing, str))


def _pick(
    entries: Mapping[str | None, tuple[Listing, bytes]] | None, platform: str | None
) -> tuple[Listing, bytes] | None:
    if not entries:
        return None
    return entries.get(platform) or next(iter(entries.values()))


def _filled(product: Product, found: Mapping[str, tuple[Listing, bytes]]) -> Product:
    if isinstance(product.listing, str) and product.listing in found:
        return msgspec.structs.replace(product, listing=found[product.listing][0])
    return product


def _raw(raw: bytes, found: Mapping[str, tuple[Listing, bytes]]) -> bytes:
    """The document as given but for the listings, so that keys unknown to the contract are kept."""
    whole: dict[str, Any] = msgspec.json.decode(raw)
    for product in whole["products"]:
        name = product["listing"]
        if isinstance(name, str) and name in found:
            product["listing"] = msgspec.Raw(found[name][1])
    return msgspec.json.encode(whole)


_TRANSCRIPTS: Final = Choice(frozenset({"jsonl", "json"}), b'"products"')
_LISTINGS: Final = Choice(frozenset({"jsonl", "json", "csv"}))
"""Where transcripts can name listings, and where the listings can be."""


def _items(paths: Iterable[Path], choice: Choice) -> Iterator[Item]:
    for path in paths:
        yield from read_files(path, on_error=_unheard, choice=choice)


def _unheard(error: InputError) -> None:
    """Errors are told when the documents themselves are read."""
