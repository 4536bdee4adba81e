"""How a text sounds, syllable by syllable, by pypinyin's own interface. Nothing of the search in ``monitor.nlp.sound`` is used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import yaml
from pypinyin import Style, pinyin
from pypinyin.pinyin_dict import pinyin_dict
from rules.oracle.text import Span, Text

SILENT = "?"
"""A character without a sound; no phrase has it."""
_FACTS = yaml.safe_load(resources.files("monitor.nlp").joinpath("sounds.yaml").read_text(encoding="utf-8"))
EMOJI = {str(emoji).rstrip("\ufe0f"): str(han) for emoji, han in _FACTS["emoji"].items()}
LETTERS = {str(letters): str(han) for letters, han in _FACTS["letters"].items()}


@dataclass(frozen=True)
class Syllable:
    """One syllable and the characters of the text it is read from."""

    sound: str
    start: int
    end: int


class Heard:
    """The syllables of a text, and the search for those of a phrase."""

    def __init__(self, text: Text) -> None:
        self.syllables = list(_listen(text))
        self.line = "|" + "".join(syllable.sound + "|" for syllable in self.syllables)

    def find(self, phrase: str) -> list[Span]:
        """Where the text sounds like a phrase, written like it or not."""
        spans: list[Span] = []
        for way in ways(phrase):
            found = self.line.find(way)
            while found >= 0:
                first = self.line.count("|", 0, found)
                last = first + way.count("|") - 2
                spans.append((self.syllables[first].start, self.syllables[last].end))
                found = self.line.find(way, found + 1)
        return list(dict.fromkeys(spans))


@lru_cache(maxsize=1 << 18)
def ways(phrase: str) -> tuple[str, ...]:
    """How a phrase of two to twelve Han characters may be read: as usual, or one character by its second or third reading."""
    if not 2 <= len(phrase) <= 12:
        return ()
    each = [readings(character) for character in phrase]
    if not all(each):
        return ()
    usual = [known[0] for known in each]
    made = [usual]
    for place, known in enumerate(each):
        made += [[*usual[:place], other, *usual[place + 1 :]] for other in known[1:3]]
    return tuple(dict.fromkeys("|" + "|".join(way) + "|" for way in made))


@cache
def readings(character: str) -> tuple[str, ...]:
    """The readings of a Han character without tone, the usual one first; what much spoken Chinese does not tell apart is one."""
    if ord(character) not in pinyin_dict:
        return ()
    known = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(confused(syllable) for syllable in known[0])) if known else ()


def confused(syllable: str) -> str:
    """zh/z, ch/c, sh/s, ing/in and eng/en are one."""
    for whole, short in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(whole):
            syllable = short + syllable[2:]
    return syllable[:-1] if syllable.endswith(("ing", "eng")) else syllable


def _listen(text: Text) -> list[Syllable]:
    heard: list[Syllable] = []
    kept = set(text.places)
    run: list[int] = []
    for place, character in enumerate(text.plain):
        if place in kept and "a" <= character <= "z":
            run.append(place)
            continue
        if place not in kept and character not in EMOJI:
            continue
        heard += _letters(text.plain, run)
        run = []
        known = readings(EMOJI.get(character, character))
        heard.append(Syllable(known[0] if known else SILENT, place, place + 1))
    return heard + _letters(text.plain, run)


def _letters(plain: str, run: list[int]) -> list[Syllable]:
    """Letters as what they stand for, as pinyin where all of them can be read so, else silent."""
    letters = "".join(plain[place] for place in run)
    if letters in LETTERS:
        han = LETTERS[letters]
        return [Syllable(readings(character)[0], place, place + 1) for character, place in zip(han, run, strict=True)]
    spelled = spell(letters)
    if spelled is None:
        return [Syllable(SILENT, place, place + 1) for place in run]
    made, start = [], 0
    for syllable in spelled:
        places = run[start : start + len(syllable)]
        made.append(Syllable(confused(syllable), places[0], places[-1] + 1))
        start += len(syllable)
    return made


@lru_cache(maxsize=4096)
def spell(letters: str) -> tuple[str, ...] | None:
    """Letters as pinyin, in as few syllables as there can be, of those the one with the longest at the end."""
    if not letters:
        return ()
    best: tuple[str, ...] | None = None
    for length in range(min(6, len(letters)), 0, -1):
        if letters[-length:] in _typed():
            before = spell(letters[:-length])
            if before is not None and (best is None or len(before) + 1 < len(best)):
                best = (*before, letters[-length:])
    return best


@cache
def _typed() -> frozenset[str]:
    """Every syllable, as it is typed: letters only, more than one."""
    every = (pinyin(chr(code), style=Style.NORMAL, heteronym=True, errors="ignore") for code in pinyin_dict)
    return frozenset(one for known in every if known for one in known[0] if len(one) > 1 and one.isascii())
