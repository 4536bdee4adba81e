"""The trace of a flag in words, Chinese and English, and as data, against files kept beside.

``STEELYARD_REWRITE=1 pytest`` writes them anew.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rules.writing import rule_of, write_rulebook

from monitor.documents import Certificate, decode_document
from monitor.flags import Flag
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner
from monitor.trace import KINDS, Step, explanation, render

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2026, 11, 1)
REGISTRY = Registry(
    [Certificate(type="organic", number="102OP2600419", holder="甲公司", scope=("大米",), valid_to=date(2026, 5, 31))]
)
RICE = {
    "kind": "listing",
    "id": "L-1",
    "title": "大米 5kg",
    "seller": {"name": "甲公司"},
    "attributes": {"产地": "吉林"},
    "certificates": [{"type": "organic", "number": "102OP2600419"}],
}


def stream(*said: str, confidence: float | None = None, **more: Any) -> dict[str, Any]:
    """What is said, five seconds apart."""
    sure = {} if confidence is None else {"confidence": confidence}
    segments = [{"start": 5.0 * index, "text": text, **sure} for index, text in enumerate(said)]
    return {"kind": "transcript", "id": "T-1", "segments": segments, **more}


def listing(text: str, **more: Any) -> dict[str, Any]:
    """A listing with this description."""
    return {"kind": "listing", "id": "L-1", "description": text, **more}


DENIED = "unless: [{id: denied, context: [negated, refused]}]"
WAIVER = "waivers: [{rule: t.rule, document: L-1, reason: 商标, owner: 法务, until: 2027-01-01}]\n"
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "claim": (f"match: {{id: low, text: 全网最低}}\n{DENIED}", listing("全 網 最 低"), ""),
    "requires": (
        f"match: {{text: 有机}}\n{DENIED}\nrequires: {{id: certificate, certificate: organic}}",
        stream("这个米是有 机的", products=[{"from": 0, "to": 60, "listing": RICE}]),
        "",
    ),
    "missing": (
        "applies: {categories: food, unknown: false}\nmissing: {any: [{id: label, field: attributes.保质期}, {text: 保质期}]}",
        listing("新米", title="大米 5kg"),
        "",
    ),
    "conflict": (
        "match: {text: 五常大米}\nconflict: {id: place, field: attributes.产地, lacks: 五常}",
        stream("正宗五常大米", products=[{"from": 0, "to": 60, "listing": RICE}]),
        "",
    ),
    "repeat": ("match: {text: 最后十单}\nrepeat: {times: 3, within: 600}", stream(*["最后十单"] * 3), ""),
    "homophone": (f"match: {{text: 免疫力}}\n{DENIED}", stream("喝了增强免疫利", confidence=0.9), ""),
    "pinyin": ("match: {text: 包治百病}", listing("bao治百病"), ""),
    "together": (
        "match: {all: [抽奖, <yuan > 50000>], within: {seconds: 30}}",
        stream("开始抽奖", "大家好", "头奖六万元"),
        "",
    ),
    "expired-exception": (
        "match: {text: 全网最低}\nunless: [{id: old, text: 历史价, scope: field, basis: {law: 乙法, in_force: {to: 2019-12-31}}}]",
        listing("全网最低，历史价"),
        "",
    ),
    "waiver": ("match: {text: 全网最低}", listing("全网最低"), WAIVER),
    "correction": ("match: {text: 全网最低}", stream("全网最低", "不对，说错了"), ""),
}


def flag_of(folder: Path, case: str, *, trace: bool, language: str = "zh") -> Flag:
    """The one flag of a case."""
    body, document, head = CASES[case]
    rulebook = load_rulebook(write_rulebook(folder, rule_of(body), head=head))
    scanner = Scanner(rulebook, REGISTRY, language=language, trace=trace)
    (flag,) = scanner.scan(decode_document(msgspec.json.encode(document)), DAY).flags
    return flag


def compare(name: str, made: str) -> None:
    """Hold what was made against the file kept, or write it anew."""
    path = GOLDEN / name
    if os.environ.get("STEELYARD_REWRITE"):
        path.write_text(made, encoding="utf-8")
    assert made == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_the_trace_reads_as_it_did(tmp_path: Path, case: str) -> None:
    flag = flag_of(tmp_path, case, trace=True)
    stored = msgspec.json.encode(flag.trace)
    compare(f"{case}.json", msgspec.json.format(stored, indent=1).decode() + "\n")
    steps = msgspec.json.decode(stored, type=tuple[Step, ...])
    for language in ("zh", "en"):
        compare(f"{case}.{language}.txt", "\n".join(render(steps, language)) + "\n")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_the_explanation_is_the_trace_without_details(tmp_path: Path, case: str, language: str) -> None:
    plain = flag_of(tmp_path, case, trace=False, language=language)
    traced = flag_of(tmp_path, case, trace=True, language=language)
    assert msgspec.structs.replace(traced, trace=()) == plain
    assert plain.explanation == explanation(traced.trace, language)
    assert b'"trace"' not in msgspec.json.encode(plain)


def test_the_other_language_of_a_flag_is_in_its_trace(tmp_path: Path) -> None:
    chinese = flag_of(tmp_path, "requires", trace=True, language="zh")
    english = flag_of(tmp_path, "requires", trace=True, language="en")
    assert explanation(chinese.trace, "en") == english.explanation != chinese.explanation


def test_every_kind_of_step_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rules" / "trace.md").read_text("utf-8")
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))
    assert documented == KINDS
    assert {step.kind for case in CASES for step in _kept(case)} <= KINDS


def _kept(case: str) -> tuple[Step, ...]:
    return msgspec.json.decode((GOLDEN / f"{case}.json").read_bytes(), type=tuple[Step, ...])


def test_a_step_of_a_later_version_is_shown_as_it_is() -> None:
    assert render([Step("weighed", {"by": "甲", "grams": 5})], "en") == ("weighed by=甲 grams=5",)
