"""Moments: what stands together within seconds of a stream, and what is said within seconds of something.

The time of words is the start of their segment. A listing has no time: it is read at one moment, all of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from monitor.documents import Transcript
from monitor.nlp.layout import Layout, Span
from monitor.nlp.segment import Boundaries
from monitor.rules.compiled import Patterns
from monitor.rules.match import Found, How, Search
from monitor.rules.schema import Moments


def second_of(layout: Layout, place: int) -> float | None:
    """Seconds from the start of the stream at which a place of the joined text is said; None where that is not known."""
    segment = layout.part_at(place).segment
    return segment.start if segment is not None else None


def within_seconds(
    search: Search, parts: Sequence[Patterns], seconds: float, boundaries: Boundaries, *, as_written: bool
) -> list[Found]:
    """Where one of each part is said within so many seconds; in a listing, or without times, within one field.

    ``span`` is that of the first part, ``others`` those of its companions; each first part counts once, with the nearest of the rest.
    """
    first, *others = (search.find(part, boundaries=boundaries, as_written=as_written) for part in parts)
    if not all(others):
        return []
    timed = [_Timed(search.layout, found) for found in others]
    made = []
    for item in first:
        nearest = [part.nearest(item, seconds) for part in timed]
        near = [other for other in nearest if other is not None]
        if len(near) == len(others):
            made.append(_joined(item, near))
    return made


class _Timed:
    """Finds of one part in order of their time, then their place; what has no time goes by its place alone."""

    def __init__(self, layout: Layout, found: Sequence[Found]) -> None:
        self._layout = layout
        self._keyed = sorted(((*self._when(item), item) for item in found), key=_order)

    def _when(self, item: Found) -> tuple[float, int]:
        at = second_of(self._layout, item.span[0])
        return -1.0 if at is None else at, item.span[0]

    def nearest(self, item: Found, seconds: float) -> Found | None:
        """The find nearest to ``item``, if it is within so many seconds (without times: in its field)."""
        at, place = self._when(item)
        first, last = self._layout.field(place)
        near = [
            (abs(other_at - at), abs(other_place - place), other_place, other)
            for then in {one[0] for one in self._around(at, place)}  # of one time the nearest may stand on either side
            for other_at, other_place, other in self._around(then, place)
            if (first <= other_place < last if at < 0 or other_at < 0 else abs(other_at - at) <= seconds)
        ]
        return min(near, key=lambda one: one[:3])[3] if near else None

    def _around(self, at: float, place: int) -> list[tuple[float, int, Found]]:
        """The find before a time and place, and the one at it or after it."""
        index = bisect_left(self._keyed, (at, place), key=_order)
        return self._keyed[max(0, index - 1) : index + 1]


def _order(keyed: tuple[float, int, Found]) -> tuple[float, int]:
    return keyed[:2]


def _joined(item: Found, near: Sequence[Found]) -> Found:
    every = (item, *near)
    kinds = {found.match for found in every}
    how: How = "homophone" if "homophone" in kinds else "variant" if "variant" in kinds else "pattern"
    pieces = tuple(piece for found in every for piece in found.pieces)
    return replace(item, pieces=pieces, match=how, others=tuple(found.span for found in near))


def spans_of(found: Found) -> tuple[Span, ...]:
    """Every span of the joined text a claim stands in: one, and those of what is said with it at another moment."""
    return (found.span, *found.others)


def words_of(layout: Layout, found: Found) -> str:
    """The words of a claim; what is said at different moments with … between."""
    return "…".join(layout.words(span) for span in spans_of(found))


def stretch(layout: Layout, scope: Moments, claim: Span | None, shown_from: float | None) -> Span | None:
    """The part of a stream that lies within a scope of a claim, or of the start; None where there are no times.

    Segments are taken whole, by the second they start in. ``shown_from``: the second the product is shown from.
    """
    if not isinstance(layout.document, Transcript):
        return 0, len(layout.text)
    at, before, after = second_of(layout, claim[0]) if claim else None, 0.0, scope.start or 0.0
    if scope.start is not None:
        timed = any(part.segment is not None and part.segment.start is not None for part in layout.parts)
        begin = shown_from if shown_from is not None else layout.seconds[0]
        at = begin if timed else None
    else:
        before, after = scope.around or scope.before or 0.0, scope.around or scope.after or 0.0
    return layout.said_between(at - before, at + after) if at is not None else None
