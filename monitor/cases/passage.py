"""The words of a flag in their sentence, for those who decide."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from monitor.documents import Document, Transcript, field_text
from monitor.flags import Evidence, MatchKind

AROUND: Final = 80
"""Code points shown before and after the words, where the sentence is longer."""


class Passage(Struct, frozen=True):
    """A sentence of ``field`` with the words marked: ``text[start:end]``.

    ``offset``: where ``text`` begins in the field; all in code points. ``at``: seconds from the start of the stream. Nothing is
    escaped: the text is what the document says.
    """

    field: str
    text: str
    offset: int
    start: int
    end: int
    match: MatchKind
    at: float | None

    @property
    def before(self) -> str:
        """The sentence before the words."""
        return self.text[: self.start]

    @property
    def marked(self) -> str:
        """The words."""
        return self.text[self.start : self.end]

    @property
    def after(self) -> str:
        """The sentence after the words."""
        return self.text[self.end :]


def passage(document: Document, evidence: Evidence) -> Passage:
    """The evidence in its sentence; alone where its field is not text of the document (a price, something absent)."""
    text = field_text(document, evidence.field)
    if text is None or text[evidence.start : evidence.end] != evidence.text:
        return Passage(evidence.field, evidence.text, 0, 0, len(evidence.text), evidence.match, evidence.at)
    begin = _begin(text, evidence.start)
    end = _end(text, evidence.end)
    return Passage(
        field=evidence.field,
        text=text[begin:end],
        offset=begin,
        start=evidence.start - begin,
        end=evidence.end - begin,
        match=evidence.match,
        at=evidence.at,
    )


def segment_of(document: Transcript, evidence: Evidence) -> int | None:
    """The segment the evidence stands in; None: it stands elsewhere."""
    found = _INDEXED.fullmatch(evidence.field)
    if found is None or found["name"] != "segments":
        return None
    index = int(found["index"])
    return index if index < len(document.segments) else None


_INDEXED: Final = re.compile(r"(?P<name>\w+)\[(?P<index>\d{1,9})\]\.(?P<rest>.+)", re.DOTALL)
_STOP: Final = re.compile(r"[。！？!?；;\n]")


def _begin(text: str, start: int) -> int:
    """Where the sentence of ``start`` begins, at most :data:`AROUND` before it."""
    floor = max(0, start - AROUND)
    stops = [stop.end() for stop in _STOP.finditer(text, floor, start)]
    return stops[-1] if stops else floor


def _end(text: str, end: int) -> int:
    """Where the sentence of ``end`` ends, at most :data:`AROUND` after it."""
    ceiling = min(len(text), end + AROUND)
    stop = _STOP.search(text, max(0, end - 1), ceiling)
    return stop.end() if stop else ceiling
