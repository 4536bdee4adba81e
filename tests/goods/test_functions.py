"""The permitted health functions and their wordings."""

from __future__ import annotations

import pytest

from monitor.goods.functions import catalogue

SAID = [
    ("有助于增强免疫力", "有助于增强免疫力", "current"),
    ("增强免疫力", "有助于增强免疫力", "old"),
    ("免疫调节", "有助于增强免疫力", "old"),
    ("延缓衰老", "有助于抗氧化", "old"),
    ("辅助改善记忆", "辅助改善记忆", "current"),
    ("改善记忆", "辅助改善记忆", "old"),
    ("缓解视疲劳", "缓解视觉疲劳", "old"),
    ("清咽润喉", "清咽润喉", "current"),
    ("清咽", "清咽润喉", "old"),
    ("缓解体力疲劳", "缓解体力疲劳", "current"),
    ("抗疲劳", "缓解体力疲劳", "old"),
    ("减肥", "有助于控制体内脂肪", "old"),
    ("有助于增加骨密度", "有助于改善骨密度", "old"),
    ("有助于改善皮肤水分状况", "有助于改善皮肤水份状况", "current"),
    ("有助于润肠通便", "有助于润肠通便", "current"),
    ("通便", "有助于润肠通便", "old"),
    ("辅助保护胃黏膜", "辅助保护胃粘膜", "current"),
    ("对胃粘膜损伤有辅助保护功能", "辅助保护胃粘膜", "old"),
    ("有助于维持血脂（胆固醇/甘油三酯）健康水平", "有助于维持血脂（胆固醇/甘油三酯）健康水平", "current"),
    ("有助于维持血脂(胆固醇)健康水平", "有助于维持血脂（胆固醇/甘油三酯）健康水平", "current"),
    ("辅助降血脂", "有助于维持血脂（胆固醇/甘油三酯）健康水平", "old"),
    ("辅助降血糖", "有助于维持血糖健康水平", "old"),
    ("辅助降血压", "有助于维持血压健康水平", "old"),
    ("对化学性肝损伤有辅助保护功能", "对化学性肝损伤有辅助保护作用", "current"),
    ("促进排铅", "有助于排铅", "old"),
    ("改善生长发育", "改善生长发育", "withdrawn"),
    ("有 助 于 改 善 睡 眠", "有助于改善睡眠", "current"),
]


@pytest.mark.parametrize(("text", "function", "kind"), SAID, ids=[row[0] for row in SAID])
def test_a_wording_is_known(text: str, function: str, kind: str) -> None:
    (said,) = catalogue().said_in(f"本品{text}。")
    assert (said.function, said.kind) == (function, kind)
    assert f"本品{text}。"[said.start : said.end].strip("有助于对 ") in text


def test_there_are_twenty_four() -> None:
    assert len(catalogue().names) == 24
    assert set(catalogue().registered_in(catalogue().names)) == set(catalogue().names)


@pytest.mark.parametrize("text", ["口感清爽", "吃了不感冒", "增强体质", "改善生活", "免疫"])
def test_other_words_are_no_wording(text: str) -> None:
    assert catalogue().said_in(text) == ()


def test_only_what_touches_the_stretch_counts() -> None:
    text = "增强免疫力，改善睡眠"
    assert [said.wording for said in catalogue().said_in(text, 6, 10)] == ["改善睡眠"]
    assert [said.wording for said in catalogue().said_in(text)] == ["增强免疫力", "改善睡眠"]


def test_what_a_claim_is_about_however_it_is_put() -> None:
    assert catalogue().about("睡眠质量蹭蹭往上") == ("有助于改善睡眠",)
    assert catalogue().about("美容养颜") == ()
