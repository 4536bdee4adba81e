"""A stream that is over, as the document it becomes: its head, and everything that was said, in the order of its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from monitor.documents import Envelope, decode_document


class Assembled(Struct, frozen=True):
    """A transcript that arrives: see :class:`monitor.store.documents.Arrival`."""

    envelope: Envelope
    raw: bytes
    source: str


def assemble(head: bytes, items: Iterable[tuple[bytes, bool]], as_of: date, source: str) -> Assembled | None:
    """The transcript; None where nothing was said. Keys that nobody knows stay.

    ``items``: each as given, and whether it is a product shown. A product that is shown without an end is shown until the next.
    """
    body: dict[str, Any] = msgspec.json.decode(head, type=dict[str, msgspec.Raw])
    segments: list[msgspec.Raw] = []
    products: list[dict[str, Any]] = msgspec.json.decode(body["products"]) if "products" in body else []
    for raw, is_product in items:
        if is_product:
            _show(products, msgspec.json.decode(raw))
        else:
            segments.append(msgspec.Raw(raw))
    if not segments:
        return None
    shown = {"products": products} if products else {}
    whole = msgspec.json.encode({**body, "kind": "transcript", "segments": segments, **shown})
    return Assembled(Envelope(decode_document(whole), as_of=as_of), whole, source)


def _show(products: list[dict[str, Any]], product: dict[str, Any]) -> None:
    """As :func:`monitor.documents.shown_after`, on JSON."""
    if products and products[-1].get("to") is None:
        products[-1]["to"] = math.nextafter(float(product.get("from", 0.0)), 0.0)
    products.append(product)
