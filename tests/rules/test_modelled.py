"""Exceptions of a rule that asks the claim model: contexts are asked of what weighed most, not of the whole sentence alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from rules.writing import rule_of, write_rulebook

from monitor.documents import Segment, Transcript
from monitor.flags import Flag
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

BODY = """\
match: {id: model, model: inducement, over: 0.02}
unless:
  - {id: denied, context: [negated, refused]}
  - {id: asked, context: questioned}
  - {id: viewer, speaker: viewer}
"""


@pytest.fixture
def scanner(tmp_path: Path) -> Scanner:
    return Scanner(load_rulebook(write_rulebook(tmp_path, rule_of(BODY))))


def _flags(scanner: Scanner, text: str, speaker: str = "host") -> tuple[Flag, ...]:
    said = Transcript("T1", segments=(Segment(text, start=0.0, end=5.0, speaker=speaker),))
    return scanner.scan(said, date(2026, 11, 20)).flags


def test_a_claim_is_flagged(scanner: Scanner) -> None:
    (flag,) = _flags(scanner, "五星好评截图发客服返三块钱红包")
    assert flag.evidence[0].match == "model"


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        pytest.param("大家放心我们家不会五星好评返现", "host", id="denied in the middle of the sentence"),
        pytest.param("你们是不是五星好评截图就返红包吗？", "host", id="asked"),
        pytest.param("五星好评截图发客服返三块钱红包", "viewer", id="a viewer speaks"),
    ],
)
def test_an_exception_excuses_it(scanner: Scanner, text: str, speaker: str) -> None:
    assert _flags(scanner, text, speaker) == ()
