"""What watching costs, what a worker does in a second, and what memory each part takes.

    python bench/operations.py [--listings 4000] [--concurrency 1 2]

Watching: processor time of a worker's batches of 64, plain, with every rule timed, and of counting and logging them; shares of one run.
Throughput: documents a second of `monitor up` over SQLite and files, from the first to the last document finished. Memory: the
proportional share (PSS of /proc, Linux only) of its processes after that work.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from listings import write_listings

ROOT = Path(__file__).parents[1]
BATCH = 64
DAY = date(2026, 11, 20)
COMMAND = [sys.executable, "-c", "from monitor.cli import main; main()"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--listings", type=int, default=4000)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="steelyard-bench-") as folder:
        watching(Path(folder), options.listings)
        for processes in options.concurrency:
            place = Path(folder) / str(processes)
            place.mkdir()
            deployment(place, options.listings, processes)


def watching(folder: Path, count: int) -> None:
    """The cost of counting, logging and timing, as shares of scanning."""
    from monitor.metrics.sharing import FOLDER

    (folder / "metrics").mkdir()
    os.environ[FOLDER] = str(folder / "metrics")
    from monitor import logs
    from monitor.formats import read_path
    from monitor.rules.cache import compiled_rulebook
    from monitor.scanner import Scanner
    from monitor.workers import tasks
    from monitor.workers.batch import Outcome

    write_listings(folder / "in.jsonl", count)
    documents = [item.envelope.document for item in read_path(folder / "in.jsonl", on_error=print)]
    batches = [documents[start : start + BATCH] for start in range(0, count, BATCH)]
    scanner = Scanner(compiled_rulebook(ROOT / "rules.yaml", None))
    timed, spent = scanner.timed(time.process_time)
    log = logs.get("bench")
    plain = measured = counted = logged = 0.0
    with (folder / "log").open("w") as stream:
        logs.set_up("json", "bench", stream)
        for number, batch in enumerate([batches[0], *batches]):  # the first reads dictionaries
            taken = [_scan(who, batch) for who in ((scanner, timed) if number % 2 else (timed, scanner))]
            if not number:
                spent.clear()  # type: ignore[attr-defined]
                continue
            plain, measured = plain + taken[1 - number % 2], measured + taken[number % 2]
            outcome = Outcome(done=len(batch), flags=9, kinds={("absolute", "medium"): 9}, waits=(1.0,) * 9)
            begun = time.process_time()
            tasks._count(outcome, 0.1, {})
            counted += time.process_time() - begun
            begun = time.process_time()
            log.info("scanned", documents=64, flags=9, work="1-64", correlation="ingest-0123456789ab")
            log.info("batch", documents=64, flags=9, seconds=0.123)
            logged += time.process_time() - begun
        begun = time.process_time()
        tasks._count(Outcome(), 0.1, spent)
        told = time.process_time() - begun
    timing, one = measured / plain - 1, plain / len(batches)
    print(f"{count} listings in batches of {BATCH}: {1e6 * plain / count:.0f} µs a listing")
    print(f"counting                 {counted / plain:7.2%}")
    print(f"two log lines a batch    {logged / plain:7.2%}")
    for what, share in (("timing every rule", timing), (f"telling {len(spent)} rules", told / one)):
        print(f"{what:<24} {share / tasks.MEASURED:7.2%} ({share:.1%} of one batch in {tasks.MEASURED})")


def _scan(scanner: object, batch: Sequence[object]) -> float:
    begun = time.process_time()
    found = scanner.batch(batch)  # type: ignore[attr-defined]
    for number in range(len(batch)):
        found.scan(number, DAY)
    return time.process_time() - begun


def deployment(folder: Path, count: int, processes: int) -> None:
    """`monitor up` with so many processes that scan: documents a second, processor time, memory."""
    write_listings(folder / "in.jsonl", count)
    ours = {"STEELYARD_RULES": str(ROOT / "rules.yaml"), "STEELYARD_API_PORT": "0", "STEELYARD_DASHBOARD_PORT": "0"}
    environment = os.environ | ours | {"STEELYARD_METRICS_PORT": "0", "STEELYARD_DATA": str(folder / "data")}
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    with running([*COMMAND, "up", "--concurrency", str(processes)], folder, environment) as process:
        until(lambda: "all        │ info    ready" in (folder / "log").read_text(), process)
        parts = {name: part["process"] for name, part in status(folder, environment)["parts"].items()}
        before = {name: seconds_of(number) for name, number in parts.items()}
        subprocess.run([*COMMAND, "ingest", "--quiet", "in.jsonl"], cwd=folder, env=environment, check=True)
        until(lambda: finished(folder) == count, process)
        print(
            f"\n{count} listings, {processes} processes that scan: {count / seconds_between(folder):.0f}/s by the wall"
        )
        for name, number in parts.items():
            taken = (seconds_of(number) - before[name]) / count
            print(f"{name:<11} {sum(map(memory, tree(number))):6.0f} MB {1000 * taken:8.2f} ms of processor a listing")
        print(f"supervisor  {memory(process.pid):6.0f} MB")


def until(done: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Look until it is so, while the process runs."""
    while not done():
        time.sleep(0.5)
        if process.poll() is not None:
            raise SystemExit("it ended")


@contextmanager
def running(command: list[str], folder: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A command while the block runs."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def status(folder: Path, environment: dict[str, str]) -> dict[str, Any]:
    """`monitor status --json`."""
    done = subprocess.run([*COMMAND, "status", "--json"], cwd=folder, env=environment, capture_output=True, check=False)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def asked(folder: Path, query: str) -> tuple[Any, ...]:
    """One row of the database."""
    import sqlite3

    with closing(sqlite3.connect(folder / "data" / "steelyard.sqlite")) as database:
        return tuple(database.execute(query).fetchone())


def finished(folder: Path) -> int:
    """Documents done."""
    return int(asked(folder, "SELECT count(*) FROM work WHERE state = 'done'")[0])


def seconds_between(folder: Path) -> float:
    """From the first document finished to the last."""
    first, last = asked(folder, "SELECT julianday(min(finished_at)), julianday(max(finished_at)) FROM work")
    return float(last - first) * 86_400


def seconds_of(process: int) -> float:
    """Processor time of a process and all it started."""
    ticks = 0
    for number in tree(process):
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def tree(process: int) -> Iterator[int]:
    """A process and all it started."""
    yield process
    for child in Path(f"/proc/{process}/task/{process}/children").read_text().split():
        yield from tree(int(child))


def memory(process: int) -> float:
    """Megabytes of a process, what it shares counted in part."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
