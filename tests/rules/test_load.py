"""Loading: what composes, and every error with its place, all at once."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rules.writing import RULE, write_rulebook

from monitor.errors import RuleError
from monitor.rules import load_rulebook


def test_a_rule_loads(tmp_path: Path) -> None:
    rulebook = load_rulebook(write_rulebook(tmp_path))
    rule = rulebook.rules["t.word"]
    assert (rule.shape, rule.severity, rule.basis[0].article) == ("claim", "medium", "9(3)")


def test_the_digest_changes_with_what_decides_and_not_with_comments(tmp_path: Path) -> None:
    digest = load_rulebook(write_rulebook(tmp_path)).digest
    assert load_rulebook(write_rulebook(tmp_path, RULE + "# a remark\n")).digest == digest
    assert load_rulebook(write_rulebook(tmp_path, RULE.replace("medium", "high"))).digest != digest


def test_an_override_changes_a_rule_and_says_where(tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "cn.test.yaml"
    pack.parent.mkdir()
    pack.write_text(f"pack: cn.test\ntitle: 测试\nrules:\n{RULE}", encoding="utf-8")
    path = tmp_path / "rules.yaml"
    path.write_text("rulebook: test\nextends: [cn.test]\noverride:\n  t.word: {severity: high}\n", encoding="utf-8")
    loaded = load_rulebook(path).loaded["t.word"]
    assert loaded.rule.severity == "high"
    assert loaded.origin["severity"].endswith("rules.yaml:4")


WRONG = [
    pytest.param(
        "severity: medium", "severty: medium", ["unknown-key", "did you mean `severity`", "missing"], id="misspelt key"
    ),
    pytest.param(
        "severity: medium", "severity: grave", ["value", "'info', 'low', 'medium'", "'grave'"], id="wrong value"
    ),
    pytest.param("category: absolute", "category: absolut", ["value", "'absolute'"], id="unknown category"),
    pytest.param(
        "severity: medium", "severity: medium\n    severity: low", ["duplicate-key", "twice"], id="duplicate key"
    ),
    pytest.param("text: 最好,", 'text: "最{好",', ["pattern", "not closed"], id="bad pattern"),
    pytest.param("text: 最好,", "text: $nothing,", ["vocabulary", "unknown vocabulary"], id="unknown vocabulary"),
    pytest.param("text: 最好,", "text: 好,", ["short-literal", "found everywhere"], id="one character"),
    pytest.param("text: 最好,", 'text: "·~",', ["pattern", "at least one phrase"], id="folding leaves nothing"),
    pytest.param("text: 最好, boundaries: start", "fields: [title]", ["exactly one of `text`"], id="no matcher"),
    pytest.param(
        "pass: [这米不错, 很好吃]", "pass: [这米不错]", ["at least 2 entries here, there is 1"], id="one pass example"
    ),
    pytest.param("    remedy: 删除\n", "", ["missing-key", "`remedy` is missing"], id="missing key"),
    pytest.param("match: {", "missing: {field: title}\n    match: {", ["`missing` without `match`"], id="two shapes"),
    pytest.param(
        "    message",
        "    unless: [{context: denied}]\n    message",
        ["unknown-context", "known: negated"],
        id="context",
    ),
    pytest.param(
        "    message",
        "    unless: [{text: 甲乙, matchers: [x]}]\n    message",
        ["unknown-matcher", "match"],
        id="matcher",
    ),
    pytest.param("from: 2015-09-01", "from: 2015-13-01", ["value", "month must be in 1..12"], id="no such day"),
    pytest.param("rules:", "rules: [", ["yaml"], id="no YAML"),
]


@pytest.mark.parametrize(("given", "wrong", "said"), WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, given: str, wrong: str, said: list[str]) -> None:
    path = write_rulebook(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace(given, wrong), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        load_rulebook(path)
    message = str(caught.value)
    assert all(part in message for part in said), message
    assert f"{path}:" in message
    assert "^" in message


def test_all_problems_come_at_once_with_the_caret_under_the_key(tmp_path: Path) -> None:
    rules = RULE.replace("severity:", "severty:").replace("category: absolute", "category: none") + RULE.replace(
        "title:", "titel:"
    )
    with pytest.raises(RuleError) as caught:
        load_rulebook(write_rulebook(tmp_path, rules))
    problems = caught.value.problems
    assert {problem.code for problem in problems} == {"unknown-key", "missing-key", "value"}
    misspelt = next(problem for problem in problems if "severty" in problem.message)
    assert misspelt.source[misspelt.column - 1 :].startswith("severty")


def test_of_a_long_line_the_part_around_the_problem_is_shown(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as caught:
        load_rulebook(write_rulebook(tmp_path, RULE.replace("最好,", "'" + "最好" * 5_000 + "{',")))
    said, caret = str(caught.value).splitlines()[1:3]
    assert len(said) < 200
    assert len(caret) < 200


def test_two_rules_of_one_name_are_told_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"t\.word stands in .*rules\.yaml:\d+ too"):
        load_rulebook(write_rulebook(tmp_path, RULE + RULE))


def test_an_unknown_pack_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="unknown-pack"):
        load_rulebook(write_rulebook(tmp_path, head="extends: [cn.nothing]\n"))


def test_a_file_that_is_not_there_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="monitor init"):
        load_rulebook(tmp_path / "rules.yaml")


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = write_rulebook(tmp_path)
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(RuleError, match="save the file as UTF-8"):
        load_rulebook(path)


LAUGHS = "rulebook: test\na0: &a0 [lol, lol]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
LOOPS = [
    pytest.param(
        "vocabulary: {word: ['{甲乙|$word}']}\n", "$word", "contains itself", id="a vocabulary inside its own braces"
    ),
    pytest.param(
        "vocabulary: {a: ['$b 甲'], b: ['{$a|乙}']}\n", "$a", "contains itself", id="two that contain each other"
    ),
    pytest.param("", "'" + "{" * 1500 + "'", "12 deep", id="braces without end"),
    pytest.param(
        "vocabulary: {" + ", ".join(f"v{n}: ['{{$v{n + 1}|甲}}乙']" for n in range(400)) + ", v400: [丙丁]}\n",
        "$v0",
        "12 deep",
        id="vocabularies without end",
    ),
]


@pytest.mark.parametrize(("head", "text", "said"), LOOPS)
def test_what_goes_round_or_down_without_end_is_a_problem(tmp_path: Path, head: str, text: str, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        load_rulebook(write_rulebook(tmp_path, RULE.replace("text: 最好,", f"text: {text},"), head=head))


HEAPS = [
    pytest.param(LAUGHS + "rules: *a11\n", id="aliases of aliases"),
    pytest.param("rulebook: test\nrules: &loop [*loop]\n", id="an alias that contains itself"),
]


@pytest.mark.parametrize("text", HEAPS)
def test_aliases_are_written_out_up_to_a_limit(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError, match="yaml"):
        load_rulebook(path)


@given(
    place=st.integers(0, 10_000),
    junk=st.text(alphabet='{}[]:,"-#&*!|>%@` \n\t\0x字', max_size=4),
    cut=st.integers(0, 6),
)
def test_a_mutated_file_loads_or_has_problems_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, place: int, junk: str, cut: int
) -> None:
    text = f"rulebook: test\nrules:\n{RULE}"
    place %= len(text)
    path = tmp_path_factory.mktemp("mutated") / "rules.yaml"
    path.write_text(text[:place] + junk + text[place + cut :], encoding="utf-8")
    with contextlib.suppress(RuleError):
        assert load_rulebook(path).rules
