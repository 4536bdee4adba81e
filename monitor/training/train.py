"""The whole of training: read, leave out and measure, choose thresholds, fit on everything, write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from monitor.claims.model import Card, ClaimModel
from monitor.rules.rulebook import Rulebook
from monitor.training.concepts import concepts_of
from monitor.training.data import (
    PAIRS,
    Case,
    Labelled,
    digest,
    example_passages,
    ordinary_passages,
    read_cases,
    read_pairs,
)
from monitor.training.fit import choose_vocabulary, fit
from monitor.training.folds import FOLDS, Threshold, Told, left_out, threshold

FEWEST: Final = 20
"""Passages that carry a code, without which the model does not learn it."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Material:
    """Everything that is learnt from, and the labels that have enough of it."""

    cases: tuple[Case, ...]
    pairs: tuple[Case, ...]
    others: tuple[Labelled, ...]
    concepts: dict[str, list[str]]
    fewest: int = FEWEST

    @property
    def passages(self) -> list[Labelled]:
        """All passages, those of the cases first."""
        return [*(one for case in (*self.cases, *self.pairs) for one in case.passages), *self.others]

    @property
    def positives(self) -> dict[str, int]:
        """Label → passages that carry it."""
        counted = Counter(code for one in self.passages for code in one.yes)
        return dict(sorted(counted.items()))

    @property
    def labels(self) -> tuple[str, ...]:
        """The codes with enough passages, in alphabetical order."""
        return tuple(code for code, count in self.positives.items() if count >= self.fewest)


@dataclass(frozen=True)
class Figures:
    """What left-out documents say of one label: ``expected`` documents deserve it; ``even``: at a probability of one half.

    ``pairs``: minimal pairs of the label; above the precise threshold are ``claims`` of them, and ``twins`` that are lawful.
    """

    label: str
    passages: int
    expected: int
    even: Threshold
    precise: Threshold | None
    pairs: int
    claims: int
    twins: int


def gather(
    rulebook: Rulebook, paths: Sequence[Path], ordinary: Sequence[Path] = (), *, fewest: int = FEWEST
) -> Material:
    """Read what is learnt from.

    Raises:
        InputError: a line that cannot be read.
    """
    others = (*example_passages(rulebook), *ordinary_passages(ordinary))
    labelled = read_cases(path for path in paths if path.suffix != PAIRS)
    cases = tuple(sorted(labelled, key=lambda case: case.id))  # however the files are called
    pairs = tuple(read_pairs(path for path in paths if path.suffix == PAIRS))
    return Material(cases, pairs, others, concepts_of(rulebook), fewest)


def measure(material: Material, say: Say = lambda _: None) -> tuple[list[Figures], dict[str, Told]]:
    """Figures by label with each document left out of its own fold, and what was told of each document."""
    say(f"{FOLDS} folds, each document left out of its own")
    told = left_out((*material.cases, *material.pairs), material.others, lambda given: _fitted(material, given))
    return [_figures(label, material, told) for label in material.labels], told


def train(material: Material, figures: Sequence[Figures]) -> ClaimModel:
    """The model of everything, with the thresholds that the figures allow."""
    given = material.passages
    thresholds = {one.label: one.precise.over for one in figures if one.precise is not None}
    card = Card(material.labels, thresholds, digest(given), len(given), material.positives)
    return fit(given, card, choose_vocabulary(given, material.concepts))


def table(figures: Sequence[Figures]) -> Iterator[str]:
    """The figures as a table in Markdown."""
    yield "| code | passages | documents | found at 0.5 | wrong | threshold | found | wrong | pairs | claims | twins |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
    for one in figures:
        best = one.precise
        last = f"{best.over:.4f} | {best.right} | {best.wrong}" if best else "– | – | –"
        last += f" | {one.pairs} | {one.claims} | {one.twins}" if best else f" | {one.pairs} | – | –"
        yield f"| {one.label} | {one.passages} | {one.expected} | {one.even.right} | {one.even.wrong} | {last} |"


def _fitted(material: Material, given: Sequence[Labelled]) -> ClaimModel:
    card = Card(material.labels, {}, "", len(given), {})
    return fit(given, card, choose_vocabulary(given, material.concepts))


def _figures(label: str, material: Material, told: dict[str, Told]) -> Figures:
    above = [case for case in material.cases if told[case.id][label] > 0.5]  # noqa: PLR2004 (one half)
    right = sum(label in case.expect for case in above)
    wrong = sum(label not in case.expect and label not in case.accept for case in above)
    expected = sum(label in case.expect for case in material.cases)
    best = threshold(label, material.cases, told)
    over = best.over if best else 1.0
    groups = {case.group for case in material.pairs if label in case.expect}
    sure = [case for case in material.pairs if case.group in groups and told[case.id][label] > over]
    claims = sum(label in case.expect for case in sure)
    even = Threshold(0.5, right, wrong)
    return Figures(label, material.positives[label], expected, even, best, len(groups), claims, len(sure) - claims)
