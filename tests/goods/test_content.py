"""Claims against tables, around each bound; by both editions, for solid and liquid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from monitor.goods.content import Finding, check
from monitor.goods.nutrition import Goods, standard
from monitor.goods.table import read_table

BEFORE, BETWEEN, AFTER = date(2024, 6, 1), date(2026, 11, 20), date(2027, 3, 16)
NEW = Goods(made_from=AFTER, made_to=AFTER)


def _check(claim: str, table: str, goods: Goods = NEW, day: date = AFTER) -> Finding:
    return check(claim, read_table([("description", table)]), goods, day)


# claim, row, unit, bound in 100 g, bound in 100 ml, whether at most; a row of energy that makes the way by 420 kJ longer than by 100 g
AT_MOST = [
    ("无糖", "糖", "g", "0.5", "0.5"),
    ("低糖", "糖", "g", "5", "5"),
    ("无脂肪", "脂肪", "g", "0.5", "0.5"),
    ("低脂肪", "脂肪", "g", "3", "1.5"),
    ("无能量", "能量", "kJ", "17", "17"),
    ("无钠", "钠", "mg", "5", "5"),
    ("极低钠", "钠", "mg", "40", "40"),
    ("低钠", "钠", "mg", "120", "120"),
    ("无反式脂肪", "反式脂肪酸", "g", "0.3", "0.3"),
    ("无饱和脂肪", "饱和脂肪酸", "g", "0.1", "0.1"),
    ("无胆固醇", "胆固醇", "mg", "5", "5"),
]
AT_LEAST = [
    ("含蛋白质", "蛋白质", "g", "6", "3"),
    ("高蛋白", "蛋白质", "g", "12", "6"),
    ("含膳食纤维", "膳食纤维", "g", "3", "1.5"),
    ("高膳食纤维", "膳食纤维", "g", "6", "3"),
    ("含钙", "钙", "mg", "120", "60"),
    ("富含钙", "钙", "mg", "240", "120"),
    ("含维生素C", "维生素C", "mg", "15", "7.5"),
    ("富含维生素C", "维生素C", "mg", "30", "15"),
]
STEP = Decimal("0.01")
EDGES = [
    (claim, row, unit, Decimal(bound), per, most)
    for table, most in ((AT_MOST, True), (AT_LEAST, False))
    for claim, row, unit, solid, liquid in table
    for bound, per in ((solid, "g"), (liquid, "ml"))
]


@pytest.mark.parametrize("day", [BEFORE, BETWEEN, AFTER], ids=str)
@pytest.mark.parametrize(("claim", "row", "unit", "bound", "per", "most"), EDGES, ids=[f"{e[0]}-{e[4]}" for e in EDGES])
def test_just_under_at_and_just_over_a_bound(
    claim: str, row: str, unit: str, bound: Decimal, per: str, most: bool, day: date
) -> None:
    energy = "" if row == "能量" else "能量 3000kJ "  # dense: the way by 420 kJ is harder than by 100 g
    verdicts = [
        _check(claim, f"营养成分表 每100{per} {energy}{row} {amount}{unit}", Goods(), day).met
        for amount in (bound - STEP, bound, bound + STEP)
    ]
    assert verdicts == ([True, True, False] if most else [False, True, True])


# Where the editions differ: nutrient, unit, what 30 % of the reference value is by each.
DIFFERENT = [
    ("硒", "μg", "15", "18"),
    ("维生素D", "μg", "1.5", "3"),
    ("锌", "mg", "4.5", "3.3"),
    ("碘", "μg", "45", "36"),
    ("生物素", "μg", "9", "12"),
    ("胆碱", "mg", "135", "150"),
    ("铜", "mg", "0.45", "0.24"),
]


@pytest.mark.parametrize(("nutrient", "unit", "old", "new"), DIFFERENT, ids=[row[0] for row in DIFFERENT])
def test_editions_by_the_day(nutrient: str, unit: str, old: str, new: str) -> None:
    def met(amount: Decimal, day: date, goods: Goods = Goods()) -> bool | None:  # noqa: B008 (frozen)
        return _check(f"富含{nutrient}", f"每100g 能量 3000kJ {nutrient} {amount}{unit}", goods, day).met

    first, second = Decimal(old), Decimal(new)
    easier, harder = min(first, second), max(first, second)
    assert (met(first, BEFORE), met(first - STEP, BEFORE)) == (True, False)
    assert (met(second, AFTER, NEW), met(second - STEP, AFTER, NEW)) == (True, False)
    assert (met(easier, BETWEEN), met(easier - STEP, BETWEEN)) == (True, False)  # either will do
    assert met(harder, AFTER) is True
    between = (easier + harder) / 2
    assert met(between, date(2027, 3, 15)) is True
    assert met(between, AFTER) is (True if second < first else None)  # made before, it may follow the older
    made = Goods(made_from=date(2027, 3, 15), made_to=date(2027, 3, 15))
    assert met(between, AFTER, made) is True


def test_a_shelf_life_that_has_run_out_ends_the_older_edition() -> None:
    old = Goods(made_from=date(2027, 3, 10))
    young = Goods(made_from=date(2027, 3, 20))
    table = "每100g 能量 3000kJ 硒 16μg"
    assert _check("富含硒", table, old, date(2028, 1, 1)).met is None
    assert _check("富含硒", table, young, date(2028, 1, 1)).met is False


def test_before_the_standard_there_is_none() -> None:
    assert _check("无糖", "每100g 糖 9g", Goods(), date(2012, 12, 31)).met is None


def test_a_claim_only_one_edition_knows() -> None:
    table = "每100g α-亚麻酸 700mg"
    assert _check("富含α-亚麻酸", table, day=BEFORE, goods=Goods()).met is None
    assert _check("富含α-亚麻酸", table).met is True


BY_ENERGY = [
    ("tofu", "高蛋白", "每100g 能量350kJ 蛋白质8.1g", Goods("嫩豆腐"), True),
    ("milk", "高蛋白", "每100ml 能量280kJ 蛋白质3.2g", Goods("纯牛奶"), False),
    ("exactly", "高蛋白", "每100g 能量420kJ 蛋白质6g", Goods("豆干"), True),
    ("no-energy", "高蛋白", "每100g 蛋白质8.1g", Goods("豆腐"), None),
    ("no-energy-but-dense", "高蛋白", "每100g 蛋白质8.1g", Goods("全麦面包"), False),
    ("no-energy-and-dense-but-near", "高蛋白", "每100g 蛋白质11.9g", Goods("蛋白粉"), False),
    ("vegetable", "高膳食纤维", "每100g 能量100kJ 膳食纤维2g", Goods("秋葵"), True),
    ("serving-of-unknown-size", "高蛋白", "营养成分表 每份 能量400kJ 蛋白质9g", Goods("酸奶"), True),
    ("serving-of-unknown-size-short", "高蛋白", "营养成分表 每份 能量400kJ 蛋白质2g", Goods("酸奶"), None),
]


@pytest.mark.parametrize(("claim", "table", "goods", "met"), [r[1:] for r in BY_ENERGY], ids=[r[0] for r in BY_ENERGY])
def test_the_way_by_420_kilojoules(claim: str, table: str, goods: Goods, met: bool | None) -> None:
    assert _check(claim, table, goods, BETWEEN).met is met


DOUBT = [
    ("drink-per-100g-between", "低脂肪", "每100g 脂肪2g", Goods("酸奶", "food.prepacked.dairy"), None),
    ("drink-per-100g-under-both", "低脂肪", "每100g 脂肪1.4g", Goods("酸奶", "food.prepacked.dairy"), True),
    ("drink-per-100g-over-both", "低脂肪", "每100g 脂肪3.1g", Goods("酸奶", "food.prepacked.dairy"), False),
    ("powder-is-solid", "低脂肪", "每100g 脂肪2g", Goods("豆浆粉", "food.prepacked.drink"), True),
    ("milk-powder", "脱脂", "每100g 脂肪1.5g", Goods("脱脂奶粉", "food.prepacked.dairy"), True),
    ("milk-powder-over", "脱脂", "每100g 脂肪1.6g", Goods("脱脂奶粉", "food.prepacked.dairy"), False),
    ("skimmed-milk", "脱脂", "每100ml 脂肪0.6g", Goods("脱脂牛奶", "food.prepacked.dairy"), False),
    ("skimmed-soy", "脱脂", "每100g 脂肪11g", Goods("脱脂大豆饼"), None),
    ("foods-that-differ", "无糖", "甲：每100g 糖0g；乙：每100g 糖8g", Goods("混合装"), None),
    ("foods-that-agree", "无糖", "甲：每100g 糖7g；乙：每100g 糖8g", Goods("混合装"), False),
    ("less-than", "无糖", "每100g 糖<0.5g", Goods(), True),
    ("less-than-more", "无糖", "每100g 糖<5g", Goods(), None),
    ("more-than", "高蛋白", "每100g 能量3000kJ 蛋白质≥12g", Goods(), True),
    ("not-listed", "无糖", "每100g 脂肪1g", Goods(), None),
    ("nothing-per", "无糖", "糖9g", Goods(), None),
    ("serving-unknown", "无糖", "营养成分表 每份 糖9g", Goods(), None),
    ("serving-known", "低糖", "营养成分表 每份(20g) 糖1g", Goods(), True),
    ("serving-known-over", "低糖", "营养成分表 每份(20g) 糖1.1g", Goods(), False),
    ("infant-food-follows-another", "无糖", "每100g 糖9g", Goods("米粉", "food.infant"), None),
    ("fat-gives-most", "低能量", "每100g 能量150kJ 脂肪3g", Goods(), False),
    ("fat-gives-half", "低能量", "每100g 能量148kJ 脂肪2g", Goods(), True),
    ("fat-not-told", "低能量", "每100g 能量150kJ", Goods(), None),
    ("cholesterol-and-saturated", "低胆固醇", "每100g 能量900kJ 胆固醇10mg 饱和脂肪1.0g", Goods(), True),
    ("cholesterol-but-saturated", "低胆固醇", "每100g 能量900kJ 胆固醇10mg 饱和脂肪1.6g", Goods(), False),
    ("three-vitamins", "富含多种维生素", "每100g 能量3000kJ 维生素C 50mg 维生素E 10mg 维生素B1 2mg", Goods(), True),
    ("two-of-three", "富含多种维生素", "每100g 能量3000kJ 维生素C 50mg 维生素E 10mg 维生素B1 0.1mg", Goods(), None),
    ("none-of-three", "富含多种维生素", "每100g 能量3000kJ 维生素C 5mg 维生素E 1mg 维生素B1 0.1mg", Goods(), False),
]


@pytest.mark.parametrize(("claim", "table", "goods", "met"), [row[1:] for row in DOUBT], ids=[row[0] for row in DOUBT])
def test_where_it_cannot_be_told(claim: str, table: str, goods: Goods, met: bool | None) -> None:
    assert _check(claim, table, goods, BETWEEN).met is met


def test_the_row_the_bound_and_the_edition_are_told() -> None:
    found = _check("富含硒", "营养成分表 每份(50g) 能量 900kJ 硒 6μg")
    assert found.detail["zh"] == "GB 28050-2025：富含硒要求每100克不少于18 µg；description：硒 6μg = 12 µg/100g"
    assert (
        found.detail["en"]
        == "GB 28050-2025: “富含硒” asks for no less than 18 µg per 100 g; description：硒 6μg = 12 µg/100g"
    )
    both = _check("富含硒", "每100g 能量 3000kJ 硒 6μg", Goods(), BETWEEN)
    assert both.detail["zh"] == (
        "GB 28050-2011：富含硒要求每100克不少于15 µg；description：硒 6μg; "
        "GB 28050-2025：富含硒要求每100克不少于18 µg；description：硒 6μg"
    )
    same = _check("无糖", "每100g 糖 6g", Goods(), BETWEEN)
    assert same.detail["zh"].startswith("GB 28050-2011、GB 28050-2025：无糖要求每100克不超过0.5 g")


@pytest.mark.parametrize("claim", standard().claims)
def test_every_claim_has_bounds_in_every_edition_that_knows_it(claim: str) -> None:
    known = standard().claims[claim]
    for edition in standard().editions:
        bound = standard().bound(known, edition, "solid")
        assert known.several or (bound is not None and bound > 0)


def test_an_unknown_claim_is_an_error() -> None:
    with pytest.raises(KeyError):
        _check("超级无糖", "每100g 糖 6g")
