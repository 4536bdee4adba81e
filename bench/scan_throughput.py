"""Listings per second of ``monitor scan``, and whether its memory grows with the file.

    python bench/scan_throughput.py                     10,000 and 100,000 listings, 1 and 2 processes
    python bench/scan_throughput.py --counts 1000 5000  smaller

Each run is a process of its own. Memory is the sum over its processes of the most each ever held (VmHWM of /proc, Linux only).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from listings import write_listings

GROWTH = 1.1
"""What counts as flat: the memory of a longer file against that of the shortest."""


@dataclass(frozen=True, slots=True)
class Run:
    """One scan: seconds, and megabytes held at most."""

    count: int
    jobs: int
    seconds: float
    megabytes: float


def main() -> int:
    """Measure and print; 1 if the memory of a longer file is more than a tenth above that of a shorter one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rules", type=Path, default=Path("rules.yaml"))
    options = parser.parse_args()
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for jobs in options.jobs:
            for count in sorted(options.counts):
                path = Path(folder) / f"{count}.jsonl"
                if not path.exists():
                    write_listings(path, count)
                runs.append(measure(path, count, jobs, options.rules))
                print(f"{count:>9,} listings, {jobs} jobs: {runs[-1].seconds:.1f} s", file=sys.stderr)
    print(table(runs))
    return int(any(ratio > GROWTH for ratio in growth(runs)))


def measure(path: Path, count: int, jobs: int, rules: Path) -> Run:
    """Scan one file."""
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "scan", str(path)]
    options = [
        "--rules",
        str(rules),
        "--jobs",
        str(jobs),
        "--format",
        "jsonl",
        "--quiet",
        "--output",
        f"{path}.{jobs}.out",
    ]
    peaks: dict[int, int] = {}
    begun = time.monotonic()
    with subprocess.Popen(command + options) as process:
        while process.poll() is None:
            for pid in tree(process.pid):
                peaks[pid] = max(peaks.get(pid, 0), peak(pid))
            time.sleep(0.1)
    seconds = time.monotonic() - begun
    lines = 0
    if process.returncode in {0, 1}:
        with Path(f"{path}.{jobs}.out").open("rb") as file:
            lines = sum(1 for _ in file)
    if lines != count:
        sys.exit(f"exit code {process.returncode}, {lines} lines of {count}")
    return Run(count, jobs, seconds, sum(peaks.values()) / 1024)


def tree(pid: int) -> list[int]:
    """A process and all that it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    except OSError:
        return [pid]
    return [pid, *(grandchild for child in children for grandchild in tree(int(child)))]


def peak(pid: int) -> int:
    """The most a process held, in kilobytes; 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def growth(runs: list[Run]) -> list[float]:
    """Memory of each longer file against the shortest one's, with as many processes."""
    first = {run.jobs: run.megabytes for run in reversed(runs)}
    return [run.megabytes / first[run.jobs] for run in runs]


def table(runs: list[Run]) -> str:
    """The figures, each beside the first run's."""
    lines = [f"{'listings':>9} {'jobs':>5} {'seconds':>8} {'per second':>11} {'speed':>6} {'MB':>6} {'memory':>7}"]
    speed = runs[0].count / runs[0].seconds
    for run, grown in zip(runs, growth(runs), strict=True):
        rate = run.count / run.seconds
        lines.append(
            f"{run.count:>9,} {run.jobs:>5} {run.seconds:>8.1f} {rate:>11,.0f} {rate / speed:>5.2f}× {run.megabytes:>6.0f} {grown:>6.2f}×"
        )
    return "\n".join([*lines, "speed: against the first line; memory: against the shortest file with as many jobs"])


if __name__ == "__main__":
    sys.exit(main())
