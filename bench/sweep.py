"""Lines per second of ``monitor sweep`` with workers of its own, against ``monitor scan`` of the same file, in the same run.

    python bench/sweep.py                               20,000 listings, 1 and 2 workers, SQLite and files
    python bench/sweep.py --database postgresql --broker redis
    python bench/sweep.py --kills 10                    and once more, with so many kills of everything at any moment

The time is that of the whole command: the start of Python, the rulebook from its cache, planning, scanning, joining. ``warm`` is from the
plan to the results. Processor time is that of the command and all it started (not of a database server), and moves less than seconds with
what else the machine does. With ``--kills``, exit code 1 if a byte of the results differs from the calm run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from listings import write_listings
from scan_throughput import tree
from throughput import DAY, new_broker, new_database

from monitor.bootstrap import environment
from monitor.config import Settings

MONITOR = [sys.executable, "-c", "from monitor.cli import main; main()"]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="sqlite")
    parser.add_argument("--broker", choices=("redis", "rabbitmq", "files"), default="files")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--rules", type=Path, default=Path("rules.yaml"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.jsonl"
        write_listings(path, options.count)
        print(
            f"{'command':<20} {'seconds':>8} {'lines/s':>8} {'against scan':>13} {'processor µs a line':>20} {'warm lines/s':>13}"
        )
        for workers in options.workers:
            before = processor()
            seconds = scan(path, workers, options.rules)
            cost = 1e6 * (processor() - before) / options.count
            print(
                f"{f'scan --jobs {workers}':<20} {seconds:>8.1f} {options.count / seconds:>8,.0f} {1:>13.2f} {cost:>20,.0f}",
                flush=True,
            )
            before = processor()
            warm, swept = sweep(path, workers, options)
            cost = 1e6 * (processor() - before) / options.count
            print(
                f"{f'sweep --workers {workers}':<20} {swept:>8.1f} {options.count / swept:>8,.0f} {seconds / swept:>13.2f} {cost:>20,.0f} "
                f"{options.count / warm:>13,.0f}",
                flush=True,
            )
        if options.kills:
            return int(not storm(path, options))
    return 0


def scan(path: Path, jobs: int, rules: Path) -> float:
    """Seconds of ``monitor scan``."""
    command = [*MONITOR, "scan", str(path), "--rules", str(rules), "--jobs", str(jobs), "--registry", "off"]
    begun = time.monotonic()
    subprocess.run([*command, "--format", "jsonl", "--quiet", "--output", f"{path}.scanned"], check=False)
    return time.monotonic() - begun


def processor() -> float:
    """Processor seconds of everything that was started and has ended."""
    times = os.times()
    return times.children_user + times.children_system


def sweep(path: Path, workers: int, options: argparse.Namespace) -> tuple[float, float]:
    """Seconds of ``monitor sweep``: as its report says, and of the whole command."""
    out = Path(f"{path}.out-{workers}")
    with deployment(options) as given:
        begun = time.monotonic()
        subprocess.run(command(path, out, workers), env=given, check=True)
        seconds = time.monotonic() - begun
    report = json.loads(Path(f"{out}.report.json").read_bytes())
    if report["documents"] != options.count:
        sys.exit(f"{report['documents']} results of {options.count}")
    return report["seconds"], seconds


def storm(path: Path, options: argparse.Namespace) -> bool:
    """Kill the command and all it started at random moments; whether the results are those of the calm run."""
    out, workers = Path(f"{path}.storm"), options.workers[-1]
    chance, kills = random.Random(2026), 0  # noqa: S311 (no secret)
    with deployment(options, lease=5) as given:
        while True:
            with subprocess.Popen(command(path, out, workers), env=given, start_new_session=True) as process:
                with suppress(subprocess.TimeoutExpired):
                    code = process.wait(chance.uniform(3, 25) if kills < options.kills else None)
                    break
                for pid in tree(process.pid):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                kills += 1
    same = out.read_bytes() == Path(f"{path}.out-{workers}").read_bytes()
    print(f"{kills} kills of everything, exit code {code}: the results are {'the same' if same else 'NOT THE SAME'}")
    return same


def command(path: Path, out: Path, workers: int) -> list[str]:
    """``monitor sweep``."""
    return [*MONITOR, "sweep", str(path), "--out", str(out), "--workers", str(workers), "--as-of", str(DAY), "--quiet"]


@contextmanager
def deployment(options: argparse.Namespace, **others: object) -> Iterator[dict[str, str]]:
    """The environment of a new deployment, gone at the end."""
    with (
        tempfile.TemporaryDirectory() as folder,
        new_database(options.database, Path(folder)) as url,
        new_broker(options.broker) as broker,
    ):
        settings = Settings(
            _env_file=None, data=Path(folder), database=url, broker=broker, rules=options.rules.absolute(), registry="off", **others
        )  # fmt: skip
        yield os.environ | environment(settings)


if __name__ == "__main__":
    sys.exit(main())
