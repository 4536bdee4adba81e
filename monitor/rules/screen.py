"""Screening: many documents at once, and what is worth judging in each.

The texts of a batch are folded together, searched by one trie a view, and the joins that patterns ask for are tried as array operations:
where the rarest part of a pattern stands, the parts beside it must stand near enough, in the same clause. What is left (a few
rules for a few documents) is judged one by one; what is dropped here could not have matched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.nlp.fold import CLAUSE_ENDS, FIELD_BORDER, Codes, Texts
from monitor.nlp.kept import kept
from monitor.nlp.layout import Layout, Part, Span
from monitor.nlp.numerals import CHINESE
from monitor.nlp.segment import Words
from monitor.nlp.shape import Shape, is_redrawn, may_be_drawn, shape
from monitor.nlp.sound import is_rare_table, is_spelled, sound
from monitor.registry import NUMERALS, may_stand_in
from monitor.rules.compiled import NOTHING, QUANTITY, Compiled, spread
from monitor.rules.modelled import Modelled

Hit = tuple[int, int, int, Span | None, bool]
"""(literal, start, end, disguise, drawn): half-open span of bare characters of one text; the span of plain that only sounds like the
literal, or, where it is ``drawn``, looks like it."""


class Hits(NamedTuple):
    """The ``hits`` of one text in order of their start; ``sets[i]``, ascending, is a phrase set of ``hits[of[i]]``."""

    hits: list[Hit]
    sets: list[int]
    of: list[int]


_LIMIT: Final = 0x30000
_BETWEEN: Final = "\uffff"
"""Between the shapes of two texts: in no phrase."""
_UNIT: Final = 12
"""Bare characters a quantity may have behind its last numeral: 多, the unit, 半."""
_RUN: Final = 3
"""Numerals in a row without which no certificate number is looked for."""

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
_Columns = tuple[Ints, Ints, Ints, Ints, Ints]


class Screen:
    """The hits of some documents, and the matchers that may find something in each."""

    def __init__(self, compiled: Compiled, layouts: Sequence[Layout], words: Words) -> None:
        self._compiled = compiled
        self._layouts = layouts
        self._words = words
        self.texts = Texts([layout.text for layout in layouts])
        self.modelled = Modelled(compiled.modelled, self.texts, layouts)
        self._hits()

    def layout(self, number: int) -> Layout:
        """One of the layouts, its views made from those of all."""
        return self._layouts[number].viewed(lambda: self.texts.folded(number))

    def hits(self, number: int) -> Hits:
        """Every hit in one of the texts."""
        first, last = np.searchsorted(self._starts, self._borders[number : number + 2])
        base, place = int(self._borders[number]), int(self.texts.starts[number])
        hits = [
            (phrase, start - base, end - base, (disguise - place, until - place) if disguise >= 0 else None, drawn)
            for phrase, start, end, disguise, until, drawn in zip(
                *(part[first:last].tolist() for part in self._arrays), strict=True
            )
        ]
        sets, of, borders = self._by_set
        inside = slice(borders[number], borders[number + 1])
        return Hits(hits, sets[inside].tolist(), (of[inside] - first).tolist())

    @cached_property
    def _by_set(self) -> tuple[Ints, Ints, list[int]]:
        """Phrase set and hit, ordered by text, then set, then place; and where each text begins among them."""
        of, sets = spread(self._compiled.sets_of, self._literals)
        text = np.searchsorted(self.texts.bare_starts, self._starts[of], side="right") - 1
        order = np.lexsort((of, sets, text))
        borders = np.searchsorted(text[order], np.arange(len(self._layouts) + 1))
        return sets[order], of[order], borders.tolist()

    def wanted(self, number: int) -> dict[int, set[int]]:
        """The rules that may say something of one of the texts, each with the matchers (both by index)."""
        return self.modelled.wanted(number, self._wanted.get(number, {}))

    def may_have_numbers(self, number: int) -> bool:
        """Whether certificate numbers may stand in one of the texts."""
        return number in self._numbered

    def _hits(self) -> None:
        """Every hit of every literal, as written or as heard, in order of its start: parallel arrays."""
        texts = self.texts
        written = self._compiled.written.find(texts.bare)
        kept = _latin_free(texts, texts.offsets[written.starts], texts.offsets[written.ends - 1] + 1)
        literals, starts, ends = written.phrases[kept], written.starts[kept], written.ends[kept]
        none = np.full(len(literals), -1, dtype=np.int64)
        heard, drawn = self._listen(), self._look()
        parts = [
            np.concatenate(column) for column in zip((literals, starts, ends, none, none), heard, drawn, strict=True)
        ]
        parts.append(np.arange(len(parts[0])) >= len(literals) + len(heard[0]))
        order = np.argsort(parts[1], kind="stable")
        self._arrays = [part[order] for part in parts]
        self._literals, self._starts, self._ends = self._arrays[:3]
        self._borders = np.concatenate([texts.bare_starts, [len(texts.bare)]])

    def _listen(self) -> _Columns:
        """What sounds like a literal and is not written like it, where that may be a disguise: literal, bare span, plain span."""
        texts, compiled = self.texts, self._compiled
        view = sound(texts)
        found = compiled.heard.find(view.symbols)
        which, ways = spread(compiled.heard_as, found.phrases)
        starts, ends = found.starts[which], found.ends[which]
        spelled = np.concatenate([[0], np.cumsum(view.spelled)])
        by_letters = spelled[ends] > spelled[starts]
        first, last = view.starts[starts], view.ends[ends - 1]
        bare_first = np.searchsorted(texts.offsets, first)
        bare_last = np.searchsorted(texts.offsets, last)
        lengths = compiled.lengths[ways]
        free = _latin_free(texts, first, last)
        plainly, spelling = np.flatnonzero(free & ~by_letters), np.flatnonzero(free & by_letters)
        plainly = plainly[self._is_near(ways[plainly], bare_first[plainly], lengths[plainly])]
        asked = np.stack([ways, first, last, bare_first, bare_last], axis=1)[spelling].tolist()
        spelling = spelling[np.array([self._is_spelled(*given) for given in asked], dtype=np.bool_)]
        chosen = np.concatenate([plainly, spelling])
        return ways[chosen], bare_first[chosen], bare_last[chosen], first[chosen], last[chosen]

    def _look(self) -> _Columns:
        """What is written with other characters than a literal and is proven to be it: literal, bare span, plain span."""
        texts, signs = self.texts, self._compiled.signs
        places = np.unique(
            np.concatenate([texts.offsets[signs.find(texts.bare).starts], signs.find(texts.plain).starts])
        )
        numbers = np.searchsorted(texts.starts, places, side="right") - 1
        views = [
            (number, view)
            for number in np.unique(numbers).tolist()
            if (view := self._view(number, places[numbers == number] - texts.starts[number])) is not None
        ]
        rows = list(self._drawn(views))
        columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
        return columns[0], columns[1], columns[2], columns[3], columns[4]

    def _view(self, number: int, places: Ints) -> Shape | None:
        folded = self.layout(number).folded
        seen = [place for place in places.tolist() if may_be_drawn(folded.plain, place)]
        return shape(folded, self._compiled.shapes, seen) if seen else None

    def _drawn(self, views: Sequence[tuple[int, Shape]]) -> Iterator[tuple[int, int, int, int, int]]:
        """The proven hits of some texts, whose shapes are searched together."""
        joined = _BETWEEN.join(view.symbols for _, view in views) + _BETWEEN
        found = self._compiled.written.find(np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32))
        firsts = np.cumsum([0, *(len(view.symbols) + 1 for _, view in views)])
        which = np.searchsorted(firsts, found.starts, side="right") - 1
        for index, literal, start, end in zip(
            which.tolist(),
            found.phrases.tolist(),
            (found.starts - firsts[which]).tolist(),
            (found.ends - firsts[which]).tolist(),
            strict=True,
        ):
            number, view = views[index]
            if not view.changed(start, end):
                continue
            layout, span, phrase = self.layout(number), view.span(start, end), self._compiled.literals[literal]
            folded, around = layout.folded, layout.surroundings(span)
            if is_redrawn(folded.plain, view, (start, end), phrase, self._words, around):
                first, last = folded.bare_index(span[0]), folded.bare_index(span[1])
                place, base = int(self.texts.starts[number]), int(self.texts.bare_starts[number])
                yield literal, first + base, last + base, span[0] + place, span[1] + place

    def _is_near(self, literals: Ints, starts: Ints, lengths: Ints) -> Bools:
        """Whether the surface shares a character with the literal, but not all; two characters need a rare one, unless recognised."""
        bare, matrix = self.texts.bare, self._compiled.characters
        padded = np.concatenate([bare, np.zeros(matrix.shape[1], dtype=bare.dtype)])
        same = np.zeros(len(literals), dtype=np.int64)
        rare = np.zeros(len(literals), dtype=np.bool_)
        for place in range(matrix.shape[1]):
            inside = place < lengths
            surface = padded[starts + place]
            equal = surface == matrix[literals, place]
            same += inside & equal
            rare |= inside & ~equal & is_rare_table()[np.minimum(surface, _LIMIT)]
        near: Bools = (same > 0) & (same < lengths)
        plausible: Bools = rare | (lengths > 2)  # noqa: PLR2004 (as is_disguised has it)
        recognised = np.array(self._recognised)
        if recognised.any():
            plausible |= recognised[np.searchsorted(self.texts.bare_starts, starts, side="right") - 1]
        return near & plausible

    @property
    def _recognised(self) -> list[bool]:
        return [
            any(part.segment is not None and part.segment.confidence is not None for part in layout.parts)
            for layout in self._layouts
        ]

    def _is_spelled(self, literal: int, first: int, last: int, bare_first: int, bare_last: int) -> bool:
        """Whether letters or emoji stand for the literal; how the text is written else says nothing."""
        if bare_first == bare_last:
            return False
        phrase = self._compiled.literals[literal]
        bare = _text(self.texts.bare[bare_first:bare_last])
        if bare == phrase:
            return False
        start = max(0, first - 1)
        return is_spelled(_text(self.texts.plain[start:last]), (first - start, last - start), phrase)

    @cached_property
    def _wanted(self) -> dict[int, dict[int, set[int]]]:
        """The (text, rule, matcher) for which some pattern has its rarest part with the right neighbours."""
        plan, size = self._compiled.plan, len(self.texts.bare) + 1
        which, sets = spread(plan.sets_of, self._literals)
        if not len(which):
            return {}
        starts, ends = self._starts[which], self._ends[which]
        text = np.searchsorted(self.texts.bare_starts, starts, side="right") - 1
        present = np.zeros((len(self._layouts), plan.count + 1), dtype=np.bool_)
        present[text, sets] = True
        present[:, plan.count] = True
        by_start, by_end = np.sort(sets * size + starts), np.sort(sets * size + ends)
        hits, entries = spread(plan.anchored, sets)
        for column in plan.needs.T:
            kept = present[text[hits], column[entries]]
            hits, entries = hits[kept], entries[kept]
        near = _Near(self.texts, by_start, by_end, size)
        kept = near.right(plan.right[entries], ends[hits], plan.right_gap[entries], plan.clause[entries])
        hits, entries = hits[kept], entries[kept]
        kept = near.left(plan.left[entries], starts[hits], plan.left_gap[entries], plan.clause[entries])
        hits, entries = hits[kept], entries[kept]
        kept = self._in_fields(text[hits], starts[hits], entries)
        wanted: dict[int, dict[int, set[int]]] = {}
        for number, entry in set(zip(text[hits[kept]].tolist(), entries[kept].tolist(), strict=True)):
            wanted.setdefault(number, {}).setdefault(plan.rules[entry], set()).add(plan.matchers[entry])
        return wanted

    def _in_fields(self, texts: Ints, starts: Ints, entries: Ints) -> Bools:
        """Whether hits stand in a field that their matcher looks at."""
        fields = self._compiled.plan.fields
        kept = ~self._compiled.plan.limited[entries]
        for place in np.flatnonzero(~kept).tolist():
            number = int(texts[place])
            part = self._layouts[number].part_at(int(self.texts.offsets[starts[place]] - self.texts.starts[number]))
            kept[place] = is_in(part, fields[entries[place]])
        return kept

    @cached_property
    def _numbered(self) -> frozenset[int]:
        """The texts with so many numerals in a row, and something that numbers begin with."""
        numeral = _numerals()[1][np.minimum(self.texts.plain, _LIMIT)]
        run = numeral[: 1 - _RUN].copy()
        for shift in range(1, _RUN):
            run &= numeral[shift : len(numeral) - _RUN + 1 + shift]
        texts = np.unique(np.searchsorted(self.texts.starts, np.flatnonzero(run), side="right") - 1)
        return frozenset(number for number in texts.tolist() if may_stand_in(self.texts.plain_of(number)))


class _Near:
    """Whether a set of phrases, or a quantity, stands near enough before or behind a hit."""

    def __init__(self, texts: Texts, by_start: Ints, by_end: Ints, size: int) -> None:
        self._offsets = np.concatenate([texts.offsets, [len(texts.plain)]])
        self._by_start, self._by_end, self._size = by_start, by_end, size
        inside = np.minimum(texts.plain, _LIMIT)
        clause, field = _borders()
        ends = clause[inside] & ~_between_digits(texts.plain)
        self._clauses = np.concatenate([[0], np.cumsum(ends)])
        self._fields = np.concatenate([[0], np.cumsum(field[inside])])
        self._numerals = np.flatnonzero(_numerals()[0][np.minimum(texts.bare, _LIMIT)])

    def right(self, wanted: Ints, ends: Ints, gaps: Ints, clause: Bools) -> Bools:
        """Something of ``wanted`` begins at most ``gaps`` behind ``ends``."""
        last = np.minimum(ends + gaps, self._size - 1)
        start = _at_or_after(self._by_start, wanted * self._size + ends) - wanted * self._size
        numeral = _at_or_after(self._numerals, ends)
        start = np.where(wanted == QUANTITY, numeral, start)
        found = (start >= ends) & (start <= last)
        right: Bools = (wanted == NOTHING) | (found & self._joined(ends, np.where(found, start, ends), gaps, clause))
        return right

    def left(self, wanted: Ints, starts: Ints, gaps: Ints, clause: Bools) -> Bools:
        """Something of ``wanted`` ends at most ``gaps`` before ``starts``."""
        end = _at_or_before(self._by_end, wanted * self._size + starts) - wanted * self._size
        numeral = _at_or_before(self._numerals, starts - 1)
        counted = wanted == QUANTITY
        end = np.where(counted, numeral + 1, end)
        found = (end > 0) & (end <= starts) & (end >= starts - gaps - np.where(counted, _UNIT, 0))
        joined = self._joined(np.where(found, end, starts), starts, gaps, clause & ~counted)
        left: Bools = (wanted == NOTHING) | (found & joined)
        return left

    def _joined(self, ends: Ints, starts: Ints, gaps: Ints, clause: Bools) -> Bools:
        """No border between the bare character before ``ends`` and that at ``starts``."""
        left, right = self._offsets[np.maximum(ends - 1, 0)] + 1, self._offsets[starts]
        same_clause = self._clauses[right] == self._clauses[left]
        same_field = self._fields[right] == self._fields[left]
        joined: Bools = (gaps == 0) | (starts <= ends) | np.where(clause, same_clause, same_field)
        return joined


def is_in(part: Part, fields: Sequence[str]) -> bool:
    """Whether a part of a text is one of the ``fields`` of a matcher; none given: wherever it is said."""
    if not fields or part.segment is not None:
        return not fields or "speech" in fields
    return any(part.field == field or part.field.startswith((field + ".", field + "[")) for field in fields)


def _at_or_after(ordered: Ints, places: Ints) -> Ints:
    """The first of ``ordered`` that is not before each place; far away where there is none."""
    padded = np.append(ordered, np.iinfo(np.int64).max // 2)
    return padded[np.searchsorted(ordered, places)]


def _at_or_before(ordered: Ints, places: Ints) -> Ints:
    """The last of ``ordered`` that is not behind each place; far before where there is none."""
    padded = np.append(np.iinfo(np.int64).min // 2, ordered)
    return padded[np.searchsorted(ordered, places, side="right")]


def _latin_free(texts: Texts, starts: Ints, ends: Ints) -> Bools:
    """Whether plain spans neither begin nor end inside a Latin word or a number."""
    script = _scripts()[np.minimum(texts.plain, _LIMIT)]
    first, last = script[starts], script[ends - 1]
    before: Bools = (first > 0) & (script[starts - 1] == first)
    after: Bools = (last > 0) & (script[np.minimum(ends, len(script) - 1)] == last)
    cut: Bools = before | after
    return ~cut


def _between_digits(plain: Codes) -> Bools:
    """The commas of 50,001, which end no clause, and some more."""
    digits = (plain >= ord("0")) & (plain <= ord("9"))
    between = np.zeros_like(digits)
    between[1:-1] = (plain[1:-1] == ord(",")) & digits[:-2] & digits[2:]
    return between


def _text(codes: Codes) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "replace")


@kept
def _scripts() -> npt.NDArray[np.uint8]:
    """Code point of plain → 1 for a Latin letter, 2 for a digit, else 0."""
    table = np.zeros(_LIMIT + 1, dtype=np.uint8)
    table[ord("a") : ord("z") + 1] = 1
    table[ord("0") : ord("9") + 1] = 2
    return table


@kept
def _borders() -> tuple[Bools, Bools]:
    """Code points that end a clause, and the one that ends a field."""
    clause, field = np.zeros(_LIMIT + 1, dtype=np.bool_), np.zeros(_LIMIT + 1, dtype=np.bool_)
    clause[[ord(mark) for mark in CLAUSE_ENDS]] = True
    field[ord(FIELD_BORDER)] = True
    return clause, field


@kept
def _numerals() -> tuple[Bools, Bools]:
    """Code points that a quantity may have (numerals, 对 of 对折, signs of money), and those that a number may."""
    quantity, number = np.zeros(_LIMIT + 1, dtype=np.bool_), np.zeros(_LIMIT + 1, dtype=np.bool_)
    digits = [code for code in range(_LIMIT) if chr(code).isdecimal()]
    quantity[[*digits, *(ord(one) for one in CHINESE + "对¥￥$")]] = True
    number[[ord(one) for one in NUMERALS]] = True
    return quantity, number
