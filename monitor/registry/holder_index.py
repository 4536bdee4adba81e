"""Names by likeness: which of very many holders a name may mean, without comparing it with each.

Two names of one party have one name proper and a place in common, or none on one side; or long names proper, one slip apart. So a name is
found by its name proper with each of its places, and a long one by its pairs of neighbouring characters (bigrams) too: of three pairs
that do not overlap, one wrong character spoils at most one. What is found is then compared as two names are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from monitor.nlp.fold import Texts
from monitor.registry.holder import LONG, agree
from monitor.registry.party import Party, party, take_apart

_PAIR: Final = 2
_ASKED: Final = 2
"""Of three pairs apart from each other two are right: to ask for two of them is enough."""
_AT_ONCE: Final = 4096
"""Names folded together."""
_NOWHERE: Final = ""
_ANYWHERE: Final = None
_NONE: Final[tuple[int, ...]] = ()


class HolderIndex:
    """Names that can be asked for."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: Sequence[str] = tuple(names)
        self._parties: list[Party] = []
        self._spelled: dict[tuple[str, str | None], list[int]] = {}
        self._pairs: dict[str, list[int]] = {}
        """First character of a name proper, which is never forgiven, and a pair → places."""
        for first in range(0, len(self._names), _AT_ONCE):
            some = self._names[first : first + _AT_ONCE]
            texts = Texts(some)
            for number in range(len(some)):
                self._add(take_apart(texts.plain_of(number)))

    def __len__(self) -> int:
        return len(self._names)

    def find(self, name: str) -> list[str]:
        """All names that are one party's with ``name``, in the order in which they were given."""
        asked = party(name)
        found = sorted(place for place in set(self._near(asked)) if agree(asked, self._parties[place]))
        return [self._names[place] for place in found]

    def _add(self, one: Party) -> None:
        place = len(self._parties)
        self._parties.append(one)
        for key in (*_keys(one), (one.proper, _ANYWHERE)):
            self._spelled.setdefault(key, []).append(place)
        if len(one.proper) >= LONG:
            for pair in set(_pairs(one.proper)):
                self._pairs.setdefault(one.proper[0] + pair, []).append(place)

    def _near(self, asked: Party) -> Iterator[int]:
        for key in {*_keys(asked), (asked.proper, _NOWHERE if asked.region else _ANYWHERE)}:
            yield from self._spelled.get(key, _NONE)
        if len(asked.proper) >= LONG:
            first = asked.proper[0]
            apart = [self._pairs.get(first + pair, _NONE) for pair in list(_pairs(asked.proper))[:LONG:_PAIR]]
            for places in sorted(apart, key=len)[:_ASKED]:
                yield from places


def _keys(one: Party) -> set[tuple[str, str | None]]:
    """The name proper with each place; and with places in front, as a name where they are not known for places."""
    proper, *longer = one.spellings
    places = one.region or (_NOWHERE,)
    return {(proper, place) for place in places} | {(spelling, _NOWHERE) for spelling in longer}


def _pairs(proper: str) -> Iterator[str]:
    return (proper[place : place + _PAIR] for place in range(len(proper) - 1))
