"""Numbers as they are written and spoken, and words that are none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.nlp.numbers import find_quantities, read_number

READ = [
    ("五万两千八的金条", "number", "52800"),
    ("价值八万八的新能源小车", "number", "88000"),
    ("价值四万九千八的电动三轮车", "number", "49800"),
    ("六万元", "yuan", "60000"),
    ("6万块", "yuan", "60000"),
    ("60000块", "yuan", "60000"),
    ("￥1,280.00", "yuan", "1280"),
    ("39.9元/斤", "yuan", "39.9"),
    ("３９．９元", "yuan", "39.9"),
    ("原价三百九十九，", "number", "399"),
    ("一百二十块", "yuan", "120"),
    ("两千四百块", "yuan", "2400"),
    ("九块九", "yuan", "9.9"),
    ("三块二毛五", "yuan", "3.25"),
    ("五毛", "yuan", "0.5"),
    ("1.2亿元", "yuan", "120000000"),
    ("百分之九十九的用户", "percent", "99"),
    ("含量≥45%", "percent", "45"),
    ("八折", "discount", "8"),
    ("八五折", "discount", "8.5"),
    ("85折", "discount", "8.5"),
    ("三到五斤", "gram", "2500"),
    ("净含量1.8kg（约）", "gram", "1800"),
    ("足足十斤啊", "gram", "5000"),
    ("半斤", "gram", "250"),
    ("五十克一袋", "gram", "50"),
    ("500ml×6", "millilitre", "500"),
    ("最后十单", "piece", "10"),
    ("只剩二十多单", "piece", "20"),
    ("五十箱", "piece", "50"),
    ("二十天见效", "day", "20"),
    ("三个月", "day", "90"),
    ("一个星期", "day", "7"),
    ("三分钟", "minute", "3"),
    ("十倍", "fold", "10"),
    ("亩产三千斤", "gram", "1500000"),
]
NONE = [
    "第一次",
    "试一下",
    "三心二意",
    "一起来",
    "最后一天吧"[:3],
    "统一发货",
    "万一坏了",
    "千万别买",
    "五常大米",
    "百合花",
]


@pytest.mark.parametrize(("text", "unit", "value"), READ, ids=[text for text, _, _ in READ])
def test_a_quantity_is_read(text: str, unit: str, value: str) -> None:
    first = find_quantities(text)[0]
    assert (first.unit, first.value) == (unit, Decimal(value))
    assert text[first.start : first.end] == first.raw


@pytest.mark.parametrize("text", NONE)
def test_words_are_no_quantities(text: str) -> None:
    assert find_quantities(text) == []


def test_a_range_has_both_ends() -> None:
    (found,) = find_quantities("三到五斤")
    assert (found.low, found.high) == (Decimal(1500), Decimal(2500))


@given(number=st.integers(11, 99_999_999))
def test_a_number_and_its_chinese_wordings_are_the_same(number: int) -> None:
    import cn2an

    assert read_number(str(number)) == number
    assert read_number(cn2an.an2cn(str(number), "low")) == number
    assert read_number(cn2an.an2cn(str(number), "up")) == number


@given(text=st.text(alphabet="零一二三十百千万亿半点两0123456789.,块元毛斤折倍%￥到至 多第", max_size=20))
def test_any_heap_of_numerals_is_read_or_left(text: str) -> None:
    for found in find_quantities(text):
        assert text[found.start : found.end] == found.raw
