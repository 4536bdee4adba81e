"""What the claim model says of the texts of a screen, for the matchers that ask it.

A matcher ``{model: medical, over: 0.97}`` finds the sentences that the model gives the label with a greater probability. All texts of
a screen are read at once, and only where a rule asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple, cast

import numpy as np

from monitor.claims import ClaimModel, Passage, passages, shipped_model
from monitor.claims.model import Scores, spans_of
from monitor.claims.vocabulary import Spans
from monitor.flags import Category, Suspicion
from monitor.nlp.fold import Texts
from monitor.nlp.layout import Layout, Span
from monitor.rules.schema import Matcher
from monitor.trace import Step

_SUSPECT: Final = 0.3
"""Less is no reason to look."""


class Asked(NamedTuple):
    """A matcher (by the indices of its rule and its own) that asks the model for a label."""

    rule: int
    matcher: int
    label: str
    over: float


def asked_by(matchers: Sequence[Sequence[Matcher]]) -> tuple[Asked, ...]:
    """The matchers, given by rule, that ask the model."""
    return tuple(
        Asked(rule, place, matcher.model, matcher.over)
        for rule, some in enumerate(matchers)
        for place, matcher in enumerate(some)
        if matcher.model is not None and matcher.over is not None
    )


class Modelled:
    """The scores of the passages of some texts, made when they are first asked for."""

    def __init__(self, asked: Sequence[Asked], texts: Texts, layouts: Sequence[Layout]) -> None:
        self._asked = asked
        self._texts = texts
        self._layouts = layouts

    @cached_property
    def _model(self) -> ClaimModel:
        return shipped_model()

    @cached_property
    def _passages(self) -> list[list[Passage]]:
        return [passages(layout) for layout in self._layouts]

    @cached_property
    def _borders(self) -> list[int]:
        return list(accumulate((len(some) for some in self._passages), initial=0))

    @cached_property
    def _scores(self) -> Scores:
        given = [spans_of(some, int(first)) for some, first in zip(self._passages, self._texts.starts, strict=True)]
        none = np.zeros(0, dtype=np.int64)
        starts, ends = (np.concatenate([none, *(spans[side] for spans in given)]) for side in (0, 1))
        return self._model.scores(self._texts, Spans(starts, ends, [p.place for some in self._passages for p in some]))

    @cached_property
    def _wanted(self) -> Mapping[int, Mapping[int, set[int]]]:
        wanted: dict[int, dict[int, set[int]]] = {}
        for rule, matcher, label, over in self._asked:
            for passage in np.flatnonzero(self._scores[:, self._model.column[label]] > over).tolist():
                number = int(np.searchsorted(self._borders, passage, side="right")) - 1
                wanted.setdefault(number, {}).setdefault(rule, set()).add(matcher)
        return wanted

    def wanted(self, number: int, found: dict[int, set[int]]) -> dict[int, set[int]]:
        """What was ``found`` in one of the texts, and the rules for which the model finds something, with their matchers."""
        more = self._wanted.get(number) if self._asked else None
        if not more:
            return found
        return {rule: found.get(rule, set()) | more.get(rule, set()) for rule in {*found, *more}}

    def sentences(self, number: int, label: str, over: float) -> list[Span]:
        """The passages of one of the texts that the model gives a label, in order."""
        first, last = self._borders[number : number + 2]
        said = self._scores[first:last, self._model.column[label]] > over
        return [(one.start, one.end) for one, is_said in zip(self._passages[number], said, strict=True) if is_said]

    def suspicion(self, number: int, flagged: AbstractSet[str]) -> Suspicion | None:
        """The likeliest label of one of the texts, of those that rules ask and nothing was flagged for."""
        first, last = self._borders[number : number + 2] if self._asked else (0, 0)
        if first == last:
            return None
        highest = self._scores[first:last].max(axis=0)
        labels = sorted({asked.label for asked in self._asked} - flagged)
        likely = max(((float(highest[self._model.column[one]]), one) for one in labels), default=(0.0, ""))
        if likely[0] < _SUSPECT:
            return None
        return Suspicion(cast("Category", likely[1]), round(likely[0], 2))

    def core(self, number: int, label: str, span: Span) -> Span:
        """What of a passage that was found weighed most (span of the joined text): contexts are asked of it."""
        place = self._passages[number][self._index(number, span)].place
        start, end = self._model.core(self._layouts[number].text[slice(*span)], place, label)
        return span[0] + start, span[0] + end

    def _index(self, number: int, span: Span) -> int:
        return next(i for i, one in enumerate(self._passages[number]) if (one.start, one.end) == span)

    def step(self, number: int, label: str, span: Span) -> Step:
        """Why a passage was found: its probability, and what in it weighed most."""
        first = self._borders[number]
        place = self._index(number, span)
        text = self._layouts[number].text[slice(*span)]
        words = self._model.weightiest(text, self._passages[number][place].place, label)
        score = round(float(self._scores[first + place, self._model.column[label]]), 4)
        return Step("modelled", {"label": label, "score": score, "words": "、".join(words)})
