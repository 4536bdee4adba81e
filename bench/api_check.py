"""How much a check over HTTP costs against calling the scanner: ratios of one run.

    python bench/api_check.py [--calls 500]

Starts `monitor api` on a free port over a database of its own, calls it one by one with listings of the samples.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import httpx

from monitor.formats import read_path
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=500)
    calls = parser.parse_args().calls
    items = list(read_path(ROOT / "samples" / "listings.jsonl", on_error=print))
    scanner = Scanner(load_rulebook(ROOT / "rules.yaml"))
    documents = [items[number % len(items)].envelope.document for number in range(calls)]
    direct = [_timed(partial(scanner.scan, document, date(2026, 11, 20))) for document in documents]
    with tempfile.TemporaryDirectory() as folder:
        over_http = _over_http(folder, [item.raw for item in items], calls)
    print(f"{'':12} {'p50':>9} {'p99':>9}   ms")
    for name, times in (("scanner", direct), ("over HTTP", over_http)):
        print(f"{name:12} {_percentile(times, 50):9.3f} {_percentile(times, 99):9.3f}")
    ratios = [_percentile(over_http, percent) / _percentile(direct, percent) for percent in (50, 99)]
    print(f"{'ratio':12} {ratios[0]:9.1f} {ratios[1]:9.1f}")


def _over_http(folder: str, bodies: list[bytes], calls: int) -> list[float]:
    environment = {**os.environ, "STEELYARD_DATA": folder, "STEELYARD_RULES": str(ROOT / "rules.yaml")}
    command = [sys.executable, "-m", "monitor"]
    made = subprocess.run(
        [*command, "keys", "new", "bench", "-c", "check"], env=environment, capture_output=True, text=True, check=True
    )
    log = Path(folder) / "api.log"
    with log.open("wb") as output:
        server = subprocess.Popen([*command, "api", "--port", "0"], env=environment, stdout=output, stderr=output)
    try:
        with httpx.Client(
            base_url=_address(server, log), headers={"Authorization": f"Bearer {made.stdout.strip()}"}
        ) as client:
            chosen = [bodies[number % len(bodies)] for number in range(calls)]
            return [_timed(partial(client.post, "/v1/check", content=body)) for body in chosen]
    finally:
        server.terminate()
        server.wait()


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    while server.poll() is None:
        found = re.search(r"running on (http://[\d.:]+)", log.read_text(encoding="utf-8"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise SystemExit(log.read_text(encoding="utf-8"))


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - start)


def _percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
