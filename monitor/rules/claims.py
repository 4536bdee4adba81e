"""Claims: matches that no exception excused, and how often they are said."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.rules.match import Found
from monitor.rules.situation import Situation
from monitor.trace import Step


@dataclass(frozen=True, slots=True)
class Claim:
    """A match that no exception excused."""

    situation: Situation
    matcher: str
    found: Found
    steps: tuple[Step, ...]
    info_only: bool = False


def said_once(claims: Sequence[Claim]) -> list[Claim]:
    """The claims in order; words that several matchers found are said once: of those that overlap, the longest."""
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda claim: (claim.found.span[0] - claim.found.span[1], claim.found.span[0])):
        first, last = claim.found.span
        place = bisect_left(kept, first, key=lambda other: other.found.span[0])
        free = place == len(kept) or last <= kept[place].found.span[0]
        if free and (place == 0 or kept[place - 1].found.span[1] <= first):
            kept.insert(place, claim)
    return kept


def windows(claims: Sequence[Claim], times: int, within: float) -> Iterator[Sequence[Claim]]:
    """Disjoint groups of at least ``times`` claims, each claim within ``within`` seconds of the group's first.

    A claim without a time is said with the one before it; time does not run backwards.
    """
    at: list[float] = []
    for claim in claims:
        segment = claim.situation.layout.part_at(claim.found.span[0]).segment
        known = segment.start if segment is not None else None
        before = at[-1] if at else 0.0
        at.append(before if known is None else max(known, before))
    first = last = 0
    while first < len(claims):
        last = max(first, last)
        while last < len(claims) and at[last] - at[first] <= within:
            last += 1
        if last - first >= times:
            yield claims[first:last]
            first = last
        else:
            first += 1
