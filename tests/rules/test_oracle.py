"""The engine against an oracle that tries each rule by itself: every labelled case, ordinary lines, and rules nobody would write.

``python bench/oracle.py`` does the same on 20,000 lines and on files of your own.
"""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from rules.oracle.aimed import targets
from rules.oracle.drawing import RECORDS, documents, rulebooks
from rules.oracle.judge import Oracle, told
from rules.oracle.lines import ordinary_lines

from monitor.documents import Document, Listing, decode_envelope
from monitor.errors import RuleError
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

Factory = pytest.TempPathFactory
ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def shipped() -> tuple[Scanner, Oracle]:
    rulebook = load_rulebook(ROOT / "rules.yaml")
    return Scanner(rulebook), Oracle(rulebook)


@pytest.mark.parametrize("name", ["cases", "hard_cases"])
def test_engine_and_oracle_agree_on_every_labelled_case(shipped: tuple[Scanner, Oracle], name: str) -> None:
    scanner, oracle = shipped
    for line in (ROOT / "tests" / "data" / f"{name}.jsonl").read_bytes().splitlines():
        envelope = decode_envelope(line)
        day = envelope.day or DAY
        registry = Registry(envelope.registry) if envelope.registry else None
        found = told(scanner.scan(envelope.document, day, registry=registry))
        assert found == oracle.findings(envelope.document, day, registry), envelope.id


def test_engine_and_oracle_agree_on_ordinary_lines(shipped: tuple[Scanner, Oracle]) -> None:
    scanner, oracle = shipped
    for line in ordinary_lines(100, random.Random(2026)):  # noqa: S311 (no secret)
        document = Listing(id="1", description=line)
        assert told(scanner.scan(document, DAY)) == oracle.findings(document, DAY, None), line


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(book=rulebooks(), several=st.lists(documents, min_size=1, max_size=5))
def test_engine_and_oracle_agree_on_any_rules(tmp_path_factory: Factory, book: str, several: list[Document]) -> None:
    _compare(tmp_path_factory, book, several)


@settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(given=targets())
def test_the_screen_drops_nothing_that_is_written_to_fit(
    tmp_path_factory: Factory, given: tuple[str, list[Document]]
) -> None:
    _compare(tmp_path_factory, *given)


def _compare(folders: Factory, book: str, several: list[Document]) -> None:
    """A batch says what the oracle says, and what each of its documents says alone."""
    path = folders.getbasetemp() / "rules.yaml"
    path.write_text(book, encoding="utf-8")
    try:
        rulebook = load_rulebook(path)
    except RuleError:
        reject()
    scanner, oracle = Scanner(rulebook, Registry(RECORDS)), Oracle(rulebook)
    batch = scanner.batch(several)
    for number, document in enumerate(several):
        found = batch.scan(number, DAY)
        assert told(found) == oracle.findings(document, DAY, scanner.registry)
        assert found == scanner.scan(document, DAY)
