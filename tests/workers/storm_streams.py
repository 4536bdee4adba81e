"""Live streams in a storm: clients tell them, piece by piece, until they are told that a piece is kept; and what a calm run finds."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Final, Protocol, TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from monitor.config import Settings
from monitor.documents import Segment, Transcript
from monitor.formats.saying import Saying, decode_head, decode_saying
from monitor.live import LiveScan
from monitor.scanner import Scanner
from monitor.store import Database, append, finish, open_engine, open_stream
from monitor.store.stream_tables import StreamFlagRow, StreamRow
from monitor.store.stream_views import count_waiting

PIECE: Final = 20
"""Segments told at once."""

REPEATED: Final = 0.1
"""Part of the pieces told again, as by one who did not hear the answer."""

JUDGED: Final = 900.0
"""Seconds that what was told may take to be judged, before the stream is finished all the same."""

T = TypeVar("T")
Settled = tuple[str, str, str, int]
"""Stream, rule, field and start of a flag."""


@dataclass(frozen=True)
class OnAir:
    """A live stream: its id, what is said, a segment a second, and the day whose law applies."""

    name: str
    texts: tuple[str, ...]
    day: date

    @property
    def head(self) -> bytes:
        """Its description as a client sends it."""
        return msgspec.json.encode({"id": self.name, "platform": "douyin"})

    def piece(self, start: int) -> list[Saying]:
        """The segments from ``start``, numbered."""
        said = enumerate(self.texts[start : start + PIECE], start)
        return [
            decode_saying(msgspec.json.encode({"seq": place + 1, "start": float(place), "text": text}))
            for place, text in said
        ]


class Waits(Protocol):
    """How far the storm is."""

    def wait_for(self, part: float) -> None:
        """Until that part (0 to 1) of it is over."""


def tell(settings: Settings, stream: OnAir, progress: Waits, retried: Callable[[], None], seed: int) -> None:
    """A client: opens the stream, tells it as the storm goes on, waits until all is judged, and finishes it."""
    random = Random(f"{seed}{stream.name}")  # noqa: S311 (a plan, no secret)
    database = Database(open_engine(settings.database_url))

    def do(what: Callable[[], T]) -> T:
        while True:
            try:
                return what()
            except (DBAPIError, OSError):
                retried()
                time.sleep(0.2)

    number = do(lambda: opened(database, stream))
    for start in range(0, len(stream.texts), PIECE):
        progress.wait_for(start / len(stream.texts))
        for _ in range(1 + (random.random() < REPEATED)):
            do(lambda start=start: kept(database, number, stream.piece(start)))
    until = time.monotonic() + JUDGED
    while do(lambda: waiting(database, number)) and time.monotonic() < until:
        time.sleep(0.1)
    do(lambda: over(database, number))
    database.close()


def opened(database: Database, stream: OnAir) -> int:
    """Put it on air; its number."""
    with database.write() as session:
        now, head = datetime.now(UTC), stream.head
        return open_stream(session, decode_head(head), head, now, source="storm", as_of=stream.day).stream


def kept(database: Database, number: int, said: Sequence[Saying]) -> None:
    """Tell a piece; nothing of it is refused or late."""
    with database.write() as session:
        taken = {item.state for item in append(session, number, said, datetime.now(UTC))}
    assert taken <= {"new", "known"}


def waiting(database: Database, number: int) -> int:
    with database.read() as session:
        return count_waiting(session, [number])


def over(database: Database, number: int) -> None:
    with database.write() as session:
        finish(session, number, datetime.now(UTC))


def settled(database: Database) -> list[Settled]:
    """What was settled on air."""
    query = select(StreamRow.external_id, StreamFlagRow.flag).join(StreamRow, StreamRow.id == StreamFlagRow.stream_id)
    with database.read() as session:
        found = session.execute(query.where(StreamFlagRow.standing == "settled")).all()
    return sorted((name, flag.rule, flag.evidence[0].field, flag.evidence[0].start) for name, flag in found)


def calmly_settled(scanner: Scanner, streams: Sequence[OnAir]) -> list[Settled]:
    """What one scan of each stream settles, before its end."""
    found = []
    for stream in streams:
        said = [Segment(text, float(place)) for place, text in enumerate(stream.texts)]
        told = LiveScan(scanner, Transcript(stream.name, (), platform="douyin"), stream.day).feed(said)
        found += [(stream.name, flag.rule, flag.evidence[0].field, flag.evidence[0].start) for flag in told]
    return sorted(found)


def keep_whole(database: Database, stream: OnAir) -> None:
    """The stream in an empty database, from its opening to its end."""
    number = opened(database, stream)
    for start in range(0, len(stream.texts), PIECE):
        kept(database, number, stream.piece(start))
    over(database, number)
