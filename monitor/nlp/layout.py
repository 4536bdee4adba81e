"""Layout: the searchable fields of one document joined into one text, with the way back to each field.

A listing is its title, its description, its attributes and the words of its pictures. A transcript is what was said; the listing
a segment speaks about gives facts, and is judged as a document of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from monitor.documents import Document, Listing, Segment, Transcript
from monitor.nlp.fold import CLAUSE_ENDS, FIELD_BORDER, SEGMENT_BORDER, SENTENCE_ENDS, Folded, fold

Span = tuple[int, int]
"""Half-open, in code points."""

_THOUSANDS: Final = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_STRETCH: Final = 100
_LONGEST_CLAUSE: Final = 4 * _STRETCH
"""Nobody speaks a longer clause: it is a text without marks, or one made to be slow."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the document and where it starts in the joined text."""

    field: str
    start: int
    text: str
    segment: Segment | None = None

    @property
    def end(self) -> int:
        """One past the field's last character in the joined text."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class Layout:
    """One document as one text."""

    document: Document
    parts: tuple[Part, ...]
    text: str

    @cached_property
    def folded(self) -> Folded:
        """The views of the joined text."""
        views: Callable[[], Folded] | None = self.__dict__.get("_views")
        return views() if views else fold(self.text)

    def viewed(self, views: Callable[[], Folded]) -> Layout:
        """This layout, its views made by ``views`` when they are asked for: those of a batch were folded together."""
        self.__dict__["_views"] = views
        return self

    @cached_property
    def _starts(self) -> list[int]:
        return [part.start for part in self.parts]

    @cached_property
    def seconds(self) -> list[float]:
        """The second each part is said at, never falling; a part without a time is said with the one before it."""
        known, latest = [], 0.0
        for part in self.parts:
            latest = max(latest, (part.segment.start if part.segment else None) or 0.0)
            known.append(latest)
        return known

    def said_between(self, first: float, last: float) -> Span:
        """The parts said from one second to another, both included; an empty span where there are none."""
        low, high = bisect_left(self.seconds, first), bisect_right(self.seconds, last)
        return (self.parts[low].start, self.parts[high - 1].end) if low < high else (0, 0)

    @cached_property
    def _clause_ends(self) -> list[int]:
        return _border_places(self.folded.plain, CLAUSE_ENDS)

    @cached_property
    def _sentence_ends(self) -> list[int]:
        return _border_places(self.folded.plain, SENTENCE_ENDS)

    def part_at(self, place: int) -> Part:
        """The field a place of the joined text belongs to."""
        return self.parts[self.index_at(place)]

    def named(self, field: str) -> Part | None:
        """The part that is a field; None where it is not searched."""
        return self._by_field.get(field)

    @cached_property
    def _by_field(self) -> dict[str, Part]:
        return {part.field: part for part in self.parts}

    def index_at(self, place: int) -> int:
        """The index of the field a place of the joined text belongs to."""
        return max(0, bisect_right(self._starts, place) - 1)

    def words(self, span: Span) -> str:
        """The text of a span, without the borders between fields and segments."""
        return self.text[span[0] : span[1]].replace(SEGMENT_BORDER, "").replace(FIELD_BORDER, " ")

    def clause(self, place: int) -> Span:
        """The clause around a place, without the mark that ends it."""
        return _between(self._clause_ends, place, len(self.text))

    def surroundings(self, span: Span) -> Span:
        """The clause around a span, for its words; of a clause without end only a stretch of a few hundred characters.

        The stretches begin at fixed places, so that the words of neighbouring spans are cut once.
        """
        first, last = self.clause(span[0])[0], self.clause(span[1] - 1)[1]
        if last - first <= _LONGEST_CLAUSE:
            return first, last
        block = first + (span[0] - first) // _STRETCH * _STRETCH
        return max(first, block - _STRETCH), min(last, max(block + 2 * _STRETCH, span[1] + _STRETCH))

    def in_one_clause(self, first: int, last: int) -> bool:
        """Whether no mark that ends a clause stands from one place up to another."""
        return bisect_right(self._clause_ends, first) == bisect_right(self._clause_ends, last)

    def clauses(self, place: int, before: int, after: int) -> Span:
        """The clause around a place with so many clauses before and after, inside one field (for speech: the whole stream)."""
        ends = self._clause_ends
        index = bisect_right(ends, place)
        first = ends[index - 1 - before] if index - 1 - before >= 0 else 0
        last = ends[index + after] - 1 if index + after < len(ends) else len(self.text)
        return self._inside_field(place, (first, last))

    def sentence(self, place: int) -> Span:
        """The sentence around a place; in speech the segment."""
        return _between(self._sentence_ends, place, len(self.text))

    def field(self, place: int) -> Span:
        """The field around a place."""
        part = self.part_at(place)
        return part.start, part.end

    def _inside_field(self, place: int, span: Span) -> Span:
        if isinstance(self.document, Transcript):
            return span
        first, last = self.field(place)
        return max(first, span[0]), min(last, span[1])


def lay_out(document: Document, *, first: int = 0) -> Layout:
    """The layout of a document; fields in reading order.

    ``first``: how many segments of the stream were said before those of ``document``, which is then a window of it.
    """
    border = SEGMENT_BORDER if isinstance(document, Transcript) else FIELD_BORDER
    parts: list[Part] = []
    start = 0
    for field, text, segment in _fields(document, first):
        parts.append(Part(field, start, text, segment))
        start += len(text) + len(border)
    return Layout(document, tuple(parts), border.join(part.text for part in parts))


def _fields(document: Document, first: int) -> Iterator[tuple[str, str, Segment | None]]:
    if isinstance(document, Transcript):
        for index, segment in enumerate(document.segments, first):
            yield f"segments[{index}].text", _clean(segment.text), segment
        return
    yield from ((field, text, None) for field, text in listing_fields(document))


def listing_fields(listing: Listing) -> Iterator[tuple[str, str]]:
    """The searchable fields of a listing: (path, text)."""
    if listing.title:
        yield "title", _clean(listing.title)
    if listing.description:
        yield "description", _clean(listing.description)
    for name, value in listing.attributes.items():
        yield f"attributes.{name}", _clean(value)
    for index, image in enumerate(listing.images):
        if image.text:
            yield f"images[{index}].text", _clean(image.text)


def _clean(text: str) -> str:
    """The text with the two border characters taken out of it, one for one: they are ours."""
    if FIELD_BORDER in text or SEGMENT_BORDER in text:
        return text.replace(FIELD_BORDER, "\ufffd").replace(SEGMENT_BORDER, "\ufffd")
    return text


def _border_places(plain: str, marks: str) -> list[int]:
    """The place after each mark, ascending; the comma of 50,001 is none."""
    kinds = set(marks)
    grouped = {match.start() for match in _THOUSANDS.finditer(plain)}
    return [index + 1 for index, character in enumerate(plain) if character in kinds and index not in grouped]


def _between(ends: list[int], place: int, length: int) -> Span:
    index = bisect_right(ends, place)
    start = ends[index - 1] if index else 0
    end = ends[index] - 1 if index < len(ends) else length
    return start, end
