"""What a scope covers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from monitor.documents import CertificateType
from monitor.registry.products import infer_category, taxonomy
from monitor.registry.scope import coverage

ROWS = [
    (["大米"], "五常长粒香米 5kg", "covers"),
    (["大米"], "稻花香 10斤 真空", "covers"),
    (["大米"], "有机大米 当季新米", "covers"),
    (["茶叶"], "明前龙井 250g", "covers"),
    (["茶鲜叶", "绿茶"], "高山绿茶 春茶", "covers"),
    (["绿茶"], "祁门红茶", "does-not"),
    (["绿茶"], "西湖龙井 礼盒", "covers"),
    (["猕猴桃（鲜果）"], "有机绿茶 明前嫩芽 125g×2", "does-not"),
    (["猕猴桃（鲜果）"], "红心猕猴桃 24枚", "covers"),
    (["小麦粉"], "石磨面粉 10斤", "covers"),
    (["葡萄"], "阳光玫瑰 2斤", "covers"),
    (["葡萄"], "葡萄干 500g", "does-not"),
    (["苹果"], "苹果醋 500ml", "does-not"),
    (["南瓜"], "南瓜粉 300g", "does-not"),
    (["玉米"], "玉米种子 抗倒伏", "does-not"),
    (["酒类"], "桑葚酒 500ml", "covers"),
    (["茶叶"], "枇杷茶 50g", "does-not"),
    (["代用茶"], "枇杷茶 50g", "covers"),
    (["绿茶"], "毛尖茶", "covers"),
    (["大米"], "大米收纳桶 20斤", "does-not"),
    (["淀粉制品", "粉条"], "手工宽粉条 3斤", "covers"),
    (["即食海参的生产"], "即食海参 500g", "covers"),
    (["水产制品"], "即食海参 500g", "covers"),
    (["鲜枣", "干枣"], "有机灰枣 南疆特大果", "covers"),
    (["番茄"], "有机西红柿 沙瓤 5斤", "covers"),
    (["燕麦"], "有机杂粮 燕麦米 2斤", "covers"),
    (["食用植物油"], "小榨菜籽油 5L", "covers"),
    (["其他粮食加工品", "小米"], "黄小米 5斤", "covers"),
    (["蔬菜制品", "食用菌制品"], "黑木耳 250g", "covers"),
    (["糕点"], "东北大米", "does-not"),
    (["蔬菜制品"], "香菇干货 250g", "covers"),
    (["其他食品"], "孝感米酒", "cannot-tell"),
    (["雪水云绿茶"], "西湖龙井 雨前茶 250g", "does-not"),
    (["雪水云绿茶"], "绿茶 250g", "cannot-tell"),
    (["五常大米"], "稻花香 5kg 五常", "cannot-tell"),
    (["五常大米"], "盘锦大米 5kg", "does-not"),
    (["赣南脐橙"], "赣南脐橙 10斤", "covers"),
    (["奉节脐橙"], "赣南脐橙 10斤", "does-not"),
    (["吡唑醚菌酯 25% 悬浮剂"], "吡唑醚菌酯悬浮剂 100ml", "covers"),
    (["吡唑醚菌酯 25% 悬浮剂"], "噻呋酰胺悬浮剂 100ml", "cannot-tell"),
    (["西伯利亚鲟"], "鲟鱼 鲜活", "cannot-tell"),
    (["海棠果"], "不知名的果 5斤", "cannot-tell"),
    (["月牙湾贝母"], "月牙湾贝母 干货", "covers"),
    (["鱼油软胶囊", "有助于维持血脂（胆固醇/甘油三酯）健康水平"], "补水面膜 10片", "does-not"),
    (["鱼油软胶囊", "有助于维持血脂（胆固醇/甘油三酯）健康水平"], "鱼油软胶囊 100粒", "covers"),
    (["猕猴桃", "绿茶"], "毛尖 250g", "covers"),
    ([], "大米", "cannot-tell"),
]


@pytest.mark.parametrize(("scope", "product", "verdict"), ROWS, ids=[f"{'、'.join(s)}: {p}" for s, p, _ in ROWS])
def test_what_a_scope_covers(scope: list[str], product: str, verdict: str) -> None:
    assert coverage(scope, product).verdict == verdict


class Pair(msgspec.Struct):
    scope: str
    title: str
    verdict: str


TITLES = [
    msgspec.json.decode(line, type=Pair)
    for line in (Path(__file__).parents[1] / "data" / "scope_pairs.jsonl").read_bytes().splitlines()
]


@pytest.mark.parametrize("pair", TITLES, ids=lambda pair: f"{pair.scope}: {pair.title}")
def test_titles_as_shops_word_them(pair: Pair) -> None:
    assert coverage([pair.scope], pair.title).verdict == pair.verdict


def test_the_titles_are_of_every_class_of_farm_goods() -> None:
    sold_as = {category for pair in TITLES if pair.verdict == "covers" and (category := infer_category(pair.title))}
    produce = {name for name in taxonomy().categories.values() if name.startswith("food.agri")}
    assert len(TITLES) >= 150
    assert produce <= sold_as


@pytest.mark.parametrize(
    ("category", "verdict"),
    [
        ("food.agri.tea", "does-not"),
        ("food.agri.fruit", "cannot-tell"),
        ("food.agri", "cannot-tell"),
        (None, "cannot-tell"),
    ],
)
def test_an_unknown_title_is_judged_by_the_category_of_its_listing(category: str | None, verdict: str) -> None:
    assert coverage(["猕猴桃"], "一号产品", category=category).verdict == verdict


@pytest.mark.parametrize(
    ("kind", "item", "product", "verdict"),
    [
        ("seed", "小麦", "冬小麦种子 25斤", "covers"),
        ("seed", "小麦", "郑麦379 小麦 25kg", "covers"),
        ("seed", "豌豆", "豌豆种子", "covers"),
        ("seed", "玉米", "番茄种子", "does-not"),
        ("organic", "小麦", "小麦种子", "does-not"),
        ("pesticide", "水稻", "吡虫啉 杀虫剂", "cannot-tell"),
        ("pesticide", "草甘膦", "吡虫啉 200ml", "does-not"),
        ("food-business", "自制饮品制售", "大米 5kg", "cannot-tell"),
        ("food-business", "预包装食品销售", "饼干", "cannot-tell"),
    ],
)
def test_a_scope_is_read_by_the_type_of_its_certificate(
    kind: CertificateType, item: str, product: str, verdict: str
) -> None:
    assert coverage([item], product, kind=kind).verdict == verdict


def test_the_item_that_covers_is_named() -> None:
    assert coverage(["茶鲜叶", "绿茶"], "高山绿茶").item == "绿茶"
