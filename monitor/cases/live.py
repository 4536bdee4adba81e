"""Live streams while they are on air, for those who watch: which there are, what was said last, what was flagged."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from sqlalchemy.orm import Session

from monitor.store.stream_views import (
    Line,
    LiveFlag,
    LiveStream,
    get_live,
    last_words,
    latest_flags,
    list_live,
    said_around,
    said_last,
)

LINES: Final = 30
"""Lines of a stream shown at once."""

BEFORE: Final = 12
"""Of them before the words of a flag."""


class OnAir(Struct, frozen=True):
    """What is on air: ``total`` streams, some of them, the last that ended, and the flags that came last in any.

    ``words``: stream → what was said last.
    """

    total: int
    streams: tuple[LiveStream, ...]
    ended: tuple[LiveStream, ...]
    flags: tuple[LiveFlag, ...]
    words: dict[int, str]

    @property
    def waiting(self) -> int:
        """Items that are not judged yet, in the streams shown."""
        return sum(stream.waiting for stream in self.streams)


class LiveDetail(Struct, frozen=True):
    """A stream with lines in the order they were said, and its flags, the newest first."""

    stream: LiveStream
    lines: tuple[Line, ...]
    flags: tuple[LiveFlag, ...]


def on_air(session: Session, *, streams: int = 50, ended: int = 5, flags: int = 50) -> OnAir:
    """What to show where nothing is chosen."""
    page = list_live(session, state="open", limit=streams)
    over = list_live(session, state="finished", limit=ended)
    words = last_words(session, [item.id for item in page.items])
    return OnAir(page.total, page.items, over.items, latest_flags(session, limit=flags), words)


def live_detail(session: Session, stream: int, flag: int | None = None) -> LiveDetail:
    """One stream: the last lines, or those around the words of one of its flags.

    Raises:
        NotFound: there is no such stream.
    """
    found, flags = get_live(session, stream), latest_flags(session, stream=stream, limit=200)
    chosen = next((item for item in flags if item.id == flag), None)
    lines = said_last(session, stream, LINES)
    if chosen is not None:
        lines = said_around(session, stream, chosen.seq, BEFORE, LINES - BEFORE)
    return LiveDetail(found, lines, flags)
