"""Matching: from hits of literals to the spans a pattern covers.

Gaps are never in the trie: they are joins over hits. A join stays inside a clause unless the matcher says otherwise, a Latin
word is matched whole, and a short Han phrase that cuts a word in two is no hit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from monitor.nlp.context import has_cue
from monitor.nlp.fold import FIELD_BORDER, SEGMENT_BORDER, SENTENCE_ENDS
from monitor.nlp.layout import Layout, Part, Span
from monitor.nlp.numbers import Quantity as Amount
from monitor.nlp.numbers import quantities_in
from monitor.nlp.segment import Boundaries, Words, is_latin
from monitor.nlp.sound import is_disguised
from monitor.registry import Found as Number
from monitor.registry import find as find_numbers
from monitor.rules.compiled import Compiled, CompiledPattern, Patterns
from monitor.rules.facts import Facts, facts_at
from monitor.rules.introduced import Introduced, introduced
from monitor.rules.pattern import Quantity
from monitor.rules.screen import Screen

Within = Literal["clause", "sentence", "field", "nearby"]
NEARBY: Final = 2
"""Clauses before and after that are nearby, for parts that may stand in any order."""
_SPELLED: Final = 3
"""A segment of at most so many characters may be part of a word that is spelled out over several."""
_FORBIDDEN: Final[dict[str, frozenset[str]]] = {
    "sentence": frozenset(SENTENCE_ENDS),
    "field": frozenset(FIELD_BORDER + SEGMENT_BORDER),
    "nearby": frozenset(FIELD_BORDER),
}


Sight = tuple[int, int, int, Span]
"""Phrase set (or :data:`AMOUNT`), the half-open bare span, and the span of the joined text: an emoji that is heard is not bare."""
AMOUNT: Final = -1

How = Literal["exact", "variant", "homophone", "pattern", "model"]
_DISGUISED: Final = frozenset({"variant", "homophone"})
_PLAINEST: Final[tuple[How, ...]] = ("exact", "pattern", "variant", "homophone")
"""Of several ways to read the same words the one that undoes least counts."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What one step of a pattern found: its bare span, and the phrase or the amount."""

    start: int
    end: int
    phrase: str = ""
    amount: Amount | None = None
    number: int = -1
    """The phrase set of the step; -1 for an amount."""
    disguise: Span | None = None
    """Where it stands in the joined text, for a piece that only sounds or looks like its phrase."""
    drawn: bool = False
    """Whether it looks like its phrase."""


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern found: ``span`` in the joined text, its pieces, and how it matched."""

    span: Span
    pieces: tuple[Piece, ...]
    match: How
    others: tuple[Span, ...] = ()
    """What is said with it at other moments of a stream."""
    core: Span | None = None
    """What of a sentence that the claim model found weighed most."""


class Search:
    """The hits of one text of a screen, ready to be joined.

    ``said``: what goods were introduced, also before a text that is a window; None: what the text itself introduces.
    """

    def __init__(
        self, compiled: Compiled, screen: Screen, number: int, words: Words, *, said: Introduced | None = None
    ) -> None:
        self._compiled = compiled
        self.layout = screen.layout(number)
        self.words = words
        self._numbered = screen.may_have_numbers(number)
        self.modelled, self.number = screen.modelled, number
        self._said = said
        self._hits, self._sets, self._hit_of = screen.hits(number)
        self._present = frozenset(self._sets)
        self._possible: dict[int, Patterns] = {}
        self._contexts: dict[str, bool] = {}
        self._judged: dict[tuple[int, Boundaries], list[Piece]] = {}
        self._anywhere: dict[int, Found | None] = {}
        self._disguised: dict[tuple[Span, str], bool] = {}
        self._facts: dict[str, Facts] = {}
        self._texts: dict[str, Search] = {}

    @classmethod
    def of(cls, compiled: Compiled, layout: Layout, words: Words) -> Search:
        """The hits of one layout that is searched by itself."""
        return cls(compiled, Screen(compiled, [layout], words), 0, words)

    def inside(self, text: str) -> Search:
        """A text that is not part of the layout (a field of the product shown), searched by itself."""
        known = self._texts.get(text)
        if known is None:
            layout = Layout(self.layout.document, (Part("", 0, text),), text)
            known = self._texts[text] = Search.of(self._compiled, layout, self.words)
        return known

    def facts_at(self, place: int) -> Facts:
        """The facts that hold at a place; those of one product are made once."""
        facts = facts_at(self.layout, place, lambda: self._introduced)
        return self._facts.setdefault(facts.prefix if facts.listing else f"-{facts.introduced} {facts.named}", facts)

    @cached_property
    def _introduced(self) -> Introduced:
        return introduced(self.layout) if self._said is None else self._said

    @cached_property
    def numbers(self) -> list[Number]:
        """The certificate numbers of the text."""
        return find_numbers(self.layout.text, self.layout.folded.plain) if self._numbered else []

    def sights(self) -> Iterator[Sight]:
        """Everything a step of a pattern may be, whether it counts or not: phrase sets and, as :data:`AMOUNT`, quantities."""
        span = self.layout.folded.span
        for number, index in zip(self._sets, self._hit_of, strict=True):
            _, start, end, disguise, _ = self._hits[index]
            yield number, start, end, disguise or span(start, end)
        yield from ((AMOUNT, piece.start, piece.end, span(piece.start, piece.end)) for piece in self._amounts)

    def find(
        self,
        patterns: Patterns,
        *,
        within: Within = "clause",
        boundaries: Boundaries = "both",
        as_written: bool = False,
    ) -> list[Found]:
        """Every place any of the patterns stands, longest first where they overlap, in order.

        ``as_written``: what is found in disguise only does not count, nor does it hide what is written inside it.
        """
        found = self.every(patterns, within=within, boundaries=boundaries, as_written=as_written)
        return _disjoint(found) if len(found) > 1 else found

    def every(
        self,
        patterns: Patterns,
        *,
        within: Within,
        boundaries: Boundaries,
        inside: Span | None = None,
        as_written: bool = False,
    ) -> list[Found]:
        """Every place any of the patterns stands, those that overlap too; ``inside`` limits the joined text."""
        possible = self.possible(patterns)
        found = [item for pattern in possible for item in self._pattern(pattern, within, boundaries, inside)]
        return [item for item in found if item.match not in _DISGUISED] if as_written else found

    def possible(self, patterns: Patterns) -> Patterns:
        """Those of the patterns of which every part was found somewhere."""
        known = self._possible.get(id(patterns))
        if known is None:
            known = tuple(pattern for pattern in patterns if self._present >= pattern.needs)
            self._possible[id(patterns)] = known
        return known

    def may_stand(self, context: str) -> bool:
        """Whether a cue of a context stands anywhere in the text."""
        known = self._contexts.get(context)
        if known is None:
            known = self._contexts[context] = has_cue(context, self.layout)
        return known

    def any(self, patterns: Patterns, *, inside: Span | None = None, within: Within = "sentence") -> Found | None:
        """One place any of the patterns stands, word borders not asked for, or None."""
        possible = self.possible(patterns)
        return next((item for pattern in possible for item in self._pattern(pattern, within, "none", inside)), None)

    def anywhere(self, patterns: Patterns) -> Found | None:
        """One place any of the patterns stands in the whole text; asked once, however many claims ask."""
        key = id(patterns)
        if key not in self._anywhere:
            self._anywhere[key] = self.any(patterns)
        return self._anywhere[key]

    def together(
        self, parts: Sequence[Patterns], *, within: Within, boundaries: Boundaries, as_written: bool = False
    ) -> list[Found]:
        """Places where one of each part stands inside one clause, sentence or field, in any order."""
        first, *others = (
            sorted(
                self.every(part, within=within, boundaries=boundaries, as_written=as_written),
                key=lambda item: item.span,
            )
            for part in parts
        )
        made = []
        for item in first:
            window = self._window(item.span[0], within)
            group = [item]
            for part in others:
                low = bisect_left(part, window[0], key=lambda other: other.span[0])
                high = bisect_left(part, window[1], low, key=lambda other: other.span[0])
                near = [other for other in part[low:high] if other.span[1] <= window[1]]
                if not near:
                    break
                group.append(min(near, key=lambda other: abs(other.span[0] - item.span[0])))
            else:
                made.append(_group(group))
        return _disjoint(made)

    def _window(self, place: int, within: Within) -> Span:
        if within == "clause":
            return self.layout.clause(place)
        if within == "nearby":
            return self.layout.clauses(place, NEARBY, NEARBY)
        return self.layout.sentence(place) if within == "sentence" else self.layout.field(place)

    def _pattern(
        self, pattern: CompiledPattern, within: Within, boundaries: Boundaries, inside: Span | None
    ) -> Iterator[Found]:
        if not self._present >= pattern.needs:
            return
        steps = [self._candidates(step.what, boundaries, inside) for step in pattern.steps]
        if not all(steps):
            return
        for first in steps[0]:
            partial: list[tuple[Piece, ...]] = [(first,)]
            for step, candidates in zip(pattern.steps[1:], steps[1:], strict=True):
                partial = self._extend(partial, candidates, step.gap, within)
            for pieces in partial:
                span = self._span(pieces[0])[0], self._span(pieces[-1])[1]
                if self._is_whole(span, within, len(steps) > 1):
                    yield Found(span, pieces, self._how(pattern, pieces, span))

    def _candidates(self, what: int | Quantity, boundaries: Boundaries, inside: Span | None) -> list[Piece]:
        """What may be a step, in order of its place; a piece that reaches out of ``inside`` is none."""
        if isinstance(what, Quantity):
            pieces = [
                piece for piece in self._amounts if piece.amount and what.holds(piece.amount.value, piece.amount.unit)
            ]
        else:
            pieces = self._pieces(what, boundaries)
        if inside is None:
            return pieces
        folded = self.layout.folded
        first, last = folded.bare_index(inside[0]), folded.bare_index(inside[1])
        low = bisect_left(pieces, first, key=_start)
        high = bisect_left(pieces, last, low, key=_start)
        return [piece for piece in pieces[low:high] if piece.end <= last]

    def _pieces(self, number: int, boundaries: Boundaries) -> list[Piece]:
        """The hits of a phrase set that stand free or are disguises, in order of their place; judged once for a text."""
        known = self._judged.get((number, boundaries))
        if known is None:
            known = [
                Piece(start, end, phrase, None, number, disguise, drawn)
                for start, end, phrase, disguise, drawn in self._found(number)
                if drawn or self._counts(start, end, phrase, disguise, boundaries)
            ]
            known.sort(key=lambda piece: (piece.start, piece.end, not piece.drawn))
            self._judged[number, boundaries] = known
        return known

    def _found(self, number: int) -> Iterator[tuple[int, int, str, Span | None, bool]]:
        """The hits of a phrase set: bare span, phrase, and the disguise, with whether it is drawn."""
        first, last = bisect_left(self._sets, number), bisect_left(self._sets, number + 1)
        for index in self._hit_of[first:last]:
            literal, start, end, disguise, drawn = self._hits[index]
            yield start, end, self._compiled.literals[literal], disguise, drawn

    def _counts(self, start: int, end: int, phrase: str, disguise: Span | None, boundaries: Boundaries) -> bool:
        if disguise is not None:
            return self._is_disguised(disguise, phrase)
        return self._stands_free(self.layout.folded.span(start, end), phrase, boundaries)

    def _span(self, piece: Piece) -> Span:
        return piece.disguise or self.layout.folded.span(piece.start, piece.end)

    def _is_disguised(self, span: Span, phrase: str) -> bool:
        plain = self.layout.folded.plain
        known = self._disguised.get((span, phrase))
        if known is None:
            around = self.layout.surroundings(span)
            segment = self.layout.part_at(span[0]).segment
            heard = segment is not None and segment.confidence is not None
            known = is_disguised(plain, span, phrase, self.words, around, heard=heard)
            self._disguised[span, phrase] = known
        return known

    @cached_property
    def _amounts(self) -> list[Piece]:
        """All quantities of the text as pieces of the bare view."""
        folded = self.layout.folded
        return [
            Piece(folded.bare_index(amount.start), folded.bare_index(amount.end), "", amount)
            for amount in quantities_in(folded.plain)
        ]

    def _extend(
        self, partial: list[tuple[Piece, ...]], candidates: list[Piece], gap: int, within: Within
    ) -> list[tuple[Piece, ...]]:
        """The joins one step longer; of those that end in the same piece the first, since all go on alike."""
        joined: dict[int, tuple[Piece, ...]] = {}
        for pieces in partial:
            end = pieces[-1].end
            for index in range(bisect_left(candidates, end, key=_start), len(candidates)):
                piece = candidates[index]
                if piece.start > end + gap:
                    break
                if index not in joined and (gap == 0 or self._may_lie_between(end, piece.start, within)):
                    joined[index] = (*pieces, piece)
        return list(joined.values())

    def _may_lie_between(self, end: int, start: int, within: Within) -> bool:
        folded = self.layout.folded
        first, last = folded.place(end - 1) + 1, folded.place(start)
        if within == "clause":
            return self.layout.in_one_clause(first, last)
        between = folded.plain[first:last]
        return not any(character in _FORBIDDEN[within] for character in between)

    def _stands_free(self, span: Span, phrase: str, boundaries: Boundaries) -> bool:
        plain = self.layout.folded.plain
        if boundaries == "none" or is_latin(phrase[0]) or len(phrase) == 1:
            return True
        first, last = self.layout.surroundings(span)
        return self.words.cut_by(plain[first:last], span[0] - first, span[1] - first, boundaries) is None

    def _is_whole(self, span: Span, within: Within, joined: bool) -> bool:
        """A match over segment borders is spelled out on purpose, or its steps were allowed to lie apart."""
        inner = self.layout.folded.plain[span[0] : span[1]]
        if SEGMENT_BORDER not in inner:
            return True
        if joined and within == "nearby":
            return True
        plain = self.layout.folded.plain
        first = plain.rfind(SEGMENT_BORDER, 0, span[0]) + 1
        last = plain.find(SEGMENT_BORDER, span[1])
        around = plain[first : last if last >= 0 else len(plain)].split(SEGMENT_BORDER)
        pieces = inner.split(SEGMENT_BORDER)
        partial = sum(piece.strip() != segment.strip() for piece, segment in zip(pieces, around, strict=True))
        return partial <= 1 and any(len(piece.strip()) <= _SPELLED for piece in pieces)

    def _how(self, pattern: CompiledPattern, pieces: tuple[Piece, ...], span: Span) -> How:
        folded, text = self.layout.folded, self.layout.text
        if any(piece.disguise for piece in pieces):
            return "variant" if all(piece.drawn for piece in pieces if piece.disguise) else "homophone"
        for piece in pieces:
            if piece.phrase:
                first, last = folded.span(piece.start, piece.end)
                if text[first:last].lower() != piece.phrase:
                    return "variant"
        if any(step.gap or isinstance(step.what, Quantity) for step in pattern.steps):
            return "pattern"
        return "exact" if text[span[0] : span[1]].lower() == "".join(piece.phrase for piece in pieces) else "variant"


def _group(found: Sequence[Found]) -> Found:
    ordered = sorted(found, key=lambda item: item.span)
    pieces = tuple(piece for item in ordered for piece in item.pieces)
    span = (ordered[0].span[0], max(item.span[1] for item in ordered))
    kinds = {item.match for item in ordered}
    how: How = "homophone" if "homophone" in kinds else "variant" if "variant" in kinds else "pattern"
    return Found(span, pieces, how)


def _start(piece: Piece) -> int:
    return piece.start


def _longest_first(item: Found) -> tuple[int, int, int]:
    return item.span[0] - item.span[1], item.span[0], _PLAINEST.index(item.match)


def _disjoint(found: list[Found]) -> list[Found]:
    """Of matches that overlap the longest one, of those of one span the plainest, in order of position."""
    chosen: list[Found] = []
    for item in sorted(found, key=_longest_first):
        place = bisect_left(chosen, item.span, key=lambda other: other.span)
        before = chosen[place - 1] if place else None
        after = chosen[place] if place < len(chosen) else None
        if (before is None or before.span[1] <= item.span[0]) and (after is None or item.span[1] <= after.span[0]):
            chosen.insert(place, item)
    return chosen
