"""The month of a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from monitor.store.months import following, month_of, months_ahead
from store.writing import NOON

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.mark.parametrize(
    ("moment", "month"),
    [
        pytest.param(datetime(2026, 11, 1, tzinfo=UTC), NOVEMBER, id="its first moment"),
        pytest.param(datetime.fromisoformat("2026-12-01T07:59:59+08:00"), NOVEMBER, id="in China it is December"),
        pytest.param(datetime.fromisoformat("2026-12-01T08:00:00+08:00"), DECEMBER, id="in UTC as well"),
    ],
)
def test_a_month_is_told_in_utc(moment: datetime, month: date) -> None:
    assert month_of(moment) == month


def test_months_follow_each_other() -> None:
    assert months_ahead(NOON, 2) == (NOVEMBER, DECEMBER, date(2027, 1, 1))
    assert following(date(2028, 2, 29)) == date(2028, 3, 1)
    with pytest.raises(ValueError, match="no time zone"):
        month_of(datetime(2026, 11, 1))  # noqa: DTZ001 (it is what is refused)
