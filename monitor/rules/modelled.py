"""What the claim model says of the texts of a screen, for the matchers that ask it.

A matcher ``{model: medical, over: 0.97}`` finds the sentences that the model gives the label with a greater probability. All texts of
a screen are read at once, and only where a rule asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from monitor.claims import ClaimModel, Passage, passages, shipped_model
from monitor.claims.model import Scores, spans_of
from monitor.claims.vocabulary import Spans
from monitor.nlp.fold import Texts
from monitor.nlp.layout import Layout, Span
from monitor.rules.schema import Matcher
from monitor.trace import Step


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

    def step(self, number: int, label: str, span: Span) -> Step:
        """Why a passage was found: its probability, and what in it weighed most."""
        first = self._borders[number]
        place = next(i for i, one in enumerate(self._passages[number]) if (one.start, one.end) == span)
        text = self._layouts[number].text[slice(*span)]
        words = self._model.weightiest(text, self._passages[number][place].place, label)
        score = round(float(self._scores[first + place, self._model.column[label]]), 4)
        return Step("modelled", {"label": label, "score": score, "words": "、".join(words)})
