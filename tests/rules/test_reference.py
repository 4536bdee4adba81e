"""Reference pages say of every rule what it is, in two languages, and lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rules.writing import rule_of, write_rulebook

from monitor.formats.labels import CATEGORY_LABELS, SEVERITY_LABELS
from monitor.rules import load_rulebook
from monitor.rules.reference import LANGUAGES, Language, Reference

RULE = """\
  - id: t.word
    title: {zh: 绝对化, en: Superlative}
    category: absolute
    severity: medium
    basis:
      - {law: 中华人民共和国广告法, article: 9(3), in_force: {from: 2015-09-01}}
      - {law: 旧法, in_force: {to: 2014-12-31}}
    applies: {categories: [food], unknown: false, when: {text: "甲|乙"}}
    match: {any: [{id: a, text: "最{好|佳}", fields: [title]}, {id: b, all: [最优, 米], within: sentence}]}
    unless:
      - {id: denied, context: negated}
      - {id: advice, text: 最好先, scope: overlap, reason: had better, matchers: [a], basis: {law: 指南}}
    conflict: {id: sugar, field: attributes.配料, has: 白砂糖}
    message: {zh: "「{match}」", en: "“{match}”"}
    remedy: {zh: 改_一_改, en: Change it}
    examples:
      flag: [{text: 最好, by: a}, {title: 最优, attributes: {配料: 白砂糖}}]
      pass: [{text: 不是最好, because: denied}, "[好]* 米"]
      known_miss: [醉好]
"""


def page(folder: Path, language: Language) -> str:
    rulebook = load_rulebook(write_rulebook(folder, RULE.replace('"甲|乙"', "甲乙")))
    return Reference(rulebook, language, CATEGORY_LABELS, SEVERITY_LABELS).page("t.word")


SAID = [
    pytest.param(
        "zh",
        [
            "# 绝对化\n",
            "`t.word` · 版本 1 · 规则包 `test`",
            "- 中华人民共和国广告法 9(3)（2015-09-01 起）",
            "- 旧法（至 2014-12-31）",
            "| 商品类别 | `food` (类别不明时不适用) |",
            "- `a`: `最{好|佳}`; 仅在 `title`",
            "- `b`: `最优` 和 `米` (同一句)",
            "- `denied`: 否定\n",
            "- `advice`: `最好先` (与匹配重叠); 仅限匹配项 `a`; had better; 指南",
            "- `sugar`: `attributes.配料` 含有 `白砂糖`",
            "- 最优 `{attributes: {配料: 白砂糖}}`",
            "- 不是最好 · 因为例外 `denied`",
            "已知漏报：",
        ],
        id="zh",
    ),
    pytest.param(
        "en",
        [
            "# Superlative\n",
            "Message: “{match}”",
            "| severity | medium |",
            "(from 2015-09-01)",
            "- `denied`: negated\n",
            "## What contradicts it",
            "- \\[好\\]\\* 米",
            "Known to be missed:",
        ],
        id="en",
    ),
]


@pytest.mark.parametrize(("language", "said"), SAID)
def test_a_page_says_what_the_rule_is(tmp_path: Path, language: Language, said: list[str]) -> None:
    text = page(tmp_path, language)
    assert [line for line in said if line not in text] == []


def test_bars_in_a_table_do_not_end_its_cells(tmp_path: Path) -> None:
    rule = RULE.replace('text: "甲|乙"', 'text: "{甲|乙}米"')
    rulebook = load_rulebook(write_rulebook(tmp_path, rule))
    text = Reference(rulebook, "en", CATEGORY_LABELS, SEVERITY_LABELS).page("t.word")
    assert "| when | `{甲∣乙}米` (in the same clause) |" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {row.count("|") for row in rows} == {3}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_rules_have_a_page_each_and_the_indexes_name_them(language: Language) -> None:
    rulebook = load_rulebook(Path(__file__).parents[2] / "rules.yaml")
    pages = dict(Reference(rulebook, language, CATEGORY_LABELS, SEVERITY_LABELS).pages())
    assert set(pages) == {"index.md", *(f"{rule}.md" for rule in rulebook.rules)}
    by_code, by_law = re.split(r"^## .*(?:法律|law)$", pages["index.md"], flags=re.MULTILINE)
    for part in (by_code, by_law):
        assert set(re.findall(r"\]\(([^)]+)\)", part)) == set(pages) - {"index.md"}
    assert not [name for name, text in pages.items() if "None" in text or "{{" in text]


def test_articles_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    second = RULE.replace("t.word", "t.other").replace("9(3)", "28")
    rulebook = load_rulebook(
        write_rulebook(tmp_path, RULE.replace('"甲|乙"', "甲乙") + second.replace('"甲|乙"', "甲乙"))
    )
    (text,) = [
        text for name, text in Reference(rulebook, "en", CATEGORY_LABELS, SEVERITY_LABELS).pages() if name == "index.md"
    ]
    assert text.index("| 9(3) | [`t.word`]") < text.index("| 28 | [`t.other`]")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", ["(30秒之内)", "(之后300秒之内)"]),
        ("en", ["(within 30 seconds)", "(within 300 seconds after)"]),
    ],
)
def test_seconds_are_told_in_words(tmp_path: Path, language: Language, said: list[str]) -> None:
    body = "match: {all: [最好, 苹果], within: {seconds: 30}}\nunless: [{text: 更正, scope: {after: 300}}]"
    rulebook = load_rulebook(write_rulebook(tmp_path, rule_of(body)))
    text = Reference(rulebook, language, CATEGORY_LABELS, SEVERITY_LABELS).page(next(iter(rulebook.rules)))
    assert [one for one in said if one not in text] == []
