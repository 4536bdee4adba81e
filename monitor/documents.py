"""What goes in: listings, transcripts, certificates, and the envelope that says how to judge them.

The wire format is JSON; these structs are the same from the wire to the engine. An unknown key is ignored here and kept
by the store, which holds the line as it was given. A missing optional key is absent, never null-filled.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

TEXT_LIMIT = 100_000
"""The most code points one text field may have."""

SEGMENT_LIMIT = 100_000
"""The most segments one transcript may have: two days without a pause, one in two seconds."""

CHINA: Final = timezone(timedelta(hours=8))
"""The zone of a time that names none."""
LINES_LIMIT = 10_000
"""The most lines of words one picture may have."""

_DEAREST = Decimal(10) ** 12
_YEARS: Final = range(1990, 2200)
"""What is before or after is a slip, and would not let itself be counted from."""

SMALLEST_PRICE: Final = Decimal("0.0001")
"""The least difference between two prices that an observation keeps."""

Identifier = Annotated[str, Meta(min_length=1, max_length=200)]
Name = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]
Seconds = Annotated[float, Meta(ge=0, le=10_000_000)]
Pixels = Annotated[int, Meta(ge=0, le=1_000_000)]
Box = tuple[Pixels, Pixels, Pixels, Pixels]
"""x and y of the upper left corner, width, height."""

CertificateType = Literal[
    "organic",
    "organic-conversion",
    "green-food",
    "gi",
    "gap",
    "haccp",
    "iso",
    "food-production",
    "food-business",
    "health-food",
    "infant-formula",
    "special-medical-food",
    "drug",
    "device",
    "compliance",
    "test-report",
    "pesticide",
    "seed",
    "fertilizer",
    "feed",
    "veterinary",
    "wildlife-breeding",
    "trademark",
    "patent",
    "quality-product",
]
CertificateStatus = Literal["valid", "suspended", "revoked", "expired"]
PriceKind = Literal["deal", "displayed", "reference"]
"""``deal``: somebody bought at it. ``displayed``: it was asked. ``reference``: it was shown for comparison (原价, 划线价)."""


class Price(Struct, frozen=True, omit_defaults=True):
    """Amounts in ``currency``; ``stock`` in pieces."""

    current: Decimal | None = None
    reference: Decimal | None = None
    currency: Annotated[str, Meta(max_length=3)] = "CNY"
    stock: Annotated[int, Meta(ge=0, le=1_000_000_000)] | None = None

    def __post_init__(self) -> None:
        for name in ("current", "reference"):
            amount: Decimal | None = getattr(self, name)
            if amount is not None and not (amount.is_finite() and 0 <= amount < _DEAREST):
                raise ValueError(f"`{name}` is no price: 0 to {_DEAREST:,}")


class Seller(Struct, frozen=True, omit_defaults=True):
    """Who sells. ``uscc`` is the 18-character 统一社会信用代码 (GB 32100-2015)."""

    id: Name | None = None
    name: Name | None = None
    uscc: Name | None = None


class Host(Struct, frozen=True, omit_defaults=True):
    """Who speaks."""

    id: Name | None = None
    name: Name | None = None


class CertificateClaim(Struct, frozen=True, omit_defaults=True):
    """A certificate as a listing names it: nothing of it is proven."""

    type: CertificateType
    number: Name


class PictureLine(Struct, frozen=True, omit_defaults=True):
    """A line of the words read off a picture: ``text[start:end]`` of its image, in code points.

    ``box`` is where it stands: x and y of its upper left corner, width and height, in pixels of the picture held upright.
    ``confidence`` is how sure the reader was (0 to 1).
    """

    start: Annotated[int, Meta(ge=0, le=TEXT_LIMIT)]
    end: Annotated[int, Meta(ge=0, le=TEXT_LIMIT)]
    box: Box
    confidence: Annotated[float, Meta(ge=0, le=1)] | None = None


class Image(Struct, frozen=True, omit_defaults=True):
    """A picture of a listing; ``text`` are the words read off it, empty where it bears none, and ``lines`` where they stand.

    Lines stand in the order of the text and do not overlap. A picture without ``text`` was not read; ``unread`` says why.
    """

    url: Text | None = None
    text: Text | None = None
    lines: Annotated[tuple[PictureLine, ...], Meta(max_length=LINES_LIMIT)] = ()
    unread: Annotated[str, Meta(max_length=1000)] | None = None

    def __post_init__(self) -> None:
        place = 0
        for line in self.lines:
            if not place <= line.start <= line.end:
                raise ValueError("`lines` are not in the order of `text`, or overlap")
            place = line.end
        if place > len(self.text or ""):
            raise ValueError("`lines` reach beyond `text`")


class Listing(Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="listing"):
    """A product page. At least one of ``title`` and ``description`` is there."""

    id: Identifier
    platform: Name | None = None
    url: Text | None = None
    observed_at: datetime | None = None
    title: Text | None = None
    description: Text | None = None
    category: Name | None = None
    attributes: dict[Name, Text] = {}
    price: Price | None = None
    seller: Seller | None = None
    certificates: tuple[CertificateClaim, ...] = ()
    images: tuple[Image, ...] = ()

    def __post_init__(self) -> None:
        if not self.title and not self.description:
            raise ValueError("a listing needs `title` or `description`")


class Segment(Struct, frozen=True, omit_defaults=True):
    """Something said: seconds from the start of the stream, and how sure the recogniser was (0 to 1)."""

    text: Text
    start: Seconds | None = None
    end: Seconds | None = None
    speaker: Name | None = None
    confidence: Annotated[float, Meta(ge=0, le=1)] | None = None


class Product(Struct, frozen=True, omit_defaults=True, rename={"from_": "from"}):
    """What is said from ``from_`` to ``to`` (seconds) is said about ``listing``, given whole or by its id."""

    listing: Listing | str
    from_: Seconds = 0.0
    to: Seconds | None = None


class Transcript(Struct, frozen=True, omit_defaults=True, tag_field="kind", tag="transcript"):
    """A live stream as text."""

    id: Identifier
    segments: Annotated[tuple[Segment, ...], Meta(min_length=1, max_length=SEGMENT_LIMIT)]
    platform: Name | None = None
    room: Name | None = None
    started_at: datetime | None = None
    host: Host | None = None
    seller: Seller | None = None
    synthetic_host: bool | None = None
    labels: tuple[Name, ...] = ()
    products: tuple[Product, ...] = ()


Document = Listing | Transcript


def shown_after(products: tuple[Product, ...], product: Product) -> tuple[Product, ...]:
    """``products`` and the one that is shown next: the last before it, if it has no end, was shown until then."""
    if products and products[-1].to is None:
        until = math.nextafter(product.from_, 0.0)
        products = (*products[:-1], msgspec.structs.replace(products[-1], to=until))
    return (*products, product)


class Certificate(Struct, frozen=True, omit_defaults=True):
    """A record of the certificate registry. Valid on ``valid_from``, on ``valid_to`` and between."""

    type: CertificateType
    number: Name
    holder: Name | None = None
    holder_uscc: Name | None = None
    scope: tuple[Name, ...] = ()
    brand: Name | None = None
    region: Name | None = None
    issuer: Name | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    status: CertificateStatus = "valid"


class PriceObservation(Struct, frozen=True, omit_defaults=True):
    """A price of a listing at a moment (with its zone). ``platform`` absent: the listing of that id on any platform.

    ``price`` is above 0, in ``currency``, to four decimal places; ``stock`` is what was in stock then, in pieces.
    """

    listing: Identifier
    at: Annotated[datetime, Meta(tz=True)]
    price: Decimal
    kind: PriceKind = "displayed"
    platform: Name | None = None
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "CNY"
    stock: Annotated[int, Meta(ge=0, le=1_000_000_000)] | None = None

    def __post_init__(self) -> None:
        if not (self.price.is_finite() and 0 < self.price < _DEAREST):
            raise ValueError(f"`price` is no price: above 0, below {_DEAREST:,}")
        if self.price != round_price(self.price):
            raise ValueError("`price` has more than four decimal places")
        if self.at.year not in _YEARS:
            raise ValueError(f"`at` is no time of a sale: {_YEARS[0]} to {_YEARS[-1]}")


def round_price(price: Decimal) -> Decimal:
    """A price to a ten-thousandth: 39.900000000000006 was 39.9 before somebody counted in binary."""
    return price.quantize(SMALLEST_PRICE)


def prices_shown(listing: Listing, received: datetime) -> tuple[PriceObservation, ...]:
    """What a listing says of its own prices, as observations: the price asked, and the one it is compared with.

    They are of ``observed_at``, else of ``received``. A time without a zone is China Standard Time. A price of 0, or of a
    currency that has no code of three letters, is no observation.
    """
    price, at = listing.price, listing.observed_at or received
    if price is None or re.fullmatch("[A-Z]{3}", price.currency) is None or at.year not in _YEARS:
        return ()
    at = at if at.tzinfo else at.replace(tzinfo=CHINA)
    found: list[tuple[PriceKind, Decimal | None]] = [("displayed", price.current), ("reference", price.reference)]
    return tuple(
        PriceObservation(listing.id, at, round_price(amount), kind, listing.platform, price.currency, price.stock)
        for kind, amount in found
        if amount is not None and round_price(amount) > 0
    )


class Envelope(Struct, frozen=True, omit_defaults=True):
    """A document with the circumstances it is judged in.

    ``registry`` absent: the registry of the run. An empty one: no registry is loaded for this document.
    ``prices`` absent: the price history of the run. Else it is the whole history for this document.
    """

    document: Document
    id: Identifier | None = None
    as_of: date | None = None
    registry: tuple[Certificate, ...] | None = None
    prices: tuple[PriceObservation, ...] | None = None

    @property
    def day(self) -> date | None:
        """The day this document says it is to be judged on: ``as_of``, else the day it was seen or began."""
        if self.as_of is not None:
            return self.as_of
        moment = self.document.observed_at if isinstance(self.document, Listing) else self.document.started_at
        return None if moment is None else moment.date()


def decode_document(raw: bytes | str) -> Document:
    """One document from JSON.

    Raises:
        msgspec.ValidationError: a field breaks the contract; the message ends with its JSON path.
        msgspec.DecodeError: not JSON.
    """
    return _DOCUMENT.decode(raw)


def decode_envelope(raw: bytes | str) -> Envelope:
    """One envelope from JSON; raises what :func:`decode_document` raises."""
    return _ENVELOPE.decode(raw)


def field_text(document: Document, field: str) -> str | None:
    """The text of a field by its path, such as ``segments[3].text``; None where there is none."""
    if isinstance(document, Listing):
        return _listing_text(document, field)
    found = _INDEXED.fullmatch(field)
    if found is None:
        return None
    name, index, rest = found["name"], int(found["index"]), found["rest"]
    if name == "segments" and rest == "text" and index < len(document.segments):
        return document.segments[index].text
    if name == "products" and rest.startswith("listing.") and index < len(document.products):
        listing = document.products[index].listing
        return _listing_text(listing, rest.removeprefix("listing.")) if isinstance(listing, Listing) else None
    return None


def picture_at(document: Document, field: str) -> Image | None:
    """The picture a field path such as ``images[0].text`` means, also of a product shown in a stream; None: it means something else."""
    found = _PICTURE.fullmatch(field)
    if found is None:
        return None
    listing: Listing | str | None = document if isinstance(document, Listing) else None
    if found["product"] is not None:
        products = document.products if isinstance(document, Transcript) else ()
        index = int(found["product"])
        listing = products[index].listing if index < len(products) else None
    index = int(found["image"])
    return listing.images[index] if isinstance(listing, Listing) and index < len(listing.images) else None


def pictures_of(document: Document) -> Iterator[tuple[str, Image]]:
    """Every picture of a listing, or of the products shown in a stream, by its path such as ``images[0]``."""
    if isinstance(document, Listing):
        yield from ((f"images[{index}]", image) for index, image in enumerate(document.images))
        return
    for number, product in enumerate(document.products):
        if isinstance(product.listing, Listing):
            yield from ((f"products[{number}].listing.{path}", image) for path, image in pictures_of(product.listing))


def _listing_text(listing: Listing, field: str) -> str | None:
    if field.startswith("attributes."):
        return listing.attributes.get(field.removeprefix("attributes."))
    found = _INDEXED.fullmatch(field)
    if found is not None and found["name"] == "images" and found["rest"] == "text":
        index = int(found["index"])
        return listing.images[index].text if index < len(listing.images) else None
    return {"title": listing.title, "description": listing.description}.get(field)


_INDEXED: Final = re.compile(r"(?P<name>\w+)\[(?P<index>\d{1,9})\]\.(?P<rest>.+)", re.DOTALL)
_PICTURE: Final = re.compile(r"(?:products\[(?P<product>\d{1,9})\]\.listing\.)?images\[(?P<image>\d{1,9})\](?:\.text)?")
_DOCUMENT: msgspec.json.Decoder[Document] = msgspec.json.Decoder(Document)
_ENVELOPE: msgspec.json.Decoder[Envelope] = msgspec.json.Decoder(Envelope)
