"""How well the rulebook tells labelled cases apart: precision, recall, F1 and false alarms, by document and by code.

    python bench/labelled_cases.py [CASES.jsonl] [--part held-out] [--without-model]

Flags of severity low and above count. A code under ``accept`` counts neither for nor against.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec

from monitor.documents import decode_envelope
from monitor.flags import at_least
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

ROOT = Path(__file__).parents[1]


class _Label(msgspec.Struct):
    expect: list[str]
    accept: list[str] = []
    ignore: list[str] = []
    part: str = ""


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="?", type=Path, default=ROOT / "tests" / "data" / "cases.jsonl")
    parser.add_argument("--part", choices=["seen", "held-out"], help="only those that were (or were not) looked at")
    parser.add_argument("--without-model", action="store_true", help="without the rules that ask the claim model")
    options = parser.parse_args()
    lines = options.cases.read_bytes().splitlines()
    rulebook = load_rulebook(ROOT / "rules.yaml")
    if options.without_model:
        plain = {name: loaded for name, loaded in rulebook.loaded.items() if not name.startswith("cn.claims.")}
        rulebook = replace(rulebook, loaded=plain)
    scanner = Scanner(rulebook)
    documents = {"hit": 0, "miss": 0, "false": 0, "lawful": 0}
    codes = {"hit": 0, "miss": 0, "false": 0}
    for line in lines:
        label = msgspec.json.decode(line, type=_Label)
        if options.part and label.part != options.part:
            continue
        (result,) = scanner.scan_envelopes([decode_envelope(line)], date(2026, 11, 20))
        flags = [flag for flag in result.flags if flag.status == "in-force" and at_least(flag.severity, "low")]
        wanted = set(label.expect)
        found = {flag.category for flag in flags} - set(label.ignore)
        documents["lawful"] += not wanted
        documents[("hit" if found else "miss") if wanted else ("false" if found else "lawful")] += bool(wanted or found)
        named = found - (set(label.accept) - wanted)
        codes["hit"] += len(wanted & named)
        codes["miss"] += len(wanted - named)
        codes["false"] += len(named - wanted)
    for name, count in (("documents", documents), ("codes", codes)):
        print(
            f"{name:10} precision {_ratio(count['hit'], count['false']):.3f}  recall {_ratio(count['hit'], count['miss']):.3f}"
        )
    print(f"lawful     flagged {documents['false']} of {documents['lawful']}")


def _ratio(good: int, bad: int) -> float:
    return good / (good + bad) if good + bad else float("nan")


if __name__ == "__main__":
    main()
