"""One document as one text, folded one character at a time. Nothing here comes from ``monitor.nlp.fold`` or ``monitor.nlp.layout``.

What rules of the house this repeats: docs/engine.md (plain and bare) and docs/rules/language.md (clauses, sentences, fields).
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from opencc import OpenCC

from monitor.documents import Document, Listing, Segment, Transcript

FIELD = "\ue000"
SEGMENT = "\ue001"
CLAUSE_MARKS = frozenset("，。！？；：,;!?:…\n" + FIELD + SEGMENT)
SENTENCE_MARKS = frozenset("。！？；!?;\n" + FIELD + SEGMENT)
LONG_CLAUSE = 400
STRETCH = 100

Span = tuple[int, int]
"""Half-open, in code points of the joined text."""


class Laid(Protocol):
    """What the shared decisions (``see`` of contexts, ``Facts``, ``facts_at``) ask of a text; :class:`Text` gives it."""

    document: Document
    parts: tuple[Part, ...]
    text: str

    @property
    def folded(self) -> Text: ...
    def part_at(self, place: int) -> Part: ...
    def index_at(self, place: int) -> int: ...
    def clause(self, place: int) -> Span: ...
    def clauses(self, place: int, before: int, after: int) -> Span: ...


@dataclass(frozen=True)
class Part:
    """One field, or one segment, and where it stands in the joined text."""

    field: str
    start: int
    text: str
    segment: Segment | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.text)


class Text:
    """The joined text, its plain characters, and the places of those that bare keeps."""

    def __init__(self, document: Document, parts: list[tuple[str, str, Segment | None]]) -> None:
        self.document = document
        border = SEGMENT if isinstance(document, Transcript) else FIELD
        laid: list[Part] = []
        start = 0
        for field, text, segment in parts:
            clean = text.replace(FIELD, "\ufffd").replace(SEGMENT, "\ufffd")
            laid.append(Part(field, start, clean, segment))
            start += len(clean) + 1
        self.parts = tuple(laid)
        self.text = border.join(part.text for part in laid)
        self.plain = "".join(plain(character) for character in self.text)
        self.places = [place for place in range(len(self.plain)) if is_kept(self.plain, place)]
        self.bare = "".join(self.plain[place] for place in self.places)

    @property
    def folded(self) -> Text:
        return self

    def bare_at(self, place: int) -> int:
        """How many bare characters stand before a place."""
        return bisect_left(self.places, place)

    def span(self, start: int, end: int) -> Span:
        """From the first to the last of some bare characters."""
        return self.places[start], self.places[end - 1] + 1

    def part_at(self, place: int) -> Part:
        return max(
            (part for part in self.parts if part.start <= place), key=lambda part: part.start, default=self.parts[0]
        )

    def named(self, field: str) -> Part | None:
        return next((part for part in self.parts if part.field == field), None)

    def index_at(self, place: int) -> int:
        return self.parts.index(self.part_at(place))

    def second_at(self, place: int) -> float | None:
        """The second at which something is said: that at which its segment starts."""
        segment = self.part_at(place).segment
        return segment.start if segment is not None else None

    def said_between(self, first: float, last: float) -> Span:
        """The segments said from one second to another; one without a time, or with an earlier one, is said with the one before it."""
        latest, said = 0.0, []
        for part in self.parts:
            latest = max(latest, (part.segment and part.segment.start) or 0.0)
            if first <= latest <= last:
                said.append(part)
        return (said[0].start, said[-1].end) if said else (0, 0)

    def clause(self, place: int) -> Span:
        return self._between_marks(place, CLAUSE_MARKS)

    def sentence(self, place: int) -> Span:
        return self._between_marks(place, SENTENCE_MARKS)

    def field(self, place: int) -> Span:
        part = self.part_at(place)
        return part.start, part.end

    def clauses(self, place: int, before: int, after: int) -> Span:
        """The clause of a place, and some before and behind; of a listing never beyond the field."""
        first, last = self.clause(place)
        for _ in range(before):
            first = self.clause(first - 1)[0] if first else 0
        for _ in range(after):
            last = self.clause(last + 1)[1] if last < len(self.plain) else last
        if isinstance(self.document, Listing):
            return max(first, self.field(place)[0]), min(last, self.field(place)[1])
        return first, last

    def around(self, span: Span) -> Span:
        """Where words are cut: the clause, of an endless one some hundred characters that begin at a multiple of a hundred."""
        first, last = self.clause(span[0])[0], self.clause(span[1] - 1)[1]
        if last - first <= LONG_CLAUSE:
            return first, last
        block = (span[0] - first) // STRETCH
        begin = first + max(0, block - 1) * STRETCH
        return begin, min(last, max(first + (block + 2) * STRETCH, span[1] + STRETCH))

    def _between_marks(self, place: int, marks: frozenset[str]) -> Span:
        first, last = place, place
        while first > 0 and not self.ends(first - 1, marks):
            first -= 1
        while last < len(self.plain) and not self.ends(last, marks):
            last += 1
        return first, last

    def ends(self, place: int, marks: frozenset[str]) -> bool:
        """Whether one of the marks stands at a place; the comma of 50,001 is none."""
        return self.plain[place] in marks and not (self.plain[place] == "," and self._groups_digits(place))

    def _groups_digits(self, comma: int) -> bool:
        after = self.plain[comma + 1 : comma + 5]
        three = len(after) >= 3 and all(map(is_digit, after[:3])) and not all(map(is_digit, after[3:] or "-"))
        return three and comma > 0 and is_digit(self.plain[comma - 1])


def is_digit(character: str) -> bool:
    return "0" <= character <= "9"


def read(document: Document) -> Text:
    """A document as it is searched."""
    return Text(document, list(_fields(document)))


def _fields(document: Document) -> Iterator[tuple[str, str, Segment | None]]:
    if isinstance(document, Transcript):
        for index, segment in enumerate(document.segments):
            yield f"segments[{index}].text", segment.text, segment
        return
    for field in ("title", "description"):
        if getattr(document, field):
            yield field, getattr(document, field), None
    for name, value in document.attributes.items():
        yield f"attributes.{name}", value, None
    for index, image in enumerate(document.images):
        if image.text:
            yield f"images[{index}].text", image.text, None


@cache
def plain(character: str) -> str:
    """Width, case, script, tone marks and enclosures undone; always one character."""
    code = ord(character)
    if character in (FIELD, SEGMENT):
        return character
    if unicodedata.category(character) in {"Cs", "Co"} and code < 0x10000:
        return "\ufffd"
    name = unicodedata.name(character, "")
    if name.startswith(("NEGATIVE CIRCLED LATIN CAPITAL LETTER", "NEGATIVE SQUARED LATIN CAPITAL LETTER")):
        return name[-1].lower()
    if name.startswith("REGIONAL INDICATOR SYMBOL LETTER"):
        return name[-1].lower()
    if character in "➕✚✛✜":
        return "+"
    one = _single(unicodedata.normalize("NFKC", character), character)
    low = _single(one.lower(), one)
    base = unicodedata.normalize("NFD", low)[0]
    if base.isascii() and base.isalpha():
        return base
    return _single(_simplified(low), low)


def _single(changed: str, given: str) -> str:
    return changed if len(changed) == 1 else given


@cache
def _opencc() -> OpenCC:
    return OpenCC("t2s")


def _simplified(character: str) -> str:
    name = unicodedata.name(character, "")
    return _opencc().convert(character) if name.startswith("CJK") else character


def is_kept(text: str, place: int) -> bool:
    """Whether bare keeps the plain character at a place."""
    character = text[place]
    if character == ".":
        around = text[place - 1 : place] + text[place + 1 : place + 2]
        return len(around) == 2 and all(map(is_digit, around))
    return _stays(character)


@cache
def _stays(character: str) -> bool:
    """Spaces, marks, symbols, combining and invisible characters are what is inserted; some of them mean something and stay."""
    if character == SEGMENT:
        return False
    if character in ",;!?:。\n%‰+&@#$<>=≥≤×《》" + FIELD:
        return True
    kind = unicodedata.category(character)
    return not (kind[0] in "ZP" or kind in {"Cf", "Cc", "Mn", "Me", "Sm", "So", "Sk"})
