"""When goods were made, as a listing tells: a day of making, or a shelf life that has not run out.

Which edition of a standard goods may follow depends on it: what was made before an edition became binding may be sold until its shelf
life ends (GB 7718-2025 and GB 28050-2025, notices of publication).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from monitor.nlp.fold import fold

_DAY: Final = (
    r"(?P<year>20\d{2})\s?[年./-]?\s?(?P<month>1[0-2]|0?[1-9])(?:\s?[月./-]?\s?(?P<day>3[01]|[12]\d|0?[1-9])(?!\d))?"
)
_MADE: Final = re.compile(rf"(?:生产日期|生产批次|生产批号|制造日期|灌装日期|包装日期)[^\d]{{0,8}}{_DAY}")
_SHELF_LIFE: Final = re.compile(r"保质期[^\d]{0,6}(?P<count>\d{1,4})\s?(?P<unit>天|日|个月|月|年)")
_DAYS: Final = {"天": 1, "日": 1, "个月": 31, "月": 31, "年": 366}


def made_between(texts: Iterable[tuple[str, str]], day: date) -> tuple[date | None, date | None]:
    """The first and the last day on which goods offered on ``day`` can have been made; None where that is not told.

    Of several days of making the earliest and the latest count. Without one, goods within their shelf life are no older than it.
    """
    plain = [fold(f"{path.rpartition('attributes.')[2]}:{text}").plain for path, text in texts]
    days = [found for text in plain for found in _days(text)]
    if days:
        return min(first for first, _ in days), max(last for _, last in days)
    lives = [_longest(match) for text in plain for match in _SHELF_LIFE.finditer(text)]
    return (day - timedelta(days=max(lives)), None) if lives else (None, None)


def _days(plain: str) -> Iterator[tuple[date, date]]:
    for match in _MADE.finditer(plain):
        year, month = int(match["year"]), int(match["month"])
        last = monthrange(year, month)[1]
        if match["day"] is None:
            yield date(year, month, 1), date(year, month, last)
        elif int(match["day"]) <= last:
            made = date(year, month, int(match["day"]))
            yield made, made


def _longest(match: re.Match[str]) -> int:
    """A shelf life in days, rather too long than too short."""
    return min(int(match["count"]) * _DAYS[match["unit"]], 36_600)
