"""Documents per second from a file to flags in the database (ingest, Celery, workers), against the same scanner called directly.

    python bench/throughput.py                                  5,000 listings; PostgreSQL and Redis of this machine, 1 and 2 workers
    python bench/throughput.py --count 20000 --broker rabbitmq
    python bench/throughput.py --database sqlite --broker files

Each deployment is its own: a new database, its own processes. The clock runs from the start of `monitor ingest` to the last flag
committed; workers are started, and their rules loaded, before. *Direct* is one process that reads the file, scans it in batches and
writes JSON Lines. ``--apart`` first ingests everything and only then starts the workers, so that each half is timed by itself.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import psycopg
import redis
from listings import write_listings
from psycopg import sql

from monitor.bootstrap import environment
from monitor.config import Settings
from monitor.store import Database, migrate, open_engine, work_counts

GOAL = 0.5
"""Of the direct rate, what the whole way should reach."""

SERVER = "postgresql://postgres@127.0.0.1:5432"
REDIS = "redis://127.0.0.1:6379/11"
DAY = date(2026, 11, 20)
DIRECT = """
import sys, time
from pathlib import Path
from monitor.bootstrap import load_scanner
from monitor.config import Settings
from monitor.documents import Listing
from monitor.formats import read_paths
from monitor.formats.batching import batches
from monitor.formats.write import make_writer
from datetime import date
scanner = load_scanner(Settings(_env_file=None, rules=Path(sys.argv[2]), registry="off"))
scanner.scan(Listing(id="first", title="新鲜苹果"), date(2026, 11, 20))
begun, count = time.monotonic(), 0
with open(sys.argv[3], "wb") as stream:
    writer = make_writer("jsonl", stream)
    for batch in batches(read_paths([Path(sys.argv[1])], on_error=print)):
        for item, result in zip(batch, scanner.scan_envelopes([i.envelope for i in batch], date(2026, 11, 20))):
            writer.write(result, item.envelope.document)
            count += 1
    writer.close()
print(count / (time.monotonic() - begun))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Documents per second: the whole way, and of its halves where they were timed apart."""

    workers: int
    whole: float
    ingest: float | None = None
    scan: float | None = None


def main() -> int:
    """Measure and print; 1 if the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--broker", choices=("redis", "rabbitmq", "files"), default="redis")
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--batch", type=int, default=Settings.model_fields["batch"].default)
    parser.add_argument("--rules", type=Path, default=Path("rules.yaml"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "listings.jsonl"
        write_listings(path, options.count)
        direct = directly(path, options.rules)
        print(f"direct: {direct:,.0f}/s", file=sys.stderr)
        runs = [measured(path, options, workers) for workers in options.workers]
        again = directly(path, options.rules)
    print(table(runs, direct, again))
    return int(any(run.whole < GOAL * max(direct, again) for run in runs))


def directly(path: Path, rules: Path) -> float:
    """Documents per second of the scanner called directly."""
    command = [sys.executable, "-c", DIRECT, str(path), str(rules), f"{path}.direct"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measured(path: Path, options: argparse.Namespace, workers: int) -> Run:
    """One deployment, from its start to its end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(new_database(options.database, folder))
        settings = Settings(
            _env_file=None, data=folder, database=url, broker=stack.enter_context(new_broker(options.broker)),
            rules=options.rules.absolute(), registry="off", as_of=DAY, batch=options.batch,
        )  # fmt: skip
        database = Database(open_engine(url))
        stack.callback(database.close)
        ingested = None
        if options.apart:
            ingested = timed(lambda: ingest(path, settings))
        log = stack.enter_context((folder / "log").open("w+"))
        for part in ("scan", "dispatch"):
            if part == "dispatch" or not options.apart:
                stack.enter_context(process(settings, log, part, workers))
            else:
                stack.enter_context(process(settings, log, part, workers))
            wait_for(
                lambda count=("scan", "dispatch").index(part) + 1: (folder / "log").read_text().count("ready:") >= count
            )
        begun = time.monotonic()
        if not options.apart:
            ingest(path, settings)
            between = time.monotonic() - begun
            print(f"{workers} workers: ingested after {between:.1f} s", file=sys.stderr)
        wait_for(lambda: done(database) == options.count)
        seconds = time.monotonic() - begun
    count = options.count
    print(f"{workers} workers: all after {seconds:.1f} s", file=sys.stderr)
    if ingested is None:
        return Run(workers, count / seconds)
    return Run(workers, count / (seconds + ingested), count / ingested, count / seconds)


def ingest(path: Path, settings: Settings) -> None:
    """`monitor ingest`."""
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "ingest", str(path), "--quiet"]
    subprocess.run(command, check=True, env=os.environ | environment(settings))


def timed(run: object) -> float:
    """Seconds it takes."""
    assert callable(run)  # noqa: S101 (for the type checker)
    begun = time.monotonic()
    run()
    return time.monotonic() - begun


def done(database: Database) -> int:
    """Documents whose work is done."""
    with database.read() as session:
        return work_counts(session).done


def wait_for(so: object, seconds: float = 1800) -> None:
    """Look until it is so."""
    assert callable(so)  # noqa: S101 (for the type checker)
    begun = time.monotonic()
    while not so():
        if time.monotonic() - begun > seconds:
            sys.exit("waited in vain")
        time.sleep(0.1)


@contextmanager
def process(settings: Settings, log: object, part: str, workers: int) -> Iterator[None]:
    """One of the two processes of a worker."""
    started = subprocess.Popen(
        [sys.executable, "-m", "monitor.workers", part, "--concurrency", str(workers)],
        env=os.environ | environment(settings), stdout=log, stderr=subprocess.STDOUT, start_new_session=True,  # type: ignore[call-overload]
    )  # fmt: skip
    try:
        yield
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


@contextmanager
def new_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of a database with its tables, gone at the end."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'steelyard.sqlite'}"
        _migrate(url)
        yield url
        return
    name = sql.Identifier(f"bench_{uuid4().hex}")
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            url = f"{SERVER}/{name.as_string()[1:-1]}"
            _migrate(url)
            yield url
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _migrate(url: str) -> None:
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


@contextmanager
def new_broker(kind: str) -> Iterator[str]:
    """The URL of a broker with nothing in it."""
    if kind == "files":
        yield ""
    elif kind == "redis":
        with redis.Redis.from_url(REDIS) as client:
            client.delete(
                "steelyard-scan", "unacked", "unacked_index", "unacked_mutex", "_kombu.binding.steelyard-scan"
            )
            yield REDIS
            client.delete(
                "steelyard-scan", "unacked", "unacked_index", "unacked_mutex", "_kombu.binding.steelyard-scan"
            )
    else:
        name = f"bench-{uuid4().hex}"
        for arguments in (("add_vhost", name), ("set_permissions", "-p", name, "guest", ".*", ".*", ".*")):
            subprocess.run(["rabbitmqctl", "-q", *arguments], check=True, capture_output=True)  # noqa: S607
        try:
            yield f"amqp://guest:guest@127.0.0.1:5672/{name}"
        finally:
            subprocess.run(["rabbitmqctl", "-q", "delete_vhost", name], check=True, capture_output=True)  # noqa: S607


def table(runs: list[Run], direct: float, again: float) -> str:
    """The figures beside the direct rate, which is that before and after."""
    middle = (direct + again) / 2
    lines = [
        f"direct: {direct:,.0f}/s before, {again:,.0f}/s after",
        f"{'workers':>7} {'documents/s':>12} {'ratio':>6} {'ingest/s':>9} {'scan/s':>8}",
    ]
    for run in runs:
        halves = [f"{half:,.0f}" if half else "" for half in (run.ingest, run.scan)]
        lines.append(f"{run.workers:>7} {run.whole:>12,.0f} {run.whole / middle:>6.2f} {halves[0]:>9} {halves[1]:>8}")
    return "\n".join([*lines, f"ratio: to the direct rate; goal {GOAL}"])


if __name__ == "__main__":
    sys.exit(main())
