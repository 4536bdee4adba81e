"""What is said within seconds of something else, by trying every pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rules.oracle.search import Hit
from rules.oracle.text import Span, Text

from monitor.documents import Transcript
from monitor.rules.schema import Moments


def within_seconds(text: Text, parts: Sequence[Sequence[Hit]], seconds: float) -> list[Hit]:
    """Each place of the first part with the nearest place of every other part said at most so many seconds from it."""
    first, *others = parts
    made = []
    for hit in first:
        near = [_nearest(text, hit, part, seconds) for part in others]
        if all(near):
            together = [hit, *(other for other in near if other)]
            kinds = {one.match for one in together}
            match = next((kind for kind in ("homophone", "variant") if kind in kinds), "pattern")
            pieces = tuple(piece for one in together for piece in one.pieces)
            made.append(replace(hit, pieces=pieces, match=match, others=tuple(one.span for one in together[1:])))
    return made


def _nearest(text: Text, hit: Hit, part: Sequence[Hit], seconds: float) -> Hit | None:
    """The nearest in time, of those the nearest in the text, of those the first; without times the nearest in the field."""
    at = text.second_at(hit.span[0])
    near = []
    for other in part:
        then = text.second_at(other.span[0])
        if at is None or then is None:
            if text.part_at(other.span[0]) == text.part_at(hit.span[0]):
                near.append((0.0, abs(other.span[0] - hit.span[0]), other.span[0], other))
        elif abs(then - at) <= seconds:
            near.append((abs(then - at), abs(other.span[0] - hit.span[0]), other.span[0], other))
    return min(near, key=lambda one: one[:3])[3] if near else None


def stretch(text: Text, scope: Moments, claim: Span | None, shown_from: float | None) -> Span | None:
    """What is said within the seconds of a scope; a listing is read at one moment. None where there are no times."""
    if not isinstance(text.document, Transcript):
        return 0, len(text.plain)
    if scope.start is not None:
        if all(segment.start is None for segment in text.document.segments):
            return None
        begin = shown_from if shown_from is not None else text.document.segments[0].start or 0.0
        return text.said_between(begin, begin + scope.start)
    at = text.second_at(claim[0]) if claim else None
    if at is None:
        return None
    before, after = scope.around or scope.before or 0.0, scope.around or scope.after or 0.0
    return text.said_between(at - before, at + after)
