"""Folding: one text as it is searched, with its way back to the text as it was given.

Two views are made of a text, both by one look-up in a table of all code points:

* **plain** has the length of the text: width, case, traditional characters and enclosed letters are undone, one
  character to one character (NFKC where it gives one character, OpenCC's character table, Unicode's simple case mapping).
* **bare** is plain without what is inserted to break words up: spaces, zero-width characters, emoji, ornaments, brackets
  and the punctuation that does not end a clause. ``offsets[i]`` is the place in the text of the i-th bare character.

Sources: Unicode Standard Annex 15 (NFKC), OpenCC ``t2s`` characters.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from monitor.nlp.kept import kept

FIELD_BORDER: Final = "\ue000"
"""Between two fields of a document: nothing matches across it."""

SEGMENT_BORDER: Final = "\ue001"
"""Between two segments of speech: a clause ends here, yet a word may be spelled across it."""

CLAUSE_ENDS: Final = "，。！？；：,;!?:…\n" + SEGMENT_BORDER + FIELD_BORDER
SENTENCE_ENDS: Final = "。！？!?;；\n" + SEGMENT_BORDER + FIELD_BORDER

_KEPT: Final = frozenset(",;!?:。\n%‰+&@#$<>=≥≤×《》" + FIELD_BORDER)
_REMOVED_CATEGORIES: Final = frozenset(
    ("Zs", "Zl", "Zp", "Cf", "Cc", "Mn", "Me", "Sm", "So", "Sk", "Po", "Pd", "Pc", "Ps", "Pe", "Pi", "Pf")
)
_PLUS: Final = "➕✚✛✜"
"""Plus signs that Unicode knows as ornaments."""
_LIMIT: Final = 0x34000
"""Code points above the CJK extensions fold to themselves."""

_UNSEEN: Final = (0xE0000, 0xE0FFF)
"""Tags and selectors of variants: the only characters beyond the limit that are inserted."""

_SHORT: Final = 64
"""Of a text of so many characters each is looked up by itself: arrays gain on longer ones."""

Codes = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Folded:
    """The two views of one text: ``len(plain) == len(text)``, ``len(offsets) == len(bare)``."""

    plain: str
    bare: str
    offsets: list[int]

    def place(self, bare_index: int) -> int:
        """The place in the text of a bare character; the end of the text for the end of bare."""
        return self.offsets[bare_index] if bare_index < len(self.offsets) else len(self.plain)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the text that the non-empty bare span covers, inserted characters included."""
        return self.offsets[start], self.offsets[end - 1] + 1

    def bare_index(self, place: int) -> int:
        """The first bare character at or after a place of the text."""
        return bisect_left(self.offsets, place)


class Texts:
    """Many texts folded at once: one after the other with a field border behind each, ``N`` code points in all.

    ``plain`` has the shape (N,), ``offsets[i]`` is the place in it of the ``i``-th character of ``bare``; text ``t`` begins at
    ``starts[t]`` of plain and at ``bare_starts[t]`` of bare. Lone surrogates and private-use characters become U+FFFD, which
    matches nothing.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        joined = "".join([text + FIELD_BORDER for text in texts])
        self.plain, self.kept = _fold(np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32))
        self.offsets: npt.NDArray[np.int64] = np.flatnonzero(self.kept)
        self.bare: Codes = self.plain[self.offsets]
        ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)) + 1)
        self._ends = ends - 1
        self.starts: npt.NDArray[np.int64] = np.concatenate([[0], ends[:-1]]) if len(texts) else ends
        self.bare_starts: npt.NDArray[np.int64] = np.searchsorted(self.offsets, self.starts)

    def plain_of(self, number: int) -> str:
        """The plain view of one of the texts."""
        return _decode(self.plain[self.starts[number] : self._ends[number]])

    def folded(self, number: int) -> Folded:
        """The views of one of the texts."""
        start, end = int(self.starts[number]), int(self._ends[number])
        first, last = int(self.bare_starts[number]), int(np.searchsorted(self.offsets, end))
        return Folded(
            self.plain_of(number), _decode(self.bare[first:last]), (self.offsets[first:last] - start).tolist()
        )


def fold(text: str) -> Folded:
    """Both views of ``text``."""
    if len(text) > _SHORT:
        return Texts([text]).folded(0)
    alone = [_alone(character) for character in text]
    plain = "".join([one for one, _ in alone])
    if "." in plain:
        return Texts([text]).folded(0)  # a full stop may be a decimal point
    return Folded(plain, "".join([one for _, one in alone]), [place for place, (_, one) in enumerate(alone) if one])


def _fold(codes: Codes) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """The code points of the plain view, and which of them bare keeps."""
    plain_table, kept_table = _tables()
    plain = np.where(codes < _LIMIT, plain_table[np.minimum(codes, _LIMIT)], codes)
    unseen = (plain >= _UNSEEN[0]) & (plain <= _UNSEEN[1])
    kept = kept_table[np.minimum(plain, _LIMIT)] & ~unseen | _decimal_points(plain)
    return plain, kept


@lru_cache(maxsize=1 << 17)
def fold_literal(literal: str) -> str:
    """A literal of a rule as it is searched for in the bare view."""
    return fold(literal).bare


@lru_cache(maxsize=1 << 14)
def _alone(character: str) -> tuple[str, str]:
    """A character in plain, and in bare: nothing, where it is left out."""
    codes, kept = _fold(np.array([ord(character)], dtype=np.uint32))
    plain = _decode(codes)
    return plain, plain if kept[0] else ""


def _decode(codes: Codes) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "replace")


def _decimal_points(plain: Codes) -> npt.NDArray[np.bool_]:
    """A full stop between two digits is part of a number and stays."""
    points: npt.NDArray[np.bool_] = plain == ord(".")
    if not points.any():
        return points
    digits = (plain >= ord("0")) & (plain <= ord("9"))
    between = np.zeros_like(points)
    between[1:-1] = points[1:-1] & digits[:-2] & digits[2:]
    return between


@kept
def _tables() -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Code point → plain code point, and plain code point → whether bare keeps it."""
    plain = np.arange(_LIMIT + 1, dtype=np.uint32)
    kept = np.ones(_LIMIT + 1, dtype=np.bool_)
    simplified = _simplified()
    for given, to in simplified.items():
        if ord(given) < _LIMIT:
            plain[ord(given)] = ord(to)
    for code in filter(_may_change, range(_LIMIT)):
        if 0xD800 <= code < 0xF900:
            if code not in {ord(FIELD_BORDER), ord(SEGMENT_BORDER)}:
                plain[code] = 0xFFFD
            continue
        character = _fold_character(chr(code), simplified)
        plain[code] = ord(character)
        kept[code] = character in _KEPT or unicodedata.category(character) not in _REMOVED_CATEGORIES
    kept[ord(SEGMENT_BORDER)] = False
    return plain, kept


def _may_change(code: int) -> bool:
    """Whether a code point may fold to another, or not be kept: unified ideographs and syllables of Hangul are as they are."""
    return not (
        0x3400 <= code < 0x4DC0 or 0x4E00 <= code < 0xA000 or 0xAC00 <= code < 0xD7B0 or 0x20000 <= code < 0x2F800
    )


def _fold_character(character: str, simplified: dict[str, str]) -> str:
    code = ord(character)
    if 0x1F150 <= code <= 0x1F169 or 0x1F170 <= code <= 0x1F189:
        return chr(ord("a") + (code - 0x1F150) % 32)  # negative circled and squared letters have no decomposition
    if 0x1F1E6 <= code <= 0x1F1FF:
        return chr(ord("a") + code - 0x1F1E6)  # regional indicators
    if character in _PLUS:
        return "+"
    compatible = unicodedata.normalize("NFKC", character)
    if len(compatible) != 1:
        compatible = character
    lowered = compatible.lower()
    if len(lowered) != 1:
        lowered = compatible
    base = unicodedata.normalize("NFD", lowered)[0]
    if base.isascii() and base.isalpha():
        return base  # letters with tone marks, as in pinyin
    return simplified.get(lowered, lowered)


def _simplified() -> dict[str, str]:
    """Traditional character → simplified character, for all single characters OpenCC knows."""
    from opencc import OpenCC

    han = [
        chr(code)
        for first, last in ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x33FFF))
        for code in range(first, last)
    ]
    converted = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {given: to for given, to in zip(han, converted, strict=True) if len(to) == 1 and given != to}
