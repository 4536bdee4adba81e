"""One automaton over the literals of all rules: every occurrence of every literal, in one pass.

Two engines stand behind one protocol; each is the other's differential test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

Hit = tuple[int, int, int]
"""(literal, start, end): index of the literal and the half-open span of characters."""


class Automaton(Protocol):
    """Finds all occurrences, overlapping ones too."""

    def find(self, text: str) -> list[Hit]:
        """All hits in ``text``, in no promised order."""
        ...


class AhoCorasick:
    """``ahocorasick_rs`` (Rust), wheels for every platform."""

    def __init__(self, literals: Sequence[str]) -> None:
        import ahocorasick_rs

        self._automaton = ahocorasick_rs.AhoCorasick(list(literals), store_patterns=False) if literals else None

    def find(self, text: str) -> list[Hit]:
        """All hits in ``text``."""
        if self._automaton is None:
            return []
        hits: list[Hit] = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return hits


class NaiveSearch:
    """``str.find`` for each literal: slow, and plainly right. For tests."""

    def __init__(self, literals: Sequence[str]) -> None:
        self._literals = list(literals)

    def find(self, text: str) -> list[Hit]:
        """All hits in ``text``."""
        hits: list[Hit] = []
        for index, literal in enumerate(self._literals):
            start = text.find(literal)
            while start >= 0:
                hits.append((index, start, start + len(literal)))
                start = text.find(literal, start + 1)
        return hits
