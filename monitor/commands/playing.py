"""Telling the service a live stream, and showing what it finds while it is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.formats.saying import Saying
from monitor.metrics.streams import count_finished, count_items
from monitor.store import Database, LiveFlag, append_all, finish
from monitor.store.stream_views import count_waiting, flags_since

TICK = 0.1
"""Seconds between two looks."""

UNHEARD = 8.0
"""Seconds in which nothing was judged after which the person is told so."""

PATIENCE = 60.0
"""Seconds that what was told last may take to be judged."""


class Source(Protocol):
    """What is said, as it is said."""

    def due(self) -> Mapping[int, Sequence[Saying]]:
        """Stream → what was said in it since the last call."""

    @property
    def over(self) -> bool:
        """Whether nothing more will be said."""


@dataclass(slots=True)
class Played:
    """What came of it. ``delays``: seconds from the receipt of the last words of a flag until it could be seen."""

    items: int = 0
    refused: list[str] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    standing: dict[int, str] = field(default_factory=dict)
    unjudged: int = 0

    def summary(self) -> str:
        """One line."""
        counts = {name: list(self.standing.values()).count(name) for name in ("settled", "early", "lifted")}
        line = f"{self.items} items, {len(self.standing)} flags"
        line += "".join(f", {count} {name}" for name, count in counts.items() if count)
        if self.delays:
            ordered = sorted(self.delays)
            p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
            line += f"; from receipt to flag p50 {p50:.2f} s, p99 {p99:.2f} s"
        line += f"; {self.unjudged} items not judged yet" if self.unjudged else ""
        return line


def play(
    database: Database,
    streams: Sequence[int],
    source: Source,
    now: Callable[[], datetime],
    show: Callable[[LiveFlag], None],
    say: Callable[[str], None],
) -> Played:
    """Tell what the source says, show flags as they come (again when they are settled or lifted), and finish the streams.

    Before they are finished everything must be judged, or :data:`PATIENCE` end: then what is not is scanned with the whole.
    """
    played, seen = Played(), now()
    heard = ended = time.monotonic()
    warned = False
    try:
        while True:
            if due := source.due():
                _tell(database, due, now(), played)
            seen = _look(database, streams, seen, played, show)
            with database.read() as session:
                played.unjudged = count_waiting(session, streams)
            if not played.unjudged:
                heard = time.monotonic()
            elif time.monotonic() - heard > UNHEARD and not warned:
                warned = True
                say("nothing is judged yet: is `monitor up` or `monitor worker` running with these settings?")
            if not source.over:
                ended = time.monotonic()
            elif not played.unjudged or time.monotonic() - ended > PATIENCE:
                break
            time.sleep(TICK)
        _look(database, streams, seen, played, show)
    finally:
        for stream in streams:
            with database.write() as session:
                done = finish(session, stream, now())
            count_finished(done)
    return played


def _tell(database: Database, due: Mapping[int, Sequence[Saying]], now: datetime, played: Played) -> None:
    with database.write() as session:
        taken = append_all(session, due, now)
    count_items(result.state for results in taken.values() for result in results)
    for results in taken.values():
        played.items += len(results)
        played.refused += [result.reason or "" for result in results if result.state == "refused"]


def _look(
    database: Database, streams: Sequence[int], since: datetime, played: Played, show: Callable[[LiveFlag], None]
) -> datetime:
    """Show what is new since a moment; the moment of the last of it."""
    with database.read() as session:
        found = flags_since(session, streams, since)
    for flag in found:
        before = played.standing.get(flag.id)
        if before == flag.standing:
            continue
        if before is None:
            played.delays.append((flag.created_at - flag.received_at).total_seconds())
        played.standing[flag.id] = flag.standing
        show(flag)
    return max((flag.changed_at for flag in found), default=since)
