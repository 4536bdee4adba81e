"""The shape view: what a text looks like, its tricks of writing undone.

It finds 氵台疗 for 治疗, 木又威 for 权威, 兔疫力 for 免疫力, 第— for 第一, 微丶信 for 微信, 免疫疫力 for 免疫力. Only where the text
shows a sign of it (``Shapes.signs``) is anything made, and only of the stretch around it.

What looks alike is not yet the same: a hit counts only with proof, that is, where no ordinary words explain what is written.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from monitor.nlp.fold import CLAUSE_ENDS, Folded
from monitor.nlp.glyphs import Shapes, dashes, glyphs, meant, parts_of, strokes
from monitor.nlp.segment import Words, is_latin
from monitor.nlp.sound import are_no_words, common

Span = tuple[int, int]

_AROUND: Final = 32
"""Characters of the text looked at on either side of a place where something was seen."""
_ELSEWHERE: Final = "\uffff"
"""Stands for a stretch of the text in which nothing was seen: nothing matches across it."""
_BLOCK: Final = 64
_BORDERS: Final = CLAUSE_ENDS + _ELSEWHERE
_BORDER: Final = re.compile(f"[{re.escape(_BORDERS)}]")
_LONG: Final = 4
"""In phrases of so many characters a common one is believed to stand for another, though no dictionary has the word it makes."""

_LATIN: Final = re.compile("[a-z0-9]+")
_DRAWN: Final = re.compile("o|[0-9]+[0-9o]*|[li][0o]*0[0o]*")
"""Runs of letters and digits that are written for a number."""
_IN_NUMBER: Final = re.compile("[0-9o][0-9o]|[li][0o]")
"""Two neighbours in such a run."""

AS_WRITTEN, DOUBTFUL, SURE, BROKEN, REPEATED = "=", "?", "!", "^", "+"
"""How a symbol came about: as it is written; by ordinary characters; by what Chinese does not have; after a stroke; from a run."""


@dataclass(frozen=True, slots=True)
class Shape:
    """``symbols[i]`` is seen from ``starts[i]`` to ``ends[i]`` of the text (half open), and came about as ``how[i]`` says."""

    symbols: str
    starts: Sequence[int]
    ends: Sequence[int]
    how: str

    def span(self, start: int, end: int) -> Span:
        """The span of the text that a span of symbols covers."""
        return self.starts[start], self.ends[end - 1]

    def changed(self, start: int, end: int) -> list[int]:
        """The symbols of a span that are not as written; a stroke before the first one breaks nothing up."""
        how = self.how
        return [i for i in range(start, end) if how[i] != AS_WRITTEN and not (i == start and how[i] == BROKEN)]


@dataclass(slots=True)
class _Drawing:
    """A shape while it is made."""

    symbols: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    how: list[str] = field(default_factory=list)

    def add(self, symbol: str, span: Span, how: str) -> None:
        self.symbols.append(symbol)
        self.spans.append(span)
        self.how.append(how)


def shape(folded: Folded, shapes: Shapes, places: Iterable[int]) -> Shape | None:
    """The shape view of a folded text; None where nothing in it looks like another writing of a phrase.

    ``places`` are those in the text where one of ``shapes.signs`` begins, in any order.
    """
    stretches = _stretches(sorted(places), len(folded.plain))
    whole = _Drawing()
    for first, last in stretches:
        if first:
            whole.add(_ELSEWHERE, (whole.spans[-1][1] if whole.spans else 0, first), AS_WRITTEN)
        drawing = _repeated(_redrawn(_joined(_read(folded, first, last, shapes), shapes), shapes), shapes)
        whole.symbols += drawing.symbols
        whole.spans += drawing.spans
        whole.how += drawing.how
    if all(how == AS_WRITTEN for how in whole.how):
        return None
    starts, ends = [first for first, _ in whole.spans], [last for _, last in whole.spans]
    return Shape("".join(whole.symbols), starts, ends, "".join(whole.how))


def may_be_drawn(plain: str, place: int) -> bool:
    """Whether the sign at a place can matter: of two letters or digits, only where both may be part of a number."""
    pair = plain[place : place + 2]
    return len(pair) < 2 or not all(map(is_latin, pair)) or _IN_NUMBER.fullmatch(pair) is not None  # noqa: PLR2004


def _stretches(places: Sequence[int], length: int) -> list[Span]:
    """What lies around the places, as disjoint spans of the text that do not touch."""
    spans: list[Span] = []
    for place in places:
        first, last = max(0, place - _AROUND), min(length, place + _AROUND)
        if spans and first <= spans[-1][1]:
            spans[-1] = spans[-1][0], last
        else:
            spans.append((first, last))
    return spans


def _read(folded: Folded, first: int, last: int, shapes: Shapes) -> _Drawing:
    """The characters of a stretch: what is inserted left out, what Chinese does not have read as what it looks like."""
    plain, lines, known, inserted = folded.plain, dashes(), glyphs(), strokes()
    kept = set(folded.offsets[folded.bare_index(first) : folded.bare_index(last)])
    drawing = _Drawing()
    broken = False
    for place in range(first, last):
        character = plain[place]
        span = (place, place + 1)
        if character in lines and place and plain[place - 1].isalpha() and plain[place - 1] + "一" in shapes.pairs:
            drawing.add("一", span, SURE)
        elif character in known:
            drawing.add(known[character], span, SURE)
        elif character in inserted:
            broken = True
            continue
        elif place in kept:
            drawing.add(character, span, BROKEN if broken else AS_WRITTEN)
        else:
            continue
        broken = False
    return drawing


def _joined(drawing: _Drawing, shapes: Shapes) -> _Drawing:
    """Components that stand beside each other made one character: as many as may be, and the one its neighbours ask for."""
    text = "".join(drawing.symbols)
    made = _Drawing()
    place = 0
    while place < len(text):
        end = _end_of_parts(text, place, shapes) if text[place] in shapes.heads else place
        if end == place:
            made.add(text[place], drawing.spans[place], drawing.how[place])
            place += 1
            continue
        before, after = made.symbols[-1] if made.symbols else "", text[end : end + 1]
        best = max(shapes.splits[text[place:end]], key=lambda one: _support(before, one, after, shapes))
        how = SURE if parts_of(text[place:end]) or SURE in drawing.how[place:end] else DOUBTFUL
        made.add(best, (drawing.spans[place][0], drawing.spans[end - 1][1]), how)
        place = end
    return made


def _end_of_parts(text: str, place: int, shapes: Shapes) -> int:
    """Where the most components that make one character end; ``place`` itself where none begin there."""
    for end in range(min(len(text), place + shapes.longest), place + 1, -1):
        if text[place:end] in shapes.splits:
            return end
    return place


def _redrawn(drawing: _Drawing, shapes: Shapes) -> _Drawing:
    """Look-alikes replaced where a phrase has the one with its neighbours, and none has what is written."""
    symbols, readings = drawing.symbols, meant()
    for place, written in enumerate(symbols):
        others = readings.get(written)
        if others is None:
            continue
        before = symbols[place - 1] if place else ""
        after = symbols[place + 1] if place + 1 < len(symbols) else ""
        best = max((written, *others), key=lambda one: _support(before, one, after, shapes))
        if best != written:
            symbols[place] = best
            drawing.how[place] = DOUBTFUL
    return drawing


def _support(before: str, character: str, after: str, shapes: Shapes) -> int:
    """How many neighbours a character has in phrases; what follows may be written with a look-alike itself."""
    following = after + meant().get(after, "")
    return (before + character in shapes.pairs) + any(character + one in shapes.pairs for one in following)


def _repeated(drawing: _Drawing, shapes: Shapes) -> _Drawing:
    """A run of one Han character made one, where a phrase has it once between its neighbours."""
    symbols = drawing.symbols
    if not any(left == right for left, right in pairwise(symbols)):
        return drawing
    made = _Drawing()
    place = 0
    while place < len(symbols):
        end = place + 1
        while (
            end < len(symbols) and symbols[end] == symbols[place] and drawing.spans[end - 1][1] == drawing.spans[end][0]
        ):
            end += 1
        after = symbols[end] if end < len(symbols) else ""
        before = made.symbols[-1] if made.symbols else ""
        if end - place > 1 and _support(before, symbols[place], after, shapes) > 1 and not is_latin(symbols[place]):
            made.add(symbols[place], (drawing.spans[place][0], drawing.spans[end - 1][1]), REPEATED)
        else:
            for one in range(place, end):
                made.add(symbols[one], drawing.spans[one], drawing.how[one])
        place = end
    return made


def is_redrawn(plain: str, view: Shape, found: Span, phrase: str, words: Words, around: Span) -> bool:
    """Whether ``view.symbols[slice(*found)]``, which is ``phrase``, is a trick of writing, and not what ordinary words look like.

    ``around`` is the clause, as a span of the text ``plain``.
    """
    changed = view.changed(*found)
    span = view.span(*found)
    if (
        not changed
        or phrase in plain[span[0] : span[1]]
        or plain[span[0]] in dashes()
        or not _stands_free(plain, view, found)
    ):
        return False
    first, last = _clause(view, found, around)
    if words.cut_by(view.symbols[first:last], found[0] - first, found[1] - first) is not None:
        return False
    sure = [i for i in changed if view.how[i] in {SURE, BROKEN}]
    if sure:
        joined = view.ends[found[0]] - view.starts[found[0]] > 1
        return (len(phrase) > 1 or joined) and not any(_is_foreign(plain, view, found, i) for i in sure)
    if len(phrase) == 1:
        return False
    if all(view.how[i] == REPEATED for i in changed):
        return all(_is_stammer(plain, view, i, words, around) for i in changed)
    places = [place for i in changed for place in range(view.starts[i], view.ends[i]) if not is_latin(plain[place])]
    if not places:
        return _is_number(plain[span[0] : span[1]])
    return are_no_words(plain, span, places, words, around) and (
        len(phrase) >= _LONG
        or any(plain[place] not in common() for place in places)
        or _make_words(view, changed, words, (first, last))
    )


def _is_number(surface: str) -> bool:
    """Whether the letters of a surface are digits in disguise: 1oo%, l00%, o糖; not 32l, i5 or lo."""
    return all(run.isdigit() or _DRAWN.fullmatch(run) for run in _LATIN.findall(surface))


def _stands_free(plain: str, view: Shape, found: Span) -> bool:
    """Letters and digits are whole words and whole numbers, as written and as read."""
    first, last = view.span(*found)
    before, after = _before(view.symbols, found[0]), view.symbols[found[1] : found[1] + 1]
    return not (
        _is_one_run(before, view.symbols[found[0]])
        or _is_one_run(view.symbols[found[1] - 1], after)
        or _is_one_run(_before(plain, first), plain[first])
        or _is_one_run(plain[last - 1], plain[last : last + 1])
    )


def _before(text: str, place: int) -> str:
    return text[place - 1] if place else ""


def _is_one_run(left: str, right: str) -> bool:
    return bool(left and right) and is_latin(left) and is_latin(right) and left.isdigit() == right.isdigit()


def _clause(view: Shape, found: Span, around: Span) -> Span:
    """The symbols of the clause around a span of symbols, as far as they were drawn; ``around`` is the clause in the text.

    Of a long one, a stretch that begins and ends at fixed places, so that the words of neighbouring spans are cut once.
    """
    first, last = found
    lowest = max(bisect_left(view.starts, around[0]), first // _BLOCK * _BLOCK - _BLOCK)
    highest = min(bisect_right(view.ends, around[1]), last // _BLOCK * _BLOCK + 2 * _BLOCK)
    before = max(view.symbols.rfind(border, lowest, first) for border in _BORDERS)
    after = _BORDER.search(view.symbols, last, highest)
    return max(before + 1, lowest), after.start() if after else highest


def _is_foreign(plain: str, view: Shape, found: Span, changed: int) -> bool:
    """Whether a symbol belongs to a word of another script that goes on outside the phrase (カロリー, вода)."""
    first, last = view.span(*found)
    start, end = view.starts[changed], view.ends[changed]
    beside = _before(plain, start) if start == first else ""
    after = plain[end : end + 1] if end == last else ""
    return any(one and _script(one) == _script(plain[start]) != "CJK" for one in (beside, after) if one.isalpha())


def _script(character: str) -> str:
    return unicodedata.name(character, "").split(" ", 1)[0]


def _is_stammer(plain: str, view: Shape, repeated: int, words: Words, around: Span) -> bool:
    """Whether a character is repeated for no reason: thrice, or twice and neither a word border nor a word explains it."""
    first, last = view.starts[repeated], view.ends[repeated]
    if last - first > 2:  # noqa: PLR2004 (no word of Chinese has a character thrice in a row)
        return True
    return are_no_words(plain, (first, last), [last - 1], words, around) or are_no_words(
        plain, (first, last), [first], words, around
    )


def _make_words(view: Shape, changed: Sequence[int], words: Words, clause: Span) -> bool:
    """Whether what is read makes a dictionary word of every changed symbol."""
    spans = words.spans(view.symbols[clause[0] : clause[1]])
    return all(any(first <= i - clause[0] < last and last - first > 1 for first, last in spans) for i in changed)
