"""What is said in a live stream, item by item: a segment, or a product shown from then on; and the head that describes the stream."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from monitor.documents import Product, Segment, Transcript
from monitor.formats.item import Refusal, refuse_unusable, told

ITEM_LIMIT: Final = 1_000_000
"""Bytes one item may have."""

Seq = Annotated[int, Meta(ge=1, le=1_000_000_000)]


class Saying(msgspec.Struct, frozen=True):
    """An item of a stream: its number (None: the next), its bytes as given, and whether it is a product shown."""

    seq: int | None
    raw: bytes
    product: bool
    item: Segment | Product


def decode_saying(raw: bytes) -> Saying:
    """A segment (``text``) or a product (``listing``, ``from``) with its ``seq``; keys that nobody knows stay in ``raw``.

    Raises:
        Refusal: it breaks the contract; its field.
    """
    if len(raw) > ITEM_LIMIT:
        raise Refusal(f"has {len(raw):,} bytes; an item has at most {ITEM_LIMIT:,}")
    refuse_unusable(raw)
    probe = told(_PROBE.decode, raw)
    product = probe.listing is not msgspec.UNSET
    if product == (probe.text is not msgspec.UNSET):
        raise Refusal('an item has either "text" (a segment) or "listing" (a product shown)')
    item: Segment | Product = told(_PRODUCT.decode, raw) if product else told(_SEGMENT.decode, raw)
    return Saying(None if probe.seq is msgspec.UNSET else probe.seq, raw, product, item)


def decode_head(raw: bytes) -> Transcript:
    """What describes a stream: a transcript without segments; ``kind`` may be left out.

    Raises:
        Refusal: it breaks the contract, or has segments.
    """
    refuse_unusable(raw)
    body: dict[str, Any] = told(_OBJECT.decode, raw)
    if body.pop("segments", None):
        raise Refusal("a stream is opened without segments: append them", "segments")
    kind = body.setdefault("kind", "transcript")
    if kind != "transcript":
        raise Refusal('is "transcript", or left out', "kind")
    whole = msgspec.json.encode({**body, "segments": [{"text": ""}]})
    return replace(told(_TRANSCRIPT.decode, whole), segments=())


class _Probe(msgspec.Struct):
    seq: Seq | msgspec.UnsetType = msgspec.UNSET
    text: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    listing: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_PROBE: Final = msgspec.json.Decoder(_Probe)
_OBJECT: Final[msgspec.json.Decoder[dict[str, Any]]] = msgspec.json.Decoder(dict[str, Any])
_SEGMENT: Final = msgspec.json.Decoder(Segment)
_PRODUCT: Final = msgspec.json.Decoder(Product)
_TRANSCRIPT: Final = msgspec.json.Decoder(Transcript)
