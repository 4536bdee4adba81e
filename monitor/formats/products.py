"""Listings that transcripts name by their id, found among the documents of the same run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from monitor.documents import Listing, Transcript
from monitor.errors import InputError
from monitor.formats.item import Item, encode
from monitor.formats.read import read_path


def named_listings(paths: Iterable[Path]) -> dict[str, Listing]:
    """The listings that transcripts of these paths name by id; memory grows with those named, not with those there are."""
    places = list(paths)
    wanted: set[str] = set()
    for item in _items(places, b'"transcript"'):
        document = item.envelope.document
        if isinstance(document, Transcript):
            wanted.update(product.listing for product in document.products if isinstance(product.listing, str))
    if not wanted:
        return {}
    found: dict[str, Listing] = {}
    for item in _items(places, b'"listing"'):
        document = item.envelope.document
        if isinstance(document, Listing) and document.id in wanted:
            found.setdefault(document.id, document)
    return found


def resolve(item: Item, listings: Mapping[str, Listing]) -> Item:
    """The item with every listing it names by id put in its place, where it is known."""
    document = item.envelope.document
    if not isinstance(document, Transcript) or not listings:
        return item
    products = tuple(
        msgspec.structs.replace(product, listing=listings.get(product.listing, product.listing))
        if isinstance(product.listing, str)
        else product
        for product in document.products
    )
    if products == document.products:
        return item
    whole = msgspec.structs.replace(document, products=products)
    return msgspec.structs.replace(
        item, envelope=msgspec.structs.replace(item.envelope, document=whole), raw=encode(whole)
    )


def _items(paths: Iterable[Path], only: bytes) -> Iterator[Item]:
    for path in paths:
        yield from read_path(path, on_error=_unheard, only=only)


def _unheard(error: InputError) -> None:
    """Errors are told when the documents themselves are read."""
