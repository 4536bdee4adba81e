"""The engine against the oracle of the tests, which tries each rule by itself: findings that differ, over ordinary lines.

    python bench/oracle.py [FILE ...] [--lines 20000] [--processes 2]

Without files the lines come from the samples, the labelled cases and a small grammar, by a seed. A file has a line of text a line,
and all its lines are compared. Ends with 1 where anything differs.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from rules.oracle.judge import Oracle, told
from rules.oracle.lines import ordinary_lines

from monitor.documents import Listing
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 20)
LOT = 250


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    lines = [line for path in given.files for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not given.files:
        lines = list(ordinary_lines(given.lines, random.Random(given.seed)))  # noqa: S311 (no secret)
    start = time.perf_counter()
    with ProcessPoolExecutor(given.processes) as pool:
        lots = list(pool.map(compare, [lines[first : first + LOT] for first in range(0, len(lines), LOT)]))
    differing = [said for lot in lots for said in lot[0]]
    print("\n".join(differing))
    engine, oracle = (sum(lot[place] for lot in lots) for place in (2, 3))
    print(f"{len(lines):,} lines, {sum(lot[1] for lot in lots):,} findings, {len(differing)} lines differ")
    print(f"{time.perf_counter() - start:.0f} s in all; engine {engine:.1f} s, oracle {oracle:.1f} s")
    sys.exit(bool(differing))


def compare(lines: list[str]) -> tuple[list[str], int, float, float]:
    """The lines that differ, how many findings there are, and the seconds of engine and oracle."""
    scanner, oracle = _both()
    differing, findings, seconds = [], 0, [0.0, 0.0]
    for line in lines:
        document = Listing(id="1", description=line[:5000])
        start = time.perf_counter()
        engine = told(scanner.scan(document, DAY))
        middle = time.perf_counter()
        right = oracle.findings(document, DAY, None)
        seconds = [seconds[0] + middle - start, seconds[1] + time.perf_counter() - middle]
        findings += len(right)
        if engine != right:
            differing.append(f"{line}\n  engine {engine}\n  oracle {right}")
    return differing, findings, seconds[0], seconds[1]


@cache
def _both() -> tuple[Scanner, Oracle]:
    rulebook = load_rulebook(ROOT / "rules.yaml")
    return Scanner(rulebook), Oracle(rulebook)


if __name__ == "__main__":
    main()
