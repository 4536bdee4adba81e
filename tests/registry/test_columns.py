"""Days, periods, scopes and headings as tables write them."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.registry.columns import day_of, heading, items_of, period_of

JUNE = date(2025, 6, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-01",
        "2025/6/1",
        "2025.6.1",
        "2025年6月1日",
        "2025 年 06 月 01 日",
        "20250601",
        "２０２５－０６－０１",
        "2025-06-01 00:00:00",
        "2025-06-01T08:00:00+08:00",
        "2025-06-01T08:00:00.000Z",
        "45809",
        "45809.0",
        " 2025-6-1 ",
        "2025年6月1日止",
    ],
)
def test_a_day_is_read_in_every_spelling(text: str) -> None:
    assert day_of(text) == JUNE


@pytest.mark.parametrize("text", ["长期", "长期有效", "永久", "无固定期限", "Permanent"])
def test_what_has_no_end_has_no_day(text: str) -> None:
    assert day_of(text) is None


@pytest.mark.parametrize(
    "text", ["2025-13-01", "2025-02-30", "01/06/2025", "6月1日", "有效", "202506", "99999", "1899-1", "x" * 500]
)
def test_what_is_no_day_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="is no day"):
        day_of(text)


@given(st.text())
def test_any_text_is_a_day_or_an_error(text: str) -> None:
    for read in (day_of, period_of):
        with suppress(ValueError):
            read(text)


@given(st.dates(date(1968, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    written = (
        f"{day}",
        f"{day:%Y/%m/%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{(day - date(1899, 12, 30)).days}",
    )
    assert {day_of(text) for text in written} == {day}


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2024-01-01至2025-06-01", (date(2024, 1, 1), JUNE)),
        ("2024年1月1日-2025年6月1日", (date(2024, 1, 1), JUNE)),
        ("2024-01-01 - 2025-06-01", (date(2024, 1, 1), JUNE)),
        ("2024.1.1~2025.6.1", (date(2024, 1, 1), JUNE)),
        ("自2024年1月1日至2025年6月1日", (date(2024, 1, 1), JUNE)),
        ("2024-01-01 to 2025-06-01", (date(2024, 1, 1), JUNE)),
        ("20240101-20250601", (date(2024, 1, 1), JUNE)),
        ("2024/1/1—长期", (date(2024, 1, 1), None)),
        ("2025-06-01", (None, JUNE)),
        ("至2025-06-01", (None, JUNE)),
        ("长期", (None, None)),
    ],
)
def test_a_period_stands_in_one_cell(text: str, period: tuple[date | None, date | None]) -> None:
    assert period_of(text) == period


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("大米、稻谷", ("大米", "稻谷")),
        ("大米,稻谷；小麦|玉米\n大米", ("大米", "稻谷", "小麦", "玉米")),
        ("蔬菜（黄瓜、番茄）、苹果[鲜, 干]", ("蔬菜（黄瓜、番茄）", "苹果[鲜, 干]")),
        ("大米（五常", ("大米（五常",)),
        ("大米）、稻谷", ("大米）", "稻谷")),
        ("、 、", ()),
    ],
)
def test_a_scope_is_taken_apart_outside_of_brackets(text: str, items: tuple[str, ...]) -> None:
    assert items_of(text) == items


@pytest.mark.parametrize("name", ["证书编号", " 证书编号 ", "*证书编号", "证书编号：", "证书 编号\n"])
def test_headings_are_compared_without_marks(name: str) -> None:
    assert heading(name) == "证书编号"
