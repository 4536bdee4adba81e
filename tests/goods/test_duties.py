"""What goods owe, and who is exempt."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from monitor.goods.duties import Offer, duties, owes, read_duties, shown

DAY = date(2026, 11, 20)


def _owed(
    duty: str,
    title: str,
    category: str | None,
    *texts: str,
    seller: str | None = None,
    day: date = DAY,
    attributes: dict[str, str] | None = None,
) -> bool | None:
    page = [("title", title), *(("description", text) for text in texts)]
    page += [(f"attributes.{name}", value) for name, value in (attributes or {}).items()]
    return owes(duties()[duty], Offer(title, category, seller, page), day).owed


LICENCE = [
    ("biscuits", "苏打饼干", "food.prepacked.snack", (), {}, True),
    ("fresh-fruit", "红富士苹果", "food.agri.fruit", (), {}, False),
    ("unknown", "不知道是什么", None, (), {}, None),
    ("imported", "芒果干", "food.prepacked.snack", (), {"原产国": "泰国"}, False),
    ("importer", "芒果干", "food.prepacked.snack", (), {"进口商": "某某有限公司"}, False),
    ("workshop", "豆腐乳", "food.prepacked.condiment", ("食品小作坊登记证已公示",), {}, False),
    ("caterer", "鲜奶蛋糕", "food.prepacked.snack", ("经营许可证 JY21101050000013",), {}, False),
    ("caterer-in-words", "卤牛肉", "food.prepacked.snack", ("现制现售",), {}, False),
    ("own-produce", "笋干", "food.prepacked", ("个人销售自产农副产品",), {}, False),
    ("loose", "绿豆糕", "food.prepacked.snack", ("散装称重",), {}, None),
    ("dried-produce", "农家干豆角", "food.prepacked", (), {}, None),
    ("made-of-dried-produce", "枸杞原浆", "food.prepacked.drink", (), {}, True),
    ("oil", "压榨菜籽油", "food.prepacked.oil", (), {}, True),
]


@pytest.mark.parametrize(
    ("title", "category", "texts", "attributes", "owed"), [row[1:] for row in LICENCE], ids=[row[0] for row in LICENCE]
)
def test_who_needs_a_production_licence(
    title: str, category: str | None, texts: tuple[str, ...], attributes: dict[str, str], owed: bool | None
) -> None:
    assert _owed("production-licence", title, category, *texts, attributes=attributes) is owed


COMPLIANCE = [
    ("cooperative", "丹东草莓", "food.agri.fruit", "cooperative", (), True),
    ("company", "土鸡蛋", "food.agri.egg", "company", (), True),
    ("collective", "香菇", "food.agri.vegetable", "collective", (), True),
    ("sole-trader", "草莓", "food.agri.fruit", "sole-trader", (), None),
    ("person", "草莓", "food.agri.fruit", None, (), None),
    ("hospital", "草莓", "food.agri.fruit", "public-body", (), False),
    ("rice", "五常大米", "food.agri.grain", "company", (), False),
    ("tea", "明前龙井", "food.agri.tea", "company", (), False),
    ("honey", "槐花蜜", "food.agri.honey", "cooperative", (), False),
    ("wild", "野生蓝莓", "food.agri.fruit", "company", (), False),
    ("caught", "带鱼", "food.agri.aquatic", "company", ("东海捕捞",), False),
    ("imported", "车厘子", "food.agri.fruit", "company", ("智利进口",), False),
    ("dried", "苹果干", "food.agri.fruit", "company", (), False),
    ("farmed", "鲈鱼", "food.agri.aquatic", "company", ("养殖",), True),
]


@pytest.mark.parametrize(
    ("title", "category", "seller", "texts", "owed"),
    [row[1:] for row in COMPLIANCE],
    ids=[row[0] for row in COMPLIANCE],
)
def test_who_owes_a_certificate_of_compliance(
    title: str, category: str, seller: str | None, texts: tuple[str, ...], owed: bool | None
) -> None:
    assert _owed("compliance-certificate", title, category, *texts, seller=seller) is owed
    assert _owed("compliance-certificate", title, category, *texts, seller=seller, day=date(2026, 1, 31)) is False


OTHERS = [
    ("quarantine", "土猪前腿肉", "food.agri.meat", (), True),
    ("quarantine", "老腊肉", "food.agri.meat", (), False),
    ("quarantine", "牛腱", "food.agri.meat", ("澳洲原切进口",), False),
    ("quarantine", "带鱼", "food.agri.aquatic", (), False),
    ("health-food-number", "鱼油", "food.health", (), True),
    ("health-food-number", "鱼油", "food.health", ("保税仓直发",), False),
    ("health-food-number", "蜂蜜", "food.agri.honey", (), False),
    ("health-food-warning", "鱼油", "food.health", (), True),
    ("alcohol-warning", "高粱酒", "food.prepacked.alcohol", (), True),
    ("alcohol-warning", "孝感醪糟", "food.prepacked.alcohol", (), False),
    ("breast-milk-notice", "婴儿配方奶粉 1段", "food.infant", (), True),
    ("breast-milk-notice", "宝宝米饼", "food.infant", (), False),
    ("pesticide-caution", "杀虫剂", "agri-input.pesticide", (), True),
    ("seven-day-return", "棉拖鞋", "goods", (), True),
    ("seven-day-return", "刻字茶盘", "goods", (), False),
    ("seven-day-return", "鲜桃", "food.agri.fruit", (), False),
    ("seven-day-return", "奶油蛋糕", "food.prepacked.snack", (), False),
]


@pytest.mark.parametrize(
    ("duty", "title", "category", "texts", "owed"), OTHERS, ids=[f"{row[0]}-{row[1]}" for row in OTHERS]
)
def test_the_other_duties(duty: str, title: str, category: str, texts: tuple[str, ...], owed: bool | None) -> None:
    assert _owed(duty, title, category, *texts) is owed


@pytest.mark.parametrize(
    ("duty", "path", "text", "found"),
    [
        ("health-food-warning", "description", "保健食品不是药物，不能代替药物治疗疾病", True),
        ("health-food-warning", "images[0].text", "本品不能代 替药物", True),
        ("health-food-warning", "description", "代替药物", False),
        ("alcohol-warning", "description", "過量飲酒有害健康", True),
        ("pesticide-caution", "attributes.毒性级别", "微毒级", True),
        ("pesticide-caution", "attributes.规格", "100ml", False),
        ("compliance-certificate", "description", "附承诺达标合格证", True),
        ("quarantine", "description", "动物检疫合格证明齐全", True),
        ("breast-milk-notice", "description", "最理想的食品是母乳", True),
        ("compliance-certificate", "description", "不开合格证，麻烦", False),
        ("compliance-certificate", "description", "别家没有合格证，我们附合格证", True),
        ("quarantine", "description", "自己杀的，没检疫", False),
    ],
)
def test_what_shows_that_a_duty_is_met(duty: str, path: str, text: str, found: bool) -> None:
    assert (shown(duties()[duty], [(path, text)]) is not None) is found


def test_two_duties_of_one_id_are_an_error() -> None:
    duty = {
        "id": "a",
        "title": {"zh": "甲"},
        "basis": [{"law": "法"}],
        "applies": date(2020, 1, 1),
        "shown": "page",
        "goods": {"categories": ["food"]},
        "evidence": {},
    }
    assert list(read_duties({"duties": [duty]})) == ["a"]
    with pytest.raises(msgspec.ValidationError, match="one id"):
        read_duties({"duties": [duty, duty]})
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        read_duties({"duties": [{**duty, "exmept": []}]})
