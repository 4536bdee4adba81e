"""What a title sells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.registry.products import CLASSES, goods, infer_category, read_taxonomy, sold, taxonomy

CATEGORIES = {
    "food.agri.grain", "food.agri.fruit", "food.agri.vegetable", "food.agri.meat", "food.agri.egg", "food.agri.aquatic", "food.agri.tea",
    "food.agri.honey", "food.agri.herb", "food.prepacked", "food.prepacked.oil", "food.prepacked.snack", "food.prepacked.drink",
    "food.prepacked.alcohol", "food.prepacked.noodle", "food.prepacked.condiment", "food.prepacked.dairy", "food.health", "food.infant",
    "food.special-medical", "drug", "device", "cosmetic", "agri-input.seed", "agri-input.pesticide", "agri-input.fertilizer",
    "agri-input.feed", "agri-input.veterinary", "goods",
}  # fmt: skip

TITLES = [
    ("红富士苹果 脆甜 8斤", "food.agri.fruit"),
    ("烟台苹果5斤装", "food.agri.fruit"),
    ("鲜梨", "food.agri.fruit"),
    ("梨礼盒装", "food.agri.fruit"),
    ("【产地直发】五常稻花香 5kg", "food.agri.grain"),
    ("土蜂蜜 500g", "food.agri.honey"),
    ("蜂蜜柚子茶 420g", "food.prepacked.drink"),
    ("苹果醋 500ml", "food.prepacked.condiment"),
    ("桑葚酒 礼盒", "food.prepacked.alcohol"),
    ("南瓜干 250g", "food.prepacked.snack"),
    ("山药粉 熟粉", "food.prepacked"),
    ("大米收纳桶", "goods"),
    ("苹果 手机壳", "goods"),
    ("苹果削皮刀", "goods"),
    ("茶叶罐 密封", "goods"),
    ("苹果盒装 12枚", "food.agri.fruit"),
    ("玉米 种子 抗病", "agri-input.seed"),
    ("苹果苗 嫁接", "agri-input.seed"),
    ("泡椒凤爪调料 1kg", "food.prepacked.condiment"),
    ("头道生抽酱油", "food.prepacked.condiment"),
    ("手工粉条 宽粉", "food.prepacked.noodle"),
    ("川味腊肠 麻辣", "food.prepacked.snack"),
    ("小榨菜籽油 5L", "food.prepacked.oil"),
    ("纯牛奶 250ml×12", "food.prepacked.dairy"),
    ("酱香型白酒 53度", "food.prepacked.alcohol"),
    ("明前龙井 西湖 250g", "food.agri.tea"),
    ("茉莉花茶 浓香", "food.agri.tea"),
    ("菊花茶 胎菊", "food.prepacked.drink"),
    ("宁夏枸杞 免洗", "food.agri.herb"),
    ("散养土鸡 现杀", "food.agri.meat"),
    ("土鸡蛋 30枚", "food.agri.egg"),
    ("阳澄湖大闸蟹 8只", "food.agri.aquatic"),
    ("鱼油软胶囊 100粒", "food.health"),
    ("婴幼儿配方奶粉 3段", "food.infant"),
    ("特殊医学用途配方食品 全营养", "food.special-medical"),
    ("板蓝根颗粒 20袋", "drug"),
    ("上臂式电子血压计", "device"),
    ("保湿面霜 50g", "cosmetic"),
    ("补水面膜 10片", "cosmetic"),
    ("眼影刷 套装", "goods"),
    ("复合肥 50kg", "agri-input.fertilizer"),
    ("草甘膦 除草剂", "agri-input.pesticide"),
    ("蛋鸡饲料 40kg", "agri-input.feed"),
    ("宠物驱虫药", "agri-input.veterinary"),
    ("纯棉毛巾 3条", "goods"),
    ("羽绒服 女 中长款", "goods"),
    ("五常大米 送收纳桶", "food.agri.grain"),
    ("《识破保健品骗局》 平装", "goods"),
    ("藕粉色 连衣裙", "goods"),
    ("烟台栖霞苹果新鲜水果红富士脆甜大果整箱包邮", "food.agri.fruit"),
    ("蓝莓鲜果 125g×6", "food.agri.fruit"),
    ("非转基因黄豆 打豆浆 5斤", "food.agri.grain"),
    ("四川泡菜 500g", "food.prepacked.condiment"),
]


@pytest.mark.parametrize(("title", "category"), TITLES, ids=[title for title, _ in TITLES])
def test_a_title_tells_its_category(title: str, category: str) -> None:
    assert infer_category(title) == category


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("蓝莓鲜果 云南", ["蓝莓"]),
        ("手剥橙子水果", ["橙"]),
        ("正宗赣南脐橙新鲜水果橙子当季整箱", ["赣南脐橙"]),
        ("茶叶 西湖龙井", ["西湖龙井"]),
        ("玉米 种子 抗病", ["种子"]),
        ("苹果 手机壳", ["手机壳"]),
        ("黄豆 打豆浆 炖猪蹄", ["黄豆"]),
        ("泡菜 泡椒", ["泡菜", "泡椒"]),
        ("五常大米 送收纳桶", ["五常大米"]),
        ("一号链接", []),
    ],
)
def test_the_nearest_names_are_sold(title: str, names: list[str]) -> None:
    known = taxonomy().names
    assert [good.name for good in sold(title)] == [known.get(name, name) for name in names]


@pytest.mark.parametrize("title", ["", "一号链接 限时秒杀", "福利款 不退不换", "ABC-200"])
def test_a_title_without_a_known_name_tells_nothing(title: str) -> None:
    assert infer_category(title) is None


def test_the_taxonomy_is_sound() -> None:
    known = taxonomy()
    assert set(known.categories.values()) == CATEGORIES
    assert len(known.names) > 2000
    assert not [name for name, above in known.parents.items() if any(name in known.above(one) for one in above)]
    for one in known.places:
        assert one in known.categories, f"{one} has no parent with a category"


def test_words_for_one_thing_are_one_wherever_they_stand() -> None:
    known = read_taxonomy({"a": {"茶 = 茶叶": ["绿茶"]}, "b": {"绿茶 = 青": ["龙井"]}, CLASSES: {"茶类": ["茶叶"]}})
    assert known.above("龙井") == {"龙井", "绿茶", "茶", "茶类"}
    assert known.categories["绿茶"] == "a"
    assert known.classes == {"茶类"}


@given(title=st.text(alphabet="苹果大米茶醋酱粉干收纳桶手机壳送【】 ，0斤kg", max_size=40))
def test_any_title_is_read_or_left(title: str) -> None:
    assert infer_category(title) in CATEGORIES | {None}
    assert all(good.category in CATEGORIES for _, good in goods(title))
