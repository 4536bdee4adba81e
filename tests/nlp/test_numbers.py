"""Quantities as they are written and spoken, and words that are none."""

from __future__ import annotations

from decimal import Decimal
from time import process_time

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.nlp.numbers import find_numbers, find_quantities, read_number
from monitor.nlp.units import NAMES

READ = [
    # money, written
    ("￥1,280.00", "yuan", "1280"),
    ("¥ 39.9包邮", "yuan", "39.9"),
    ("39.9元/斤", "yuan", "39.9"),
    ("３９．９元", "yuan", "39.9"),
    ("到手价99rmb", "yuan", "99"),
    ("$12.5一瓶", "dollar", "12.5"),
    ("六万元", "yuan", "60000"),
    ("6万块", "yuan", "60000"),
    ("六 万 元", "yuan", "60000"),
    ("6 万元", "yuan", "60000"),
    ("60000块", "yuan", "60000"),
    ("1.2亿元", "yuan", "120000000"),
    ("5万8千块", "yuan", "58000"),
    ("百元红包", "yuan", "100"),
    # money, spoken
    ("一百二十块", "yuan", "120"),
    ("两千四百块", "yuan", "2400"),
    ("九块九", "yuan", "9.9"),
    ("九块九包邮", "yuan", "9.9"),
    ("九十九块九", "yuan", "99.9"),
    ("99块9", "yuan", "99.9"),
    ("三块二毛五", "yuan", "3.25"),
    ("十二块八毛", "yuan", "12.8"),
    ("六毛", "yuan", "0.6"),
    ("两毛五一个", "yuan", "0.25"),
    ("九块九一斤", "yuan", "9.9"),
    ("五角钱", "yuan", "0.5"),
    ("一分钱不要", "yuan", "0.01"),
    ("十块三斤", "yuan", "10"),
    ("一块钱一个", "yuan", "1"),
    # bare numbers with a scale or two digits
    ("五万两千八的金条", "number", "52800"),
    ("价值八万八的新能源小车", "number", "88000"),
    ("价值四万九千八的电动三轮车", "number", "49800"),
    ("15万8的家具", "number", "158000"),
    ("原价三百九十九，", "number", "399"),
    ("一百二不要", "number", "120"),
    ("原价399，", "number", "399"),
    ("10w粉丝", "number", "100000"),
    ("3.5k", "number", "3500"),
    ("百万粉丝", "number", "1000000"),
    # shares and discounts
    ("百分之九十九的用户", "percent", "99"),
    ("百分之零点五", "percent", "0.5"),
    ("百分之百", "percent", "100"),
    ("百分百", "percent", "100"),
    ("含量≥45%", "percent", "45"),
    ("千分之三", "percent", "0.3"),
    ("三分之二的人", "percent", "66.6667"),
    ("九成用户回购", "percent", "90"),
    ("降了三个点", "percent", "3"),
    ("八折", "discount", "8"),
    ("八五折", "discount", "8.5"),
    ("85折", "discount", "8.5"),
    ("三折起", "discount", "3"),
    ("8.8折", "discount", "8.8"),
    ("一律对折", "discount", "5"),
    ("十倍", "fold", "10"),
    ("价差三倍", "fold", "3"),
    # weights and volumes
    ("净含量1.8kg（约）", "gram", "1800"),
    ("足足十斤啊", "gram", "5000"),
    ("半斤", "gram", "250"),
    ("一斤半", "gram", "750"),
    ("二斤八两", "gram", "1400"),
    ("三两", "gram", "150"),
    ("五十克一袋", "gram", "50"),
    ("5千克", "gram", "5000"),
    ("亩产三千斤", "gram", "1500000"),
    ("12公斤", "gram", "12000"),
    ("５００Ｇ装", "gram", "500"),
    ("60µg硒", "milligram", "0.06"),
    ("钠120mg", "milligram", "120"),
    ("500ml×6", "millilitre", "500"),
    ("1.5L大瓶", "millilitre", "1500"),
    ("能量1680kJ", "kilojoule", "1680"),
    # time
    ("二十天见效", "day", "20"),
    ("三个月", "day", "90"),
    ("一个星期", "day", "7"),
    ("7日无理由", "day", "7"),
    ("三年质保", "day", "1095"),
    ("一个半月", "day", "45"),
    ("三天半", "day", "3.5"),
    ("三分钟", "minute", "3"),
    ("48小时内发货", "hour", "48"),
    ("两个半小时", "hour", "2.5"),
    ("半小时", "hour", "0.5"),
    ("3秒", "second", "3"),
    # people, land, pieces
    ("已有3万人购买", "person", "30000"),
    ("两个人吃", "person", "2"),
    ("五百亩果园", "mu", "500"),
    ("最后十单", "piece", "10"),
    ("五十箱", "piece", "50"),
    ("三件套", "piece", "3"),
    ("十包装一箱", "piece", "1"),
]
RANGES = [
    ("三到五斤", "gram", "1500", "2500", "2500"),
    ("3-5斤", "gram", "1500", "2500", "2500"),
    ("500g-1kg", "gram", "500", "1000", "1000"),
    ("30%～50%", "percent", "30", "50", "50"),
    ("百分之三十到五十", "percent", "30", "50", "50"),
    ("￥39-59", "yuan", "39", "59", "59"),
    ("三到五折", "discount", "3", "5", "5"),
    ("只剩二十多单", "piece", "20", "20", "20"),
    ("十几块", "yuan", "11", "19", "11"),
    ("几百块", "yuan", "200", "900", "200"),
    ("三四十块", "yuan", "30", "40", "30"),
    ("七八天", "day", "7", "8", "7"),
    ("一两天", "day", "1", "2", "1"),
    ("三五斤", "gram", "1500", "2500", "1500"),
]
NONE = [
    "第一次", "第三天", "试一下", "三心二意", "一起来", "统一发货", "万一坏了", "千万别买", "五常大米", "百合花", "八角桂皮", "三天两头",
    "一块儿买", "这一块", "2026年11月20日", "二零二六年", "1998年", "11月20日", "上午9:30", "三位一体", "百折不挠", "5G手机", "18K金",
    "4K高清", "3000W大功率", "三折叠", "千张豆腐", "九寨沟", "六安瓜片", "三七粉", "半价", "一人一份", "十分好吃", "16g+运行",
]  # fmt: skip


def bounds(text: str) -> tuple[str, Decimal, Decimal]:
    first = find_quantities(text)[0]
    return first.unit, first.low, first.high


@pytest.mark.parametrize(("text", "unit", "value"), READ, ids=[text for text, _, _ in READ])
def test_a_quantity_is_read(text: str, unit: str, value: str) -> None:
    first = find_quantities(text)[0]
    assert (first.unit, first.value, first.low) == (unit, Decimal(value), first.high)
    assert text[first.start : first.end] == first.raw
    assert first.unit in NAMES


@pytest.mark.parametrize(("text", "unit", "low", "high", "value"), RANGES, ids=[row[0] for row in RANGES])
def test_a_range_has_both_ends(text: str, unit: str, low: str, high: str, value: str) -> None:
    (found,) = find_quantities(text)
    assert (found.unit, found.low, found.high, found.value) == (unit, Decimal(low), Decimal(high), Decimal(value))


@pytest.mark.parametrize("text", NONE)
def test_words_dates_and_models_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    ("text", "raws"),
    [
        ("原价399，今天99块9，买二送一，十斤装", ["399", "99块9", "十斤装"]),
        ("每亩用量30～50ml，间隔7天，一季最多3次", ["30～50ml", "7天"]),
        ("10斤39.9元包邮，坏一赔二", ["10斤", "39.9元"]),
        ("加20一盒，第三十天", ["20", "一盒"]),
        ("十块五个，二十块十二个", ["十块", "五个", "二十块", "十二个"]),
    ],
    ids=["prices", "dosage", "listing", "side by side", "pieces"],
)
def test_several_quantities_are_read_in_order(text: str, raws: list[str]) -> None:
    assert [found.raw for found in find_quantities(text)] == raws


def test_bare_numbers_are_asked_for_by_name() -> None:
    assert [(found.raw, found.value) for found in find_numbers("第一，三心二意，买2送1，两千四")] == [
        ("一", 1),
        ("三", 3),
        ("二", 2),
        ("2", 2),
        ("1", 1),
        ("两千四", 2400),
    ]


def wordings(number: int) -> set[str]:
    """A number in digits, in Chinese numerals small and formal, and as it is spoken."""
    low = cn2an.an2cn(str(number), "low")
    return {str(number), f"{number:,}", low, cn2an.an2cn(str(number), "up"), spoken(low)}


def spoken(low: str) -> str:
    """两 before 千 and 万, and the last scale left out: 五万二千八百 is said 五万两千八."""
    said = low.replace("二千", "两千").replace("二万", "两万")
    for full in ("千百", "百十", "万千"):
        if len(said) > 3 and said[-1] == full[1] and said[-3] == full[0]:
            return said[:-1]
    return said


@given(number=st.integers(11, 99_999_999))
def test_a_number_and_its_wordings_are_one(number: int) -> None:
    for wording in wordings(number):
        (found,) = find_quantities(wording + "块钱")
        assert (found.value, found.unit) == (number, "yuan"), wording


@given(number=st.decimals("0.1", "9999", places=1))
def test_a_price_is_read_as_it_is_said(number: Decimal) -> None:
    whole, tenths = divmod(int(number * 10), 10)
    said = (cn2an.an2cn(str(whole), "low") + "块" if whole else "") + (
        cn2an.an2cn(str(tenths), "low") + "毛" if tenths else ""
    )
    (found,) = find_quantities(said)
    assert (found.value, found.unit) == (number, "yuan")


@given(text=st.text(alphabet="零一二三十百千万亿半几点两0123456789.,块元毛斤折倍成%￥到至 多第年月日个kw", max_size=24))
def test_any_heap_of_numerals_is_read_or_left(text: str) -> None:
    end = 0
    for found in find_quantities(text):
        assert text[found.start : found.end] == found.raw
        assert found.low <= found.high
        assert found.start >= end
        end = found.end


@pytest.mark.parametrize("text", ["一", "1", "十点", "9,", "百分之一", "1万"], ids=lambda text: text)
def test_no_text_is_slow_to_read(text: str) -> None:
    before = process_time()
    find_quantities(text * 20_000)
    assert process_time() - before < 5


def test_a_heap_of_numerals_is_passed_over_and_what_follows_is_read() -> None:
    assert [found.raw for found in find_quantities("一" * 5_000 + "，九块九")] == ["九块九"]


def test_a_long_numeral_that_is_none_is_told_at_once() -> None:
    assert read_number("1" * 60 + "x") is None
    assert read_number("1" * 30 + "十x") is None
