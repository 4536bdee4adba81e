"""Does a text made to be slow cost more than its length? Seconds for four times the text over seconds for the text, in one run.

    python bench/growth.py [--characters 25000]

Each text is one phrase again and again: one clause without end, or many. A ratio near 4 is linear; much more would let a
hostile stream stop a worker. The longest text is as long as a field may be.
"""

from __future__ import annotations

import argparse
import time
from datetime import date
from pathlib import Path

from monitor.documents import Listing
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

PHRASES = (
    "最好",
    "治疗糖尿病",
    "加微信",
    "不是",
    "有机大米 ",
    "最好吃的苹果，",
    "最后十单 ",
    "v❤",
    "氵台疗",
    "免疫疫力",
    "皿糖 ",
    "1oo% ",
    "五万八千",
    "一",
    "1",
)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--characters", type=int, default=25_000)
    characters = parser.parse_args().characters
    scanner = Scanner(load_rulebook(Path(__file__).parents[1] / "rules.yaml"))
    scanner.scan(Listing(id="warm", description="".join(PHRASES)), date(2026, 11, 20))
    print(f"{'text':16} {'seconds':>9} {'x4':>9} {'ratio':>7}")
    for phrase in PHRASES:
        short, long = (_seconds(scanner, phrase, size) for size in (characters, 4 * characters))
        print(f"{phrase:16} {short:9.3f} {long:9.3f} {long / max(short, 1e-9):7.1f}")


def _seconds(scanner: Scanner, phrase: str, characters: int) -> float:
    listing = Listing(id="1", description=phrase * (characters // len(phrase)))
    times = []
    for _ in range(3):
        start = time.process_time()
        scanner.scan(listing, date(2026, 11, 20))
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
