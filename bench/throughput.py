"""Documents per second from a file to flags in the database (ingest, Celery, workers), against the same scanner called directly.

    python bench/throughput.py                                  5,000 listings; PostgreSQL and Redis of this machine, 1 and 2 workers
    python bench/throughput.py --count 20000 --broker rabbitmq
    python bench/throughput.py --database sqlite --broker files

Each deployment is its own: a new database, its own processes. The clock runs from the start of `monitor ingest` to the last flag
committed; workers are started, and their rules loaded, before. *Direct* is one process that reads the file, scans it in batches and
writes JSON Lines. ``--apart`` first ingests everything and only then starts the workers, so that each half is timed by itself.

Processor time is that of all processes of the way (ingest, worker, dispatcher, the server's for this database; Linux only); what else
the machine does moves it less than seconds.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
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
begun, used, count = time.monotonic(), time.process_time(), 0
with open(sys.argv[3], "wb") as stream:
    writer = make_writer("jsonl", stream)
    for batch in batches(read_paths([Path(sys.argv[1])], on_error=print)):
        for item, result in zip(batch, scanner.scan_envelopes([i.envelope for i in batch], date(2026, 11, 20))):
            writer.write(result, item.envelope.document)
            count += 1
    writer.close()
print(count / (time.monotonic() - begun), (time.process_time() - used) / count)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Documents per second, the whole way, and of its halves where they were timed apart; processor seconds a document, by part."""

    workers: int
    whole: float
    used: dict[str, float]
    ingest: float | None = None
    scan: float | None = None


@dataclass(slots=True)
class Meter:
    """Processor seconds of the server's processes for one database: each is gone with its connection, so it is asked often."""

    name: str
    seen: dict[int, float] = field(default_factory=dict)

    def look(self) -> None:
        """Ask those that are there."""
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                line = (place / "cmdline").read_bytes()
                if line.startswith(b"postgres:") and self.name.encode() in line:
                    self.seen[int(place.name)] = used(int(place.name))

    @property
    def total(self) -> float:
        """Of all of them."""
        return sum(self.seen.values())


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
        direct, runs = [directly(path, options.rules)], []
        for workers in options.workers:
            runs.append(measured(path, options, workers))
            direct.append(directly(path, options.rules))
    print(table(runs, direct))
    rate = max(rate for rate, _ in direct)
    return int(any(run.whole < GOAL * rate for run in runs))


def directly(path: Path, rules: Path) -> tuple[float, float]:
    """Documents per second of the scanner called directly, and processor seconds a document."""
    command = [sys.executable, "-c", DIRECT, str(path), str(rules), f"{path}.direct"]
    rate, seconds = map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    print(f"direct: {rate:,.0f}/s", file=sys.stderr)
    return rate, seconds


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
        meter, ingested = Meter(url.rpartition("/")[2]), None
        if options.apart:
            begun = time.monotonic()
            spent = ingest(path, settings, meter)
            ingested = time.monotonic() - begun
        log = folder / "log"
        parts = {}
        for number, part in enumerate(("scan", "dispatch"), 1):
            parts[part] = stack.enter_context(process(settings, log, part, workers))
            wait_for(lambda number=number: log.read_text().count("ready:") >= number or done(database), meter)
        before = {part: used(pid) for part, pid in parts.items()}
        begun = time.monotonic()
        if not options.apart:
            spent = ingest(path, settings, meter)
            print(f"{workers} workers: ingested after {time.monotonic() - begun:.1f} s", file=sys.stderr)
        wait_for(lambda: done(database) == options.count, meter)
        seconds = time.monotonic() - begun
        times = {"ingest": spent} | {part: used(pid) - before[part] for part, pid in parts.items()}
        times["server"] = meter.total
    print(f"{workers} workers: all after {seconds:.1f} s", file=sys.stderr)
    each = {part: of / options.count for part, of in times.items()}
    if ingested is None:
        return Run(workers, options.count / seconds, each)
    return Run(workers, options.count / (seconds + ingested), each, options.count / ingested, options.count / seconds)


def used(pid: int) -> float:
    """Processor seconds of a process and all that it started; 0 for one that is gone."""
    try:
        figures = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return 0.0
    own = (int(figures[11]) + int(figures[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(used(int(child)) for child in children)


def ingest(path: Path, settings: Settings, meter: Meter) -> float:
    """`monitor ingest`; the processor seconds it took, the start of Python among them."""
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "ingest", str(path), "--quiet"]
    running = subprocess.Popen(command, env=os.environ | environment(settings))
    most = 0.0
    while running.poll() is None:
        most = max(most, used(running.pid))
        meter.look()
        time.sleep(0.05)
    if running.returncode:
        sys.exit("monitor ingest failed")
    return most


def done(database: Database) -> int:
    """Documents whose work is done."""
    with database.read() as session:
        return work_counts(session).done


def wait_for(so: Callable[[], object], meter: Meter, seconds: float = 1800) -> None:
    """Look until it is so."""
    begun = time.monotonic()
    while not so():
        if time.monotonic() - begun > seconds:
            sys.exit("waited in vain")
        meter.look()
        time.sleep(0.2)


@contextmanager
def process(settings: Settings, log: Path, part: str, workers: int) -> Iterator[int]:
    """One of the two processes of a worker; its number."""
    with log.open("a") as stream:
        started = subprocess.Popen(
            [sys.executable, "-m", "monitor.workers", part, "--concurrency", str(workers)],
            env=os.environ | environment(settings), stdout=stream, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield started.pid
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


def table(runs: list[Run], direct: list[tuple[float, float]]) -> str:
    """The figures beside the direct ones, which were taken before, between and after."""
    rate, cost = (sum(one[number] for one in direct) / len(direct) for number in (0, 1))
    lines = [
        f"direct: {', '.join(f'{one:,.0f}' for one, _ in direct)} documents/s; {1e6 * cost:,.0f} µs of processor time a document",
        f"{'workers':>7} {'documents/s':>12} {'ratio':>6} {'ingest/s':>9} {'scan/s':>8}   µs of processor time a document",
    ]
    for run in runs:
        halves = [f"{half:,.0f}" if half else "" for half in (run.ingest, run.scan)]
        parts = ", ".join(f"{part} {1e6 * of:,.0f}" for part, of in run.used.items())
        total = sum(run.used.values())
        lines.append(
            f"{run.workers:>7} {run.whole:>12,.0f} {run.whole / rate:>6.2f} {halves[0]:>9} {halves[1]:>8}   "
            f"{1e6 * total:,.0f}: {parts}; {total / cost:.2f} times the direct"
        )
    return "\n".join([*lines, f"ratio: to the direct rate; goal {GOAL}"])


if __name__ == "__main__":
    sys.exit(main())
