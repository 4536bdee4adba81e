"""Examples prove each part of a rule; what they do not prove is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from rules.writing import write_rulebook

from monitor.rules import load_rulebook
from monitor.rules.examples import check

RULE = """\
  - id: t.rule
    title: 测试
    category: absolute
    severity: medium
    basis: [{law: 甲法}]
    match: {any: [{id: best, text: 最好, boundaries: start}, {id: top, text: 顶级}]}
    unless: [{id: denied, context: negated}, {id: advice, text: 最好先, scope: overlap}]
    message: "「{match}」"
    remedy: 改
    examples:
      flag: [{text: 这是最好的米, by: best, at: 最好}, {text: 顶级和牛, by: top, match: exact}]
      pass: [{text: 我不敢说最好, because: denied}, {text: 最好先泡一泡, because: advice}]
"""


def _failures(tmp_path: Path, rules: str) -> list[tuple[str, str]]:
    return [(failure.code, failure.message) for failure in check(load_rulebook(write_rulebook(tmp_path, rules)))]


def test_a_rule_whose_every_part_is_proven_has_no_failure(tmp_path: Path) -> None:
    assert _failures(tmp_path, RULE) == []


WRONG = [
    pytest.param("这是最好的米", "这是不错的米", {"no-flag", "unproven"}, id="a flag example that is not flagged"),
    pytest.param("我不敢说最好", "我敢说最好", {"false-flag"}, id="a pass example that is flagged"),
    pytest.param("by: best", "by: top", {"other-matcher"}, id="another matcher"),
    pytest.param("at: 最好", "at: 大米", {"elsewhere"}, id="other words"),
    pytest.param("match: exact", "match: variant", {"other-match"}, id="another match"),
    pytest.param("because: advice", "because: denied", {"other-reason"}, id="another reason"),
    pytest.param("顶级和牛, by: top, match: exact", "最好吃", {"unproven"}, id="a matcher without proof"),
    pytest.param("最好先泡一泡, because: advice", "很好", {"unproven"}, id="an exception without proof"),
    pytest.param("text: 顶级和牛", "document: {kind: listing, title: 5}", {"example", "unproven"}, id="no document"),
]


@pytest.mark.parametrize(("given", "wrong", "codes"), WRONG)
def test_what_is_not_proven_is_told(tmp_path: Path, given: str, wrong: str, codes: set[str]) -> None:
    assert {code for code, _ in _failures(tmp_path, RULE.replace(given, wrong))} == codes


def test_an_exception_shared_by_a_pack_needs_one_proof_in_it(tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "cn.test.yaml"
    pack.parent.mkdir()
    shared = "unless: [{id: asked, context: questioned}]\n"
    pack.write_text(f"pack: cn.test\ntitle: 测试\n{shared}rules:\n{RULE}", encoding="utf-8")
    (tmp_path / "rules.yaml").write_text("rulebook: t\nextends: [cn.test]\n", encoding="utf-8")
    (failure,) = check(load_rulebook(tmp_path / "rules.yaml"))
    assert (failure.code, "asked" in failure.message) == ("unproven", True)
