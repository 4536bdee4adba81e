"""How long each kind of record is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta


def terms_of(keep: Mapping[str, int], now: datetime) -> dict[str, datetime]:
    """Kind → the moment before which a record of it is past its term; ``keep`` in days."""
    return {kind: now - timedelta(days=days) for kind, days in keep.items()}
