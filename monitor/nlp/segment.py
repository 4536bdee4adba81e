"""Words: a spaCy tokenizer over rjieba, used on candidate sentences only. Who asks only where words end makes no ``Doc``.

Han text has no word boundary: 有机 stands in 有机会 and 治好 in 政治好. A hit is refused where it cuts a word in two, that is,
where a word begins outside the hit and ends inside it, or the other way round. A word that holds the whole hit
is no reason to refuse: 高血糖 is still about 血糖.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from functools import cache
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

Boundaries = Literal["both", "start", "end", "none"]

_LONGEST_CHECKED: Final = 4
"""Longer hits are words of their own: what a segmenter makes of them says nothing."""

_REMEMBERED: Final = 4096


class RjiebaTokenizer:
    """A spaCy tokenizer for Chinese: rjieba's dictionary (MIT, shipped in the wheel), no download."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        from spacy.tokens import Doc

        words = cut(text)
        return Doc(self.vocab, words=words, spaces=[False] * len(words))


@cache
def pipeline() -> Language:
    """The spaCy pipeline of the engine: blank Chinese with words by rjieba."""
    import spacy

    language = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "spacy.Tokenizer.v1"}}})
    language.tokenizer = RjiebaTokenizer(language.vocab)
    return language


def cut(text: str) -> list[str]:
    """The words of a text, in order, nothing left out. Words of the dictionary only: guessed words cut real ones."""
    import rjieba

    words: list[str] = rjieba.cut(text, False) if text else []
    return words


class Words:
    """Word borders of sentences, remembered for the last few thousand sentences. Threads may share one."""

    def __init__(self) -> None:
        self._borders: OrderedDict[str, list[tuple[int, int]]] = OrderedDict()
        self._lock = Lock()

    def spans(self, sentence: str) -> list[tuple[int, int]]:
        """The half-open spans of the words of a sentence."""
        with self._lock:
            known = self._borders.get(sentence)
            if known is None:
                ends = list(accumulate(map(len, cut(sentence))))
                known = list(zip([0, *ends[:-1]], ends, strict=True) if ends else [])
                self._borders[sentence] = known
                if len(self._borders) > _REMEMBERED:
                    self._borders.popitem(last=False)
            self._borders.move_to_end(sentence)
            return known

    def between(self, sentence: str, start: int, end: int) -> list[tuple[int, int]]:
        """The words of a sentence that lie in a span, reach into it, or touch it."""
        spans = self.spans(sentence)
        return spans[max(0, bisect_left(spans, (start, start)) - 1) : bisect_left(spans, (end, end)) + 1]

    def cut_by(self, sentence: str, start: int, end: int, boundaries: Boundaries = "both") -> tuple[int, int] | None:
        """The word that ``sentence[start:end]`` cuts in two, or None."""
        if boundaries == "none" or end - start > _LONGEST_CHECKED:
            return None
        for first, last in self.between(sentence, start, end):
            crosses_start = first < start < last < end
            crosses_end = start < first < end < last
            if (crosses_start and boundaries in {"both", "start"}) or (crosses_end and boundaries in {"both", "end"}):
                return first, last
        return None


def is_word(text: str) -> bool:
    """Whether a text is one word of the dictionary."""
    return len(cut(text)) == 1


def is_latin(character: str) -> bool:
    """Whether a folded character belongs to a Latin word or a number, whose borders are those of the script."""
    return ("a" <= character <= "z") or ("0" <= character <= "9")
