"""With a registry that does not answer nothing is flagged for it, nothing passes for it, and the result says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from registry.silent import Silent
from rules.writing import rule_of, write_rulebook

from monitor.documents import Certificate, Envelope, decode_document
from monitor.flags import ScanResult
from monitor.registry import Chain, Registry, Source
from monitor.rules import load_rulebook
from monitor.scanner import Scanner
from monitor.trace import render

DAY = date(2026, 11, 1)
NUMBER = "102OP2600419"
RECORD = Certificate(type="organic", number=NUMBER, holder="甲公司", scope=("大米",), region="吉林", valid_to=DAY)
KNOWN = Registry([RECORD], name="known", dated=date(2026, 6, 1))
RICE = {
    "kind": "listing",
    "id": "L-1",
    "title": "有机大米",
    "description": "有机",
    "seller": {"name": "甲公司"},
    "certificates": [{"type": "organic", "number": NUMBER}],
}

REQUIRES = "match: {text: 有机}\nrequires: {certificate: organic}"
RULES = {
    "requires": REQUIRES,
    "requires one of two": "match: {text: 有机}\nrequires: {any: [{certificate: organic}, {text: 转换}]}",
    "missing": "applies: {categories: food, unknown: false}\nmissing: {certificate: organic}",
    "unless": "match: {text: 有机}\nunless: [{id: held, certificate: organic}]",
    "when": "applies: {when: [{field: registry.organic.region}]}\nmatch: {text: 有机}",
    "duty when": "applies: {when: [{field: registry.organic.region}]}\nmissing: {text: 五常}",
    "conflict": "match: {text: 有机}\nconflict: {field: registry.organic.region, lacks: 五常}",
    "repeat": "match: {text: 有机}\nunless: [{id: held, certificate: organic}]\nrepeat: {times: 2, within: 600}",
}


def scan(folder: Path, body: str, source: Source | None, *, trace: bool = False, **changes: Any) -> ScanResult:
    rulebook = load_rulebook(write_rulebook(folder, rule_of(body)))
    document = decode_document(msgspec.json.encode(RICE | changes))
    return Scanner(rulebook, source, trace=trace).scan(document, DAY)


@pytest.mark.parametrize("rule", RULES)
def test_with_a_silent_registry_it_is_undecided(tmp_path: Path, rule: str) -> None:
    for source in (Silent(), Silent(raises=False), Chain([Registry([]), Silent()])):
        result = scan(tmp_path, RULES[rule], source)
        assert result.flags == ()
        assert {item.rule for item in result.unknown} == {"t.rule"}
        assert "far" in result.unknown[0].reason
        assert result.degraded == ("far: timed out",)


@pytest.mark.parametrize("rule", RULES)
def test_with_one_that_answers_it_is_decided(tmp_path: Path, rule: str) -> None:
    for source in (KNOWN, Chain([Silent(), KNOWN])):
        assert scan(tmp_path, RULES[rule], source).unknown == ()
    assert scan(tmp_path, RULES[rule], Registry([])).degraded == ()
    passed = scan(tmp_path, RULES[rule], KNOWN).flags == ()
    assert passed is (rule not in {"when", "duty when", "conflict"})


def test_what_fails_by_something_else_fails(tmp_path: Path) -> None:
    body = "match: {text: 有机}\nrequires: {all: [{certificate: organic}, {text: 转换}]}"
    flag, _ = scan(tmp_path, body, Silent()).flags
    assert any("没有答复" in line for line in flag.explanation)


def test_another_exception_excuses(tmp_path: Path) -> None:
    body = "match: {text: 有机}\nunless: [{id: held, certificate: organic}, {id: rice, text: 大米, scope: document}]"
    result = scan(tmp_path, body, Silent())
    assert (result.flags, result.unknown) == ((), ())
    assert result.degraded == ("far: timed out",)  # it was asked, and the run says so


def test_who_is_not_asked_degrades_nothing(tmp_path: Path) -> None:
    result = scan(tmp_path, "match: {text: 全网最低}", Silent())
    assert (result.unknown, result.degraded) == ((), ())


def test_the_registry_of_an_envelope_takes_the_place_of_the_silent_one(tmp_path: Path) -> None:
    scanner = Scanner(load_rulebook(write_rulebook(tmp_path, rule_of(REQUIRES))), Silent())
    envelope = Envelope(decode_document(msgspec.json.encode(RICE)), registry=(RECORD,))
    (result,) = scanner.scan_envelopes([envelope], DAY)
    assert (result.flags, result.unknown, result.degraded) == ((), (), ())


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        (
            Registry([], name="known", dated=date(2026, 6, 1)),
            f"在登记库 known（数据日期 2026-06-01）按编号查询「{NUMBER}」：没有查到",
            f"looked up in known (data of 2026-06-01), number “{NUMBER}”: not found",
        ),
        (
            Registry([msgspec.structs.replace(RECORD, status="revoked")]),
            f"在登记库 registry（未注明日期）按编号查询「{NUMBER}」：查到 1 条",
            f"looked up in registry (undated), number “{NUMBER}”: 1 found",
        ),
    ],
)
def test_a_flag_says_what_was_looked_up(tmp_path: Path, source: Source, zh: str, en: str) -> None:
    flag, _ = scan(tmp_path, REQUIRES, source, trace=True).flags
    assert zh in flag.explanation
    assert en in render(flag.trace, "en")


def test_an_open_question_says_it_where_traces_are_asked_for(tmp_path: Path) -> None:
    item, _ = scan(tmp_path, REQUIRES, Silent(), trace=True).unknown
    assert f"looked up in far (undated), number “{NUMBER}”: no answer: timed out" in render(item.trace, "en")
    assert scan(tmp_path, REQUIRES, Silent()).unknown[0].trace == ()


def test_a_pass_says_it_too(tmp_path: Path) -> None:
    scanner = Scanner(load_rulebook(write_rulebook(tmp_path, rule_of(REQUIRES))), KNOWN, trace=True)
    passed, _ = scanner.batch([decode_document(msgspec.json.encode(RICE))]).verdicts(0, DAY, KNOWN)
    assert [step.kind for step in passed.trace] == ["lookup", "owed"]


def test_each_question_is_asked_once_a_document_and_all_of_a_batch_at_once(tmp_path: Path) -> None:
    class Counting(Registry):
        one = many = 0

        def by_number(self, kind: Any, number: str) -> Any:
            self.one += 1
            return super().by_number(kind, number)

        def by_numbers(self, numbers: Any) -> Any:
            self.many += 1
            return {number: super(Counting, self).by_number(*number) for number in numbers}

    rules = [rule_of(REQUIRES), rule_of(REQUIRES).replace("t.rule", "t.other")]
    counting = Counting([RECORD])
    scanner = Scanner(load_rulebook(write_rulebook(tmp_path, "".join(rules))), counting)
    batch = scanner.batch([decode_document(msgspec.json.encode(RICE | {"id": f"L-{n}"})) for n in range(5)])
    assert [batch.scan(number, DAY).flags for number in range(5)] == [()] * 5
    assert (counting.one, counting.many) == (0, 1)
    said = RICE | {"certificates": [], "description": f"有机证书编号 {NUMBER}"}
    scanner.scan(decode_document(msgspec.json.encode(said)), DAY)
    assert counting.one == 1
