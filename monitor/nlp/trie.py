"""A trie over many phrases, walked for all places of many texts at once.

Each step is a few numpy operations over the places still alive, so that hits come as arrays and no Python object is made for one.
All occurrences are found, overlapping ones too. Transitions lie in one open-addressing hash table of (state, symbol).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Symbols = npt.NDArray[np.uint32]

_SPREAD: Final = np.uint32(0x9E3779B1)
"""Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4)."""
_FREE: Final = np.uint32(0xFFFFFFFF)
_PAIR_BITS: Final = 20
"""Pairs of symbols are told by a table of 2^20 bytes, which stays in the cache."""
_PAIR_SHIFT: Final = np.uint32(32 - _PAIR_BITS)


@dataclass(frozen=True, slots=True)
class Hits:
    """``phrases[i]`` (index of the phrase) stands at the half-open span ``starts[i]:ends[i]`` of the symbols."""

    phrases: Ints
    starts: Ints
    ends: Ints


class Trie:
    """Finds phrases, given as strings; equal phrases are found as the first of them."""

    def __init__(self, phrases: Sequence[str]) -> None:
        lengths = np.fromiter(map(len, phrases), dtype=np.int64, count=len(phrases))
        codes = np.frombuffer("".join(phrases).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
        used = np.unique(codes)
        self._beyond = int(used.max(initial=0)) + 1
        """The first code point that no phrase has, nor any after it."""
        self._symbols = np.zeros(self._beyond + 1, dtype=np.uint32)
        self._symbols[used] = np.arange(1, len(used) + 1)
        self._width = np.uint32(len(used) + 1)
        self._depth = int(lengths.max(initial=0))
        symbols = self._symbols[codes]
        first = np.cumsum(lengths) - lengths
        keys, targets, self._phrase_at = _grow(symbols, first, lengths, int(self._width))
        roots = keys < self._width
        self._first = np.zeros(int(self._width), dtype=np.uint32)
        self._first[keys[roots]] = targets[roots]
        self._pairs = np.zeros(1 << _PAIR_BITS, dtype=np.bool_)
        longer = np.flatnonzero(lengths > 1)
        self._pairs[self._pair(symbols[first[longer]], symbols[first[longer] + 1])] = True
        self._single = self._phrase_at[self._first] >= 0
        self._single[0] = False
        self._bits, self._keys, self._targets, self._tries = _table(keys[~roots], targets[~roots])

    @property
    def size(self) -> int:
        """Bytes of all tables."""
        tables = (self._symbols, self._phrase_at, self._first, self._pairs, self._single, self._keys, self._targets)
        return sum(table.nbytes for table in tables)

    def find(self, codes: npt.NDArray[np.uint32]) -> Hits:
        """Every phrase at every place of ``codes`` (code points)."""
        symbols = np.append(self._symbols[np.minimum(codes, self._beyond)], np.uint32(0))
        places = np.flatnonzero(self._single[symbols])
        found: list[tuple[Ints, Ints, int]] = [(self._phrase_at[self._first[symbols[places]]], places, 1)]
        places = np.flatnonzero(self._pairs[self._pair(symbols[:-1], symbols[1:])])
        state = self._first[symbols[places]]
        for depth in range(1, self._depth):
            places, state = self._step(symbols, places, state, depth)
            if not len(places):
                break
            phrase = self._phrase_at[state]
            ended = np.flatnonzero(phrase >= 0)
            if len(ended):
                found.append((phrase[ended], places[ended], depth + 1))
        return _gathered(found)

    def _pair(self, left: Symbols, right: Symbols) -> Symbols:
        """Where two symbols in a row are noted in the table of pairs."""
        slots: Symbols = ((left * self._width + right) * _SPREAD) >> _PAIR_SHIFT
        return slots

    def _step(self, symbols: Symbols, places: Ints, state: Symbols, depth: int) -> tuple[Ints, Symbols]:
        """The places that are alive one symbol further, and their states."""
        after = symbols[np.minimum(places + depth, len(symbols) - 1)]
        keys = state * self._width + after
        slots = (keys * _SPREAD) >> self._bits
        known = self._keys[slots]
        right = (known == keys) & (after > 0) & (state > 0)
        doubtful = np.flatnonzero((known != keys) & (known != _FREE))
        for _ in range(self._tries - 1):
            if not len(doubtful):
                break
            slots[doubtful] = (slots[doubtful] + np.uint32(1)) & np.uint32(len(self._keys) - 1)
            known = self._keys[slots[doubtful]]
            hit = known == keys[doubtful]
            right[doubtful[hit]] = True
            doubtful = doubtful[~hit & (known != _FREE)]
        right &= (after > 0) & (state > 0)
        kept = np.flatnonzero(right)
        return places[kept], self._targets[slots[kept]]


def _grow(symbols: Symbols, first: Ints, lengths: Ints, width: int) -> tuple[Symbols, Symbols, Ints]:
    """Transitions as keys (state × width + symbol) and target states, and for each state the phrase that ends there, or -1.

    Raises:
        ValueError: more states than 32 bits can tell apart: some four million phrases.
    """
    keys: list[Any] = []
    targets: list[Any] = []
    ends: list[tuple[Any, Any]] = []
    rows = np.arange(len(lengths))
    state = np.zeros(len(lengths), dtype=np.int64)
    count, depth = 1, 0
    while len(rows := rows[lengths[rows] > depth]):
        unique, inverse = np.unique(state[rows] * width + symbols[first[rows] + depth], return_inverse=True)
        keys.append(unique)
        targets.append(np.arange(count, count + len(unique)))
        state[rows] = inverse + count
        count += len(unique)
        depth += 1
        done = rows[lengths[rows] == depth][::-1]  # of equal phrases the first is written last, and stays
        ends.append((state[done], done))
    if count * width >= int(_FREE):
        raise ValueError(f"{count:,} states over {width:,} symbols are more than one trie holds")
    phrase_at = np.full(count, -1, dtype=np.int64)
    for states, phrases in ends:
        phrase_at[states] = phrases
    none = np.zeros(0, dtype=np.uint32)
    return (
        np.concatenate([none, *keys], dtype=np.uint32, casting="unsafe"),
        np.concatenate([none, *targets], dtype=np.uint32, casting="unsafe"),
        phrase_at,
    )


def _table(keys: Symbols, targets: Symbols) -> tuple[np.uint32, Symbols, Symbols, int]:
    """An open-addressing table: shift of the hash, keys by slot, targets by slot, and the most slots looked at for a key."""
    bits = max(4, int(len(keys) * 2).bit_length())
    size = 1 << bits
    shift = np.uint32(32 - bits)
    slots_keys, slots_targets = np.full(size, _FREE, dtype=np.uint32), np.zeros(size, dtype=np.uint32)
    pending = np.arange(len(keys))
    slots = ((keys * _SPREAD) >> shift).astype(np.int64)
    tries = 1
    while len(pending):
        candidates = pending[slots_keys[slots[pending]] == _FREE]
        _, index = np.unique(slots[candidates], return_index=True)
        winners = candidates[index]
        slots_keys[slots[winners]] = keys[winners]
        slots_targets[slots[winners]] = targets[winners]
        won = np.zeros(len(keys), dtype=np.bool_)
        won[winners] = True
        pending = pending[~won[pending]]
        slots[pending] = (slots[pending] + 1) & (size - 1)
        tries += 1
    return shift, slots_keys, slots_targets, tries


def _gathered(found: list[tuple[Ints, Ints, int]]) -> Hits:
    none = np.zeros(0, dtype=np.int64)
    if not found:
        return Hits(none, none, none)
    starts = np.concatenate([places for _, places, _ in found])
    ends = np.concatenate([places + depth for _, places, depth in found])
    return Hits(np.concatenate([phrases for phrases, _, _ in found]), starts, ends)
