"""The engine against a plainer one: every rule and every matcher tried on every document."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.documents import Envelope, decode_envelope
from monitor.flags import Flag
from monitor.nlp.layout import lay_out
from monitor.nlp.segment import Words
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.rules.compiled import Compiled, compile_rulebook
from monitor.rules.judge import Judge
from monitor.rules.match import Search
from monitor.scanner import Scanner, distinct

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shipped() -> tuple[Scanner, Compiled]:
    rulebook = load_rulebook(ROOT / "rules.yaml")
    return Scanner(rulebook), compile_rulebook(rulebook)


def _plainly(compiled: Compiled, envelope: Envelope, day: date, registry: Registry | None) -> set[tuple[str, str]]:
    """The flags (rule and key) when no rule is left out by a short cut."""
    search = Search.of(compiled, lay_out(envelope.document), Words())
    judge = Judge(compiled)
    verdicts = [verdict for rule in compiled.rules for verdict in judge.judge(rule, search, day, registry)]
    flags = distinct([verdict for verdict in verdicts if isinstance(verdict, Flag)])
    return {(flag.rule, flag.key) for flag in flags}


def test_engine_and_oracle_agree_on_every_labelled_case(shipped: tuple[Scanner, Compiled]) -> None:
    scanner, compiled = shipped
    for line in (ROOT / "tests" / "data" / "cases.jsonl").read_bytes().splitlines()[::4]:
        envelope = decode_envelope(line)
        day = envelope.day or date(2026, 11, 20)
        registry = Registry(envelope.registry) if envelope.registry else None
        flags = scanner.scan(envelope.document, day, registry=registry).flags
        assert {(flag.rule, flag.key) for flag in flags} == _plainly(compiled, envelope, day, registry), envelope.id
