"""Lines of a stream on air, with the words of its flags marked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from dashboard.marking import Span, html, marked
from dashboard.shown import clock
from monitor.cases import Line, LiveFlag
from monitor.flags import SEVERITIES

_SEGMENT: Final = re.compile(r"segments\[(\d{1,9})\]\.text")


def lines_heard(lines: Sequence[Line], flags: Sequence[LiveFlag], chosen: LiveFlag | None) -> str:
    """Lines as HTML; each has the id ``said-NUMBER``, and that of the chosen flag is set apart."""
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    texts = {line.seq: line.segment.text for line in lines}
    for flag in flags:
        for seq, span, words in _spans(flag):
            if texts.get(seq, "")[span.start : span.end] == words:
                spans[seq].append(span)
    here = None if chosen is None else line_of(chosen)
    rows = []
    for line in lines:
        looks = " ".join(name for name, true in (("flagged", line.seq in spans), ("here", line.seq == here)) if true)
        time = "" if line.segment.start is None else clock(line.segment.start)
        rows.append(
            f'<div class="{looks}"><time>{time}</time><span class="who">{html(line.segment.speaker or "")}</span>'
            f'<span class="text" id="said-{line.seq}">{marked(line.segment.text, spans[line.seq], SEVERITIES)}</span></div>'
        )
    return f'<div class="transcript">{"".join(rows)}</div>'


def line_of(flag: LiveFlag) -> int:
    """The number of the line with the first words of a flag."""
    return next((seq for seq, _, _ in _spans(flag)), flag.seq)


def _spans(flag: LiveFlag) -> Iterator[tuple[int, Span, str]]:
    """Number, span and words of each piece of evidence. Segments are counted as they were judged: the last has the flag's number, and
    those before it the numbers before; a product shown between shifts them, so a caller compares the words.
    """
    places = [(int(found[1]), part) for part in flag.flag.evidence if (found := _SEGMENT.fullmatch(part.field))]
    last = max((place for place, _ in places), default=0)
    for place, part in places:
        yield flag.seq - (last - place), Span(part.start, part.end, flag.flag.severity), part.text
