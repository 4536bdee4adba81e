"""A storm: documents come in while workers are killed and servers stop, forget and run out of room; at the end nothing is lost or doubled.

What happens is drawn from a seed: which process is killed, which server fails when, how long until the next. When exactly it meets the work
is up to the machine. The end is compared, row by row, with a calm run of the same documents.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any, Self

from sqlalchemy.exc import DBAPIError
from store.writing import everything
from workers.storm_streams import OnAir, calmly_settled, keep_whole, settled, tell

from monitor.bootstrap import environment
from monitor.config import Settings
from monitor.scanner import Scanner
from monitor.store import Arrival, Database, WorkCounts, ingest, lease_batch, migrate, open_engine, work_counts
from monitor.workers.batch import Bench, scan_batch

CLIENTS = 3
SCANNERS = 2
DISPATCHERS = 2
BATCH = 50
"""Documents a client brings at once."""

REPEATED = 0.1
"""Part of what was brought that a client brings again, as one does who did not hear the answer."""

MEANWHILE = 1.0
"""Seconds after a blow began until clients bring the next documents: while a server is away, or a disk full."""

WEIGHT = 5
"""How many times as many documents come while a server is away or a disk full as while a process is killed."""

POOL, ALONE, WHOLE = "pool process killed", "worker alone killed", "worker and pool killed"
DISPATCHER, JUDGE = "dispatcher killed", "judge of streams killed"
WAYS = (JUDGE, POOL, WHOLE, DISPATCHER, POOL, ALONE, POOL)
"""What is killed, in turn; a pool has the processes that scan."""

START = 30.0
"""Seconds to wait for a worker that can be killed at work, after which one that is starting is killed."""

CALM = 900.0
"""Seconds the work that is left after the storm may take."""


@dataclass(frozen=True)
class Storm:
    """What shall happen: so many processes killed, and trouble (name → how often, and what to do)."""

    kills: int
    seed: int
    trouble: Mapping[str, tuple[int, Callable[[], object]]] = field(default_factory=dict)
    pause: tuple[float, float] = (0.3, 1.2)
    """Seconds between two blows, at least and at most."""
    streams: Sequence[OnAir] = ()
    """Live streams that are told meanwhile."""
    judges: int = 1
    """Processes that judge them."""


@dataclass
class Report:
    """What happened, and what is otherwise than after a calm run (nothing, it is hoped)."""

    blows: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    seconds: float = 0.0
    counts: WorkCounts = field(default_factory=WorkCounts)
    flags: int = 0
    differences: list[str] = field(default_factory=list)

    def retry(self) -> None:
        """A client tries again."""
        self.retries += 1


def survive(settings: Settings, scanner: Scanner, documents: Sequence[Arrival], storm: Storm, folder: Path) -> Report:
    """Run the storm over a deployment of these settings, wait for the calm, compare.

    ``documents``: of one document the revisions follow each other.
    """
    report, begun, random = Report(), time.monotonic(), Random(storm.seed)  # noqa: S311 (a plan, no secret)
    blows = blows_of(storm, random)
    progress = Progress(storm.kills + WEIGHT * (len(blows) - storm.kills))
    clients = [
        threading.Thread(target=bring, args=(settings, part, progress, report, Random(f"{storm.seed}{number}")))  # noqa: S311
        for number, part in enumerate(shares(documents, CLIENTS))
    ]
    clients += [
        threading.Thread(target=tell, args=(settings, stream, progress, report.retry, storm.seed))
        for stream in storm.streams
    ]
    database = Database(open_engine(settings.database_url))
    with Crew(settings, folder / "workers.log", storm.judges if storm.streams else 0) as crew:
        for client in clients:
            client.start()
        for name, strike in blows:
            crew.tend_for(random.uniform(*storm.pause))
            later = threading.Timer(MEANWHILE, progress.blow_falls, (WEIGHT if strike else 1,))
            later.start()
            report.blows[name] += 1
            if strike:
                strike()
            else:
                crew.kill_one(name, random)
            later.join()
        while any(client.is_alive() for client in clients):
            crew.tend_for(0.2)
        settle(database, crew)
    report.seconds = time.monotonic() - begun
    with database.read() as session:
        report.counts = work_counts(session)
    found = everything(database) | {"settled": settled(database)}
    report.flags = len(found["flags"])
    wanted = calm_run(settings, scanner, documents, storm.streams, folder)
    report.differences = differences(found, wanted | {"settled": calmly_settled(scanner, storm.streams)})
    database.close()
    return report


def blows_of(storm: Storm, random: Random) -> list[tuple[str, Callable[[], object] | None]]:
    """Every blow, in the order of the seed; those with nothing to do are kills."""
    ways = WAYS if storm.streams else [way for way in WAYS if way != JUDGE]
    blows: list[tuple[str, Callable[[], object] | None]] = [(way, None) for way in islice(cycle(ways), storm.kills)]
    for name, (times, strike) in storm.trouble.items():
        blows += [(name, strike)] * times
    random.shuffle(blows)
    return blows


def shares(documents: Sequence[Arrival], count: int) -> list[list[Arrival]]:
    """The documents, dealt out so that all revisions of one go to the same client, in their order."""
    dealt: list[list[Arrival]] = [[] for _ in range(count)]
    places: dict[str, int] = {}
    for arrival in documents:
        place = places.setdefault(arrival.envelope.document.id, len(places) % count)
        dealt[place].append(arrival)
    return dealt


class Progress:
    """Lets documents in as the storm goes on, so that some come during each of its blows."""

    def __init__(self, blows: int) -> None:
        self._fallen = 0
        self._blows = blows
        self._changed = threading.Condition()

    def blow_falls(self, weight: int) -> None:
        """One more, during which so much more comes than during a blow of weight 1."""
        with self._changed:
            self._fallen += weight
            self._changed.notify_all()

    def wait_for(self, part: float) -> None:
        """Until that part (0 to 1) of the blows fell."""
        with self._changed:
            self._changed.wait_for(lambda: self._fallen >= part * self._blows)


def bring(settings: Settings, documents: Sequence[Arrival], progress: Progress, report: Report, random: Random) -> None:
    """A client: brings its documents in batches, each until it was told that they are kept; some of them twice."""
    database = Database(open_engine(settings.database_url))
    batches = [documents[start : start + BATCH] for start in range(0, len(documents), BATCH)]
    for number, batch in enumerate(batches):
        progress.wait_for(number / len(batches))
        for _ in range(1 + (random.random() < REPEATED)):
            while not kept(database, batch):
                report.retry()
                time.sleep(0.2)
    database.close()


def kept(database: Database, batch: Sequence[Arrival]) -> bool:
    """Whether the batch was kept; False: the database did not answer, or not to the end."""
    try:
        with database.write() as session:
            ingest(session, batch, datetime.now(UTC))
    except (DBAPIError, OSError):
        return False
    return True


class Crew:
    """The processes that work, each started again when it ends, as a supervisor of services does."""

    def __init__(self, settings: Settings, log: Path, judges: int) -> None:
        self._settings = settings
        self._log = log
        self._parts = ["scan"] * SCANNERS + ["dispatch"] * DISPATCHERS + ["streams"] * judges
        self._running: list[subprocess.Popen[bytes] | None] = [None] * len(self._parts)

    def __enter__(self) -> Self:
        self.tend()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            if process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def tend(self) -> None:
        """Start what does not run."""
        for number, part in enumerate(self._parts):
            process = self._running[number]
            if process is None or process.poll() is not None:
                self._running[number] = self._start(part)

    def tend_for(self, seconds: float) -> None:
        """Look after the processes for a while."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.tend()
            time.sleep(0.05)

    def kill_one(self, way: str, random: Random) -> None:
        """SIGKILL, in one of :data:`WAYS`."""
        part = {DISPATCHER: "dispatch", JUDGE: "streams"}.get(way)
        process = random.choice(self._of(part) if part else self._at_work())
        with suppress(ProcessLookupError):
            if way == POOL and (children := pool(process.pid)):
                os.kill(random.choice(children), signal.SIGKILL)
            elif way == ALONE:
                os.kill(process.pid, signal.SIGKILL)
            else:
                os.killpg(process.pid, signal.SIGKILL)

    def _of(self, part: str) -> list[subprocess.Popen[bytes]]:
        return [process for process, name in zip(self._running, self._parts, strict=True) if process and name == part]

    def _at_work(self) -> list[subprocess.Popen[bytes]]:
        """Workers that have a pool; where there is none, that may take a moment."""
        until = time.monotonic() + START
        while not (workers := [process for process in self._of("scan") if pool(process.pid)]):
            if time.monotonic() > until:
                return self._of("scan")
            self.tend_for(0.1)
        return workers

    def _start(self, part: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "monitor.workers", part, "--concurrency", "1"],
                env=os.environ | environment(self._settings),
                cwd=self._log.parent,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def pool(worker: int) -> list[int]:
    """The children of a process, in the order they were born."""
    try:
        return [int(child) for child in Path(f"/proc/{worker}/task/{worker}/children").read_text().split()]
    except OSError:
        return []


def settle(database: Database, crew: Crew) -> None:
    """Wait until nothing is pending or leased any more, or for :data:`CALM` seconds."""
    until = time.monotonic() + CALM
    while time.monotonic() < until:
        crew.tend_for(0.2)
        try:
            with database.read() as session:
                counts = work_counts(session)
        except DBAPIError:
            continue
        if not counts.pending + counts.leased:
            return


def calm_run(
    settings: Settings, scanner: Scanner, documents: Sequence[Arrival], streams: Sequence[OnAir], folder: Path
) -> dict[str, list[tuple[Any, ...]]]:
    """The same documents in an empty database, scanned one batch after the other by nobody else."""
    database = Database(open_engine(f"sqlite:///{folder / 'calm.sqlite'}"))
    migrate(database.engine)
    for start in range(0, len(documents), BATCH):
        assert kept(database, documents[start : start + BATCH])
    for stream in streams:
        keep_whole(database, stream)
    bench = Bench(database, scanner, lambda: datetime.now(UTC), patience=3600, owner="calm", day=settings.as_of)
    while True:
        with database.write() as session:
            lease = lease_batch(session, 200, 3600, datetime.now(UTC))
        if not lease.ids:
            break
        scan_batch(bench, lease.token, lease.ids)
    found = everything(database)
    database.close()
    return found


def differences(
    found: Mapping[str, Sequence[tuple[Any, ...]]], wanted: Mapping[str, Sequence[tuple[Any, ...]]]
) -> list[str]:
    """What is missing, what is too much, and what is there more than once."""
    said = []
    for table, rows in wanted.items():
        have, want = Counter(map(repr, found[table])), Counter(map(repr, rows))
        said += [f"{table}: missing {row[:300]}" for row in (want - have)]
        said += [f"{table}: too much {row[:300]}" for row in (have - want)]
    return said
