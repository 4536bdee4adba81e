"""Answers to requests with an idempotency key: who asks twice is answered once.

Call :func:`recall`, do the work and :func:`remember` in one writing transaction.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Final

from msgspec import Struct
from sqlalchemy.orm import Session

from monitor.errors import Refused, Stale
from monitor.store.rows import insert_missing
from monitor.store.tables import AnswerRow

KEY_LIMIT: Final = 200


class Answer(Struct, frozen=True):
    """HTTP status and body as they were sent."""

    status: int
    body: bytes


def recall(session: Session, client: str, key: str, request: bytes) -> Answer | None:
    """The answer this client got for this key and request; None: it never asked.

    Raises:
        Refused: the key belongs to another request, or is too long.
    """
    if not 1 <= len(key) <= KEY_LIMIT:
        raise Refused(f"an idempotency key has 1 to {KEY_LIMIT} characters", field="Idempotency-Key")
    row = session.get(AnswerRow, (client, key))
    if row is None:
        return None
    if row.request_sha256 != sha256(request).hexdigest():
        raise Refused("this key was used for another request: take a new one", field="Idempotency-Key")
    return Answer(row.status, row.body)


def remember(session: Session, client: str, key: str, request: bytes, answer: Answer, now: datetime) -> None:
    """Keep the answer.

    Raises:
        Stale: the same request came in twice at once and the other was first; roll back and recall its answer.
    """
    row = {
        "client": client,
        "key": key,
        "request_sha256": sha256(request).hexdigest(),
        "status": answer.status,
        "body": answer.body,
        "answered_at": now,
    }
    if not insert_missing(session, AnswerRow, ("client", "key"), [row]):
        raise Stale("another request with this key was answered in between")
