"""What the oracle and the engine once told apart: each case as small as it gets, and what is right by the rule language."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from rules.oracle.judge import Finding, Oracle, told
from rules.writing import RULE, write_rulebook

from monitor.documents import Document, Listing, Segment, Transcript
from monitor.errors import RuleError
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 20)
MATCH = "match: {text: 最好, boundaries: start}"
VOCABULARY = "vocabulary: {sweet: [糖, 红糖]}\n"


def _listing(text: str) -> Listing:
    return Listing(id="1", description=text)


def _stream(*said: tuple[float, str]) -> Transcript:
    return Transcript(id="1", segments=tuple(Segment(text, at) for at, text in said))


CASES = [
    pytest.param(
        "match: {text: $sweet, variants: none}",
        _listing("红·糖"),
        [(2, 3, "exact")],
        id="a longer variant does not hide the words as written",
    ),
    pytest.param(
        "match: {all: [$sweet, 苹果], variants: none}",
        _listing("糖的 苹 果 和很多 苹果"),
        [(0, 13, "pattern")],
        id="nor does a nearer variant of a part",
    ),
    pytest.param(
        "match: {text: 最好}\n    unless: [{text: [最好先, 先别的好], scope: overlap}]",
        _listing("最好先别的好"),
        [],
        id="a longer exception beside the claim does not hide the one that overlaps it",
    ),
    pytest.param(
        "match: {text: '一 ..40 二 ..40 三 ..40 四'}",
        _listing("一二" + "三" * 35 + "甲" * 40 + "四"),
        [(0, 78, "pattern")],
        id="the way that leads on may be the last of many",
    ),
    pytest.param(
        "match: {text: 最后十单}\n    repeat: {times: 3, within: 60}",
        _stream((0, "最后十单"), (50, "最后十单"), (70, "最后十单"), (100, "最后十单")),
        [(0, 4, "exact")],
        id="three within a minute, whenever the first was said",
    ),
    pytest.param(
        "match: {any: [{id: a, text: 最后十单}, {id: b, text: 十单}]}\n    repeat: {times: 2, within: 60}",
        _stream((0, "最后十单")),
        [],
        id="what two matchers find is said once",
    ),
    pytest.param(
        "match: {text: 加微信}", _listing("加vx"), [(0, 3, "homophone")], id="letters that stand for a word, whole"
    ),
    pytest.param("match: {text: 微信}", _listing("vx"), [(0, 2, "homophone")], id="and alone"),
    pytest.param(
        "match: {text: 最好}", _listing("最\U000e0101好"), [(0, 3, "variant")], id="a selector of variants is invisible"
    ),
    pytest.param("match: {text: 最好}", _listing("最\U0003106c好"), [], id="a rare character is none that is inserted"),
    pytest.param(
        "match: {text: 最好, boundaries: none}\n    unless: [{text: <yuan>}]",
        _listing("最好100元"),
        [],
        id="an exception may be a quantity alone",
    ),
]


@pytest.mark.parametrize(("match", "document", "right"), CASES)
def test_engine_and_oracle_say_what_is_right(
    tmp_path: Path, match: str, document: Document, right: list[tuple[int, int, str]]
) -> None:
    rulebook = load_rulebook(write_rulebook(tmp_path, RULE.replace(MATCH, match), head=VOCABULARY))
    engine, oracle = told(Scanner(rulebook).scan(document, DAY)), Oracle(rulebook).findings(document, DAY, None)
    assert [_words(one) for one in oracle] == right
    assert [_words(one) for one in engine] == right


def _words(finding: Finding) -> tuple[int, int, str]:
    return finding.start, finding.end, finding.match


def test_parts_that_are_all_quantities_are_a_problem(tmp_path: Path) -> None:
    path = write_rulebook(tmp_path, RULE.replace(MATCH, "match: {all: [<yuan>, [<percent>, 糖]]}"))
    with pytest.raises(RuleError, match="one part of `all` needs a phrase"):
        load_rulebook(path)
