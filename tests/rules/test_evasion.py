"""A rule finds its words however they are written, says how, and lets ordinary words be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from rules.writing import RULE, write_rulebook

from monitor.documents import decode_document
from monitor.flags import Evidence
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 1)
TEXTS = "[免疫力, 治疗, 国家级, 第一, 微信, 转支付宝, '全抖音 ..2 最低', 血压, '100%有效']"

EVASIONS = [
    pytest.param("提高免疫力", "免疫力", "exact", id="as written"),
    pytest.param("提高兔疫力的茶", "兔疫力", "variant", id="a look-alike"),
    pytest.param("提高免疫カ", "免疫カ", "variant", id="kana"),
    pytest.param("提高免疫疫疫力", "免疫疫疫力", "variant", id="repeated"),
    pytest.param("可以氵台疗失眠", "氵台疗", "variant", id="split"),
    pytest.param("可以⺡台 疒了失眠", "⺡台 疒了", "variant", id="both split, with a space"),
    pytest.param("治治疗疗失眠", "治疗", "exact", id="stammered, and there as written"),
    pytest.param("囯傢級品质", "囯傢級", "variant", id="a rare variant and traditional characters"),
    pytest.param("我们是第—", "第—", "variant", id="a dash"),
    pytest.param("加徽亻言聊", "徽亻言", "variant", id="a look-alike and a split character"),
    pytest.param("加微丶信聊", "微丶信", "variant", id="a stroke between"),
    pytest.param("加微❤", "微❤", "homophone", id="an emoji is the sound view's"),
    pytest.param("不要走平台，转zfb", "转zfb", "homophone", id="initials"),
    pytest.param("全dy都最低", "全dy都最低", "homophone", id="initials in a sequence"),
    pytest.param("能降皿压", "皿压", "variant", id="皿"),
    pytest.param("1OO%有效", "1OO%有效", "variant", id="letters for digits"),
]
ORDINARY = [
    pytest.param("酒店每天天亮叫早，妈妈说好好吃饭", id="reduplication"),
    pytest.param("这只兔子疫苗打了力气也大", id="兔子, 疫苗"),
    pytest.param("女子在水台旁，人言可畏", id="parts that are words"),
    pytest.param("第 - 期，10-20斤，2TB硬盘", id="dashes and units"),
    pytest.param("含糖糖尿病人忌口，中国国家馆", id="a word ends as the next begins"),
    pytest.param("外国家具，家级别墅", id="over a word border"),
    pytest.param("カロリーが低い食品、力いっぱい", id="Japanese"),
    pytest.param("купить воду, λόγος", id="Russian and Greek"),
]


def _scan(folder: Path, text: str, *, more: str = "") -> list[Evidence]:
    rule = RULE.replace("match: {text: 最好, boundaries: start}", f"match: {{any: [{{id: w, text: {TEXTS}{more}}}]}}")
    document = decode_document(msgspec.json.encode({"kind": "listing", "id": "L", "description": text}))
    result = Scanner(load_rulebook(write_rulebook(folder, rule))).scan(document, DAY)
    return [evidence for flag in result.flags for evidence in flag.evidence]


@pytest.mark.parametrize(("text", "words", "how"), EVASIONS)
def test_words_are_found_however_they_are_written(tmp_path: Path, text: str, words: str, how: str) -> None:
    (evidence,) = _scan(tmp_path, text)
    assert (evidence.text, evidence.match) == (words, how)
    assert text[evidence.start : evidence.end] == words


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_are_let_be(tmp_path: Path, text: str) -> None:
    assert _scan(tmp_path, text) == []


def test_a_matcher_may_ask_for_words_as_written(tmp_path: Path) -> None:
    assert [found.text for found in _scan(tmp_path, "兔疫力，氵台疗，免疫力", more=", variants: none")] == ["免疫力"]
