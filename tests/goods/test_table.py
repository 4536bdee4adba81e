"""Nutrition tables as people write them, and what each row is an amount of."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.goods.table import MOST_ROWS, read_table

_100G, _100ML = ("100", "g"), ("100", "ml")
TABLES = [
    ("one-sentence",
     "营养成分表（每100g）：能量1650kJ，蛋白质9.8g，糖4.6g，钠60mg。", {"能量": 1650, "蛋白质": 9.8, "糖": 4.6, "钠": 60}, _100G),
    ("lines",
     "营养成分表\n项目 每100克(g) 营养素参考值%\n能量 1880千焦(kJ) 22%\n脂肪 0克(g) 0%\n—糖 3.5 克(g)\n钠 120毫克(mg) 6%",
     {"能量": 1880, "脂肪": 0, "糖": 3.5, "钠": 120}, _100G),
    ("full-width",
     "營養成分表　每１００毫升（ｍＬ）　能量　２７０ｋＪ　蛋白質　３．２ｇ　鈣　１００ｍｇ",
     {"能量": 270, "蛋白质": 3.2, "钙": 100}, _100ML),
    ("stray-spaces", "营 养 成 分 表 每 100 克 蛋 白 质 9 . 0 g 脂 肪 1 . 5 克", {"蛋白质": 9, "脂肪": 1.5}, _100G),
    ("letter-for-nought",
     "营养成分表 每100g 糖 O g 反式脂肪酸 未检出 胆固醇 ND 钠 5mg", {"糖": 0, "反式脂肪": 0, "胆固醇": 0, "钠": 5}, _100G),
    ("zero-grams", "每100克：脂肪0克，糖零", {"脂肪": 0, "糖": 0}, _100G),
    ("kilocalories", "营养成分表（每100g）：热量 100大卡", {"能量": 418.4}, _100G),
    ("kcal", "每100ml：能量25kcal", {"能量": 104.6}, _100ML),
    ("units-in-the-head",
     "营养成分表/每100g 能量(kJ) 1880 蛋白质(g) 9 钠(mg) 120", {"能量": 1880, "蛋白质": 9, "钠": 120}, _100G),
    ("no-units",
     "营养成分表 每100g 能量 1880 蛋白质 9 脂肪 3.0 钠 120", {"能量": 1880, "蛋白质": 9, "脂肪": 3, "钠": 120}, _100G),
    ("vitamins",
     "每100g：维生素A 240微克视黄醇当量(μgRE) 维生素B1 0.42mg 维生素B12 1.2μg 维生素C 180mg",
     {"维生素A": 240, "维生素B1": 0.42, "维生素B12": 1.2, "维生素C": 180}, _100G),
    ("other-unit", "每100g：硒 0.018mg 钠 1.2g", {"硒": 18, "钠": 1200}, _100G),
    ("kinds-of-fat",
     "每100g：脂肪12.0g 饱和脂肪3.1g 反式脂肪酸0g 单不饱和脂肪酸5g",
     {"脂肪": 12, "饱和脂肪": 3.1, "反式脂肪": 0, "单不饱和脂肪": 5}, _100G),
    ("in-a-sentence", "高蛋白：每100g含蛋白质20.5g（34% NRV）。", {"蛋白质": 20.5}, _100G),
    ("thousands", "营养成分表（每100g）：能量1,880kJ，钠2,300mg", {"能量": 1880, "钠": 2300}, _100G),
    ("suffix", "能量1677kJ/100g 脂肪27g/100g", {"能量": 1677, "脂肪": 27}, _100G),
    ("per-kilogram", "硒含量0.86mg/kg", {"硒": 860}, ("1000", "g")),
    ("serving-in-the-head", "营养成分表 每份(30g) 能量 564kJ 蛋白质 3.0g", {"能量": 564, "蛋白质": 3}, ("30", "g")),
    ("serving-elsewhere",
     "营养成分表 每份 能量 564kJ 蛋白质 3.0g。每份30克，共10份", {"能量": 564, "蛋白质": 3}, ("30", "g")),
    ("bottle", "营养成分表 每瓶250mL 能量 480kJ 糖 1.2g", {"能量": 480, "糖": 1.2}, ("250", "ml")),
    ("two-columns",
     "营养成分表 项目 每100g 每份(30g) 能量 1880kJ 564kJ 蛋白质 9.0g 2.7g", {"能量": 1880, "蛋白质": 9}, _100G),
    ("two-columns-serving-first", "营养成分表 项目 每份(30g) 每100g 蛋白质 3.0g 10g", {"蛋白质": 3}, ("30", "g")),
    ("content-of-the-pack-before", "净含量500g，每盒500g。营养成分表（每100g）：蛋白质9.0g", {"蛋白质": 9}, _100G),
]  # fmt: skip


@pytest.mark.parametrize(("text", "rows", "basis"), [row[1:] for row in TABLES], ids=[row[0] for row in TABLES])
def test_a_table_in_one_text(text: str, rows: dict[str, float], basis: tuple[str, str]) -> None:
    found = read_table([("description", text)])
    assert {row.nutrient: float(row.low) for row in found} == rows
    assert {(str(row.basis.amount), row.basis.unit) for row in found if row.basis} == {basis}
    assert all(row.text == text[row.start : row.end] for row in found)


BOUNDS = [
    ("糖 <0.5g", "0", "0.5"),
    ("糖≤0.5 g", "0", "0.5"),
    ("糖 不超过0.5克", "0", "0.5"),
    ("蛋白质≥3.0g", "3.0", None),
    ("蛋白质 不低于 3.0g", "3.0", None),
    ("膳食纤维 5-8g", "5", "8"),
    ("膳食纤维 5~8克", "5", "8"),
    ("脂肪 约2.5g", "2.5", "2.5"),
]


@pytest.mark.parametrize(("text", "low", "high"), BOUNDS, ids=[row[0] for row in BOUNDS])
def test_an_amount_that_is_only_bounded(text: str, low: str, high: str | None) -> None:
    (row,) = read_table([("description", f"营养成分表（每100g）{text}")])
    assert (row.low, row.high) == (Decimal(low), None if high is None else Decimal(high))


def test_an_attribute_is_a_row_by_its_name() -> None:
    found = read_table(
        [("attributes.糖", "9.5g/100g"), ("attributes.脂肪含量", "27g/100g"), ("attributes.配料", "糖、水")]
    )
    assert [(row.nutrient, row.low, row.path, row.text) for row in found] == [
        ("糖", Decimal("9.5"), "attributes.糖", "9.5g/100g"),
        ("脂肪", Decimal(27), "attributes.脂肪含量", "27g/100g"),
    ]


def test_rows_in_attributes_take_what_the_only_table_is_per() -> None:
    found = read_table([("attributes.蛋白质", "3.2g"), ("images[0].text", "营养成分表 每100毫升 能量 270千焦")])
    assert {(row.nutrient, row.basis.unit if row.basis else None) for row in found} == {
        ("蛋白质", "ml"),
        ("能量", "ml"),
    }


@pytest.mark.parametrize(
    "text",
    [
        "能量棒 50g", "糖果 500g", "白砂糖 5g", "低糖 5g", "苯甲酸钠0.5g", "碳酸钙 600mg", "乳清蛋白粉 30g", "糖醇 10g", "冰糖100g",
        "蛋白质，500g装", "补钙必备 100片", "能量 满满", "糖多多 3盒", "盐 5g",
    ],
)  # fmt: skip
def test_words_that_are_no_rows(text: str) -> None:
    assert read_table([("description", f"每100g {text}")]) == ()


@pytest.mark.parametrize("text", ["营养成分表 每份 糖 3g", "糖 3g", "每天可吃，糖 3g"])
def test_what_a_row_is_per_may_not_be_told(text: str) -> None:
    (row,) = read_table([("description", text)])
    assert row.per_hundred is None


def test_a_serving_is_converted_exactly() -> None:
    (row,) = read_table([("description", "营养成分表 每份(30g) 蛋白质 3.0g")])
    assert row.per_hundred == (Decimal(10), Decimal(10))


def test_so_many_rows_are_read() -> None:
    assert len(read_table([("description", "每100g " + "糖1g " * 5000)])) == MOST_ROWS


WRITTEN = "营养成分表每100g克毫升mlL份(（)）:：能量千焦kJ蛋白质糖钠脂肪<≤≥0.5-%/ \n维生素ACμg微O未检出"


@given(st.text(alphabet=WRITTEN, max_size=80), st.sampled_from(["description", "attributes.糖"]))
def test_whatever_is_written_rows_stand_where_they_say(text: str, path: str) -> None:
    for row in read_table([(path, text)]):
        assert row.text == text[row.start : row.end] != ""
        assert row.high is None or 0 <= row.low <= row.high
