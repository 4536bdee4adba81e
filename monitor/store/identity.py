"""What makes two things one and the same: SHA-256, in hexadecimal, over canonical JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256

import msgspec

from monitor.flags import Flag


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no spaces: the same value gives the same bytes."""
    return msgspec.json.encode(value, order="sorted")


def document_identity(platform: str | None, external_id: str) -> str:
    """Of a document: the id is the platform's own, so two platforms may use the same."""
    return _digest([platform or "", external_id])


def content_identity(raw: bytes) -> str:
    """Of a document's content: every key counts, known or not; order and spaces do not."""
    return sha256(canonical(msgspec.json.decode(raw))).hexdigest()


def revision_identity(
    content: str, as_of: date | None, certificates: Sequence[object] | None, prices: Sequence[object] | None = None
) -> str:
    """Of a revision: its content (:func:`content_identity`) and the circumstances it is judged in."""
    return _digest([content, as_of, certificates, *([] if prices is None else [prices])])


def price_identity(listing: str, at: datetime, kind: str, price: int, currency: str) -> str:
    """Of an observed price: the identity of its listing, the moment, the kind, and the amount in ten-thousandths."""
    return _digest([listing, at.astimezone(UTC), kind, price, currency])


def flag_identity(flag: Flag) -> str:
    """Of a flag within a revision: rule, matcher and raw span. Hashed, because a field's name may be long."""
    return _digest(flag.key)


def _digest(value: object) -> str:
    return sha256(canonical(value)).hexdigest()
