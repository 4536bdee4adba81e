"""Fitting: the weights of features, and the spaCy text classifier that has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import spacy
from spacy.language import Language
from spacy.strings import StringStore

from monitor.claims.model import CARD, WEIGHTS, Card, ClaimModel
from monitor.claims.tokenizer import NAME, FeatureTokenizer
from monitor.claims.vocabulary import Spans, Vocabulary, candidates
from monitor.nlp.fold import Texts
from monitor.training.data import Labelled
from monitor.training.hashed import laid_out, length_for, on_cycles
from monitor.training.logistic import Truth, fit_logistic

Table = npt.NDArray[np.float32]

COMPONENT: Final = "textcat_multilabel"
SEEN: Final = {"u": 3, "b": 4}
"""Passages in which a feature of characters must have been seen."""
PENALTY: Final = 1.0


def choose_vocabulary(given: Sequence[Labelled], concepts: Mapping[str, Sequence[str]]) -> Vocabulary:
    """The features worth knowing: the characters seen often enough, the concepts and places seen at all."""
    counted: Counter[str] = Counter()
    for one in given:
        counted.update(candidates(one.text))
    known = sorted(name for name, count in counted.items() if count >= SEEN[name[0]])
    places = sorted({f"p:{one.place}" for one in given if one.place})
    names = [*(f"c:{name}" for name in sorted(concepts)), *places, *known]
    while cyclic := on_cycles(_keys(names), length_for(len(names))):
        names.pop(cyclic[-1])
    return Vocabulary(names, concepts)


def _keys(names: Sequence[str]) -> npt.NDArray[np.uint64]:
    """The hashes by which spaCy knows words."""
    store = StringStore()
    return np.array([store.add(name) for name in names], dtype=np.uint64)


def fit(given: Sequence[Labelled], card: Card, vocabulary: Vocabulary, *, penalty: float = PENALTY) -> ClaimModel:
    """The model of the labels of ``card``; the same data in the same order give the same weights."""
    starts = np.array([0, *accumulate(len(one.text) + 1 for one in given)][:-1], dtype=np.int64)
    ends = starts + np.array([len(one.text) for one in given], dtype=np.int64)
    read = vocabulary.read(Texts(["\n".join(one.text for one in given)]), Spans(starts, ends, [o.place for o in given]))
    yes = np.array([[label in one.yes for label in card.labels] for one in given], dtype=np.float32)
    counts = np.array([[label not in one.open_ for label in card.labels] for one in given], dtype=np.float32)
    table = fit_logistic(read, Truth(yes, counts), len(vocabulary.features), penalty=penalty)
    return ClaimModel(card, vocabulary, table[:-1], table[-1])


def pipeline_of(model: ClaimModel) -> Language:
    """The model as a spaCy pipeline: the tokenizer of features, and the linear bag of words with its weights."""
    language = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": NAME}}})
    language.tokenizer = FeatureTokenizer(language.vocab, model.vocabulary)
    table = laid_out(_keys(model.vocabulary.features), model.weights)
    architecture = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": False,
        "ngram_size": 1,
        "no_output_layer": False,
        "length": len(table),
    }
    component: Any = language.add_pipe(COMPONENT, config={"model": architecture})
    for label in model.card.labels:
        component.add_label(label)
    language.initialize()
    linear = next(node for node in component.model.walk() if node.name == "sparse_linear")
    linear.set_param("W", np.ascontiguousarray(table.T).ravel())
    linear.set_param("b", model.bias)
    return language


def write_model(model: ClaimModel, folder: Path) -> None:
    """Leave the model in a folder, for ``spacy.load`` and for the engine; the same model gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    pipeline_of(model).to_disk(folder, exclude=["vocab"])
    np.save(folder / WEIGHTS, np.concatenate([model.weights, model.bias[None]]), allow_pickle=False)
    (folder / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(model.card), indent=1) + b"\n")
