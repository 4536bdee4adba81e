"""One finding as people read it: the words in their sentence, the law, lawful wording, and how it was judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st

from dashboard.marking import Span, html, marked
from dashboard.shown import clock, law
from dashboard.words import Words
from monitor.cases import Passage
from monitor.documents import Document, Transcript
from monitor.flags import Flag

AROUND: Final = 2
"""Segments of a stream shown before and after the one with the words."""

_PICTURE: Final = re.compile(r"images\[(\d{1,9})\]")
_SEGMENT: Final = re.compile(r"segments\[(\d{1,9})\]\.text")


def sentences(passages: Sequence[Passage], document: Document, flag: Flag, say: Words) -> str:
    """Every piece of evidence in its sentence as HTML, in a stream with what was said around it."""
    pieces = [_sentence(passage, document, flag, say) for passage in passages]
    return f'<div class="said-list">{"".join(pieces)}</div>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values as an HTML list; values are escaped here, and empty ones are left out."""
    rows = (f"<dt>{html(name)}</dt><dd>{html(value)}</dd>" for name, value in pairs if value)
    return f'<dl class="facts">{"".join(rows)}</dl>'


def grounds(flag: Flag, day: str, say: Words) -> str:
    """Message, law of the day and lawful wording as HTML."""
    laws = "<br>".join(html(law(basis, say)) for basis in flag.basis) or html(say("finding.no-law"))
    return (
        f'<p class="message">{html(flag.message)}</p><dl class="facts grounds">'
        f"<dt>{html(say('finding.law', day=day))}</dt><dd>{laws}</dd>"
        f'<dt>{html(say("finding.remedy"))}</dt><dd class="remedy">{html(flag.remedy)}</dd></dl>'
    )


def trace(flag: Flag) -> str:
    """How it was judged, a step a line, as HTML."""
    return f'<ol class="trace">{"".join(f"<li>{html(step)}</li>" for step in flag.explanation)}</ol>'


def show_finding(
    flag: Flag, passages: Sequence[Passage], document: Document, day: str, say: Words, *, traced: bool = True
) -> None:
    """Sentences, grounds and, folded in, the trace."""
    st.html(sentences(passages, document, flag, say))
    st.html(grounds(flag, day, say))
    if traced and flag.explanation:
        with st.expander(say("finding.trace")):
            st.html(trace(flag))


def segment_number(field: str) -> int | None:
    """The segment a field path means; None: it means something else."""
    found = _SEGMENT.fullmatch(field)
    return None if found is None else int(found[1])


def place(passage: Passage, say: Words) -> str:
    """Where the words are: the time in a stream, else the field in words."""
    if passage.at is not None:
        return clock(passage.at)
    field = passage.field
    number = segment_number(field)
    if number is not None:
        return say("field.segment", number=number + 1)
    head, _, rest = field.partition(".")
    if head == "attributes":
        return say("field.attribute", name=rest)
    if (picture := _PICTURE.fullmatch(head)) is not None:
        return say("field.picture", number=int(picture[1]) + 1)
    return say.one_of("field", head)


def _sentence(passage: Passage, document: Document, flag: Flag, say: Words) -> str:
    words = marked(passage.text, [Span(passage.start, passage.end, flag.severity)])
    if not passage.marked:
        words += f'<span class="nothing">{html(say("finding.absent"))}</span>'
    before, after = _around(passage, document)
    how = "" if passage.match == "exact" else f" · {html(say.one_of('match', passage.match))}"
    return (
        f'<div class="said {flag.severity}"><small>{html(place(passage, say))}{how}</small>'
        f'<p>{before}<span class="now">{words}</span>{after}</p></div>'
    )


def _around(passage: Passage, document: Document) -> tuple[str, str]:
    """What was said just before and after, as HTML; nothing where the sentence is not of a stream."""
    number = segment_number(passage.field)
    if number is None or not isinstance(document, Transcript) or number >= len(document.segments):
        return "", ""
    before = " ".join(segment.text for segment in document.segments[max(0, number - AROUND) : number])
    after = " ".join(segment.text for segment in document.segments[number + 1 : number + 1 + AROUND])
    return f'<span class="around">{html(before)} </span>', f'<span class="around"> {html(after)}</span>'
