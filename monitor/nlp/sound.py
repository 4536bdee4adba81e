"""The sound view: how a text sounds, one symbol a syllable, the tone ignored.

It finds 微新 for 微信, bao治 for 包治, 免一力 for 免疫力 and 🐑 for 阳. What sounds alike is not yet the same: a hit counts only with
proof of evasion or of mis-hearing, that is, where the surface is not itself ordinary words (嘴好, 有鸡肉).

Sources: pypinyin's table of readings (MIT); zh/z, ch/c, sh/s, -ing/-in and -eng/-en are one, as in much spoken Chinese and in
what recognisers confuse; emoji and common words in ``sounds.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import yaml

from monitor.nlp.fold import Codes, Texts
from monitor.nlp.kept import kept
from monitor.nlp.segment import Words, is_latin, is_word

Span = tuple[int, int]

_FIRST: Final = 0xAC00
"""Syllables are written as characters from here on; other characters all are ``_OTHER``."""
_OTHER: Final = "\uffff"
_LIMIT: Final = 0x34000
_LONGEST_RUN: Final = 60
"""Letters in a row; nobody spells a longer word in pinyin."""
_LEVEL_1: Final = range(0xB0, 0xD8)
_CELLS: Final = range(0xA1, 0xFF)
"""Rows of level 1 of GB/T 2312 and cells of a row, as encoded."""
LONGEST: Final = 12
"""Characters of a phrase that is listened for, at most."""
_SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound view of one or many texts: ``symbols[i]`` is heard from ``starts[i]`` to ``ends[i]`` of plain (half open).

    ``spelled[i]``: the symbol is written in letters, or as an emoji. All arrays have one shape.
    """

    symbols: Codes
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    spelled: npt.NDArray[np.bool_]

    def span(self, start: int, end: int) -> Span:
        """The span of the text that a span of symbols covers."""
        return int(self.starts[start]), int(self.ends[end - 1])


def sound(texts: Texts) -> Sound:
    """The sound view: one look-up in a table for all texts, then the runs of letters that can be read as pinyin."""
    inside = np.minimum(texts.plain, _LIMIT)
    emoji = _emoji_table()[inside]
    starts = np.flatnonzero(texts.kept | emoji) if emoji.any() else texts.offsets
    symbols = _heard()[inside[starts]]
    spelled = emoji[starts]
    ends = starts + 1
    chars = texts.plain[starts]
    letters = (chars >= ord("a")) & (chars <= ord("z"))
    if not letters.any():
        return Sound(symbols, starts, ends, spelled)
    kept = np.ones(len(symbols), dtype=np.bool_)
    borders = np.flatnonzero(np.diff(np.concatenate([[False], letters, [False]]).astype(np.int8)))
    said = chars.tobytes().decode("utf-32-le", "replace")
    for first, last in zip(borders[::2].tolist(), borders[1::2].tolist(), strict=True):
        spelling = _spelling(said[first:last]) if last - first <= _LONGEST_RUN else None
        if spelling is None:
            continue
        kept[first:last] = False
        place = first
        for length, symbol in spelling:
            kept[place] = spelled[place] = True
            symbols[place] = symbol
            ends[place] = starts[place + length - 1] + 1
            place += length
    return Sound(symbols[kept], starts[kept], ends[kept], spelled[kept])


@lru_cache(maxsize=1 << 14)
def _spelling(letters: str) -> tuple[tuple[int, int], ...] | None:
    """Letters as syllables, (letters, code point of the symbol) each; None where the whole run cannot be read so."""
    if letters in _letters():
        return tuple((1, symbol) for symbol in _letters()[letters])
    parts = _parse(letters)
    return None if parts is None else tuple((len(part), ord(_spelled()[part])) for part in parts)


def sounds_of(phrase: str) -> list[str]:
    """The symbols of a phrase of a rule, one string for each way it may be read; none where its sound says too little."""
    if not _SHORTEST <= len(phrase) <= LONGEST:
        return []
    readings = [_readings(character) for character in phrase]
    if not all(readings):
        return []
    first = [reading[0] for reading in readings]
    ways = ["".join(first)]
    for place, reading in enumerate(readings):
        ways += ["".join(first[:place]) + other + "".join(first[place + 1 :]) for other in reading[1:3]]
    return list(dict.fromkeys(ways))


def is_disguised(plain: str, span: Span, phrase: str, words: Words, around: Span, *, heard: bool) -> bool:
    """Whether ``plain[span]``, which sounds like ``phrase``, is that phrase in disguise or mis-heard.

    ``around`` is the clause; ``heard``: the text comes from a recogniser, where a slip is likelier than a trick.
    """
    surface = plain[span[0] : span[1]]
    if any(is_latin(character) or character in _emoji() for character in surface):
        return is_spelled(plain, span, phrase)
    characters = [character for character in surface if "\u3400" <= character <= "\u9fff"]
    same = sum(left == right for left, right in zip(characters, phrase, strict=False))
    if len(characters) != len(phrase) or same in {0, len(phrase)}:
        return False
    if words.cut_by(plain[around[0] : around[1]], span[0] - around[0], span[1] - around[0]) is not None:
        return heard and len(phrase) > _SHORTEST and same == len(phrase) - 1
    if len(phrase) > _SHORTEST + 1:
        return same * 2 >= len(phrase)
    if len(phrase) == _SHORTEST and not heard:
        return not is_word(surface) and any(
            is_rare_table()[ord(left)] for left, right in zip(characters, phrase, strict=True) if left != right
        )
    changed = [span[0] + i for i, (left, right) in enumerate(zip(surface, phrase, strict=False)) if left != right]
    return are_no_words(plain, span, changed, words, around) or (
        heard and len(phrase) > _SHORTEST and same == len(phrase) - 1
    )


@kept
def is_rare_table() -> npt.NDArray[np.bool_]:
    """Code point → whether it is outside the 3,755 of GB/T 2312 level 1, ordered by how often they are written."""
    table = np.ones(_LIMIT + 1, dtype=np.bool_)
    for row in _LEVEL_1:
        table[[ord(bytes((row, cell)).decode("gb2312")) for cell in _CELLS[: 89 if row == _LEVEL_1[-1] else 94]]] = (
            False
        )
    return table


def is_spelled(plain: str, span: Span, phrase: str) -> bool:
    """Emoji in place of characters, or letters: then the Han characters that are left must be those of the phrase."""
    surface = plain[span[0] : span[1]]
    if surface in _letters() and plain[: span[0]][-1:].isdigit():
        return False  # 2TB
    if any(character in _emoji() for character in surface):
        return True
    han = [character for character in surface if "\u3400" <= character <= "\u9fff"]
    letters = sum(character.isalpha() and character.isascii() for character in surface)
    if not han and letters < 2 * len(phrase) and surface not in _letters():
        return False
    rest = iter(phrase)
    return all(any(character == wanted for wanted in rest) for character in han)


def are_no_words(plain: str, span: Span, changed: Sequence[int], words: Words, around: Span) -> bool:
    """Whether no words explain the surface: each changed character stands alone, and not all that stand alone are words that do."""
    inside = [
        (first + around[0], last + around[0])
        for first, last in words.between(plain[around[0] : around[1]], span[0] - around[0], span[1] - around[0])
        if first + around[0] < span[1] and span[0] < last + around[0]
    ]
    if any(last - first > 1 and any(first <= place < last for place in changed) for first, last in inside):
        return False
    return not all(plain[first] in common() for first, last in inside if last - first == 1)


def _parse(letters: str) -> tuple[str, ...] | None:
    """The syllables that spell ``letters``, as few as there are; None where they do not."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(letters) + 1):
        ways = [
            (*before, letters[start:end])
            for start in range(max(0, end - 6), end)
            if (before := best[start]) is not None and letters[start:end] in _spelled()
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1]


@cache
def _facts() -> Mapping[str, Any]:
    facts: Mapping[str, Any] = yaml.safe_load(
        resources.files("monitor.nlp").joinpath("sounds.yaml").read_text(encoding="utf-8")
    )
    return facts


@kept
def _emoji() -> Mapping[str, str]:
    return {unicodedata.normalize("NFC", str(emoji)).rstrip("\ufe0f"): han for emoji, han in _facts()["emoji"].items()}


@kept
def _emoji_table() -> npt.NDArray[np.bool_]:
    """Code point → whether it is an emoji that stands for a character."""
    table = np.zeros(_LIMIT + 1, dtype=np.bool_)
    table[[ord(emoji) for emoji in _emoji() if len(emoji) == 1]] = True
    return table


@kept
def _letters() -> Mapping[str, tuple[int, ...]]:
    """Letters that stand for words as they are said → the code points of the symbols, one a letter."""
    return {
        str(letters): tuple(ord(_syllables()[character]) for character in str(han))
        for letters, han in _facts()["letters"].items()
    }


@kept
def common() -> frozenset[str]:
    """Characters that often stand alone as words."""
    return frozenset("".join(_facts()["common"].split()))


@cache
def _table() -> Mapping[str, tuple[str, ...]]:
    """Han character → its readings as syllables without tone, the usual one first."""
    from pypinyin.pinyin_dict import pinyin_dict

    return {
        chr(code): tuple(dict.fromkeys(_plain(reading) for reading in readings.split(",")))
        for code, readings in pinyin_dict.items()
    }


@cache
def _symbols() -> Mapping[str, str]:
    """Syllable → its symbol; syllables that are confused share one."""
    heard = sorted({_confused(reading) for readings in _table().values() for reading in readings})
    numbers = {syllable: chr(_FIRST + number) for number, syllable in enumerate(heard)}
    return {reading: numbers[_confused(reading)] for readings in _table().values() for reading in readings}


@kept
def _heard() -> npt.NDArray[np.uint32]:
    """Code point → code point of its symbol."""
    table = np.full(_LIMIT + 1, ord(_OTHER), dtype=np.uint32)
    for character, symbol in _syllables().items():
        if ord(character) < _LIMIT:
            table[ord(character)] = ord(symbol)
    for emoji, character in _emoji().items():
        table[ord(emoji)] = ord(_syllables()[character])
    return table


@cache
def _syllables() -> Mapping[str, str]:
    return {character: _symbols()[readings[0]] for character, readings in _table().items()}


@kept
def _spelled() -> Mapping[str, str]:
    """Pinyin as typed without tones → symbol; single letters are no syllables here."""
    return {syllable: symbol for syllable, symbol in _symbols().items() if len(syllable) > 1 and syllable.isascii()}


@cache
def _readings(character: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_symbols()[reading] for reading in _table().get(character, ())))


@cache
def _plain(reading: str) -> str:
    letters = unicodedata.normalize("NFD", reading.replace("ü", "v"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


@cache
def _confused(syllable: str) -> str:
    return re.sub(r"(?<=[ie])ng$", "n", re.sub(r"^([zcs])h", r"\1", syllable))
