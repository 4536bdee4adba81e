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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

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
    timing, batch = measured / plain - 1, plain / len(batches)
    print(f"{count} listings in batches of {BATCH}: {1e6 * plain / count:.0f} µs a listing")
    print(f"counting                 {counted / plain:7.2%}")
    print(f"two log lines a batch    {logged / plain:7.2%}")
    for what, share in (("timing every rule", timing), (f"telling {len(spent)} rules", told / batch)):
        print(f"{what:<24} {share / tasks.MEASURED:7.2%} ({share:.1%} of one batch in {tasks.MEASURED})")


def _scan(scanner: object, batch: Sequence[object]) -> float:
    begun = time.process_time()
    found = scanner.batch(batch)  # type: ignore[attr-defined]
    for number in range(len(batch)):
        found.scan(number, DAY)
    return time.process_time() - begun


def deployment(folder: Path, count: int, processes: int) -> None:
    """`monitor up` with so many processes that scan: documents a second, then memory."""
    write_listings(folder / "in.jsonl", count)
    ours = {"STEELYARD_RULES": str(ROOT / "rules.yaml"), "STEELYARD_API_PORT": "0", "STEELYARD_DASHBOARD_PORT": "0"}
    environment = os.environ | ours | {"STEELYARD_METRICS_PORT": "0", "STEELYARD_DATA": str(folder / "data")}
    environment.pop("PROMETHEUS_MULTIPROC_DIR", None)
    begun = time.monotonic()
    subprocess.run([*COMMAND, "ingest", "--quiet", "in.jsonl"], cwd=folder, env=environment, check=True)
    print(
        f"\n{processes} processes; ingest of {count} listings {count / (time.monotonic() - begun):.0f}/s, its start included"
    )
    with running([*COMMAND, "up", "--concurrency", str(processes)], folder, environment) as process:
        while (told := status(folder, environment))["work"]["finished"] < count:
            time.sleep(1)
            if process.poll() is not None:
                raise SystemExit((folder / "log").read_text())
        print(f"scanned {count / seconds_of(folder):.0f}/s")
        for name, part in told["parts"].items():
            print(f"{name:<11} {sum(map(memory, tree(part['process']))):6.0f} MB")
        print(f"supervisor  {memory(process.pid):6.0f} MB")


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


def status(folder: Path, environment: dict[str, str]) -> dict[str, object]:
    """`monitor status --json`."""
    done = subprocess.run([*COMMAND, "status", "--json"], cwd=folder, env=environment, capture_output=True, check=False)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def seconds_of(folder: Path) -> float:
    """From the first document finished to the last."""
    import sqlite3

    with sqlite3.connect(folder / "data" / "steelyard.sqlite") as database:
        first, last = database.execute(
            "SELECT julianday(min(finished_at)), julianday(max(finished_at)) FROM work"
        ).fetchone()
    return float(last - first) * 86_400


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
