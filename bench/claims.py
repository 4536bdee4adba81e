"""What the claim model costs: scanning labelled documents with the rules that ask it, and without them, as a ratio.

python bench/claims.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

from monitor.documents import decode_envelope
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    rulebook = load_rulebook(ROOT / "rules.yaml")
    plain = {name: loaded for name, loaded in rulebook.loaded.items() if not name.startswith("cn.claims.")}
    scanners = Scanner(rulebook), Scanner(replace(rulebook, loaded=plain))
    documents = [decode_envelope(line) for line in (ROOT / "tests/data/lawful.jsonl").read_bytes().splitlines() if line]
    seconds = [tuple(_timed(scanner, documents) for scanner in scanners) for _ in range(rounds + 1)]
    with_model, without = (
        median(column) for column in zip(*seconds[1:], strict=True)
    )  # the first round reads the model
    print(f"with {1000 * with_model / len(documents):.3f} ms a document, without {1000 * without / len(documents):.3f}")
    print(f"ratio {with_model / without:.2f}; reading the model took {seconds[0][0] - with_model:.2f} s")


def _timed(scanner: Scanner, documents: list) -> float:  # type: ignore[type-arg]  # envelopes
    start = time.process_time()
    list(scanner.scan_envelopes(documents, date(2026, 11, 20)))
    return time.process_time() - start


if __name__ == "__main__":
    main()
