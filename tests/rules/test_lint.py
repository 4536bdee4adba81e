"""Warnings: told with their place, and silent where something may yet act."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules.writing import RULE, write_rulebook

from monitor.errors import Problem, RuleError
from monitor.rules.lint import lint
from monitor.rules.lint.braces import alternatives
from monitor.rules.load import read_rulebook, shipped_packs

MATCH = "match: {text: 最好, boundaries: start}"


def warnings(folder: Path, wrong: str = "", *, match: str = MATCH, head: str = "") -> list[Problem]:
    """Warnings about the smallest rule with more keys (before its message), another match, or more keys in the rulebook."""
    rule = RULE.replace(MATCH, match).replace("    message:", f"{wrong}    message:")
    return lint(read_rulebook(write_rulebook(folder, rule, head=head)))


def codes(folder: Path, wrong: str = "", *, match: str = MATCH, head: str = "") -> list[str]:
    return [problem.code for problem in warnings(folder, wrong, match=match, head=head)]


def test_a_warning_has_its_place_its_line_and_its_level(tmp_path: Path) -> None:
    (found,) = warnings(tmp_path, match="match: {any: [{id: a, text: 最好}, {id: b, text: [最佳, '{最优|最 优}']}]}")
    assert (found.code, found.line, found.column) == ("repeated-phrase", 9, 57)
    assert str(found).startswith(f"{tmp_path}/rules.yaml:9:57: warning: repeated-phrase '最 优' stands here beside")


MATCHES = [
    pytest.param("match: '最{好|佳}{的|}'", [], id="optional on purpose"),
    pytest.param("match: '最{好|、}米'", ["dead-alternative"], id="an alternative that folds to nothing"),
    pytest.param("match: '{國家級|国家级}品质'", ["repeated-phrase"], id="traditional beside simplified"),
    pytest.param("match: '{好{的|}|好}米'", [], id="braces inside that say more"),
    pytest.param("match: {text: 國家級, variants: none}", ["dead-literal"], id="folded, yet wanted as written"),
    pytest.param("match: {text: APP下载, variants: none}", [], id="case is no variant"),
    pytest.param("match: {text: 3.5折, variants: none}", [], id="a decimal point stays"),
    pytest.param("match: {all: [最好, 大米], within: field}", ["wide-window"], id="a window of a whole field"),
    pytest.param("match: {all: [最好, 大米], within: field, fields: [title]}", [], id="of a short field"),
    pytest.param("match: {text: 最好, fields: [attributes.卖点, images]}", [], id="fields that are searched"),
    pytest.param("match: {text: 最好, fields: [titel]}", ["dead-matcher"], id="a field that is not"),
    pytest.param("match: {any: [{id: a, text: 最好}, {id: b, text: 最好, fields: [title]}]}", [], id="other terms"),
    pytest.param(
        "match: {any: [{id: a, text: [最好, 顶级]}, {id: b, text: '{顶级|最好}'}]}", ["repeated-matcher"], id="same"
    ),
    pytest.param("match: {any: [{id: a, text: [最好, 顶级]}, {id: b, text: 顶级}]}", ["repeated-matcher"], id="a part"),
    pytest.param("match: {any: [{id: a, text: [最好, 全网最]}, {id: b, text: 最好}]}", [], id="longer words may win"),
    pytest.param("match: {any: [{id: a, text: 最好 ..4 米}, {id: b, text: 最好 ..6 米}]}", [], id="another gap"),
]


@pytest.mark.parametrize(("match", "expected"), MATCHES)
def test_matchers(tmp_path: Path, match: str, expected: list[str]) -> None:
    assert codes(tmp_path, match=match) == expected


EXCEPTIONS = [
    pytest.param("{text: 送礼用, scope: overlap}", MATCH, ["apart-exception"], id="shares nothing"),
    pytest.param("{text: 送礼用, scope: clause}", MATCH, [], id="need not overlap"),
    pytest.param("{text: 嘴好, scope: overlap}", MATCH, [], id="shares a sound"),
    pytest.param("{text: 送礼用, scope: overlap}", "match: 最好 ..6 大米", [], id="the gap may hold it"),
    pytest.param("{text: zuihaoba, scope: overlap}", MATCH, [], id="letters may be pinyin"),
    pytest.param("{text: 送 ..6 礼, scope: overlap}", MATCH, [], id="its gap may hold the words"),
    pytest.param(
        "{text: 顶级, scope: overlap, matchers: [a]}",
        "match: {any: [{id: a, text: 最好}, {id: b, text: 顶级}]}",
        ["apart-exception"],
        id="shares only with a matcher it is not for",
    ),
    pytest.param(
        "{context: negated, basis: {law: 甲, in_force: {to: 2015-08-31}}}", MATCH, ["dead-exception"], id="over"
    ),
    pytest.param("{context: negated, basis: {law: 甲, in_force: {to: 2015-09-01}}}", MATCH, [], id="one day is enough"),
    pytest.param("{field: attributes.产地}", MATCH, [], id="any attribute"),
    pytest.param("{field: price.reference}", MATCH, [], id="a fact inside a fact"),
    pytest.param("{field: price.was}", MATCH, ["unknown-field"], id="no such fact"),
    pytest.param("{field: host.name}", MATCH, [], id="a fact of a stream"),
    pytest.param("{speaker: viewer}", MATCH, [], id="streams have speakers"),
]


@pytest.mark.parametrize(("condition", "match", "expected"), EXCEPTIONS)
def test_exceptions(tmp_path: Path, condition: str, match: str, expected: list[str]) -> None:
    assert codes(tmp_path, f"    unless: [{condition}]\n", match=match) == expected


PAIRS = [
    pytest.param("{text: [最好先, 最好别]}, {text: 最好别}", ["repeated-exception"], id="one holds the other"),
    pytest.param(
        "{text: [最好先, 好先], scope: overlap}, {text: 最好先, scope: overlap}", [], id="longer words may win"
    ),
    pytest.param("{text: 最好先}, {text: 最好先, scope: sentence}", [], id="another scope"),
    pytest.param("{context: negated}, {context: [negated, quoted]}", ["repeated-exception"], id="contexts"),
    pytest.param("{context: negated}, {context: negated, basis: {law: 甲}}", [], id="another ground"),
    pytest.param("{field: title}, {field: category}", [], id="fields are facts, not words"),
]


@pytest.mark.parametrize(("pair", "expected"), PAIRS)
def test_pairs_of_exceptions(tmp_path: Path, pair: str, expected: list[str]) -> None:
    assert codes(tmp_path, f"    unless: [{pair}]\n") == expected


def test_matchers_with_other_exceptions_are_not_the_same(tmp_path: Path) -> None:
    match = "match: {any: [{id: a, text: 最好}, {id: b, text: 最好}]}"
    assert codes(tmp_path, "    unless: [{context: negated, matchers: [a]}]\n", match=match) == []
    assert codes(tmp_path, "    unless: [{context: negated, matchers: [a, b]}]\n", match=match) == ["repeated-matcher"]


APPLIES = [
    pytest.param("{categories: [food], except_categories: [food.health]}", [], id="a part left out"),
    pytest.param("{categories: [food.health], except_categories: [food]}", ["never-applies"], id="all left out"),
    pytest.param("{kinds: []}", ["never-applies"], id="no kind"),
    pytest.param("{categories: [food], when: {category: drug}}", ["never-applies"], id="when asks for others"),
    pytest.param("{categories: [food], when: {category: food.health}}", [], id="when asks for some"),
]


@pytest.mark.parametrize(("applies", "expected"), APPLIES)
def test_applies(tmp_path: Path, applies: str, expected: list[str]) -> None:
    assert codes(tmp_path, f"    applies: {applies}\n") == expected


VOCABULARIES = [
    pytest.param("{rice: [大米, 五常大米]}", [], id="a longer entry is not hidden by a shorter one"),
    pytest.param(
        "{rice: [大米, 小米, '{大|小}米']}", ["hidden-entry", "hidden-entry"], id="given again by a later one"
    ),
    pytest.param("{rice: ['{大|小}米', 大米, 香米]}", [], id="an entry that says more is not hidden"),
    pytest.param("{rice: [{text: 大米, place: [五常]}, 大 米]}", ["hidden-entry"], id="the same once folded"),
    pytest.param("{rice: [大米], noodle: [面条]}", ["unused-vocabulary"], id="unused"),
    pytest.param("{rice: [$noodle], noodle: [面条]}", [], id="used by another"),
    pytest.param("{rice: [大米], brands: [好大米]}", [], id="brands need no pattern"),
]


@pytest.mark.parametrize(("vocabulary", "expected"), VOCABULARIES)
def test_vocabularies(tmp_path: Path, vocabulary: str, expected: list[str]) -> None:
    assert codes(tmp_path, match="match: 最好$rice", head=f"vocabulary: {vocabulary}\n") == expected


@pytest.mark.parametrize(("fact", "expected"), [("place", []), ("taste", ["unknown-fact"])])
def test_facts_of_entries(tmp_path: Path, fact: str, expected: list[str]) -> None:
    head = "vocabulary: {rice: [{text: 五常大米, place: [五常]}]}\n"
    conflict = f"    conflict: {{field: attributes.产地, lacks: '@{fact}'}}\n"
    assert codes(tmp_path, conflict, match="match: $rice", head=head) == expected


def test_a_day_that_is_none_keeps_the_rulebook_from_loading(tmp_path: Path) -> None:
    rule = RULE.replace("from: 2015-09-01", "from: 2015-09-01, to: 2015-08-31")
    with pytest.raises(RuleError) as caught:
        read_rulebook(write_rulebook(tmp_path, rule))
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.warning) == ("no-day", 8, False)


def test_a_vocabulary_of_a_pack_that_is_there_to_be_used_may_be_unused(tmp_path: Path) -> None:
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "words.yaml").write_text("pack: words\ntitle: 词\nvocabulary: {a: [甲乙], b: [丙丁]}\n", "utf-8")
    (packs / "claims.yaml").write_text(f"pack: claims\ntitle: 词\nuses: [words]\nrules:\n{RULE}", "utf-8")
    (tmp_path / "rules.yaml").write_text("rulebook: t\nextends: [claims]\n", "utf-8")
    reading = read_rulebook(tmp_path / "rules.yaml")
    assert [file.name for file in reading.files] == ["claims", "words", "t"]
    assert lint(reading) == []


def test_braces_are_read_as_they_were_written() -> None:
    assert list(alternatives(r"a{b|{c|d}|}\{e|f\}")) == [["c", "d"], ["b", "{c|d}", ""]]


def test_the_shipped_rules_have_no_warnings() -> None:
    shipped = read_rulebook(Path(__file__).parents[2] / "rules.yaml")
    assert {file.name for file in shipped.files if file.is_pack} == set(shipped_packs())
    assert [str(problem) for problem in lint(shipped)] == []
