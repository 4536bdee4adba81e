"""The spaCy side of the claim model: a tokenizer whose words are the features of a passage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from monitor.claims.model import VOCABULARY
from monitor.claims.vocabulary import Vocabulary

NAME = "steelyard.ClaimFeatures.v1"


class FeatureTokenizer:
    """Makes a ``Doc`` of the features of ``PLACE\\tTEXT``."""

    def __init__(self, vocab: Vocab, vocabulary: Vocabulary) -> None:
        self.vocab = vocab
        self.vocabulary = vocabulary

    def __call__(self, line: str) -> Doc:
        place, _, text = line.partition("\t")
        return Doc(self.vocab, words=self.vocabulary.names(text, place))

    def to_disk(self, path: Path | str, **_: Any) -> None:
        """Write the vocabulary beside ``path``, where the engine reads it too."""
        Path(path).with_name(VOCABULARY).write_bytes(self.vocabulary.encoded())

    def from_disk(self, path: Path | str, **_: Any) -> FeatureTokenizer:
        """Read the vocabulary that lies beside ``path``."""
        self.vocabulary = Vocabulary.decoded(Path(path).with_name(VOCABULARY).read_bytes())
        return self

    def to_bytes(self, **_: Any) -> bytes:
        """The vocabulary."""
        return self.vocabulary.encoded()

    def from_bytes(self, data: bytes, **_: Any) -> FeatureTokenizer:
        """Take the vocabulary from bytes."""
        self.vocabulary = Vocabulary.decoded(data)
        return self


@registry.tokenizers(NAME)  # type: ignore[untyped-decorator]  # catalogue gives no types
def feature_tokenizer() -> Callable[[Language], Any]:
    """The tokenizer with an empty vocabulary, which is read from disk."""
    return lambda language: FeatureTokenizer(language.vocab, Vocabulary((), {}))
