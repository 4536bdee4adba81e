"""Live streams judged as they come: a process has streams in memory, each at its place, and writes what it finds.

A stream stays with one process as long as both live: its scan is in memory, and the lease is renewed. What waits is looked for in the
database, so that nothing depends on a message. Many streams are fed and written together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError

from monitor.logs import get, where
from monitor.metrics.streams import time_flags
from monitor.scanner import Scanner
from monitor.store import Database
from monitor.store.on_air import (
    Claim,
    Item,
    advance,
    claim,
    give_up,
    is_any_free,
    load_streams,
    release_streams,
    renew,
    skip_gap,
    waiting,
)
from monitor.workers.scene import Scene, judge

PAUSE: Final = 0.1
"""Seconds between two looks: what comes in them is judged together."""

CLAIM: Final = 40
"""Streams taken at once, so that several processes share what comes at once."""

MOST: Final = 4000
"""Items looked at in one round."""

GROUP: Final = 64
"""Streams fed and written together: what was found in them can be seen before the next are looked at."""

AT_ONCE: Final = 600
"""Items fed and written together, so that a group takes a second or so, far less than a lease."""

RUN: Final = 200
"""Items of one stream fed at once: one that has many waiting does not hold up the others."""

ALONE_AFTER: Final = 2
"""A stream whose lease lapsed so often with nothing judged is fed alone: if it stops its process, no other is blamed for it."""

LONGEST_WAIT: Final = 15.0

log = get(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one look brought."""

    streams: int = 0
    items: int = 0
    flags: int = 0


@dataclass(slots=True)
class Advancer:
    """The streams of one process. ``token`` names it, ``lease`` and ``gap`` are in seconds: how long a missing number is waited for.

    ``alive`` is called before each group: who watches over the process knows by it that the engine does not hang. ``newest`` gives the
    scanner to go on with, asked before each look; with another one than before, streams go on from the places that were written.
    """

    database: Database
    scanner: Scanner
    clock: Callable[[], datetime]
    token: str
    owner: str
    lease: float
    gap: float
    alive: Callable[[], object] = lambda: None
    newest: Callable[[], Scanner] | None = None
    _scenes: dict[int, Scene] = field(default_factory=dict)
    _alone: set[int] = field(default_factory=set)
    _renewed: datetime | None = None
    _beyond: int = 0

    def look(self) -> Round:
        """Judge everything that waits now, in this process's streams and in those that nobody has."""
        self._hold()
        self._renew_scanner()
        with self.database.read() as session:
            free = is_any_free(session, self.clock(), self.lease)
        if free:
            with self.database.write() as session:
                claim(session, self.token, self.owner, self.clock(), self.lease, CLAIM)
        with self.database.read() as session:
            found = waiting(session, self.token, MOST, run=RUN, beyond=self._beyond)
            self._keep(lambda scene: scene.stream not in found or scene.next_seq == found[scene.stream][0])
            claims = load_streams(session, self.token, list(found.keys() - self._scenes.keys()))
        full = sum(len(items) for _, items in found.values()) >= MOST
        self._beyond = max(found) if full else 0  # of more than one look can take none waits for the others
        for claimed in claims:
            self._load(claimed)
        streams, items, flags = 0, 0, 0
        for group in list(self._groups(self._runs(found))):
            self._hold()
            flags += self._advance(group)
            streams += len(group)
            items += sum(map(len, group.values()))
        return Round(streams, items, flags)

    def _renew_scanner(self) -> None:
        scanner = self.newest() if self.newest else self.scanner
        if scanner is not self.scanner:
            self.scanner = scanner
            self._scenes.clear()

    def leave(self) -> None:
        """Give all streams back, to be taken by others at once."""
        with self.database.write() as session:
            release_streams(session, self.token)
        self._scenes.clear()

    def _hold(self) -> None:
        """Renew the leases, three times in their length."""
        self.alive()
        now = self.clock()
        if self._renewed is None or abs((now - self._renewed).total_seconds()) >= self.lease / 3:
            with self.database.write() as session:
                ours = renew(session, self.token, now, self.lease)
            self._keep(lambda scene: scene.stream in ours)
            self._renewed = now

    def _keep(self, which: Callable[[Scene], bool]) -> None:
        """Drop the other scenes: what was moved by another process, or is over."""
        self._scenes = {stream: scene for stream, scene in self._scenes.items() if which(scene)}

    def _load(self, claimed: Claim) -> None:
        try:
            self._scenes[claimed.id] = Scene.of(self.scanner, claimed)
        except Exception as error:
            self._fail([claimed.id], error)
            return
        if claimed.lapses >= ALONE_AFTER:
            self._alone.add(claimed.id)

    def _runs(self, found: Mapping[int, tuple[int, list[Item]]]) -> Iterator[tuple[int, list[Item]]]:
        """What can be judged: items without a gap from the place a stream is at. Gaps that were waited for long enough are passed."""
        now = self.clock()
        for stream, (place, items) in found.items():
            scene = self._scenes.get(stream)
            if scene is None:
                continue
            if items[0].seq != place:
                age = abs((now - min(item.received_at for item in items)).total_seconds())
                if age < self.gap or not self._skip(scene):
                    continue
            run = [item for number, item in enumerate(items) if item.seq == scene.next_seq + number]
            if run:
                yield stream, run

    def _skip(self, scene: Scene) -> bool:
        with self.database.write() as session:
            place = skip_gap(session, self.token, scene.stream)
        if place is None:
            return False
        log.info("goes on without what is missing", stream=scene.stream, seq=place)
        scene.next_seq = place
        return True

    def _groups(self, runs: Iterator[tuple[int, list[Item]]]) -> Iterator[dict[int, list[Item]]]:
        """Runs in groups, those that shall be alone last."""
        found = dict(runs)
        group: dict[int, list[Item]] = {}
        size = 0
        for stream in found.keys() - self._alone:
            if group and (len(group) >= GROUP or size + len(found[stream]) > AT_ONCE):
                yield group
                group, size = {}, 0
            group[stream] = found[stream]
            size += len(found[stream])
        if group:
            yield group
        for stream in found.keys() & self._alone:
            yield {stream: found[stream]}

    def _advance(self, group: Mapping[int, list[Item]]) -> int:
        """Judge a group and write what was found; how many flags.

        Where that fails the scans are dropped, to begin again at their bookmarks.
        """
        scenes = [self._scenes.pop(stream) for stream in group if stream in self._scenes]
        try:
            made = judge(self.scanner, [(scene, group[scene.stream]) for scene in scenes])
            with self.database.write() as session:
                kept = advance(session, self.token, made, self.clock())
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            self._fail(list(group), error)
            return 0
        self._scenes |= {scene.stream: scene for scene in scenes if scene.stream in kept}
        self._alone -= kept
        found = [new for progress in made if progress.stream in kept for new in progress.flags]
        time_flags(self.clock(), (new.received_at for new in found if new.standing == "early"))
        return len(found)

    def _fail(self, streams: Sequence[int], error: Exception) -> None:
        """Of several streams nobody knows which it was: each is tried alone. One that is alone is given up."""
        if len(streams) > 1:
            log.warning("judged one by one", streams=len(streams), error=where(error))
            self._alone |= set(streams)
            return
        log.error("cannot be judged live", stream=streams[0], error=where(error))
        with self.database.write() as session:
            give_up(session, self.token, streams[0], f"{type(error).__name__}: {error}")
        self._alone -= set(streams)


def run(advancer: Advancer, stop: Event) -> None:
    """Look until ``stop`` is set, with patience for a database that does not answer; then give the streams back."""
    wait = PAUSE
    while not stop.is_set():
        try:
            done = advancer.look()
            wait = PAUSE
            if done.flags:
                log.info("judged live", streams=done.streams, items=done.items, flags=done.flags)
        except (OperationalError, InterfaceError) as error:
            wait = min(2 * wait, LONGEST_WAIT)
            log.warning("the database does not answer", error=where(error), again=wait)
        stop.wait(wait)
    advancer.leave()
