"""What a document says about itself, as names and values."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.shown import moment
from dashboard.words import Words
from monitor.documents import Document, Listing, Price, Seller, Transcript

Pairs = Iterator[tuple[str, str]]


def document_facts(document: Document, say: Words) -> Pairs:
    """Names and values in the order people ask for them; an absent value is empty."""
    yield say("fact.document"), document.id
    yield say("fact.platform"), say.one_of("platform", document.platform) if document.platform else ""
    yield from _seller(document.seller, say)
    yield from _listing(document, say) if isinstance(document, Listing) else _transcript(document, say)


def _listing(listing: Listing, say: Words) -> Pairs:
    yield say("fact.title"), listing.title or ""
    yield say("fact.category"), category_name(listing.category, say) if listing.category else say("fact.no-category")
    yield say("fact.price"), _price(listing.price, say) if listing.price else ""
    yield from listing.attributes.items()
    claims = (f"{say.one_of('certificate', claim.type)} {claim.number}" for claim in listing.certificates)
    yield say("fact.certificates"), "\n".join(claims)
    yield say("fact.description"), listing.description or ""
    yield say("fact.pictures"), _pictures(listing, say)
    yield say("fact.observed"), moment(listing.observed_at) if listing.observed_at else ""
    yield say("fact.url"), listing.url or ""


def _pictures(listing: Listing, say: Words) -> str:
    """How many pictures there are, and how many of them nobody read, with the reasons."""
    unread = [image.unread or "" for image in listing.images if image.text is None]
    if not listing.images:
        return ""
    if not unread:
        return f"{len(listing.images)}"
    told = say("fact.unread", count=len(listing.images), unread=len(unread))
    return "\n".join([told, *dict.fromkeys(filter(None, unread))])


def _transcript(transcript: Transcript, say: Words) -> Pairs:
    yield say("fact.room"), transcript.room or ""
    yield say("fact.host"), (transcript.host and (transcript.host.name or transcript.host.id)) or ""
    yield say("fact.started"), moment(transcript.started_at) if transcript.started_at else ""
    yield say("fact.segments"), f"{len(transcript.segments):,}"
    yield say("fact.labels"), "、".join(transcript.labels)
    if transcript.synthetic_host is not None:
        yield say("fact.synthetic"), say("fact.yes" if transcript.synthetic_host else "fact.no")
    names = (
        product.listing if isinstance(product.listing, str) else product.listing.id for product in transcript.products
    )
    yield say("fact.products"), "、".join(dict.fromkeys(names))


def _seller(seller: Seller | None, say: Words) -> Pairs:
    if seller is not None:
        yield say("fact.seller"), seller.name or seller.id or ""
        yield say("fact.uscc"), seller.uscc or ""


def _price(price: Price, say: Words) -> str:
    currency = price.currency or "CNY"
    said = [] if price.current is None else [f"{price.current} {currency}"]
    if price.reference is not None:
        said.append(say("fact.reference", price=f"{price.reference} {currency}"))
    return " · ".join(said)


def category_name(category: str, say: Words) -> str:
    """A dotted category in words: the longest prefix that has a name, and the code."""
    parts = category.split(".")
    for length in range(len(parts), 0, -1):
        prefix = ".".join(parts[:length])
        if (name := say.one_of("goods", prefix)) != prefix:
            return f"{name} ({category})"
    return category
