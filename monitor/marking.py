"""Marked text: a text with the words of its flags, in the form spaCy's displaCy takes.

One form for everything that shows words: the HTML report and the dashboard make their markup from it, and so does
``displacy.render(data, style="span", manual=True)``, which is what notebooks use. Nothing in it is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple, TypedDict

from monitor.documents import Document, field_text
from monitor.flags import Flag


class Mark(NamedTuple):
    """Code points ``start`` to ``end`` (half open) of a text, called ``label``; ``about`` is what it leads to, such as a rule."""

    start: int
    end: int
    label: str
    about: str = ""


class MarkedSpan(TypedDict):
    """One mark: where it is in code points, and in tokens."""

    start: int
    end: int
    start_token: int
    end_token: int
    label: str
    kb_id: str


class Marked(TypedDict):
    """``tokens`` joined are ``text``; they end where a mark begins or ends, nowhere else. ``spans`` may overlap."""

    text: str
    tokens: list[str]
    spans: list[MarkedSpan]
    title: str | None


def mark(text: str, marks: Iterable[Mark], title: str | None = None) -> Marked:
    """A text with its marks in order; a mark that is empty or reaches out of the text is left out."""
    wanted = sorted({one for one in marks if 0 <= one.start < one.end <= len(text)})
    cuts = sorted({0, len(text), *(place for one in wanted for place in one[:2])})
    number = {place: index for index, place in enumerate(cuts)}
    spans = [
        MarkedSpan(
            start=one.start,
            end=one.end,
            start_token=number[one.start],
            end_token=number[one.end],
            label=one.label,
            kb_id=one.about,
        )
        for one in wanted
    ]
    return Marked(text=text, tokens=[text[first:last] for first, last in pairwise(cuts)], spans=spans, title=title)


def mark_flags(document: Document, field: str, flags: Iterable[Flag], title: str | None = None) -> Marked:
    """One field of a document with the words of its flags: the category is the label, the rule what it leads to.

    Raises:
        ValueError: the document has no text of that path.
    """
    text = field_text(document, field)
    if text is None:
        raise ValueError(f"the document has no text {field}")
    evidence = ((flag, item) for flag in flags for item in flag.evidence)
    marks = (
        Mark(item.start, item.end, flag.category, flag.rule)
        for flag, item in evidence
        if item.field == field and item.match != "absent"
    )
    return mark(text, marks, title)


def pieces(marked: Marked) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The text piece by piece, each with the labels of the marks it is part of."""
    for index, token in enumerate(marked["tokens"]):
        inside = (span for span in marked["spans"] if span["start_token"] <= index < span["end_token"])
        yield token, tuple(span["label"] for span in inside)
