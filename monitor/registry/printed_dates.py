"""The days printed on a certificate: from when and until when it is valid.

Only a whole day counts, and of a range both; 长期 and 十年 tell none. The day of issue is no beginning: a certificate may be renewed
before the old one ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from monitor.registry.labels import Label

Span = tuple[int, int]

_HAN: Final = str.maketrans("零〇一二三四五六七八九", "00123456789")
_DAY: Final = re.compile(
    r"(?P<y>(?:19|20)\d{2}|[一二][零〇一二三四五六七八九]{3})\s*[年./\-—]\s*"
    r"(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})\s*[月./\-—]\s*"
    r"(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:日|(?!\d))"
)
_FROM: Final = re.compile(r"[自从]\s*$|^\s*起")


@dataclass(frozen=True, slots=True)
class Validity:
    """First and last day in force, both included, and where they stand in the text."""

    first: date | None = None
    last: date | None = None
    first_at: Span | None = None
    last_at: Span | None = None


NO_DAYS: Final = Validity()


def validity(text: str, found: Sequence[Label]) -> Validity:
    """What the labels of validity say: two days are a range, one behind 至 or 有效期 is the last, one behind 自 the first."""
    for label in found:
        if label.kind != "valid":
            continue
        days = _days(text, label.start, label.end)
        if len(days) == 2:  # noqa: PLR2004 (from and to)
            (first, first_at), (last, last_at) = days
            if first <= last:
                return Validity(first, last, first_at, last_at)
        elif len(days) == 1:
            day, at = days[0]
            before = text[max(0, at[0] - 4) : at[0]]
            if _FROM.search(before) or text[at[1] : at[1] + 2].lstrip().startswith("起"):
                return Validity(first=day, first_at=at)
            return Validity(last=day, last_at=at)
    return NO_DAYS


def days_named(text: str) -> tuple[date, ...]:
    """Every whole day that a text names, each once."""
    return tuple(dict.fromkeys(day for day, _ in _days(text, 0, len(text))))


def _days(text: str, first: int, last: int) -> list[tuple[date, Span]]:
    found = []
    for match in _DAY.finditer(text, first, last):
        try:
            day = date(_number(match["y"]), _number(match["m"]), _number(match["d"]))
        except ValueError:
            continue
        found.append((day, match.span()))
    return found


def _number(written: str) -> int:
    """A year digit by digit, a month or a day as it is said: 二十三."""
    if "十" not in written:
        return int(written.translate(_HAN))
    tens, _, ones = written.translate(_HAN).partition("十")
    return int(tens or "1") * 10 + int(ones or "0")
