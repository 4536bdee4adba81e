"""Folds: what the model says of documents it was not trained on, and from which probability on its word can be trusted."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.claims.model import ClaimModel
from monitor.claims.passages import Passage
from monitor.training.data import Case, Labelled

FOLDS: Final = 5
PRECISE: Final = 0.95
"""Documents above a threshold that deserve its label, of all above it."""
LEAST: Final = 0.5
"""No threshold is lower, whatever was found."""
_FEWEST: Final = 4
"""Documents a threshold must find: fewer are chance."""

Told = Mapping[str, float]
"""Label → the highest probability of any passage of a document."""
Train = Callable[[Sequence[Labelled]], ClaimModel]


@dataclass(frozen=True)
class Threshold:
    """What a threshold does on documents left out of training."""

    over: float
    right: int
    wrong: int


def told_by(model: ClaimModel, case: Case) -> Told:
    """The highest probability of each label in a document."""
    if not case.passages:
        return dict.fromkeys(model.card.labels, 0.0)
    text, places, start = "", [], 0
    for one in case.passages:
        places.append(Passage(start, start + len(one.text), one.place))
        text += one.text + "\n"
        start = len(text)
    highest = model.judged(places, text).max(axis=0).tolist()
    return dict(zip(model.card.labels, highest, strict=True))


def fold_of(group: str) -> int:
    """The fold a document is left out in."""
    return zlib.crc32(group.encode()) % FOLDS


def left_out(cases: Sequence[Case], others: Sequence[Labelled], train: Train) -> dict[str, Told]:
    """What is said of each document by a model that was trained without it, nor with an example that repeats its words."""
    told: dict[str, Told] = {}
    for fold in range(FOLDS):
        out = [case for case in cases if fold_of(case.group) == fold]
        repeated = {one.text.strip() for case in out for one in case.passages}
        known = [one for case in cases if fold_of(case.group) != fold for one in case.passages]
        model = train([*known, *(one for one in others if one.text.strip() not in repeated)])
        told |= {case.id: told_by(model, case) for case in out}
    return told


def threshold(
    label: str, cases: Iterable[Case], told: Mapping[str, Told], *, precise: float = PRECISE
) -> Threshold | None:
    """The lowest probability over which documents deserve a label precisely enough; None where hardly any is found so."""
    rated = sorted(((told[case.id][label], case) for case in cases), key=lambda pair: (-pair[0], pair[1].id))
    best, right, wrong = None, 0, 0
    for place, (score, case) in enumerate(rated):
        if score <= LEAST:
            break
        right += label in case.expect
        wrong += label not in case.expect and label not in case.accept
        after = rated[place + 1][0] if place + 1 < len(rated) else 0.0
        if right >= _FEWEST and right >= precise * (right + wrong) and after < score:
            best = Threshold(max(LEAST, round((score + after) / 2, 4)), right, wrong)
    return best
