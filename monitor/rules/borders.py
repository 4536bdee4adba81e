"""Borders: where a stream may be cut.

A border between two segments is *clean* when no match can reach across it: then what is found before it and what is found after
it are the same as if the two were texts of their own. Whether it is clean is told by what was found around it, and only once
enough is known of what comes after.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from monitor.rules.match import AMOUNT, NEARBY, Search
from monitor.rules.reach import Reach

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SYLLABLE: Final = 6
"""The most letters one syllable is written with (zhuang)."""


class Borders:
    """The borders between the segments of one text.

    The text begins at the beginning of the stream or at a clean border; what comes after its end is not known.
    """

    def __init__(self, search: Search, reach: Reach) -> None:
        self._reach = reach
        self._layout = search.layout
        self._bare = search.layout.folded.bare
        self._known = len(self._bare.rstrip(_LETTERS))
        """Letters at the end may turn out to be the beginning of something else."""
        self._starts: dict[int, list[int]] = {}
        spans, ends = set(), set()
        for number, start, end, span in search.sights():
            if number == AMOUNT or number in reach.used:
                self._starts.setdefault(number, []).append(start)
                spans.add(span)
                ends.add((end, number))
        for starts in self._starts.values():
            starts.sort()
        self._spans, self._ends = sorted(spans), sorted(ends)
        self._widest = max((last - first for first, last in spans), default=0)
        self._gap = max((gap for after in reach.follows.values() for gap in after.values()), default=0)

    def is_clean(self, index: int) -> bool:
        """Whether the border before segment ``index`` (counted in this text, from 1) is known to be clean."""
        border = self._layout.parts[index].start - 1
        place = self._layout.folded.bare_index(border)
        return (
            self._is_known(place, 0)
            and not self._is_inside_letters(place)
            and not self._is_crossed(border)
            and not self._is_joined(place)
            and not self._is_gathered(index, place)
        )

    def _is_known(self, place: int, further: int) -> bool:
        """Whether all is known that begins up to ``further`` bare characters after a place; of letters six may be one syllable."""
        wanted = further + self._reach.longest
        said = self._bare[place : min(self._known, place + _SYLLABLE * wanted)]
        letters = sum(character in _LETTERS for character in said)
        return len(said) - letters + letters // _SYLLABLE >= wanted

    def _is_inside_letters(self, place: int) -> bool:
        """Letters are read as one run of pinyin, however they are spaced."""
        return place > 0 and self._bare[place - 1] in _LETTERS and self._bare[place] in _LETTERS

    def _is_crossed(self, border: int) -> bool:
        first = bisect_left(self._spans, (border - self._widest, -1))
        last = bisect_left(self._spans, (border, -1))
        return any(end > border for _, end in self._spans[first:last])

    def _is_joined(self, place: int) -> bool:
        """Whether a piece before the border may go on in one after it."""
        first = bisect_left(self._ends, (place - self._gap, -2))
        for end, number in self._ends[first : bisect_left(self._ends, (place + 1, -2))]:
            for following, gap in self._reach.follows.get(number, {}).items():
                if end + gap < place:
                    continue
                if self._first(following, place, end + gap + 1) or not self._is_known(place, end + gap - place):
                    return True
        return False

    def _is_gathered(self, index: int, place: int) -> bool:
        """Whether parts that may stand in any order stand, or may come to stand, on both sides."""
        parts, span = self._layout.parts, 2 * NEARBY
        low = self._layout.folded.bare_index(parts[max(0, index - span)].start)
        ends = index + span - 1
        high = self._layout.folded.bare_index(parts[min(ends, len(parts) - 1)].end)
        for matcher in self._reach.together:
            left = [any(self._first(number, low, place) for number in part) for part in matcher]
            if not any(left):
                continue
            right = [any(self._first(number, place, high) for number in part) for part in matcher]
            if ends >= len(parts) or (any(right) and all(map(_either, left, right))):
                return True
        return False

    def _first(self, number: int, low: int, high: int) -> bool:
        """Whether something of a phrase set begins between two bare places (half open)."""
        starts = self._starts.get(number, [])
        index = bisect_left(starts, low)
        return index < len(starts) and starts[index] < high


def _either(left: bool, right: bool) -> bool:
    return left or right
