"""What the oracle and the engine once told apart: each case as small as it gets, and what is right by the rule language."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from rules.oracle.drawing import RECORDS
from rules.oracle.judge import Finding, Oracle, told
from rules.writing import RULE, write_rulebook

from monitor.documents import CertificateClaim, Document, Listing, Product, Segment, Transcript
from monitor.errors import RuleError
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 20)
MATCH = "match: {text: 最好, boundaries: start}"
VOCABULARY = "vocabulary: {sweet: [糖, 红糖]}\n"


def _listing(text: str) -> Listing:
    return Listing(id="1", description=text)


def _stream(*said: tuple[float, str]) -> Transcript:
    return Transcript(id="1", segments=tuple(Segment(text, at) for at, text in said))


WINDOW = "match: {all: [最好, 苹果], within: {seconds: 30}}"
CASES = [
    pytest.param(
        "match: {text: ['苹果 ..6 治好', '苹果 ..6 好']}",
        _listing("苹果能氵台好"),
        [(0, 6, "pattern")],
        id="of two readings of the same words the one as written counts",
    ),
    pytest.param(
        WINDOW + "\n    unless: [{speaker: viewer}]",
        Transcript(
            id="1", segments=(Segment("这个最好", 0.0, speaker="host"), Segment("苹果吗", 5.0, speaker="viewer"))
        ),
        [],
        id="who says the second part of a claim counts too",
    ),
    pytest.param("match: {text: ai助手}", _listing("用ai助助手"), [(1, 6, "variant")], id="a run after a Latin letter"),
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
        "match: {text: \U00030edd面}",
        _listing("油泼面和\U00030edd面"),
        [(4, 6, "exact")],
        id="a rare character of a phrase is not any character that no phrase has",
    ),
    pytest.param(
        "match: {text: \U00030edd面壮阳, boundaries: none}",
        _listing("\U00030edd面壮🐑"),
        [(0, 4, "homophone")],
        id="a rare character has a sound",
    ),
    pytest.param(
        "match: {text: \U00030edd面}",
        _listing("\U00030ede面"),
        [(0, 2, "variant")],
        id="and a traditional form",
    ),
    pytest.param(
        "match: {text: 最低 ..12 元}",
        _listing("最低50,001元"),
        [(0, 9, "pattern")],
        id="a gap may cross the comma of a number, which ends no clause",
    ),
    pytest.param(
        "match: {all: [最好, 苹果], within: {seconds: 30}}\n    unless: [{text: 烂苹果, scope: overlap}]",
        _stream((0, "最好"), (5, "烂苹果")),
        [],
        id="an exception looks at each part that is said at another moment",
    ),
    pytest.param(
        "missing: {text: 数字人, scope: {start: 60}}",
        Transcript(id="1", segments=(Segment("大家好"), Segment("我是数字人"))),
        [(0, 0, "")],
        id="what is said without times may be said too late: unknown",
    ),
    pytest.param(
        "applies: {when: [{field: registry.gi.region}]}\n    missing: {text: 五常}",
        Listing(id="1", description="大米", certificates=(CertificateClaim("gi", "AGI00012"),)),
        [(0, 2, "absent")],
        id="a duty of whom the registry records",
    ),
    pytest.param(
        "applies: {except_categories: [food.agri]}\n    missing: {text: 五常}",
        Transcript(
            id="1",
            segments=(Segment("大家好", 0.0), Segment("苹果", 9.0)),
            products=(Product(Listing(id="2", title="甲", category="food.agri.fruit"), 5.0),),
        ),
        [(0, 3, "absent")],
        id="a stream owes as a whole, whatever it shows later",
    ),
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
    registry = Registry(RECORDS)
    engine = told(Scanner(rulebook, registry).scan(document, DAY))
    oracle = Oracle(rulebook).findings(document, DAY, registry)
    assert [_words(one) for one in oracle] == right
    assert [_words(one) for one in engine] == right


def _words(finding: Finding) -> tuple[int, int, str]:
    return finding.start, finding.end, finding.match


def test_of_what_is_said_at_one_time_the_nearest_counts(tmp_path: Path) -> None:
    match = "match: {all: [最好, 苹果], within: {seconds: 30}}"
    rulebook = load_rulebook(write_rulebook(tmp_path, RULE.replace(MATCH, match)))
    document = _stream((10, "最好"), (5, "苹果"), (5, "苹果"))
    (flag,) = Scanner(rulebook).scan(document, DAY).flags
    assert [one.field for one in flag.evidence] == ["segments[0].text", "segments[1].text"]
    assert told(Scanner(rulebook).scan(document, DAY)) == Oracle(rulebook).findings(document, DAY, None)


def test_parts_that_are_all_quantities_are_a_problem(tmp_path: Path) -> None:
    path = write_rulebook(tmp_path, RULE.replace(MATCH, "match: {all: [<yuan>, [<percent>, 糖]]}"))
    with pytest.raises(RuleError, match="one part of `all` needs a phrase"):
        load_rulebook(path)
