"""Observed prices: kept once, read as the history of a listing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.documents import CHINA, SMALLEST_PRICE, PriceObservation
from monitor.store.engine import Database
from monitor.store.identity import document_identity, price_identity
from monitor.store.rows import chunks, insert_missing
from monitor.store.tables import PriceRow

BATCH: Final = 2000
"""Observations in one transaction of :func:`keep_all_prices`."""
MOST: Final = 20_000
"""Observations of one listing that are read, the latest ones."""

_SOURCE: Final = 1000


class KeptPrices(Struct, frozen=True):
    """How many observations were new, and how many were known already. They add up with ``+``."""

    new: int = 0
    known: int = 0

    def __add__(self, other: KeptPrices) -> KeptPrices:
        return KeptPrices(self.new + other.new, self.known + other.known)


def keep_prices(session: Session, observed: Sequence[tuple[PriceObservation, str]], now: datetime) -> KeptPrices:
    """Keep observations, each with the file or client it came from, in the caller's transaction; one that is known stays as it is."""
    rows: dict[str, dict[str, Any]] = {}
    for item, source in observed:
        row = _row(item, source[:_SOURCE], now)
        rows.setdefault(row["identity"], row)
    new = 0
    for chunk in chunks(sorted(rows)):  # in one order, so that two writers cannot deadlock
        new += insert_missing(session, PriceRow, ("identity",), [rows[identity] for identity in chunk])
    return KeptPrices(new, len(observed) - new)


def keep_all_prices(
    database: Database, observations: Iterable[PriceObservation], source: str, now: datetime, *, size: int = BATCH
) -> Iterator[KeptPrices]:
    """:func:`keep_prices`, ``size`` observations a transaction; yields what each brought once it is committed."""
    waiting = iter(observations)
    while batch := list(islice(waiting, size)):
        with database.write() as session:
            done = keep_prices(session, [(item, source) for item in batch], now)
        yield done


def prices_of(
    session: Session, listing: str, platform: str, before: datetime, days: int, *, most: int = MOST
) -> tuple[PriceObservation, ...]:
    """The observations of a listing in so many days before a moment (not at it), in order of time; the latest ``most`` of them.

    Observations that name no platform are those of the listing on any. Days are counted in China.
    """
    identities = {document_identity(name, listing) for name in (platform, "")}
    first = _day_of(before) - timedelta(days=days)
    query = (
        select(PriceRow)
        .where(PriceRow.listing_identity.in_(identities), PriceRow.at >= first, PriceRow.at < before)
        .order_by(PriceRow.at.desc(), PriceRow.id.desc())
        .limit(most)
    )
    found = [_observation(row) for row in session.scalars(query)]
    return tuple(sorted(found, key=lambda item: (item.at, item.kind, item.price, item.currency)))


def count_prices(session: Session) -> int:
    """How many observations are kept."""
    return session.scalar(select(func.count()).select_from(PriceRow)) or 0


class StoredPrices:
    """The price history of the database, as the engine asks for it: read when it is asked, once for a listing and a day.

    For a batch of documents, or one call; what comes in meanwhile is not seen where it was asked before.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._read: dict[tuple[str, str, datetime, int], Sequence[PriceObservation]] = {}

    def of(self, listing: str, platform: str, before: datetime, days: int) -> Sequence[PriceObservation]:
        """See :func:`prices_of`; a stream asks at every second that a price is said at."""
        day = _day_of(before)
        asked = (listing, platform, day, days)
        if asked not in self._read:
            end = day + timedelta(days=1) - timedelta(microseconds=1)
            with self._database.read() as session:
                self._read[asked] = prices_of(session, listing, platform, max(end, before), days)
        found = self._read[asked]
        return found[: bisect_left(found, before, key=lambda item: item.at)]


def _day_of(moment: datetime) -> datetime:
    """The beginning, in China, of the day of a moment."""
    return moment.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)


def _row(item: PriceObservation, source: str, now: datetime) -> dict[str, Any]:
    listing = document_identity(item.platform, item.listing)
    price = int(item.price / SMALLEST_PRICE)
    return {
        "identity": price_identity(listing, item.at, item.kind, price, item.currency),
        "listing_identity": listing,
        "platform": item.platform or "",
        "listing": item.listing,
        "at": item.at,
        "kind": item.kind,
        "price": price,
        "currency": item.currency,
        "stock": item.stock,
        "source": source,
        "received_at": now,
    }


def _observation(row: PriceRow) -> PriceObservation:
    return PriceObservation(
        listing=row.listing,
        at=row.at,
        price=Decimal(row.price) * SMALLEST_PRICE,
        kind=row.kind,  # type: ignore[arg-type]  # the table allows no other
        platform=row.platform or None,
        currency=row.currency,
        stock=row.stock,
    )
