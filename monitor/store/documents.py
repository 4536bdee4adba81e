"""Documents as they are received: the same content twice is one revision, changed content is a new one.

A document is accepted when it is committed together with its pending work, so nothing that was accepted can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.documents import Envelope, Listing, prices_shown
from monitor.store.identity import content_identity, document_identity, revision_identity
from monitor.store.months import month_of
from monitor.store.partitions import prepare
from monitor.store.prices import keep_prices
from monitor.store.rows import chunks, insert_missing, insert_rows, update_rows
from monitor.store.tables import DocumentRow, RevisionRow, WorkRow

if TYPE_CHECKING:
    from monitor.store.engine import Database

BATCH: Final = 400
"""Documents in one transaction of :func:`ingest_all`."""

CORRELATION_LIMIT: Final = 64
"""Characters of a correlation id."""

_LABEL: Final = 200
_SOURCE: Final = 1000


class Arrival(Protocol):
    """A document that arrives: read, and as it was given (JSON of the document itself, without its envelope)."""

    @property
    def envelope(self) -> Envelope:
        """The document and the circumstances it is judged in."""

    @property
    def raw(self) -> bytes:
        """The bytes of the document, kept as proof."""

    @property
    def source(self) -> str:
        """The file or the client it came from."""


class DocumentKey(Struct, frozen=True):
    """A document in this database (``document``), and what others call it."""

    document: int
    revision: int
    platform: str
    external_id: str


class Received(DocumentKey, frozen=True):
    """What became of an arrival."""

    state: Literal["new", "revised", "unchanged"]


class Ingested(Struct, frozen=True):
    """How many arrivals were new documents, new revisions or known already; ``ids`` in order of arrival. They add up with ``+``."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    ids: tuple[Received, ...] = ()

    def __add__(self, other: Ingested) -> Ingested:
        return Ingested(
            self.new + other.new, self.revised + other.revised, self.unchanged + other.unchanged, self.ids + other.ids
        )


def ingest(session: Session, arrivals: Sequence[Arrival], now: datetime, *, correlation: str | None = None) -> Ingested:
    """Keep documents and their pending work, in the caller's transaction. A few hundred at a time is best.

    Content that the document had in any revision is ``unchanged``: a late second delivery brings nothing back.
    Another ``as_of``, registry or price history in the envelope is another revision: it may be judged otherwise.
    The prices of every new revision of a listing are observations of the price history. ``correlation`` (at most 64 characters) names what
    brought the documents, in the logs of those who scan them.
    """
    incoming = [_Incoming.of(arrival) for arrival in arrivals]
    documents = _documents(session, incoming, now)
    revisions = _known_revisions(session, list(documents.values()))
    received, fresh = _number(incoming, documents, revisions)
    _insert_revisions(session, fresh, now, correlation)
    _keep_prices(session, [item for _, item in fresh], now)
    counts = {state: sum(item.state == state for item in received) for state in ("new", "revised", "unchanged")}
    return Ingested(**counts, ids=tuple(received))


def ingest_all(
    database: Database,
    arrivals: Iterable[Arrival],
    now: datetime | Callable[[], datetime],
    *,
    size: int = BATCH,
    correlation: str | None = None,
) -> Iterator[Ingested]:
    """:func:`ingest`, ``size`` documents a transaction; yields what each brought once it is committed.

    Where ``now`` is a clock, it is read for each transaction.
    """
    prepare(database, now if isinstance(now, datetime) else now())
    waiting = iter(arrivals)
    while batch := list(islice(waiting, size)):
        with database.write() as session:
            done = ingest(session, batch, now() if callable(now) else now, correlation=correlation)
        yield done


@dataclass(frozen=True, slots=True)
class _Incoming:
    """An arrival with its identities."""

    document: str
    revision: str
    content: str
    arrival: Arrival

    @classmethod
    def of(cls, arrival: Arrival) -> _Incoming:
        envelope = arrival.envelope
        content = content_identity(arrival.raw)
        return cls(
            document_identity(envelope.document.platform, envelope.document.id),
            revision_identity(content, envelope.as_of, envelope.registry, envelope.prices),
            content,
            arrival,
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """A document in the database, locked until the transaction ends."""

    id: int
    revision: int


def _documents(session: Session, incoming: Sequence[_Incoming], now: datetime) -> dict[str, _Known]:
    """Every document by its identity, made where it was not there, in one order so that two writers cannot deadlock."""
    rows: dict[str, dict[str, Any]] = {}
    for item in incoming:
        document = item.arrival.envelope.document
        rows[item.document] = {
            "identity": item.document,
            "platform": document.platform or "",
            "external_id": document.id,
            "kind": "listing" if isinstance(document, Listing) else "transcript",
            "revision": 0,
            "received_at": now,
        }
    identities = sorted(rows)
    known: dict[str, _Known] = {}
    for chunk in chunks(identities):
        insert_missing(session, DocumentRow, ("identity",), [rows[identity] for identity in chunk])
        query = (
            select(DocumentRow.identity, DocumentRow.id, DocumentRow.revision)
            .where(DocumentRow.identity.in_(chunk))
            .order_by(DocumentRow.identity)
            .with_for_update(key_share=True)  # two writers wait for each other, those who write flags do not
        )
        known |= {identity: _Known(key, revision) for identity, key, revision in session.execute(query)}
    return known


def _known_revisions(session: Session, documents: Sequence[_Known]) -> dict[tuple[int, str], int]:
    """Number of every revision of the documents, by document and identity."""
    found: dict[tuple[int, str], int] = {}
    for chunk in chunks([document.id for document in documents if document.revision]):
        query = select(RevisionRow.document_id, RevisionRow.identity, RevisionRow.number)
        rows = session.execute(query.where(RevisionRow.document_id.in_(chunk)))
        found |= {(document, identity): number for document, identity, number in rows}
    return found


def _number(
    incoming: Sequence[_Incoming], documents: dict[str, _Known], revisions: dict[tuple[int, str], int]
) -> tuple[list[Received], list[tuple[Received, _Incoming]]]:
    """Give each new content the next number of its document; what was received, and the new revisions among it."""
    latest = {document.id: document.revision for document in documents.values()}
    received, fresh = [], []
    for item in incoming:
        document = item.arrival.envelope.document
        key = documents[item.document].id
        number = revisions.get((key, item.revision))
        state: Literal["new", "revised", "unchanged"] = "unchanged"
        if number is None:
            number = revisions[key, item.revision] = latest[key] = latest[key] + 1
            state = "new" if number == 1 else "revised"
        result = Received(key, number, document.platform or "", document.id, state)
        received.append(result)
        if state != "unchanged":
            fresh.append((result, item))
    return received, fresh


def _insert_revisions(
    session: Session, fresh: Sequence[tuple[Received, _Incoming]], now: datetime, correlation: str | None
) -> None:
    if not fresh:
        return
    rows = [_revision(result, item, now) for result, item in fresh]
    keys = [key for (key,) in insert_rows(session, RevisionRow, rows, returning=("id",))]
    waiting = {"month": month_of(now), "state": "pending", "due_at": now, "attempts": 0, "lapses": 0}
    waiting["correlation"] = correlation and correlation[:CORRELATION_LIMIT]
    insert_rows(session, WorkRow, [waiting | {"revision_id": key} for key in keys], returning=("revision_id",))
    latest = {result.document: result.revision for result, _ in fresh}
    update_rows(session, DocumentRow, "id", [{"id": key, "revision": number} for key, number in latest.items()])


def _keep_prices(session: Session, fresh: Sequence[_Incoming], now: datetime) -> None:
    """The prices that new revisions of listings show, with the source they came from."""
    arrivals = [item.arrival for item in fresh]
    shown = [
        (price, arrival.source)
        for arrival in arrivals
        if isinstance(arrival.envelope.document, Listing)
        for price in prices_shown(arrival.envelope.document, now)
    ]
    keep_prices(session, shown, now)


def _revision(result: Received, item: _Incoming, now: datetime) -> dict[str, Any]:
    envelope, document = item.arrival.envelope, item.arrival.envelope.document
    seller = document.seller
    return {
        "month": month_of(now),
        "document_id": result.document,
        "number": result.revision,
        "identity": item.revision,
        "content_sha256": item.content,
        "raw": item.arrival.raw,
        "certificates": None if envelope.registry is None else msgspec.json.encode(envelope.registry),
        "prices": None if envelope.prices is None else msgspec.json.encode(envelope.prices),
        "as_of": envelope.as_of,
        "label": _label(envelope)[:_LABEL],
        "seller_id": (seller and seller.id) or "",
        "seller_name": (seller and seller.name) or "",
        "source": item.arrival.source[:_SOURCE],
        "received_at": now,
    }


def _label(envelope: Envelope) -> str:
    """What people call a document: a listing's title or first words, a stream's room or host."""
    document = envelope.document
    if isinstance(document, Listing):
        return document.title or document.description or ""
    return document.room or (document.host and document.host.name) or document.id
