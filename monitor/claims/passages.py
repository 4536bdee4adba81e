"""Passages: what the claim model judges, one at a time: a sentence of a field or of a segment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from monitor.nlp.fold import CLAUSE_ENDS, SENTENCE_ENDS
from monitor.nlp.layout import Layout, Part

LONGEST: Final = 100
"""Code points; a longer sentence is cut at the ends of its clauses, and where it has none, anywhere."""

_SENTENCE: Final = re.compile(f"[^{re.escape(SENTENCE_ENDS)}]+")
_CLAUSES: Final = re.compile(f"[^{re.escape(CLAUSE_ENDS)}]*[{re.escape(CLAUSE_ENDS)}]*")
_INDEXED: Final = re.compile(r"[.\[].*", re.DOTALL)
_SPEAKERS: Final = frozenset({"host", "viewer", "assistant", "guest", "seller"})


class Passage(NamedTuple):
    """A half-open span of the joined text, and the ``place`` it stands at: ``listing title``, ``speech host`` …"""

    start: int
    end: int
    place: str


def passages(layout: Layout) -> list[Passage]:
    """The passages of a document, in order. They depend on nothing outside their own field or segment."""
    found = []
    for part in layout.parts:
        place = place_of(part)
        for start, end in _sentences(part.text):
            found.append(Passage(part.start + start, part.start + end, place))
    return found


def place_of(part: Part) -> str:
    """Where a part of a document stands, in the words the model knows."""
    if part.segment is not None:
        speaker = part.segment.speaker
        return f"speech {speaker if speaker in _SPEAKERS else 'host' if speaker is None else 'other'}"
    return "listing " + _INDEXED.sub("", part.field)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if end - start > LONGEST:
            yield from _pieces(text, start, end)
        else:
            yield from _trimmed(text, start, end)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A long sentence, its clauses gathered into pieces that are not too long."""
    first = start
    for clause in _CLAUSES.finditer(text, start, end):
        while clause.end() - first > LONGEST:
            last = clause.start() if clause.start() > first else first + LONGEST
            yield from _trimmed(text, first, last)
            first = last
    yield from _trimmed(text, first, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without the spaces around it; nothing where it has nothing else."""
    said = text[start:end]
    if said.strip():
        yield start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip())
