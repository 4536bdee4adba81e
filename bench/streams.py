"""How long from the receipt of words to their flag, with many streams on air at once?

    python bench/streams.py [--streams 500] [--every 2] [--seconds 60] [--processes 1] [--database URL] [--http | --steps] [--stored 100000]

Starts the processes that judge live streams over a database of its own (SQLite in a temporary folder, or an empty one by URL), puts the
streams on air and says a segment in each of them every so many seconds, evenly spread. The words are those of the labelled transcripts.
A flag is visible when another connection, which looks every 20 ms, sees its row.

Without ``--http`` segments are written as a gateway would: whatever came in 50 ms in one transaction. With it `monitor api` is started
and every segment is a request of its own. ``--steps`` judges in this process instead, a tenth of a second of the streams at a time, and
prints processor time, which other work on the machine changes little. ``--stored`` flags of streams that are over lie in the tables
beforehand.
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import httpx
import msgspec
from sqlalchemy import func, insert, select, text

from monitor.bootstrap import environment, load_scanner, open_database
from monitor.cases import new_key
from monitor.config import Settings
from monitor.documents import Transcript, decode_envelope
from monitor.flags import Evidence, Flag
from monitor.formats.saying import decode_head, decode_saying
from monitor.store import Database, append_all, finish, open_stream
from monitor.store.stream_tables import StreamFlagRow, StreamItemRow, StreamRow
from monitor.workers.advance import Advancer

ROOT = Path(__file__).parents[1]
TICK = 0.05
LOOK = 0.02


@dataclass
class Run:
    """What a run is made of, and what is measured in it."""

    database: Database
    streams: list[int]
    every: float
    seconds: float
    texts: list[str]
    sent: int = 0
    late: float = 0.0
    visible: list[float] = field(default_factory=list)
    written: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def schedule(self) -> Iterator[tuple[float, int, int]]:
        """Second, stream and number of every segment, in order of time."""
        count = len(self.streams)
        waiting = [(self.every * place / count, stream, 1) for place, stream in enumerate(self.streams)]
        heapq.heapify(waiting)
        while waiting[0][0] < self.seconds:
            at, stream, seq = waiting[0]
            yield at, stream, seq
            heapq.heapreplace(waiting, (at + self.every, stream, seq + 1))

    def body(self, stream: int, seq: int) -> bytes:
        """A segment as JSON."""
        said = self.texts[(stream * 37 + seq) % len(self.texts)]
        return msgspec.json.encode({"seq": seq, "start": seq * self.every, "text": said})


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--every", type=float, default=2.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--database", default="")
    parser.add_argument("--stored", type=int, default=0)
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--steps", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        settings = Settings(data=folder, database=given.database, rules=ROOT / "rules.yaml", _env_file=None)
        database = open_database(settings)
        _store(database, given.stored)
        if given.steps:
            run = Run(database, _open(database, given.streams), given.every, given.seconds, _texts())
            _step(run, settings)
            database.close()
            return
        workers = [
            stack.enter_context(_process(settings, number, "-m", "monitor.workers", "streams"))
            for number in range(given.processes)
        ]
        for number in range(given.processes):
            _wait_for(Path(folder) / f"{number}.log", "ready")
        run = Run(database, _open(database, given.streams), given.every, given.seconds, _texts())
        watcher = threading.Thread(target=_watch, args=(run,))
        watcher.start()
        before, begun = _cpu(workers), time.monotonic()
        if given.http:
            address = stack.enter_context(_api(settings, folder))
            with database.write() as session:
                key = new_key(session, "bench", ("ingest",), datetime.now(UTC))
            before, begun = _cpu(workers), time.monotonic()
            asyncio.run(_post(run, address, key))
        else:
            _write(run)
        took = time.monotonic() - begun
        left = _waiting(database)
        busy, queued = (now - then for now, then in zip(_cpu(workers), before, strict=True))
        time.sleep(3)
        run.over.set()
        watcher.join()
        _report(run, took, left, busy, queued)
        database.close()


def _step(run: Run, settings: Settings) -> None:
    """The same in this process, without waiting for the clock: what it takes of a core."""
    scanner = load_scanner(settings)
    advancer = Advancer(run.database, scanner, lambda: datetime.now(UTC), "bench", "bench", lease=600, gap=3)
    step, due, looking, writing, items, flags = 0.1, dict[int, list[tuple[float, int]]](), 0.0, 0.0, 0, 0
    for at, stream, seq in run.schedule():
        if at >= step:
            begun = time.process_time()
            _append(run, due, 0.0)
            written = time.process_time()
            done = advancer.look()
            if step > 2 * run.every:  # the scanner is warm, every stream was claimed
                looking, writing = looking + time.process_time() - written, writing + written - begun
                items, flags = items + done.items, flags + done.flags
            step, due = step + 0.1, {}
        due.setdefault(stream, []).append((at, seq))
    rate = len(run.streams) / run.every
    print(
        f"{len(run.streams)} streams, {items:,} items, {flags:,} flags: {1000 * looking / items:.2f} ms each to judge and "
        f"{1000 * writing / items:.2f} ms to take in; {rate:.0f}/s take {rate * looking / items:.2f} and {rate * writing / items:.2f} cores"
    )


def _report(run: Run, took: float, left: int, busy: float, queued: float) -> None:
    print(
        f"{len(run.streams)} streams, {run.sent:,} segments in {took:.1f} s: {run.sent / took:.0f}/s said, "
        f"{(run.sent - left) / took:.0f}/s judged; {left} waiting at the end; said at most {run.late:.2f} s behind time; "
        f"judging took {busy / took:.2f} cores and waited {queued / took:.0%} of the time for one"
    )
    for name, times in (("receipt to row written", run.written), ("receipt to visible", run.visible)):
        times.sort()
        if times:
            shares = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
            shown = "  ".join(f"{label} {times[int(len(times) * share)]:.3f}" for label, share in shares.items())
            print(f"{name:24} {shown}  max {times[-1]:.3f} s   ({len(times):,} flags)")


def _write(run: Run) -> None:
    """Segments as a gateway writes them."""
    begun, due = time.monotonic(), {}
    end = begun + TICK
    for at, stream, seq in run.schedule():
        if begun + at >= end:
            _append(run, due, begun)
            due = {}
            end = max(end + TICK, begun + at)
        due.setdefault(stream, []).append((at, seq))
        time.sleep(max(0.0, begun + at - time.monotonic()))
    _append(run, due, begun)


def _append(run: Run, due: dict[int, list[tuple[float, int]]], begun: float) -> None:
    if not due:
        return
    said = {stream: [decode_saying(run.body(stream, seq)) for _, seq in items] for stream, items in due.items()}
    with run.database.write() as session:
        append_all(session, said, datetime.now(UTC))
    run.sent += sum(map(len, said.values()))
    first = min(at for items in due.values() for at, _ in items)
    run.late = max(run.late, time.monotonic() - begun - first)


async def _post(run: Run, address: str, key: str) -> None:
    """Every segment a request."""
    headers = {"Authorization": f"Bearer {key}"}
    limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=600, limits=limits) as client:
        begun, posts = time.monotonic(), set[asyncio.Task[None]]()

        async def post(at: float, stream: int, seq: int) -> None:
            answer = await client.post(f"/v1/streams/{stream}/segments", content=run.body(stream, seq))
            answer.raise_for_status()
            run.sent += 1
            run.late = max(run.late, time.monotonic() - begun - at)

        for at, stream, seq in run.schedule():
            await asyncio.sleep(max(0.0, begun + at - time.monotonic()))
            task = asyncio.create_task(post(at, stream, seq))
            posts.add(task)
            task.add_done_callback(posts.discard)
        await asyncio.gather(*posts)


def _watch(run: Run) -> None:
    """See flags as another reader does."""
    last = 0
    with run.database.read() as session:
        last = session.scalar(select(func.max(StreamFlagRow.id))) or 0
    query = select(StreamFlagRow.id, StreamFlagRow.received_at, StreamFlagRow.created_at)
    while not run.over.wait(LOOK):
        with run.database.read() as session:
            found = session.execute(query.where(StreamFlagRow.id > last).order_by(StreamFlagRow.id)).all()
        now = datetime.now(UTC)
        for key, received_at, created_at in found:
            last = key
            run.visible.append((now - received_at).total_seconds())
            run.written.append((created_at - received_at).total_seconds())


def _texts() -> list[str]:
    lines = (ROOT / "tests/data/cases.jsonl").read_text("utf-8").splitlines()
    documents = (decode_envelope(line).document for line in lines)
    return [one.text for document in documents if isinstance(document, Transcript) for one in document.segments]


def _open(database: Database, count: int) -> list[int]:
    opened = []
    with database.write() as session:
        for number in range(count):
            head = msgspec.json.encode({"id": f"bench-{number}", "room": f"room {number}"})
            opened.append(open_stream(session, decode_head(head), head, datetime.now(UTC), source="bench").stream)
    return opened


def _store(database: Database, count: int) -> None:
    """So many flags of streams that are over, a hundred in each."""
    now, stored = datetime.now(UTC), iter(range(count))
    flag = Flag(
        "x.rule",
        "absolute",
        "medium",
        0.9,
        "m",
        (),
        (Evidence("segments[0].text", 0, 2, "最好", "exact"),),
        (),
        "",
        1,
        "m",
    )
    while some := list(islice(stored, 20_000)):
        with database.write() as session:
            streams = {}
            for number in sorted({one // 100 for one in some}):
                head = msgspec.json.encode({"id": f"old-{number}"})
                streams[number] = open_stream(session, decode_head(head), head, now, source="bench").stream
                finish(session, streams[number], now)
            row = {"standing": "settled", "rule": "x.rule", "matcher": "m", "severity": "medium", "flag": flag}
            row |= {"segment": 0, "seq": 1, "received_at": now, "created_at": now, "changed_at": now}
            rows = [row | {"stream_id": streams[one // 100], "identity": f"{one:064}"} for one in some]
            session.execute(insert(StreamFlagRow), rows)
    if count and database.engine.dialect.name == "postgresql":
        with database.write() as session:
            session.execute(text("ANALYZE"))


def _waiting(database: Database) -> int:
    with database.read() as session:
        query = select(func.count()).select_from(StreamItemRow).join(StreamRow, StreamRow.id == StreamItemRow.stream_id)
        return session.scalar(query.where(StreamRow.state == "open", StreamItemRow.seq >= StreamRow.next_seq)) or 0


@contextmanager
def _process(settings: Settings, name: object, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with (settings.data / f"{name}.log").open("wb") as log:
        command = [sys.executable, *arguments]
        started = subprocess.Popen(command, env=os.environ | environment(settings), stdout=log, stderr=log)
        try:
            yield started
        finally:
            started.send_signal(signal.SIGTERM)
            started.wait()


@contextmanager
def _api(settings: Settings, folder: str) -> Iterator[str]:
    with _process(settings, "api", "-m", "monitor", "api", "--port", "0"):
        yield _wait_for(Path(folder) / "api.log", r"running on (http://[\d.:]+)")


def _wait_for(log: Path, said: str) -> str:
    for _ in range(600):
        if found := re.search(said, log.read_text()):
            return found[found.re.groups]
        time.sleep(0.1)
    raise SystemExit(log.read_text())


def _cpu(processes: list[subprocess.Popen[bytes]]) -> tuple[float, float]:
    """Seconds on a core, and seconds spent waiting for one, so far."""
    found = [Path(f"/proc/{process.pid}/schedstat").read_text().split() for process in processes]
    return sum(int(one[0]) for one in found) / 1e9, sum(int(one[1]) for one in found) / 1e9


if __name__ == "__main__":
    main()
