"""Pages of rows: each ends with a cursor from which the next begins, so that rows that come in between shift nothing."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from monitor.errors import Refused

T = TypeVar("T")
Shape = TypeVar("Shape")

LARGEST_PAGE: Final = 200


class Page(Struct, Generic[T], frozen=True):
    """``items`` of ``total``; ``next`` is the cursor of the next page, None after the last. ``more``: ``total`` is the least there are."""

    items: tuple[T, ...]
    total: int
    next: str | None = None
    more: bool = False


def cursor(*place: Any) -> str:
    """The place after which the next page begins, opaque to those who carry it."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode()


def place(after: str, shape: type[Shape]) -> Shape:
    """What :func:`cursor` was made of.

    Raises:
        Refused: not such a cursor.
    """
    try:
        return msgspec.json.decode(urlsafe_b64decode(after.encode()), type=shape)
    except (ValueError, msgspec.DecodeError) as error:
        raise Refused("not a cursor of this list: leave it out to begin at the first page", field="after") from error


def check_limit(limit: int) -> int:
    """``limit``, if a page may be so long.

    Raises:
        Refused: it may not.
    """
    if not 1 <= limit <= LARGEST_PAGE:
        raise Refused(f"a page has 1 to {LARGEST_PAGE} rows", field="limit")
    return limit
