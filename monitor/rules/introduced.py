"""Introduced: the goods a speaker says are on now, where no product is shown and no title names them.

Only plain introductions count (这款苹果啊, 今天给大家带来的是灰枣), and only names of two characters and more: 这个茶 may be anything.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from monitor.nlp.layout import Layout
from monitor.registry import infer_category
from monitor.registry.products import Good, first_good

_HERE: Final = re.compile(
    r"(?:这个|这款|这种|这些|这批|这|我们家的|我们的|我家的|咱家的|带来的是|上的是|卖的是|今天上)"
    r"(?P<name>[\u4e00-\u9fff]{2,6}?)(?:啊|呢|吧|是|嘛|哈|呀|[，,。\s\ue000\ue001]|$)"
)
REACH: Final = 20
"""Segments an introduction holds for, where no other follows."""


@dataclass(frozen=True, slots=True)
class Introduced:
    """Goods by the index of the part that introduces them, ascending."""

    parts: tuple[int, ...]
    goods: tuple[Good, ...]

    def at(self, part: int) -> Good | None:
        """What was introduced last, in this part or the twenty before it."""
        index = bisect_right(self.parts, part) - 1
        return self.goods[index] if index >= 0 and part - self.parts[index] <= REACH else None

    def followed_by(self, later: Introduced, first: int) -> Introduced:
        """These, and those of the parts from ``first`` on."""
        return Introduced((*self.parts, *(first + part for part in later.parts)), self.goods + later.goods)

    def since(self, first: int) -> Introduced:
        """Those of the parts from ``first`` on, and the last before them."""
        kept = max(0, bisect_right(self.parts, first) - 1)
        return Introduced(self.parts[kept:], self.goods[kept:])

    def seen_from(self, first: int) -> Introduced:
        """The same, parts counted from ``first``: those before it have negative numbers."""
        return Introduced(tuple(part - first for part in self.parts), self.goods)


def introduced(layout: Layout) -> Introduced:
    """Every introduction of a document."""
    found: dict[int, Good] = {}
    for match in _HERE.finditer(layout.folded.plain):
        good = first_good(match["name"])
        if good is not None:
            found[layout.index_at(match.start())] = good
    return Introduced(tuple(found), tuple(found.values()))


def introduced_in(text: str) -> str | None:
    """The category of what one text introduces first; None where it introduces nothing known."""
    return next((category for match in _HERE.finditer(text) if (category := infer_category(match["name"]))), None)
