"""The shipped rulebook: proven, complete, and held against labelled cases and the samples."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import msgspec
import pytest

from monitor.documents import decode_envelope
from monitor.flags import CATEGORIES, Flag, at_least
from monitor.formats.read import read_paths
from monitor.registry import Registry
from monitor.rules import Rulebook, load_rulebook
from monitor.rules.examples import check
from monitor.scanner import Scanner

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 20)
KNOWN = {
    "T-001": {"absolute", "composition", "urgency", "diversion", "hardship"},
    "T-002": {"medical", "health-function", "endorsement", "guarantee"},
    "T-003": {"price", "environment", "unfair-terms", "disparagement", "inducement", "data-source"},
    "live-05": {"absolute", "disparagement", "urgency"},
    "live-06": {"state-authority", "medical", "unfair-terms"},
    "live-07": {"data-source", "health-function", "inducement", "unfair-terms", "diversion"},
}
"""The problems that samples/README.md names for the streams."""


class _Case(msgspec.Struct):
    expect: list[str]
    accept: list[str] = []
    ignore: list[str] = []
    part: str = ""


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook(ROOT / "rules.yaml")


@pytest.fixture(scope="module")
def scanner(rulebook: Rulebook) -> Scanner:
    return Scanner(rulebook)


def _counts(flag: Flag) -> bool:
    return flag.status == "in-force" and at_least(flag.severity, "low")


def test_every_part_of_every_rule_is_proven(rulebook: Rulebook) -> None:
    assert [f"{failure.rule} {failure.where}: {failure.message}" for failure in check(rulebook)] == []


def test_each_code_has_three_rules_in_two_languages(rulebook: Rulebook) -> None:
    counts = Counter(rule.category for rule in rulebook.rules.values())
    assert {category: counts[category] for category in CATEGORIES if counts[category] < 3} == {}
    assert [rule.id for rule in rulebook.rules.values() if not (rule.message.en and rule.remedy.en)] == []


def test_labelled_cases_are_told_apart(scanner: Scanner) -> None:
    violating, lawful, codes = Counter[bool](), Counter[bool](), Counter[str]()
    for line in (ROOT / "tests" / "data" / "cases.jsonl").read_bytes().splitlines():
        case, envelope = msgspec.json.decode(line, type=_Case), decode_envelope(line)
        (result,) = scanner.scan_envelopes([envelope], DAY)
        found = {flag.category for flag in result.flags if _counts(flag)} - set(case.ignore)
        (violating if case.expect else lawful)[bool(found)] += 1
        wanted, named = set(case.expect), found - (set(case.accept) - set(case.expect))
        codes.update(both=len(wanted & named), one=len(wanted ^ named))
    assert violating[True] / violating.total() >= 0.93
    assert lawful[True] / lawful.total() <= 0.05
    assert 2 * codes["both"] / (2 * codes["both"] + codes["one"]) >= 0.88


@pytest.mark.parametrize(
    ("name", "part", "recall", "false"),
    [("violations", "seen", 0.85, 0.04), ("violations", "held-out", 0.6, 0.05), ("lawful", "", 0.0, 0.03)],
    ids=["violations that were looked at", "violations that were not", "lawful speech"],
)
def test_corpora_are_told_apart(scanner: Scanner, name: str, part: str, recall: float, false: float) -> None:
    violating, lawful = Counter[bool](), Counter[bool]()
    for line in (ROOT / "tests" / "data" / f"{name}.jsonl").read_bytes().splitlines():
        case, envelope = msgspec.json.decode(line, type=_Case), decode_envelope(line)
        if part in {"", case.part}:
            (result,) = scanner.scan_envelopes([envelope], DAY)
            found = {flag.category for flag in result.flags if _counts(flag)} - set(case.ignore)
            (violating if case.expect else lawful)[bool(found)] += 1
    assert violating[True] >= recall * violating.total()
    assert lawful[True] <= false * lawful.total()


def test_the_samples_show_what_their_readme_says(rulebook: Rulebook) -> None:
    registered = Scanner(rulebook, Registry.load(ROOT / "samples" / "certificates.jsonl"))
    found: dict[str, list[Flag]] = {}
    for item in read_paths([ROOT / "samples"], on_error=lambda _: None):
        (result,) = registered.scan_envelopes([item.envelope], DAY)
        found[result.document] = [flag for flag in result.flags if _counts(flag)]
    named = sum(len(codes) for codes in KNOWN.values())
    seen = sum(len(codes & {flag.category for flag in found[stream]}) for stream, codes in KNOWN.items())
    assert seen / named >= 2 / 3
    assert all(found[f"L-{number:03}"] for number in range(41, 61))
    assert [
        flag for stream in ("T-004", "live-08") for flag in found[stream] if at_least(flag.severity, "medium")
    ] == []
