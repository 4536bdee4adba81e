"""The queue: what to decide first, and why it stands there."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from msgspec import Struct
from sqlalchemy.orm import Session

from monitor.flags import Category, Severity, Status
from monitor.store.flags import Gone, StoredFlag
from monitor.store.paging import Page
from monitor.store.priority import WEIGHTS
from monitor.store.search import FlagFilter, by_age, by_priority


class QueueItem(Struct, frozen=True):
    """A flag in the queue. ``words`` are those it stands on, ``reason`` why it has its place, ``at`` seconds of the stream.

    ``gone``: it is no longer found under the rulebook of now.
    """

    id: int
    document: int
    platform: str
    external_id: str
    kind: Literal["listing", "transcript"]
    label: str
    seller: str
    revision: int
    latest: bool
    rule: str
    category: Category
    severity: Severity
    score: float
    priority: float
    reason: str
    words: str
    message: str
    at: float | None
    status: Status
    as_of: date
    created_at: datetime
    outcome: str | None
    gone: Gone | None = None


def queue(
    session: Session,
    filters: FlagFilter | None = None,
    *,
    after: str | None = None,
    limit: int = 25,
) -> Page[QueueItem]:
    """A page of the queue; without ``filters`` what nobody decided yet and still stands.

    Ordered by priority: the weight of the severity (info 1, low 2, medium 4, high 8, critical 16) × the score of the rule; of
    equals the newest first. ``after`` is the ``next`` of the page before.

    Raises:
        Refused: a filter, cursor or limit that cannot be.
    """
    page = by_priority(session, FlagFilter(decided=False) if filters is None else filters, after=after, limit=limit)
    return Page(tuple(queue_item(flag) for flag in page.items), page.total, page.next, page.more)


def list_flags(
    session: Session, filters: FlagFilter | None = None, *, after: str | None = None, limit: int = 50
) -> Page[StoredFlag]:
    """A page of flags, the oldest first: whoever follows ``next`` to the end has read all, and may ask again later.

    Raises:
        Refused: a filter, cursor or limit that cannot be.
    """
    return by_age(session, filters or FlagFilter(), after=after, limit=limit)


def reason(stored: StoredFlag) -> str:
    """Why the flag has its place: ``high 8 × 0.97 = 7.76``."""
    severity = stored.flag.severity
    return f"{severity} {WEIGHTS[severity]:g} × {stored.flag.score:.2f} = {stored.priority:.2f}"


def queue_item(stored: StoredFlag) -> QueueItem:
    """A stored flag as it stands in the queue."""
    flag = stored.flag
    return QueueItem(
        id=stored.id,
        document=stored.document,
        platform=stored.platform,
        external_id=stored.external_id,
        kind=stored.kind,
        label=stored.label,
        seller=stored.seller,
        revision=stored.revision,
        latest=stored.latest,
        rule=flag.rule,
        category=flag.category,
        severity=flag.severity,
        score=flag.score,
        priority=stored.priority,
        reason=reason(stored),
        words=flag.evidence[0].text,
        message=flag.message,
        at=stored.at,
        status=flag.status,
        as_of=stored.as_of,
        created_at=stored.created_at,
        outcome=stored.outcome,
        gone=stored.gone,
    )
