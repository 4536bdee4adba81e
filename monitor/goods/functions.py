"""The health functions that health food may claim, in their present and their old wordings.

Source: 允许保健食品声称的保健功能目录 非营养素补充剂（2023年版）; the wordings stand in ``functions.yaml``. Only a health food
may claim one, only the one it is registered for, and as it is worded there (食品安全法 75, 78; 广告法 18).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

import msgspec
import yaml

from monitor.nlp.fold import fold, fold_literal

Wording = Literal["current", "old", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Said:
    """A wording found in a text: the ``function`` as it is worded now (a withdrawn one as it was), what the wording is, and where it stands
    (half-open, in code points)."""

    function: str
    wording: str
    kind: Wording
    start: int = 0
    end: int = 0


class _Function(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    topics: tuple[str, ...]
    old: tuple[str, ...] = ()
    spelled: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    published: date
    old_until: date
    functions: tuple[_Function, ...]
    withdrawn: tuple[str, ...]


class Catalogue:
    """The functions. ``published`` is the first day of the present wordings, ``old_until`` the last of the old ones."""

    def __init__(self, file: _File) -> None:
        self.published, self.old_until = file.published, file.old_until
        self._wordings: dict[str, Said] = {}
        for function in file.functions:
            for wording in (function.name, *function.spelled):
                self._add(Said(function.name, wording, "current"))
            for wording in function.old:
                self._add(Said(function.name, wording, "old"))
        for wording in file.withdrawn:
            self._add(Said(wording, wording, "withdrawn"))
        self._topics = [
            (fold_literal(topic), function.name) for function in file.functions for topic in function.topics
        ]
        self._longest_first = sorted(self._wordings, key=len, reverse=True)

    def _add(self, said: Said) -> None:
        self._wordings.setdefault(fold_literal(said.wording), said)

    @property
    def names(self) -> tuple[str, ...]:
        """The functions as they are worded now, in the order of the catalogue."""
        return tuple(dict.fromkeys(said.function for said in self._wordings.values() if said.kind == "current"))

    def said_in(self, text: str, start: int = 0, end: int | None = None) -> tuple[Said, ...]:
        """The wordings that touch a stretch of a text (half-open, in code points); of 增强免疫力 in 有助于增强免疫力 only the longer."""
        folded = fold(text)
        first, last = folded.bare_index(start), folded.bare_index(len(text) if end is None else end)
        taken: list[tuple[int, int]] = []
        found: list[Said] = []
        for wording in self._longest_first:
            for at in _places(folded.bare, wording):
                place = at, at + len(wording)
                if not any(begin < place[1] and place[0] < stop for begin, stop in taken):
                    taken.append(place)
                    if place[0] < last and first < place[1]:
                        begin, stop = folded.span(*place)
                        found.append(replace(self._wordings[wording], start=begin, end=stop))
        return tuple(sorted(found, key=lambda said: said.start))

    def about(self, words: str) -> tuple[str, ...]:
        """The functions that words are about, however they are put."""
        bare = fold_literal(words)
        return tuple(dict.fromkeys(name for topic, name in self._topics if topic in bare))

    def registered_in(self, texts: Iterable[str]) -> frozenset[str]:
        """The functions that a registration names, in whichever wording."""
        return frozenset(said.function for text in texts for said in self.said_in(text))


def _places(bare: str, wording: str) -> Iterator[int]:
    at = bare.find(wording)
    while at >= 0:
        yield at
        at = bare.find(wording, at + 1)


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    text = resources.files("monitor.goods").joinpath("functions.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (a safe loader)
    return Catalogue(msgspec.convert(raw, type=_File))
