"""Conditions about what goods are held to, as small rules and documents: outcome, evidence, and what the trace says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from registry.silent import Silent
from rules.writing import write_rulebook

from monitor.documents import Certificate, decode_document
from monitor.errors import RuleError
from monitor.flags import ScanResult
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 20)
HEAD = 'vocabulary: {claims: [{text: "{零脂|0脂}", claim: 无脂肪}, {text: 低脂, claim: 低脂肪}, {text: 好吃}]}\n'
FRAME = """\
  - id: t.rule
    title: 测试规则
    category: composition
    severity: high
    basis: [{{law: 甲法, in_force: {{from: 2010-01-01}}}}]
    message: "「{{match}}」「{{other}}」"
    remedy: 改正
    examples: {{flag: [甲, 乙], pass: [丙, 丁]}}
{body}
"""


def _scan(
    tmp_path: Path,
    body: str,
    document: dict[str, Any],
    *,
    day: date = DAY,
    registry: list[dict[str, Any]] | None = None,
) -> ScanResult:
    body = "".join(f"    {line}\n" for line in body.splitlines())
    rulebook = load_rulebook(write_rulebook(tmp_path, FRAME.format(body=body), head=HEAD))
    raw = {"id": "D", "kind": "transcript" if "segments" in document else "listing", **document}
    records = Registry(msgspec.convert(registry, type=list[Certificate])) if registry is not None else None
    return Scanner(rulebook, records).scan(decode_document(msgspec.json.encode(raw)), day)


CONFLICT = 'match: {text: $claims}\nconflict: {id: table, nutrition: "@claim", verdict: unmet}'


def test_the_claim_of_the_words_is_asked(tmp_path: Path) -> None:
    table = "营养成分表（每100g）：脂肪{}g"
    (flag,) = _scan(tmp_path, CONFLICT, {"title": "零脂果冻", "description": table.format("1.0")}).flags
    assert flag.message == "「零脂」「脂肪1.0g」"
    assert [(e.field, e.text, e.match) for e in flag.evidence] == [
        ("title", "零脂", "conflict"),
        ("description", "脂肪1.0g", "conflict"),
    ]
    assert any(
        "GB 28050-2011、GB 28050-2025：无脂肪要求每100克不超过0.5 g；description：脂肪1.0g" in line
        for line in flag.explanation
    )
    assert _scan(tmp_path, CONFLICT, {"title": "低脂果冻", "description": table.format("1.0")}).flags == ()


def test_words_without_a_claim_or_a_table_without_a_size_are_open(tmp_path: Path) -> None:
    for title, text in (
        ("好吃的糕", "营养成分表（每100g）：脂肪9g"),
        ("零脂糕", "营养成分表（每份）：脂肪9g"),
        ("零脂糕", "好"),
    ):
        result = _scan(tmp_path, CONFLICT, {"title": title, "description": text})
        assert result.flags == ()
        assert [item.rule for item in result.unknown] == ["t.rule"]


def test_the_table_of_what_is_shown_in_a_stream(tmp_path: Path) -> None:
    listing = {"kind": "listing", "id": "L", "title": "果冻", "attributes": {"营养成分": "每100ml：能量90kJ，脂肪1.0g"}}
    stream = {"segments": [{"text": "这个零脂", "start": 1}], "products": [{"from": 0, "listing": listing}]}
    (flag,) = _scan(tmp_path, CONFLICT, stream).flags
    assert flag.evidence[1].field == "products[0].listing.attributes.营养成分"
    assert flag.evidence[1].text == "脂肪1.0g"


def test_the_standard_of_the_day_a_listing_was_seen(tmp_path: Path) -> None:
    body = "match: {text: 富硒}\nconflict: {nutrition: 富含硒, verdict: unmet}"
    listing = {"title": "富硒饼干", "description": "生产日期2027年4月1日。每100g 能量 3000kJ 硒 16μg"}
    assert _scan(tmp_path, body, {**listing, "description": "每100g 能量 3000kJ 硒 16μg"}).flags == ()
    later = _scan(tmp_path, body, {**listing, "observed_at": "2027-05-01T10:00:00+08:00"})
    assert len(later.flags) == 1


def test_a_claim_that_is_borne_out_excuses(tmp_path: Path) -> None:
    body = "match: {text: 无糖}\nunless: [{id: limit, nutrition: 无糖}]"
    assert _scan(tmp_path, body, {"title": "无糖饼干", "description": "每100g 糖 0.5g"}).flags == ()
    assert len(_scan(tmp_path, body, {"title": "无糖饼干", "description": "每100g 糖 0.6g"}).flags) == 1
    assert len(_scan(tmp_path, body, {"title": "无糖饼干"}).flags) == 1


NUMBER = "国食健注G20210533"
RECORD = {
    "type": "health-food",
    "number": NUMBER,
    "holder": "甲公司",
    "scope": ["鱼油软胶囊", "有助于维持血脂（胆固醇/甘油三酯）健康水平"],
}
OIL = {"title": "鱼油软胶囊", "category": "food.health", "certificates": [{"type": "health-food", "number": NUMBER}]}


@pytest.mark.parametrize(
    ("said", "flagged"),
    [("辅助降血脂", False), ("有助于维持血脂健康水平", False), ("降血脂", True), ("改善睡眠", True)],
)
def test_the_registered_function_excuses_in_its_wordings_alone(tmp_path: Path, said: str, flagged: bool) -> None:
    body = 'match: {text: "{辅助降血脂|降血脂|改善睡眠|维持血脂}"}\nunless: [{id: registered, function: registered}]'
    assert bool(_scan(tmp_path, body, {**OIL, "description": said}, registry=[RECORD]).flags) is flagged


@pytest.mark.parametrize(
    ("said", "outcome"), [("改善睡眠", "flag"), ("降血脂", "pass"), ("助眠好物", "flag"), ("美容", "unknown")]
)
def test_another_function_than_the_registered(tmp_path: Path, said: str, outcome: str) -> None:
    body = 'match: {text: "{改善睡眠|降血脂|助眠|美容}"}\nconflict: {function: unregistered}'
    result = _scan(tmp_path, body, {**OIL, "description": said}, registry=[RECORD])
    assert ("flag" if result.flags else "unknown" if result.unknown else "pass") == outcome


def test_what_the_page_says_counts_of_a_health_food_only(tmp_path: Path) -> None:
    body = "match: {text: 增强免疫力, fields: [description]}\nunless: [{id: registered, function: registered}]"
    page = {"title": "土蜂蜜", "description": "增强免疫力", "attributes": {"保健功能": "增强免疫力"}}
    assert len(_scan(tmp_path, body, {**page, "category": "food.agri.honey"}).flags) == 1
    assert _scan(tmp_path, body, {**page, "category": "food.health"}).flags == ()
    borrowed = {**page, "seller": {"name": "乙公司"}, "certificates": OIL["certificates"]}
    assert len(_scan(tmp_path, body, {**borrowed, "category": "food.agri.honey"}, registry=[RECORD]).flags) == 1


@pytest.mark.parametrize(
    "body", ["unless: [{id: registered, function: registered}]", "conflict: {function: unregistered}"]
)
@pytest.mark.parametrize("more", [{}, {"category": "food.agri.honey"}, {"attributes": {"保健功能": "增强免疫力"}}])
def test_what_a_silent_registry_may_have_registered_is_undecided(
    tmp_path: Path, body: str, more: dict[str, Any]
) -> None:
    rule = FRAME.format(body=f"    match: {{text: 改善睡眠}}\n    {body}\n")
    rulebook = load_rulebook(write_rulebook(tmp_path, rule))
    raw = {"kind": "listing", "id": "L-1", **OIL, "description": "改善睡眠", **more}
    result = Scanner(rulebook, Silent()).scan(decode_document(msgspec.json.encode(raw)), DAY)
    assert (result.flags, [item.rule for item in result.unknown]) == ((), ["t.rule"])
    assert result.degraded == ("far: timed out",)


def test_an_old_wording_and_its_last_day(tmp_path: Path) -> None:
    body = "match: {text: 增强免疫力}\nconflict: {function: old}"
    (flag,) = _scan(tmp_path, body, {"title": "蛋白粉", "description": "增强免疫力"}).flags
    assert any("“增强免疫力”现为“有助于增强免疫力”，旧表述可用至 2028-08-31" in line for line in flag.explanation)
    assert _scan(tmp_path, body, {"title": "蛋白粉", "description": "有助于增强免疫力"}).flags == ()
    (late,) = _scan(tmp_path, body, {"title": "蛋白粉", "description": "增强免疫力"}, day=date(2028, 9, 1)).flags
    assert any("已过" in line for line in late.explanation)


def test_a_present_wording(tmp_path: Path) -> None:
    body = "match: {text: 增强免疫力}\nunless: [{id: worded, function: [current, registered]}]"
    assert _scan(tmp_path, body, {"title": "蛋白粉", "description": "有助于增强免疫力"}).flags == ()
    assert len(_scan(tmp_path, body, {"title": "蛋白粉", "description": "增强免疫力"}).flags) == 1


MISSING = "applies: {kinds: listing, categories: food.prepacked, unknown: false}\nmissing: {id: licence, duty: production-licence}"


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({}, "flag"),
        ({"certificates": [{"type": "food-production", "number": "SC11841172203533"}]}, "pass"),
        ({"certificates": [{"type": "food-production", "number": "SC1184117220353"}]}, "flag"),
        ({"description": "原装进口"}, "pass"),
        ({"description": "散装称重"}, "unknown"),
        ({"category": "food.agri.fruit"}, "pass"),
    ],
    ids=["nothing", "number", "malformed", "exempt", "doubtful", "others"],
)
def test_a_duty_is_met_or_not_owed(tmp_path: Path, more: dict[str, Any], outcome: str) -> None:
    result = _scan(tmp_path, MISSING, {"title": "苏打饼干", "category": "food.prepacked.snack", **more})
    assert ("flag" if result.flags else "unknown" if result.unknown else "pass") == outcome


def test_a_duty_that_is_refused_reads_what_is_said_beside(tmp_path: Path) -> None:
    body = "match: {text: 不支持七天无理由}\nrequires: {id: exempt, duty: seven-day-return}"
    goods = {"kind": "listing", "id": "L", "title": "茶盘", "category": "goods"}
    for said, flags in (("不支持七天无理由", 1), ("刻字的不支持七天无理由", 0)):
        stream = {"segments": [{"text": said, "start": 1}], "products": [{"from": 0, "listing": goods}]}
        assert len(_scan(tmp_path, body, stream).flags) == flags


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("match: {text: 无糖}\nconflict: {nutrition: 超级无糖}", "'超级无糖' is no claim of the nutrition standard"),
        ("match: {text: 无糖}\nconflict: {duty: pay-tax}", "'pay-tax' is no duty of goods"),
        ("match: {text: 无糖}\nconflict: {function: ancient}", "function"),
        ("match: {text: 无糖}\nconflict: {category: food, verdict: unmet}", "`verdict` goes with `nutrition`"),
    ],
)
def test_an_unknown_name_is_an_error_with_what_is_known(tmp_path: Path, body: str, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        _scan(tmp_path, body, {"title": "无糖饼干"})


def test_a_number_that_may_be_misheard_hides_no_exemption(tmp_path: Path) -> None:
    body = "match: {text: 放心买}\nrequires: {duty: production-licence}"
    said = [{"text": "生产许可证SC1184117220353，放心买", "start": 1}]
    for description, unknown in (("好吃", 1), ("原装进口", 0)):
        goods = {
            "kind": "listing",
            "id": "L",
            "title": "苏打饼干",
            "category": "food.prepacked.snack",
            "description": description,
        }
        result = _scan(tmp_path, body, {"segments": said, "products": [{"from": 0, "listing": goods}]})
        assert (len(result.flags), len(result.unknown)) == (0, unknown)
