"""The trained model as the engine reads it: weights of features by label, a sum a passage.

It is a spaCy text classifier (``textcat_multilabel``, the linear bag of words) whose words are the features; its folder is loaded by
``spacy.load`` as well. The engine reads ``weights.npy``, what that classifier gives each feature, because a sum of rows for many
passages at once costs a hundredth of a ``Doc`` each; that both say the same is tested.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from monitor.claims.passages import Passage
from monitor.claims.vocabulary import Spans, Vocabulary
from monitor.errors import ConfigurationError
from monitor.nlp.fold import Texts
from monitor.nlp.kept import kept

Scores = npt.NDArray[np.float32]
"""Shape (passages, labels): probabilities."""

WEIGHTS: Final = "weights.npy"
VOCABULARY: Final = "vocabulary.json"
CARD: Final = "claims.json"
_WORDS: Final = 3
"""Features that an explanation names."""
_CORE: Final = 8
"""Code points of the part of a passage that weighed most."""


class Card(msgspec.Struct, frozen=True):
    """What a model says of itself: ``labels`` in the order of its columns, ``thresholds`` of those that are precise enough by label,
    ``data`` the SHA-256 of what it was trained on."""

    labels: tuple[str, ...]
    thresholds: dict[str, float]
    data: str
    passages: int
    positives: dict[str, int]


@dataclass(frozen=True)
class ClaimModel:
    """``weights`` has the shape (features, labels), ``bias`` (labels,)."""

    card: Card
    vocabulary: Vocabulary
    weights: Scores
    bias: Scores

    @cached_property
    def column(self) -> Mapping[str, int]:
        """Label → column."""
        return {label: index for index, label in enumerate(self.card.labels)}

    def scores(self, texts: Texts, spans: Spans) -> Scores:
        """The probability of each label for each passage."""
        of, rows = self.vocabulary.read(texts, spans)
        sums = np.zeros((len(spans.starts), len(self.bias)), dtype=np.float32) + self.bias
        if len(of):
            firsts = np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]]))
            sums[of[firsts]] += np.add.reduceat(self.weights[rows], firsts, axis=0)
        scores: Scores = 1 / (1 + np.exp(-np.clip(sums, -30, 30)))
        return scores

    def judged(self, passages: Sequence[Passage], text: str) -> Scores:
        """The scores of the passages of one text that is read by itself."""
        return self.scores(Texts([text]), spans_of(passages))

    def weightiest(self, text: str, place: str, label: str) -> list[str]:
        """What of a passage spoke most for a label: the vocabularies and the characters with the greatest weights, in that order."""
        column = self.column[label]
        number = {name: index for index, name in enumerate(self.vocabulary.features)}
        names = [name for name in self.vocabulary.names(text, place) if not name.startswith("p:")]
        names.sort(key=lambda name: (-self.weights[number[name], column], name))
        return [name[2:] for name in names[:_WORDS] if self.weights[number[name], column] > 0]

    def core(self, text: str, place: str, label: str) -> tuple[int, int]:
        """The span of a few code points that, read alone, speaks most for a label: what contexts (denied, asked) are asked of."""
        size = min(_CORE, len(text))
        windows = [Passage(start, start + size, place) for start in range(len(text) - size + 1)]
        first = int(self.judged(windows, text)[:, self.column[label]].argmax())
        return first, first + size


def spans_of(passages: Sequence[Passage], first: int = 0) -> Spans:
    """The passages of a text that begins at ``first`` of the joined text."""
    starts = np.fromiter((passage.start + first for passage in passages), dtype=np.int64, count=len(passages))
    ends = np.fromiter((passage.end + first for passage in passages), dtype=np.int64, count=len(passages))
    return Spans(starts, ends, [passage.place for passage in passages])


def read_model(folder: Path) -> ClaimModel:
    """The model that ``monitor train`` left in a folder.

    Raises:
        ConfigurationError: a file is missing, is not what it should be, or belongs to another model.
    """
    try:
        card = msgspec.json.decode((folder / CARD).read_bytes(), type=Card)
        vocabulary = Vocabulary.decoded((folder / VOCABULARY).read_bytes())
        table = np.load(folder / WEIGHTS, allow_pickle=False)
    except (OSError, ValueError, msgspec.MsgspecError) as error:
        raise ConfigurationError(
            f"{folder}: no claim model can be read: {error}. Make one with `monitor train`"
        ) from error
    if table.shape != (len(vocabulary.features) + 1, len(card.labels)):
        raise ConfigurationError(
            f"{folder}: {WEIGHTS} and {VOCABULARY} are of different models. Run `monitor train` again"
        )
    return ClaimModel(card, vocabulary, table[:-1], table[-1])


def shipped_folder() -> Path:
    """Where the shipped model lies."""
    return Path(str(resources.files("monitor.claims").joinpath("model")))


def shipped_labels() -> tuple[str, ...]:
    """The labels of the shipped model; nothing but its card is read.

    Raises:
        ConfigurationError: it cannot be read.
    """
    try:
        return msgspec.json.decode((shipped_folder() / CARD).read_bytes(), type=Card).labels
    except (OSError, msgspec.MsgspecError) as error:
        raise ConfigurationError(f"{shipped_folder()}: {error}. Make a model with `monitor train`") from error


@kept
def shipped_model() -> ClaimModel:
    """The shipped model, read once and when it is first asked for.

    Raises:
        ConfigurationError: it cannot be read.
    """
    model = read_model(shipped_folder())
    model.vocabulary.warmed()
    return model
