"""What does it cost to scan a stream while it is told? Seconds fed segment by segment over seconds for the whole, in one run.

    python bench/live.py [--segments 4000] [STREAMS]

The stream is what is said in the labelled transcripts of STREAMS (JSON Lines of envelopes), one after the other, again and again.
Twice the segments should cost twice the seconds. The wait is how many segments come after a flag's own before it is told.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from datetime import date
from itertools import count, islice
from pathlib import Path

from msgspec.structs import replace

from monitor.documents import Segment, Transcript, decode_envelope
from monitor.live import LiveScan
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

ROOT = Path(__file__).parents[1]
DAY = date(2026, 11, 20)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("streams", nargs="?", type=Path, default=ROOT / "tests/data/cases.jsonl")
    parser.add_argument("--segments", type=int, default=4000)
    given = parser.parse_args()
    scanner = Scanner(load_rulebook(ROOT / "rules.yaml"))
    scanner.scan(Transcript("warm", tuple(islice(_said(given.streams), 200))), DAY)
    print(
        f"{'segments':>8} {'piece':>6} {'whole, s':>9} {'live, s':>9} {'ratio':>6} {'told live':>10} {'wait, p50':>10} {'p99':>5}"
    )
    for size in (given.segments // 4, given.segments // 2, given.segments):
        for piece in (1, 10, size):
            _measure(scanner, Transcript("stream", tuple(islice(_said(given.streams), size))), piece)


def _said(path: Path) -> Iterator[Segment]:
    """Segments without end, one every four seconds."""
    lines = path.read_text("utf-8").splitlines()
    documents = [decode_envelope(line).document for line in lines]
    texts = [
        segment.text for document in documents if isinstance(document, Transcript) for segment in document.segments
    ]
    yield from (Segment(texts[index % len(texts)], 4.0 * index, 4.0 * index + 3.5) for index in count())


def _measure(scanner: Scanner, stream: Transcript, piece: int) -> None:
    start = time.process_time()
    whole = scanner.scan(stream, DAY).flags
    between = time.process_time()
    live, waits, told = LiveScan(scanner, replace(stream, segments=()), DAY), [], 0
    for first in range(0, len(stream.segments), piece):
        flags = live.feed(stream.segments[first : first + piece])
        fed = min(first + piece, len(stream.segments))
        waits += [fed - 1 - int(flag.evidence[0].field[9:].partition("]")[0]) for flag in flags]
        told += len(flags)
    told_last = len(live.close())
    end = time.process_time()
    if told + told_last != len(whole):
        raise SystemExit(f"{told + told_last} flags live, {len(whole)} of the whole")
    waits.sort()
    print(
        f"{len(stream.segments):8,} {piece:6,} {between - start:9.2f} {end - between:9.2f} "
        f"{(end - between) / (between - start):6.2f} {told / max(1, len(whole)):10.0%} "
        f"{waits[len(waits) // 2]:10} {waits[len(waits) * 99 // 100]:5}"
    )


if __name__ == "__main__":
    main()
