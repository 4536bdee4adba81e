"""When goods were made, as a listing tells."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.goods.made import made_between

DAY = date(2027, 5, 1)
ROWS = [
    ("attributes.生产日期", "2026年9月1日", date(2026, 9, 1), date(2026, 9, 1)),
    ("attributes.生产日期", "２０２６．９．１", date(2026, 9, 1), date(2026, 9, 1)),
    ("attributes.生产日期", "20260901", date(2026, 9, 1), date(2026, 9, 1)),
    ("attributes.生产日期", "2026-09-01", date(2026, 9, 1), date(2026, 9, 1)),
    ("attributes.生产日期", "2027年2月", date(2027, 2, 1), date(2027, 2, 28)),
    ("description", "生产日期：2027/3/16，整箱发", date(2027, 3, 16), date(2027, 3, 16)),
    ("description", "生产日期2026年12月1日；生产日期2027年4月2日", date(2026, 12, 1), date(2027, 4, 2)),
    ("attributes.生产日期", "见包装喷码", None, None),
    ("attributes.生产日期", "2026年2月30日", None, None),
    ("description", "2026年9月1日上架", None, None),
    ("attributes.保质期", "10天", date(2027, 4, 21), None),
    ("attributes.保质期", "12个月", date(2026, 4, 24), None),
]


@pytest.mark.parametrize(("path", "text", "first", "last"), ROWS, ids=[row[1] for row in ROWS])
def test_made_between(path: str, text: str, first: date | None, last: date | None) -> None:
    assert made_between([("title", "饼干"), (path, text)], DAY) == (first, last)
