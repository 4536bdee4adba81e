"""What the claim model reads off a passage: its features, each once.

=============  ==========================================================================================================
``c:ailment``    words of that vocabulary of the rules stand in it; of words inside longer ones only the longer count
``u:治``         the character, folded and bare; a run of numerals is one ``0``
``b:0天``        two characters in a row, likewise
``p:speech host``  the place it stands at
=============  ==========================================================================================================

A vocabulary holds the features that were seen in training, and the words of each concept as they were then: rules may change, the
model reads on as it learnt. Passages are read many at once, as arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from monitor.nlp.fold import Codes, Texts
from monitor.nlp.numerals import CHINESE
from monitor.nlp.trie import Trie

Ints = npt.NDArray[np.int64]

_LIMIT: Final = 0x30000
_BITS: Final = np.uint64(32)
_NUMERAL: Final = "0"


class Read(NamedTuple):
    """Features by passage: ``rows[i]`` (a feature's number) stands in passage ``of[i]``; ascending by passage, then feature."""

    of: Ints
    rows: Ints


class Spans(NamedTuple):
    """Passages of some texts that were folded together: half-open spans of their joined plain text, ascending, and their places."""

    starts: Ints
    ends: Ints
    places: Sequence[str]


class Vocabulary:
    """The features a model knows, in the order of their numbers; ``concepts``: name → its words, folded and bare."""

    def __init__(self, features: Sequence[str], concepts: Mapping[str, Iterable[str]]) -> None:
        self.features = tuple(features)
        self._number = {name: number for number, name in enumerate(self.features)}
        self._concepts = {
            name: sorted(words) for name, words in sorted(concepts.items()) if f"c:{name}" in self._number
        }

    @classmethod
    def decoded(cls, data: bytes) -> Vocabulary:
        """A vocabulary from the bytes that :meth:`encoded` made.

        Raises:
            msgspec.MsgspecError: other bytes.
        """
        given = msgspec.json.decode(data, type=_Kept)
        concepts: dict[str, list[str]] = {name: [] for name in given.concepts}
        for numbers, words in given.words.items():
            for number in numbers.split():
                concepts[given.concepts[int(number)]] += words.split()
        return cls(given.features, concepts)

    def encoded(self) -> bytes:
        """The vocabulary as JSON, the same bytes for the same vocabulary; words of the same concepts stand together."""
        names = list(self._concepts)
        groups: dict[str, list[str]] = {}
        for word, numbers in sorted(self._concepts_of().items()):
            groups.setdefault(" ".join(map(str, numbers)), []).append(word)
        words = {key: " ".join(group) for key, group in sorted(groups.items())}
        return msgspec.json.encode(_Kept(names, words, list(self.features)))

    def _concepts_of(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for number, words in enumerate(self._concepts.values()):
            for word in words:
                found.setdefault(word, []).append(number)
        return found

    @cached_property
    def _words(self) -> tuple[Trie, Ints, Ints]:
        """The trie of all words, and the features of each: those of word ``i`` are ``values[borders[i]:borders[i + 1]]``."""
        of = dict(sorted(self._concepts_of().items()))
        rows = [[self._number[f"c:{list(self._concepts)[number]}"] for number in numbers] for numbers in of.values()]
        borders = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)]).astype(np.int64)
        return Trie(list(of)), borders, np.array([row for some in rows for row in some], dtype=np.int64)

    @cached_property
    def _characters(self) -> Ints:
        """Code point → feature, or -1."""
        table = np.full(_LIMIT + 1, -1, dtype=np.int64)
        for name, number in self._number.items():
            if name.startswith("u:") and ord(name[2]) < _LIMIT:
                table[ord(name[2])] = number
        return table

    @cached_property
    def _pairs(self) -> tuple[npt.NDArray[np.uint64], Ints]:
        """Two code points as one number, ascending, and the feature of each."""
        pairs = [
            (ord(name[2]) << 32 | ord(name[3]), number) for name, number in self._number.items() if name[:2] == "b:"
        ]
        pairs.sort()
        keys = np.array([key for key, _ in pairs], dtype=np.uint64)
        return keys, np.array([number for _, number in pairs], dtype=np.int64)

    def warmed(self) -> Vocabulary:
        """This vocabulary with its tables made."""
        _ = self._words, self._characters, self._pairs
        return self

    def read(self, texts: Texts, spans: Spans) -> Read:
        """The features of each passage."""
        codes, of = _laid(texts, spans)
        parts = [self._places(spans.places), self._concepts_in(codes, of), *self._characters_in(codes, of)]
        size = len(self.features)
        keys = np.unique(np.concatenate([passage * size + row for passage, row in parts])) if size else np.zeros(0, int)
        return Read(keys // max(size, 1), keys % max(size, 1))

    def names(self, text: str, place: str) -> list[str]:
        """The features of one passage, by name."""
        texts = Texts([text])
        spans = Spans(np.zeros(1, dtype=np.int64), np.array([len(text)], dtype=np.int64), [place])
        return [self.features[row] for row in self.read(texts, spans).rows.tolist()]

    def _places(self, places: Sequence[str]) -> tuple[Ints, Ints]:
        rows = np.array([self._number.get(f"p:{place}", -1) for place in places], dtype=np.int64)
        known = np.flatnonzero(rows >= 0)
        return known, rows[known]

    def _characters_in(self, codes: Codes, of: Ints) -> list[tuple[Ints, Ints]]:
        codes, of = _condensed(codes, of)
        single = self._characters[np.minimum(codes, _LIMIT)]
        known = np.flatnonzero(single >= 0)
        keys, rows = self._pairs
        if not len(keys) or len(codes) < 2:  # noqa: PLR2004 (two characters in a row)
            return [(of[known], single[known])]
        inside = np.flatnonzero(of[1:] == of[:-1])
        wanted = codes[inside].astype(np.uint64) << _BITS | codes[inside + 1].astype(np.uint64)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        seen = keys[at] == wanted
        return [(of[known], single[known]), (of[inside[seen]], rows[at[seen]])]

    def _concepts_in(self, codes: Codes, of: Ints) -> tuple[Ints, Ints]:
        trie, borders, values = self._words
        hits = trie.find(codes)
        inside = of[hits.starts] == of[hits.ends - 1]
        starts, ends, words = hits.starts[inside], hits.ends[inside], hits.phrases[inside]
        order = np.lexsort((-ends, starts))
        starts, ends, words = starts[order], ends[order], words[order]
        furthest = np.concatenate([[0], np.maximum.accumulate(ends)[:-1]]) if len(ends) else ends
        longest = ends > furthest
        starts, words = starts[longest], words[longest]
        counts = borders[words + 1] - borders[words]
        index = np.repeat(np.arange(len(words)), counts)
        first = np.cumsum(counts) - counts
        return of[starts[index]], values[np.arange(len(index)) - first[index] + borders[words][index]]


class _Kept(msgspec.Struct):
    """A vocabulary as it is kept: ``words``: the numbers of some concepts → the words that are in just these."""

    concepts: list[str]
    words: dict[str, str]
    features: list[str]


def candidates(text: str) -> Iterable[str]:
    """The features of characters that a text has, known or not: what a vocabulary is chosen from."""
    texts = Texts([text])
    codes, _ = _condensed(
        *_laid(texts, Spans(np.zeros(1, dtype=np.int64), np.array([len(text)], dtype=np.int64), [""]))
    )
    characters = codes.astype("<u4").tobytes().decode("utf-32-le", "replace")
    return {f"u:{one}" for one in characters} | {f"b:{left}{right}" for left, right in pairwise(characters)}


def _laid(texts: Texts, spans: Spans) -> tuple[Codes, Ints]:
    """The bare characters of the passages, one after the other, and the passage each belongs to."""
    first, last = np.searchsorted(texts.offsets, spans.starts), np.searchsorted(texts.offsets, spans.ends)
    of = np.repeat(np.arange(len(first)), last - first)
    shift = first - np.concatenate([[0], np.cumsum(last - first)[:-1]]) if len(first) else first
    return texts.bare[np.arange(len(of)) + shift[of]], of


def _condensed(codes: Codes, of: Ints) -> tuple[Codes, Ints]:
    """With one ``0`` in place of each run of numerals."""
    numeral = np.isin(codes, _NUMERALS)
    repeated = np.zeros_like(numeral)
    repeated[1:] = numeral[1:] & numeral[:-1] & (of[1:] == of[:-1])
    kept = ~repeated
    return np.where(numeral, np.uint32(ord(_NUMERAL)), codes)[kept], of[kept]


_NUMERALS: Final[Any] = np.array(sorted({*map(ord, CHINESE), *range(ord("0"), ord("9") + 1)}), dtype=np.uint32)
