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

_LIMIT: Final = 0x110000
"""One past the last code point. The table of all takes memory only where phrases have characters."""
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
"""Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4)."""
_FREE: Final = np.iinfo(np.uint64).max


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
        used = np.unique(codes[codes < _LIMIT])
        self._symbols = np.zeros(_LIMIT + 1, dtype=np.int32)
        self._symbols[used] = np.arange(1, len(used) + 1)
        self._width = np.uint64(len(used) + 1)
        self._depth = int(lengths.max(initial=0))
        symbols = self._symbols[np.minimum(codes, _LIMIT)].astype(np.uint64)
        first = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(phrases) else lengths
        keys, targets, ends_at = _grow(symbols, first, lengths, self._width)
        self._phrase_at = ends_at
        self._first = np.zeros(int(self._width), dtype=np.int32)
        roots = keys < self._width
        self._first[keys[roots].astype(np.int64)] = targets[roots]
        self._bits, self._keys, self._targets, self._tries = _table(keys[~roots], targets[~roots])

    def find(self, codes: npt.NDArray[np.uint32]) -> Hits:
        """Every phrase at every place of ``codes`` (code points)."""
        given = self._symbols[np.minimum(codes, _LIMIT)]
        symbols = np.concatenate([given, np.zeros(1, dtype=np.int32)])
        state = self._first[given]
        places = np.flatnonzero(state)
        state = state[places]
        found: list[tuple[Ints, Ints, int]] = []
        for depth in range(1, self._depth + 1):
            phrase = self._phrase_at[state]
            ended = np.flatnonzero(phrase >= 0)
            if len(ended):
                found.append((phrase[ended], places[ended], depth))
            if depth == self._depth:
                break
            places, state = self._step(symbols, places, state, depth)
            if not len(places):
                break
        return _gathered(found)

    def _step(self, symbols: npt.NDArray[np.int32], places: Ints, state: Any, depth: int) -> tuple[Ints, Any]:
        """The places that are alive one symbol further, and their states."""
        after = symbols[np.minimum(places + depth, len(symbols) - 1)]
        alive = np.flatnonzero(after)
        places = places[alive]
        keys = state[alive].astype(np.uint64) * self._width + after[alive].astype(np.uint64)
        slots = (keys * _SPREAD) >> self._bits
        known = self._keys[slots]
        right = known == keys
        if self._tries > 1:
            doubtful = np.flatnonzero(~right & (known != _FREE))
            mask = np.uint64(len(self._keys) - 1)
            for _ in range(self._tries - 1):
                if not len(doubtful):
                    break
                slots[doubtful] = (slots[doubtful] + np.uint64(1)) & mask
                known = self._keys[slots[doubtful]]
                hit = known == keys[doubtful]
                right[doubtful[hit]] = True
                doubtful = doubtful[~hit & (known != _FREE)]
        kept = np.flatnonzero(right)
        return places[kept], self._targets[slots[kept]]


def _grow(symbols: Any, first: Ints, lengths: Ints, width: np.uint64) -> tuple[Any, Any, Any]:
    """Transitions as keys (state × width + symbol) and target states, and for each state the phrase that ends there, or -1."""
    keys: list[Any] = []
    targets: list[Any] = []
    ends: list[tuple[Any, Any]] = []
    rows = np.arange(len(lengths))
    state = np.zeros(len(lengths), dtype=np.uint64)
    count = 1
    depth = 0
    while len(rows := rows[lengths[rows] > depth]):
        steps = state[rows] * width + symbols[first[rows] + depth]
        unique, inverse = np.unique(steps, return_inverse=True)
        keys.append(unique)
        targets.append(np.arange(count, count + len(unique)))
        state[rows] = inverse.astype(np.uint64) + np.uint64(count)
        count += len(unique)
        depth += 1
        done = rows[lengths[rows] == depth][::-1]  # of equal phrases the first is written last, and stays
        ends.append((state[done].astype(np.int64), done))
    phrase_at = np.full(count, -1, dtype=np.int64)
    for states, phrases in ends:
        phrase_at[states] = phrases
    if not keys:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64), phrase_at
    return np.concatenate(keys), np.concatenate(targets), phrase_at


def _table(keys: Any, targets: Any) -> tuple[np.uint64, Any, Any, int]:
    """An open-addressing table: shift of the hash, keys by slot, targets by slot, and the most slots looked at for a key."""
    bits = max(4, int(len(keys) * 2).bit_length())
    size = 1 << bits
    shift = np.uint64(64 - bits)
    slots_keys = np.full(size, _FREE, dtype=np.uint64)
    slots_targets = np.zeros(size, dtype=np.int32)
    pending = np.arange(len(keys))
    slots = ((keys * _SPREAD) >> shift).astype(np.int64)
    tries = 0
    while len(pending):
        tries += 1
        free = slots_keys[slots[pending]] == _FREE
        candidates = pending[free]
        _, index = np.unique(slots[candidates], return_index=True)
        winners = candidates[index]
        slots_keys[slots[winners]] = keys[winners]
        slots_targets[slots[winners]] = targets[winners]
        won = np.zeros(len(keys), dtype=np.bool_)
        won[winners] = True
        pending = pending[~won[pending]]
        slots[pending] = (slots[pending] + 1) & (size - 1)
    return shift, slots_keys, slots_targets, tries


def _gathered(found: list[tuple[Ints, Ints, int]]) -> Hits:
    none = np.zeros(0, dtype=np.int64)
    if not found:
        return Hits(none, none, none)
    starts = np.concatenate([places for _, places, _ in found])
    ends = np.concatenate([places + depth for _, places, depth in found])
    return Hits(np.concatenate([phrases for phrases, _, _ in found]), starts, ends)
