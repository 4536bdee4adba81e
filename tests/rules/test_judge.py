"""Each of the five shapes, as small rules and documents; and what every flag owes: words, law, reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rules.writing import write_rulebook

from monitor.documents import Certificate, decode_document
from monitor.flags import ScanResult
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 1)
FRAME = """\
  - id: t.rule
    title: 测试规则
    category: absolute
    severity: high
    basis: [{{law: 甲法, article: 9, in_force: {{from: 2020-01-01}}}}, {{law: 乙法, in_force: {{from: 2027-03-16}}}}]
    message: "「{{match}}」"
    remedy: 改正
    examples: {{flag: [甲, 乙], pass: [丙, 丁]}}
{body}
"""


def _scan(
    tmp_path: Path, body: str, document: dict[str, Any], *, day: date = DAY, registry: Registry | None = None
) -> ScanResult:
    body = "".join(f"    {line}\n" for line in body.splitlines())
    rulebook = load_rulebook(
        write_rulebook(tmp_path, FRAME.format(body=body), head="vocabulary: {gi: [{text: 五常大米, place: [五常]}]}\n")
    )
    raw = {"id": "D", "kind": "transcript" if "segments" in document else "listing", **document}
    return Scanner(rulebook, registry).scan(decode_document(msgspec.json.encode(raw)), day)


def _said(*lines: str, step: float = 5.0, **more: Any) -> dict[str, Any]:
    return {
        "segments": [{"text": line, "start": step * i, "end": step * i + 4} for i, line in enumerate(lines)],
        **more,
    }


def _words(result: ScanResult) -> list[str]:
    return ["".join(evidence.text for evidence in flag.evidence) for flag in result.flags]


CLAIM = 'match: {any: [{id: word, text: "全网 ..3 {最好|最低}", boundaries: start}]}\nunless: [{id: denied, context: [negated, refused]}]'
CLAIMS = [
    pytest.param("这是全网最好的米", ["全网最好"], "pattern", id="as written"),
    pytest.param("這是全網蕞，全 網 最 好", ["全 網 最 好"], "variant", id="traditional and spaced"),
    pytest.param("全网都说最低", ["全网都说最低"], "pattern", id="with a gap"),
    pytest.param("全网大家都在说最低", [], "", id="the gap is too long"),
    pytest.param("全网，最低", [], "", id="not over a comma"),
    pytest.param("我不敢说全网最好", [], "", id="denied"),
]


@pytest.mark.parametrize(("text", "words", "how"), CLAIMS)
def test_a_claim_is_flagged_where_it_is_said(tmp_path: Path, text: str, words: list[str], how: str) -> None:
    result = _scan(tmp_path, CLAIM, {"description": text})
    assert _words(result) == words
    for flag in result.flags:
        (evidence,) = flag.evidence
        assert text[evidence.start : evidence.end] == evidence.text
        assert evidence.match == how
        assert flag.basis[0].law == "甲法"
        assert any("甲法" in line for line in flag.explanation)


def test_the_law_is_that_of_the_day(tmp_path: Path) -> None:
    document = {"description": "全网最好"}
    assert _scan(tmp_path, CLAIM, document, day=date(2019, 12, 31)).flags == ()
    (flag,) = _scan(tmp_path, CLAIM, document, day=date(2027, 3, 16)).flags
    assert [basis.law for basis in flag.basis] == ["甲法", "乙法"]


def test_an_exception_ends_with_its_ground(tmp_path: Path) -> None:
    body = "match: {text: 全网最低}\nunless: [{id: old, text: 历史价, scope: field, basis: {law: 丙, in_force: {to: 2025-12-31}}}]"
    document = {"description": "全网最低，历史价"}
    assert _scan(tmp_path, body, document, day=date(2025, 12, 31)).flags == ()
    (flag,) = _scan(tmp_path, body, document).flags
    assert any("old" in line and "无效" in line for line in flag.explanation)


def test_a_word_spelled_over_segments_is_found_in_each(tmp_path: Path) -> None:
    result = _scan(tmp_path, "match: {text: 加我微信}", _said("加我", "微", "信", "号码在这"))
    assert [evidence.field for evidence in result.flags[0].evidence] == [
        "segments[0].text",
        "segments[1].text",
        "segments[2].text",
    ]
    assert _scan(tmp_path, "match: {text: 有机}", _said("这里什么都有", "机器在后面")).flags == ()


ORGANIC = Certificate(
    type="organic", number="102OP2600419", holder="甲公司", scope=("苹果",), valid_to=date(2026, 12, 31)
)
REQUIRES = "match: {text: 有机}\nrequires: {certificate: organic}"
NAMED = {
    "title": "有机苹果",
    "seller": {"name": "甲公司"},
    "certificates": [{"type": "organic", "number": "102OP2600419"}],
}
REQUIRED = [
    pytest.param({"title": "有机苹果"}, [], 1, "没有出示", id="none named"),
    pytest.param(NAMED, None, 0, "", id="named, no registry loaded"),
    pytest.param(NAMED, [ORGANIC], 0, "", id="found and valid"),
    pytest.param({**NAMED, "seller": {"name": "乙公司"}}, [ORGANIC], 1, "持有人", id="another holder"),
    pytest.param({**NAMED, "title": "有机绿茶"}, [ORGANIC], 1, "范围", id="another product"),
    pytest.param(
        {**NAMED, "certificates": [{"type": "organic", "number": "102OP2600420"}]},
        [ORGANIC],
        1,
        "查不到",
        id="not found",
    ),
]


@pytest.mark.parametrize(("document", "registry", "count", "reason"), REQUIRED)
def test_a_trigger_obliges_to_evidence(
    tmp_path: Path, document: dict[str, Any], registry: list[Certificate] | None, count: int, reason: str
) -> None:
    loaded = Registry(registry) if registry else None
    result = _scan(tmp_path, REQUIRES, document, registry=loaded)
    assert len(result.flags) == count
    assert all(any(reason in line for line in flag.explanation) for flag in result.flags)


def test_a_certificate_runs_out_after_its_last_day(tmp_path: Path) -> None:
    registry = Registry([ORGANIC])
    assert _scan(tmp_path, REQUIRES, NAMED, day=date(2026, 12, 31), registry=registry).flags == ()
    (flag,) = _scan(tmp_path, REQUIRES, NAMED, day=date(2027, 1, 1), registry=registry).flags
    assert any("到期" in line for line in flag.explanation)


def test_two_facts_that_disagree_are_both_shown(tmp_path: Path) -> None:
    body = 'match: {text: $gi}\nconflict: {id: place, field: attributes.产地, lacks: "@place"}'
    listing = {"kind": "listing", "id": "L", "title": "大米", "attributes": {"产地": "吉林省松原市"}}
    result = _scan(tmp_path, body, _said("这是正宗五常大米", products=[{"from": 0, "to": 9, "listing": listing}]))
    said, other = result.flags[0].evidence
    assert (said.text, said.at) == ("五常大米", 0.0)
    assert (other.field, other.text) == ("products[0].listing.attributes.产地", "吉林省松原市")
    assert {said.match, other.match} == {"conflict"}


def test_an_absent_fact_makes_it_unknown_and_never_a_pass(tmp_path: Path) -> None:
    body = 'match: {text: $gi}\nconflict: {id: place, field: attributes.产地, lacks: "@place"}'
    result = _scan(tmp_path, body, {"title": "五常大米"})
    assert result.flags == ()
    assert [unknown.rule for unknown in result.unknown] == ["t.rule"]


def test_a_nutrition_table_contradicts(tmp_path: Path) -> None:
    body = "match: {text: 低糖}\nconflict: {nutrient: {name: [糖]}, over: 5}"
    table = "低糖。营养成分表（每100g）：能量1780kJ，碳水化合物58.1g，糖{}g，钠45mg。"
    assert len(_scan(tmp_path, body, {"description": table.format("31.5")}).flags) == 1
    assert _scan(tmp_path, body, {"description": table.format("4.6")}).flags == ()


REPEAT = (
    "match: {text: 最后十单}\nrepeat: {times: 3, within: 600}\nunless: [{id: stock, field: price.stock, under: 50}]"
)


def test_a_thing_said_too_often_is_one_flag_with_every_time(tmp_path: Path) -> None:
    (flag,) = _scan(tmp_path, REPEAT, _said("最后十单", "好", "最后十单了", "真的最后十单")).flags
    assert [evidence.at for evidence in flag.evidence] == [0.0, 10.0, 15.0]
    assert _scan(tmp_path, REPEAT, _said("最后十单", "最后十单了", step=5.0)).flags == ()
    assert _scan(tmp_path, REPEAT, _said("最后十单", "最后十单", "最后十单", step=400.0)).flags == ()


def test_what_is_owed_by_the_kind_of_goods_is_missed(tmp_path: Path) -> None:
    body = (
        "applies: {kinds: listing, categories: food.prepacked, unknown: false}\nmissing: {certificate: food-production}"
    )
    sold = {"title": "牛肉干 500g", "category": "food.prepacked.snack"}
    (flag,) = _scan(tmp_path, body, sold).flags
    assert (flag.evidence[0].field, flag.evidence[0].match) == ("title", "absent")
    assert _scan(tmp_path, body, {**sold, "attributes": {"生产许可证": "SC10123018401210"}}).flags == ()
    assert _scan(tmp_path, body, {**sold, "category": "food.agri.meat"}).flags == ()
    assert _scan(tmp_path, body, {"title": "收纳箱"}).flags == ()


def test_a_slip_corrected_on_air_weighs_less(tmp_path: Path) -> None:
    (flag,) = _scan(tmp_path, "match: {text: 全网最低}", _said("全网最低", "不对，说错了")).flags
    assert flag.severity == "medium"


def test_a_wrong_digit_is_high_in_a_field_and_information_in_speech(tmp_path: Path) -> None:
    body = "match: {identifier: {type: food-production}}"
    (written,) = _scan(tmp_path, body, {"title": "鸭脖", "attributes": {"许可证": "SC10442011702336"}}).flags
    (spoken,) = _scan(tmp_path, body, _said("许可证号SC10442011702336")).flags
    assert (written.severity, spoken.severity) == ("high", "info")


def test_words_that_two_matchers_find_are_one_flag(tmp_path: Path) -> None:
    body = "match: {any: [{id: short, text: 胃病}, {id: long, text: 胃病都能治好}]}"
    assert _words(_scan(tmp_path, body, {"description": "胃病都能治好，胃病"})) == ["胃病都能治好", "胃病"]


def test_scanning_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    document = _said("全网最好", "我不敢说全网最好", "全网最低")
    first, second = (msgspec.json.encode(_scan(tmp_path, CLAIM, document)) for _ in range(2))
    assert first == second
