"""What was said, a page of lines at a time, with the words of every flag marked."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from dashboard.finding import segment_number
from dashboard.marking import Span, html, marked
from dashboard.shown import clock
from monitor.cases import StreamDetail
from monitor.flags import SEVERITIES

LINES: Final = 200
"""Lines of a transcript on a page."""


def page_of(line: int) -> int:
    """The page (from 1 on) on which a line (from 0 on) stands."""
    return line // LINES + 1


def transcript_lines(detail: StreamDetail, first: int, here: int | None) -> str:
    """Lines ``first`` and the next as HTML; the words of each have the id ``line-N``, and line ``here`` is set apart."""
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for stored in detail.flags:
        for evidence in stored.flag.evidence:
            number = segment_number(evidence.field)
            if number is not None:
                spans[number].append(Span(evidence.start, evidence.end, stored.flag.severity))
    lines = []
    for number, segment in enumerate(detail.transcript.segments[first : first + LINES], first):
        looks = " ".join(name for name, true in (("flagged", number in spans), ("here", number == here)) if true)
        time = "" if segment.start is None else clock(segment.start)
        lines.append(
            f'<div class="{looks}"><time>{time}</time><span class="who">{html(segment.speaker or "")}</span>'
            f'<span class="text" id="line-{number}">{marked(segment.text, spans[number], SEVERITIES)}</span></div>'
        )
    return f'<div class="transcript">{"".join(lines)}</div>'
