"""A storm over a deployment of its own: is every document scanned exactly once in effect, whatever is killed?

    python bench/kill_storm.py [--documents 20000] [--kills 100] [--seed 1] [--broker redis|amqp|files] [--database postgresql|sqlite]

It starts servers of its own on free ports in temporary folders (PostgreSQL on a small file system, Redis, RabbitMQ) and worker processes,
and lets several clients bring documents and tell live streams, which try again until they are told that a piece is kept. Meanwhile, in an
order drawn from the seed: processes of the workers are killed; Redis is emptied and restarted 5 times; RabbitMQ is stopped and started 3
times; PostgreSQL is shut down at once and started 3 times; the disk is filled once. At the end every document, piece of work and flag, also
those that were settled while a stream was on air, is compared with a calm run. Exit code 1: something is otherwise. Filling the disk needs
root (a file system is mounted) and is left out without.

The documents are the labelled ones of the tests, again and again under other ids, some in two revisions; the rulebook is the shipped one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import date
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import BinaryIO

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import msgspec
import redis
from store.writing import Arrived
from workers.servers import OwnServer, own_postgresql, own_rabbitmq, own_redis, small_disk
from workers.storm import Report, Storm, survive
from workers.storm_streams import OnAir

from monitor.bootstrap import load_scanner, prepare_database
from monitor.config import Settings
from monitor.documents import Envelope, decode_document

DAY = date(2026, 11, 20)
REVISED = 0.1
"""Part of the documents that come in a second revision."""

LENGTH = 1200
"""Segments of a live stream."""

DISK = {"sqlite": 400, "postgresql": 1200}
"""Megabytes of the small file system."""

FULL = 5.0
"""Seconds the disk stays full."""

Trouble = dict[str, tuple[int, Callable[[], object]]]


def main() -> int:
    """Start everything, run the storm, tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--streams", type=int, default=8, help="live streams told meanwhile, of 1,200 segments each")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broker", choices=("redis", "amqp", "files"), default="redis")
    parser.add_argument(
        "--database", choices=("postgresql", "sqlite"), help="default: postgresql; sqlite with --broker files"
    )
    parser.add_argument("--lease", type=float, default=15.0, help="seconds until what was lost is sent again")
    parser.add_argument("--keep-log", type=Path, help="where the log of the workers is copied to")
    options = parser.parse_args()
    database = options.database or ("sqlite" if options.broker == "files" else "postgresql")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="steelyard-storm-")))
        settings, trouble = deployment(stack, folder, database, options.broker, options.lease)
        prepare_database(settings).close()
        documents = list(made(options.documents, options.seed))
        storm = Storm(options.kills, options.seed, trouble, streams=list(on_air(options.streams)), judges=2)
        report = survive(settings, load_scanner(settings), documents, storm, folder)
        if options.keep_log:
            options.keep_log.write_bytes((folder / "workers.log").read_bytes())
    tell(report, len(documents) + options.streams, f"{database}, {options.broker}, seed {options.seed}")
    return int(bool(report.differences) or report.counts.done != len(documents) + options.streams)


def deployment(stack: ExitStack, folder: Path, database: str, broker: str, lease: float) -> tuple[Settings, Trouble]:
    """Settings of servers that run until the stack is closed, and the trouble they can be given."""
    trouble: Trouble = {}
    root = os.geteuid() == 0
    disk = stack.enter_context(small_disk(DISK[database])) if root else folder / "disk"
    (disk / "data").mkdir(parents=True)
    url = f"sqlite:///{disk / 'data' / 'steelyard.sqlite'}"
    revive: Callable[[], object] = lambda: None  # noqa: E731 (SQLite needs no reviving)
    if database == "postgresql":
        (disk / "server").mkdir()
        server = stack.enter_context(own_postgresql(disk / "server"))
        url, revive = server.url, server.start
        trouble["PostgreSQL shut down at once"] = (3, partial(restart, server, signal.SIGQUIT))
    if root:
        trouble["disk filled"] = (1, partial(fill, disk / "filler", revive))
    broker_url = ""
    if broker == "redis":
        carrier = stack.enter_context(own_redis())
        broker_url, trouble["Redis emptied and restarted"] = carrier.url, (5, partial(forget, carrier))
    elif broker == "amqp":
        carrier = stack.enter_context(own_rabbitmq())
        broker_url, trouble["RabbitMQ stopped and started"] = (
            carrier.url,
            (3, partial(restart, carrier, signal.SIGTERM)),
        )
    return Settings(
        _env_file=None,
        data=disk / "data",
        database=url,
        broker=broker_url,
        rules=ROOT / "rules.yaml",
        lease=lease,
        stream_lease=lease,
        as_of=DAY,
        batch=64,
    ), trouble


def restart(server: OwnServer, number: int) -> None:
    """End a server by a signal and start it again, after a moment in which nobody answers."""
    server.end(number)
    time.sleep(1.0)
    server.start()


def forget(server: OwnServer) -> None:
    """Empty a Redis, then kill it and start it again."""
    with redis.Redis.from_url(server.url) as client:
        client.flushall()
    restart(server, signal.SIGKILL)


def fill(filler: Path, revive: Callable[[], object]) -> None:
    """Fill the file system to the last byte, wait, make room again, and start what gave up meanwhile."""
    with filler.open("wb") as file:
        fill_up(file)
        until = time.monotonic() + FULL
        while time.monotonic() < until:  # others may make room by deleting
            fill_up(file)
            time.sleep(0.01)
    filler.unlink()
    revive()


def fill_up(file: BinaryIO) -> None:
    """Take what room there is."""
    with suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, file.tell() + shutil.disk_usage(file.name).free)
        file.seek(0, os.SEEK_END)


def on_air(count: int) -> Iterator[OnAir]:
    """Live streams in which the titles of the labelled listings are said, each beginning elsewhere."""
    titles = [
        line["document"]["title"]
        for name in ("violations", "lawful")
        for line in map(msgspec.json.decode, (ROOT / "tests" / "data" / f"{name}.jsonl").read_bytes().splitlines())
        if line["document"]["kind"] == "listing"
    ]
    for number in range(count):
        said = islice(cycle(titles), number * LENGTH, (number + 1) * LENGTH)
        yield OnAir(f"live-{number}", tuple(said), DAY)


def made(count: int, seed: int) -> Iterator[Arrived]:
    """That many revisions: labelled documents under new ids, in an order of the seed."""
    random = Random(seed)  # noqa: S311 (a choice of documents, no secret)
    lines = [
        msgspec.json.decode(line)
        for name in ("cases", "violations", "lawful")
        for line in (ROOT / "tests" / "data" / f"{name}.jsonl").read_bytes().splitlines()
    ]
    random.shuffle(lines)
    return islice(revisions(cycle(lines), random), count)


def revisions(lines: Iterator[dict[str, object]], random: Random) -> Iterator[Arrived]:
    """Each document, and for some a second revision with another title."""
    for number, line in enumerate(lines):
        document = line["document"]
        assert isinstance(document, dict)  # noqa: S101 (the labelled cases are envelopes)
        document = document | {"id": f"{document['id']}-{number}"}
        yield arrived(document)
        if random.random() < REVISED:
            key = "title" if document["kind"] == "listing" else "room"
            yield arrived(document | {key: f"{document.get(key, '')} 二"})


def arrived(document: dict[str, object]) -> Arrived:
    """A document as a reader yields it."""
    raw = msgspec.json.encode(document)
    return Arrived(Envelope(decode_document(raw), as_of=DAY), raw)


def tell(report: Report, documents: int, what: str) -> None:
    """The figures, and the first differences."""
    print(
        f"{what}: {documents:,} documents in {report.seconds:,.0f} s, {report.retries} batches brought again by clients"
    )
    for name, times in sorted(report.blows.items()):
        print(f"  {times:>4} × {name}")
    counts = report.counts
    print(
        f"  work: {counts.done:,} done, {counts.pending + counts.leased:,} waiting, {counts.dead:,} dead; {report.flags:,} flags"
    )
    print(f"  {len(report.differences)} differences from the calm run")
    show(report.differences[:20])


def show(differences: Sequence[str]) -> None:
    """One a line."""
    for difference in differences:
        print(f"    {difference}")


if __name__ == "__main__":
    sys.exit(main())
