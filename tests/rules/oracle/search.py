"""One pattern on one text: each phrase tried by itself, steps joined by walking back and forth.

The decisions that are no search are the engine's: whether a word is cut in two (``Words``), whether a sound is a disguise
(``is_disguised``), what a text looks like (``shape``) and whether that is a trick of writing (``is_redrawn``), what is a quantity
(``find_quantities``), and what a pattern's text means (``parse``). Phrases are looked for in the shape of the whole text, not only where
the engine sees a sign of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from rules.oracle.sound import Heard, ways
from rules.oracle.text import CLAUSE_MARKS, FIELD, SEGMENT, SENTENCE_MARKS, Span, Text

from monitor.nlp.fold import Folded
from monitor.nlp.glyphs import shapes_of
from monitor.nlp.numbers import find_quantities
from monitor.nlp.segment import Boundaries, Words
from monitor.nlp.shape import Shape, is_redrawn, shape
from monitor.nlp.sound import is_disguised
from monitor.rules.pattern import Literals, Quantity, Step

Pattern = tuple[Step, ...]
How = Literal["written", "drawn", "heard"]
WAYS: tuple[How, ...] = "written", "drawn", "heard"
"""How a phrase may stand in a text; of the same characters the first way counts."""
Occurrence = tuple[int, int, Span, How]
BETWEEN = {
    "clause": CLAUSE_MARKS,
    "sentence": SENTENCE_MARKS,
    "field": frozenset((FIELD, SEGMENT)),
    "nearby": frozenset((FIELD,)),
}
"""What a gap may not reach over."""


@dataclass(frozen=True)
class Piece:
    """What a step found: bare characters, the span of the text, and the phrase with the facts of its entry, or the amount."""

    start: int
    end: int
    span: Span
    phrase: str = ""
    entry: Any = None
    amount: Any = None
    how: How = "written"


@dataclass(frozen=True)
class Hit:
    """A place a pattern stands at; ``others`` are the places of what is said with it at other moments."""

    span: Span
    pieces: tuple[Piece, ...]
    match: str
    others: tuple[Span, ...] = ()
    core: Span | None = None

    @property
    def spans(self) -> tuple[Span, ...]:
        return (self.span, *self.others)


class Phrases:
    """Every phrase of some patterns, and every way to read it."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        known = (step.what.phrases for pattern in patterns for step in pattern if isinstance(step.what, Literals))
        self._phrases = list(dict.fromkeys(phrase for phrases in known for phrase in phrases))
        self._ways: dict[str, list[tuple[str, str]]] = {}
        for phrase in self._phrases:
            for way in ways(phrase):
                self._ways.setdefault(way.split("|")[1], []).append((way, phrase))
        self._shapes = shapes_of(self._phrases)

    def shape(self, text: Text) -> Shape | None:
        """What the whole text looks like; None where that is as it is written."""
        folded = Folded(text.plain, text.bare, np.array(text.places, dtype=np.int64))
        return shape(folded, self._shapes, range(len(text.plain)))

    def present(self, text: Text, heard: Heard, drawn: str) -> frozenset[str]:
        """Those that are written, drawn or heard in a text: each is tried by itself; one whose first syllable is nowhere cannot be heard."""
        bare, line = text.bare, heard.line
        found = [phrase for phrase in self._phrases if phrase in bare or phrase in drawn]
        for syllable in {syllable.sound for syllable in heard.syllables}:
            found += [phrase for way, phrase in self._ways.get(syllable, ()) if way in line]
        return frozenset(found)


class Search:
    """Questions about one text.

    Args:
        known: all phrases that will be asked for, so that each is tried once and not once a rule.
    """

    def __init__(self, text: Text, words: Words, known: Phrases) -> None:
        self.text = text
        self._heard = Heard(text)
        self._shape = known.shape(text)
        self._words = words
        self._present = known.present(text, self._heard, self._shape.symbols if self._shape else "")
        self._phrases: dict[str, list[Occurrence]] = {}

    def find(
        self,
        patterns: Iterable[Pattern],
        *,
        within: str,
        boundaries: Boundaries,
        inside: Span | None = None,
        as_written: bool = False,
    ) -> list[Hit]:
        """Every place of every pattern, overlapping ones too, in the order of the patterns."""
        return [hit for pattern in patterns for hit in self._pattern(pattern, within, boundaries, inside, as_written)]

    def together(
        self, parts: Sequence[Sequence[Pattern]], *, within: str, boundaries: Boundaries, as_written: bool
    ) -> list[Hit]:
        """Each place of the first part with the nearest place of every other part that shares its clause, sentence, …"""
        first, *others = (
            sorted(
                self.find(part, within=within, boundaries=boundaries, as_written=as_written), key=lambda hit: hit.span
            )
            for part in parts
        )
        made = []
        for hit in first:
            window = self._window(hit.span[0], within)
            near = [_nearest(hit, part, window) for part in others]
            if all(near):
                made.append(_one([hit, *(other for other in near if other)]))
        return made

    def _window(self, place: int, within: str) -> Span:
        if within == "nearby":
            return self.text.clauses(place, 2, 2)
        window: Span = getattr(self.text, within)(place)
        return window

    def _pattern(
        self, pattern: Pattern, within: str, boundaries: Boundaries, inside: Span | None, as_written: bool
    ) -> Iterator[Hit]:
        columns = []
        for step in pattern:
            column = [
                piece
                for piece in self._step(step, boundaries)
                if (inside is None or self._lies(piece, inside)) and not (as_written and self._differs(piece))
            ]
            if not column:
                return
            columns.append(column)
        for piece in columns[0]:
            yield from self._from(piece, pattern, columns, within, as_written)

    def _from(
        self, first: Piece, pattern: Pattern, columns: list[list[Piece]], within: str, as_written: bool
    ) -> Iterator[Hit]:
        """Every way on from a first piece; of ways that meet again, the first is gone on with."""
        met: set[tuple[int, Piece]] = set()

        def walk(pieces: tuple[Piece, ...]) -> Iterator[tuple[Piece, ...]]:
            index = len(pieces)
            if (index, pieces[-1]) in met:
                return
            met.add((index, pieces[-1]))
            if index == len(pattern):
                yield pieces
                return
            for piece in columns[index]:
                if self._follows(pieces[-1], piece, pattern[index].gap, within):
                    yield from walk((*pieces, piece))

        for pieces in walk((first,)):
            span = pieces[0].span[0], pieces[-1].span[1]
            match = self._match(pattern, pieces, span)
            if self._is_whole(span, apart=len(pattern) > 1 and within == "nearby") and not (
                as_written and match in {"variant", "homophone"}
            ):
                yield Hit(span, pieces, match)

    def _follows(self, before: Piece, piece: Piece, gap: int, within: str) -> bool:
        if not before.end <= piece.start <= before.end + gap:
            return False
        if gap == 0:
            return True
        places = self.text.places
        start = places[before.end - 1] + 1
        end = places[piece.start] if piece.start < len(places) else len(self.text.plain)
        return not any(self.text.ends(place, BETWEEN[within]) for place in range(start, end))

    def _step(self, step: Step, boundaries: Boundaries) -> list[Piece]:
        if isinstance(step.what, Quantity):
            asked = step.what
            return [piece for piece in self._quantities if asked.holds(piece.amount.value, piece.amount.unit)]
        assert isinstance(step.what, Literals)
        phrases = step.what.phrases
        found = [
            Piece(start, end, span, phrase, phrases[phrase], None, how)
            for phrase in phrases.keys() & self._present
            for start, end, span, how in self._occurrences(phrase)
            if how != "written" or self._stands_free(span, phrase, boundaries)
        ]
        return sorted(found, key=lambda piece: (piece.start, piece.end, WAYS.index(piece.how)))

    def _lies(self, piece: Piece, inside: Span) -> bool:
        first, last = self.text.bare_at(inside[0]), self.text.bare_at(inside[1])
        return first <= piece.start < last and piece.end <= last

    @cached_property
    def _quantities(self) -> list[Piece]:
        at = self.text.bare_at
        return [
            Piece(at(one.start), at(one.end), self.text.span(at(one.start), at(one.end)), amount=one)
            for one in find_quantities(self.text.plain)
        ]

    def _occurrences(self, phrase: str) -> list[Occurrence]:
        """Where a phrase is written, and where it is drawn or heard and proven; remembered, since many patterns share a vocabulary."""
        known = self._phrases.get(phrase)
        if known is None:
            known = [*self._written(phrase), *self._drawn(phrase), *self._disguised(phrase)]
            self._phrases[phrase] = known
        return known

    def _written(self, phrase: str) -> Iterator[Occurrence]:
        start = self.text.bare.find(phrase)
        while start >= 0:
            end = start + len(phrase)
            yield start, end, self.text.span(start, end), "written"
            start = self.text.bare.find(phrase, start + 1)

    def _drawn(self, phrase: str) -> Iterator[Occurrence]:
        view = self._shape
        first = view.symbols.find(phrase) if view else -1
        while view and first >= 0:
            last = first + len(phrase)
            span = view.span(first, last)
            if is_redrawn(self.text.plain, view, (first, last), phrase, self._words, self.text.around(span)):
                yield self.text.bare_at(span[0]), self.text.bare_at(span[1]), span, "drawn"
            first = view.symbols.find(phrase, first + 1)

    def _disguised(self, phrase: str) -> Iterator[Occurrence]:
        for span in self._heard.find(phrase):
            start, end = self.text.bare_at(span[0]), self.text.bare_at(span[1])
            if start == end or self.text.bare[start:end] == phrase or not self._is_alone(span):
                continue
            segment = self.text.part_at(span[0]).segment
            recognised = segment is not None and segment.confidence is not None
            around = self.text.around(span)
            if is_disguised(self.text.plain, span, phrase, self._words, around, heard=recognised):
                yield start, end, span, "heard"

    def _stands_free(self, span: Span, phrase: str, boundaries: Boundaries) -> bool:
        if not self._is_alone(span):
            return False
        if boundaries == "none" or len(phrase) == 1 or _script(phrase[0]):
            return True
        first, last = self.text.around(span)
        sentence = self.text.plain[first:last]
        return self._words.cut_by(sentence, span[0] - first, span[1] - first, boundaries) is None

    def _is_alone(self, span: Span) -> bool:
        """Whole Latin words and whole numbers: no letter goes on beside a letter, no digit beside a digit."""
        plain = self.text.plain
        for place in span:
            left, right = plain[place - 1 : place], plain[place : place + 1]
            if place > 0 and left and right and _script(left) and _script(left) == _script(right):
                return False
        return True

    def _is_whole(self, span: Span, *, apart: bool) -> bool:
        """A match over several segments is a word spelled out: at most one segment is more than its piece, one piece is short."""
        inner = self.text.plain[slice(*span)]
        if SEGMENT not in inner or apart:
            return True
        parts = [part for part in self.text.parts if part.start <= span[1] - 1 and span[0] <= part.end]
        pieces = [self.text.plain[max(part.start, span[0]) : min(part.end, span[1])].strip() for part in parts]
        whole = [self.text.plain[part.start : part.end].strip() for part in parts]
        return sum(map(str.__ne__, pieces, whole)) <= 1 and min(map(len, pieces)) <= 3

    def _differs(self, piece: Piece) -> bool:
        """Whether a piece is not as the rule writes it (capitals are)."""
        return piece.how != "written" or (bool(piece.phrase) and self._raw(piece.span) != piece.phrase)

    def _raw(self, span: Span) -> str:
        return self.text.text[slice(*span)].lower()

    def _match(self, pattern: Pattern, pieces: tuple[Piece, ...], span: Span) -> str:
        if any(piece.how == "heard" for piece in pieces):
            return "homophone"
        if any(map(self._differs, pieces)):
            return "variant"
        if any(step.gap or isinstance(step.what, Quantity) for step in pattern):
            return "pattern"
        return "exact" if self._raw(span) == "".join(piece.phrase for piece in pieces) else "variant"


def apart(hits: Iterable[Hit]) -> list[Hit]:
    """Of hits that overlap the longest, of those the first, of those the one that undoes least of what is written."""
    plainest = ["exact", "pattern", "variant", "homophone"]
    chosen: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.span[0] - hit.span[1], hit.span[0], plainest.index(hit.match))):
        if all(hit.span[1] <= other.span[0] or other.span[1] <= hit.span[0] for other in chosen):
            chosen.append(hit)
    return sorted(chosen, key=lambda hit: hit.span)


def _nearest(hit: Hit, part: list[Hit], window: Span) -> Hit | None:
    inside = [other for other in part if window[0] <= other.span[0] and other.span[1] <= window[1]]
    return min(inside, key=lambda other: abs(other.span[0] - hit.span[0]), default=None)


def _one(hits: list[Hit]) -> Hit:
    hits = sorted(hits, key=lambda hit: hit.span)
    kinds = {hit.match for hit in hits}
    match = next((kind for kind in ("homophone", "variant") if kind in kinds), "pattern")
    span = hits[0].span[0], max(hit.span[1] for hit in hits)
    return Hit(span, tuple(piece for hit in hits for piece in hit.pieces), match)


def _script(character: str) -> str:
    """The run a folded character belongs to: letters, digits, or none."""
    return "letter" if "a" <= character <= "z" else "digit" if "0" <= character <= "9" else ""
