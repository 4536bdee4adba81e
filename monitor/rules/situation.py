"""What a condition is asked about, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.documents import CertificateType
from monitor.flags import Evidence
from monitor.nlp.layout import Layout, Span
from monitor.nlp.segment import Words
from monitor.registry import Assessment, Lookup, Prices, Source
from monitor.rules.compiled import Compiled
from monitor.rules.facts import Facts
from monitor.rules.match import Found, Search
from monitor.rules.proof import proof
from monitor.trace import Step


@dataclass(frozen=True, slots=True)
class Answer:
    """``holds`` is None where it cannot be told; ``detail`` is a wording by language; ``lookups``: what registries were asked."""

    holds: bool | None
    detail: dict[str, str]
    evidence: tuple[Evidence, ...] = ()
    steps: tuple[Step, ...] = ()
    """What it was taken from, for a trace."""
    lookups: tuple[Lookup, ...] = ()

    @property
    def unanswered(self) -> bool:
        """It cannot be told because a registry did not answer."""
        return self.holds is None and any(lookup.outcome == "unknown" for lookup in self.lookups)


@dataclass(frozen=True)
class Situation:
    """Everything a condition may ask about: the claim (None for a duty without a trigger), its document, the day, the registry, the
    price history."""

    compiled: Compiled
    search: Search
    words: Words
    facts: Facts
    as_of: date
    registry: Source | None
    hit: Found | None
    prices: Prices | None = None

    @property
    def layout(self) -> Layout:
        """The document as one text."""
        return self.search.layout

    @property
    def day_seen(self) -> date:
        """The day a certificate must be in date: that on which the document was seen or began, whatever day it is judged on."""
        listing = self.facts.listing
        moment = (listing.observed_at if listing else None) or getattr(self.layout.document, "started_at", None)
        return moment.date() if moment is not None else self.as_of

    def assess(self, types: Sequence[CertificateType]) -> Assessment | None:
        """Whether a certificate of one of these types supports the goods that are on; None where only a number that may be misheard
        speaks against it."""
        return proof(types, self.facts, hit=self.hit, layout=self.layout, day=self.day_seen, registry=self.registry)

    def entry_facts(self, name: str) -> list[str]:
        """The values of a fact of the vocabulary entries that were found."""
        pieces = self.hit.pieces if self.hit else ()
        entries = (self.compiled.entries[piece.number].get(piece.phrase) for piece in pieces if piece.number >= 0)
        return [value for entry in entries if entry is not None for value in entry.fact(name)]


def evidence_of(layout: Layout, span: Span, match: str) -> tuple[Evidence, ...]:
    """The words of a span as evidence, one for each field it touches."""
    made = []
    place = span[0]
    while place < span[1]:
        part = layout.part_at(place)
        first, last = max(place, part.start), min(span[1], part.end)
        if first < last:
            at = part.segment.start if part.segment else None
            text = layout.text[first:last]
            made.append(Evidence(part.field, first - part.start, last - part.start, text, match, at))  # type: ignore[arg-type]
        place = part.end + 1
    return tuple(made)


def whole_part(layout: Layout, place: int) -> Evidence:
    """The name of the goods (or what is said when the stream or the product begins) stands for what is absent."""
    part = layout.part_at(place)
    return Evidence(part.field, 0, len(part.text), part.text, "absent", part.segment.start if part.segment else None)
