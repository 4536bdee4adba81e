"""Weights of features laid into the hashed table of spaCy's linear layer, so that it sums to exactly these.

``thinc.SparseLinear_v2`` gives each feature two rows of a table and adds them. Features are the edges of a graph whose nodes are rows;
where the graph has no cycle the table is found by taking off leaves. With two or three rows a feature there is hardly a cycle, and
leaving out a feature or two leaves none.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint64]
Words = npt.NDArray[np.uint32]
Table = npt.NDArray[np.float32]

_ROOM: Final = 2
"""Rows a feature, at least."""


def rows_of(keys: Keys, length: int) -> tuple[list[int], list[int]]:
    """The two rows of each key."""
    first, second = (_murmur(keys, seed) % np.uint32(length) for seed in (0, 1))
    return first.tolist(), second.tolist()


def length_for(count: int) -> int:
    """How long a table is for so many keys: spaCy takes powers of two."""
    return 1 << max(6, (_ROOM * count - 1).bit_length())


def on_cycles(keys: Keys, length: int) -> list[int]:
    """The keys (by index) that lie on a cycle: without one of them the others may be laid out."""
    return _leaves_first(keys, length)[1]


def laid_out(keys: Keys, weights: Table) -> Table:
    """A table of shape (length, labels) in which the two rows of each key add up to its weights, shape (keys, labels).

    Raises:
        ValueError: some keys lie on a cycle.
    """
    length = length_for(len(keys))
    order, cyclic = _leaves_first(keys, length)
    if cyclic:
        raise ValueError(f"{len(cyclic)} features lie on a cycle of the hashed table: leave one out")
    table = np.zeros((length, weights.shape[1]), dtype=np.float32)
    for key, leaf, other in reversed(order):
        table[leaf] = weights[key] - table[other]
    return table


def _leaves_first(keys: Keys, length: int) -> tuple[list[tuple[int, int, int]], list[int]]:
    """(key, a row that no later key has, its other row) for every key that is on no cycle; and the keys that are left."""
    first, second = rows_of(keys, length)
    at: list[set[int]] = [set() for _ in range(length)]
    for key, rows in enumerate(zip(first, second, strict=True)):
        for row in rows:
            at[row].add(key)
    waiting = [row for row in range(length) if len(at[row]) == 1]
    order = []
    while waiting:
        leaf = waiting.pop()
        if len(at[leaf]) != 1 or first[min(at[leaf])] == second[min(at[leaf])]:
            continue
        key = at[leaf].pop()
        other = first[key] + second[key] - leaf
        at[other].discard(key)
        order.append((key, leaf, other))
        if len(at[other]) == 1:
            waiting.append(other)
    return order, sorted(set(range(len(first))) - {key for key, *_ in order})


def _murmur(keys: Keys, seed: int) -> Words:
    """MurmurHash3_x86_32 of eight bytes, as thinc computes it (Appleby, public domain)."""
    state = np.full(len(keys), seed, dtype=np.uint32)
    for word in ((keys & np.uint64(0xFFFFFFFF)).astype(np.uint32), (keys >> np.uint64(32)).astype(np.uint32)):
        mixed = _turned(word * np.uint32(0xCC9E2D51), 15) * np.uint32(0x1B873593)
        state = _turned(state ^ mixed, 13) * np.uint32(5) + np.uint32(0xE6546B64)
    state = state ^ np.uint32(8)
    state = (state ^ (state >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    state = (state ^ (state >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return state ^ (state >> np.uint32(16))


def _turned(words: Words, bits: int) -> Words:
    return (words << np.uint32(bits)) | (words >> np.uint32(32 - bits))
