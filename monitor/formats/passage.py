"""The words of a flag in their sentence, safe to be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from monitor.documents import Document, Listing, field_text
from monitor.flags import Evidence, Flag
from monitor.marking import Mark, Marked, mark

_END: Final = re.compile(r"[。！？!?；;\n]")
_UNSHOWN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands before the words, the words, and what stands after them; ``…`` where the sentence was cut."""

    before: str
    words: str
    after: str

    def marked(self) -> Marked:
        """The sentence with the words marked."""
        start = len(self.before)
        return mark(self.before + self.words + self.after, [Mark(start, start + len(self.words), "words")])


def passage(document: Document, evidence: Evidence, around: int) -> Passage:
    """The words in their sentence, at most ``around`` code points to each side; alone where the field is not in the document."""
    text = field_text(document, evidence.field)
    if text is None or text[evidence.start : evidence.end] != evidence.text:
        return Passage("", visible(evidence.text), "")
    before = text[max(0, evidence.start - around) : evidence.start]
    after = text[evidence.end : evidence.end + around]
    ends = [end.end() for end in _END.finditer(before)]
    stop = _END.search(after)
    left = "…" if not ends and evidence.start > around else ""
    right = "…" if stop is None and evidence.end + around < len(text) else ""
    before, after = before[ends[-1] if ends else 0 :], after[: stop.end() if stop else None]
    return Passage(left + visible(before.lstrip()), visible(evidence.text), visible(after.rstrip()) + right)


def visible(text: str) -> str:
    """Text without what commands a terminal or turns the direction of writing: each such character becomes ``␦``."""
    return _UNSHOWN.sub("␦", text)


def place(evidence: Evidence) -> str:
    """Where the words are, for people: the time in a stream, else the field."""
    if evidence.at is None:
        return evidence.field
    seconds = int(evidence.at)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def basis(flag: Flag, between: str) -> str:
    """The law of a flag in one text."""
    return between.join(" ".join(part for part in (item.law, item.article) if part) for item in flag.basis)


def heading(document: Document) -> str:
    """What people call the document: a listing's title, a stream's room."""
    name = document.title if isinstance(document, Listing) else document.room
    return visible(name or "")[:80]
