"""Streams: which there are, a time line of what was found in one, and what was said, with the words marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import streamlit as st

from dashboard import address
from dashboard.address import spoken
from dashboard.backend import database
from dashboard.charts import CHOSEN, Mark, time_line
from dashboard.entrance import require_person
from dashboard.finding import grounds, segment_number
from dashboard.marking import plain
from dashboard.rows import Row, cursor, show_pager, show_rows
from dashboard.shown import clock, moment, severity_badge
from dashboard.transcript import LINES, page_of, transcript_lines
from dashboard.words import Words
from monitor.cases import StoredFlag, StreamDetail, StreamItem, stream_detail, streams
from monitor.errors import NotFound

ROWS = 20
"""Streams on a page of the list."""

BESIDE = 100
"""Flags listed beside a transcript; those further off come with a click on the time line, or on the last of the list."""

HEIGHT = 560
"""Of the transcript and of the list beside it, in pixels."""


def page() -> None:
    """Draw the page: the list, or the stream that the address names."""
    say = spoken()
    require_person()
    chosen = address.number("stream")
    if chosen is None:
        _show_list(say)
        return
    with database().read() as session:
        try:
            detail = stream_detail(session, chosen)
        except NotFound:
            detail = None
    if detail is None:
        _show_back(say)
        st.warning(say("streams.no-such-stream", stream=chosen))
    else:
        _show_stream(detail, say)


def _show_list(say: Words) -> None:
    st.header(say("pages.streams"))
    with database().read() as session:
        found = streams(session, after=cursor("streams", None), limit=ROWS)
    if not found.total:
        st.info(say("streams.empty"))
        return
    show_rows("streams", [Row(item.document, _label(item, say)) for item in found.items], None, _enter)
    show_pager("streams", say, len(found.items), found.total, found.next)


def _label(item: StreamItem, say: Words) -> str:
    state = say("streams.flags", flags=item.flags, undecided=item.undecided) if item.scanned else say("streams.pending")
    worst = f"{severity_badge(item.worst, say)} " if item.worst else ""
    facts = " · ".join(
        plain(part, 60)
        for part in (
            say.one_of("platform", item.platform),
            item.external_id,
            item.seller,
            f"{item.as_of or moment(item.received_at)}",
        )
        if part
    )
    return f"{worst}**{plain(item.label or item.external_id, 60)}** · {state}  \n:small[{facts}]"


def _enter(stream: int) -> None:
    address.put_number("stream", stream)
    address.put_number("flag", None)


def _leave() -> None:
    address.put_number("stream", None)
    address.put_number("flag", None)


def _jump(flag: int) -> None:
    """Show the page of the transcript where a flag stands."""
    address.put_number("flag", flag)
    st.session_state.pop("transcript-page", None)


def _show_stream(detail: StreamDetail, say: Words) -> None:
    item = detail.item
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(item.label or item.external_id, 80), width="stretch")
        _show_back(say)
    st.markdown(_label(item, say).partition("\n")[2])
    if not item.scanned:
        st.info(say("streams.not-scanned"))
    chosen = _chosen(detail)
    if detail.flags:
        chosen = _show_time_line(detail, chosen, say)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _show_transcript(detail, chosen, say)
    with right:
        st.subheader(say("streams.found", count=len(detail.flags)))
        if chosen is not None:
            _show_chosen(chosen, say)
        with st.container(height=HEIGHT if chosen is None else HEIGHT - 200, border=False, key="found"):
            rows = [Row(stored.id, _flag_label(stored, say)) for stored in around(detail.flags, chosen)]
            show_rows("stream-flags", rows, chosen.id if chosen else None, _jump)


def around(flags: Sequence[StoredFlag], chosen: StoredFlag | None) -> Sequence[StoredFlag]:
    """The flags beside the transcript: all, or if they are many :data:`BESIDE` with the chosen one in the middle."""
    place = flags.index(chosen) if chosen in flags else 0
    first = max(0, min(place - BESIDE // 2, len(flags) - BESIDE))
    return flags[first : first + BESIDE]


def _show_back(say: Words) -> None:
    st.button(say("streams.back"), icon=":material/arrow_back:", type="tertiary", key="streams-back", on_click=_leave)


def _chosen(detail: StreamDetail) -> StoredFlag | None:
    wanted = address.number("flag")
    return next((stored for stored in detail.flags if stored.id == wanted), None)


def _show_time_line(detail: StreamDetail, chosen: StoredFlag | None, say: Words) -> StoredFlag | None:
    """The time line; what is clicked on it is the flag that is shown."""
    segments = detail.transcript.segments
    timed = any(segment.start is not None for segment in segments)
    length = float(len(segments))
    if timed:
        length = max(chain.from_iterable((segment.start or 0.0, segment.end or 0.0) for segment in segments))
    marks = [mark for stored in detail.flags if (mark := _mark(stored, timed, say)) is not None]
    if not marks:
        return chosen
    name = f"time-line-{detail.item.document}"
    event = st.altair_chart(
        time_line(marks, length, timed, chosen.id if chosen else None, say),
        key=name,
        on_select="rerun",
        selection_mode=CHOSEN,
        alt=say("streams.time-line"),
    )
    clicked = clicked_flag(event)
    if clicked is not None and clicked != st.session_state.get(f"{name}-clicked"):
        _jump(clicked)
        chosen = _chosen(detail)
    st.session_state[f"{name}-clicked"] = clicked
    return chosen


def clicked_flag(event: object) -> int | None:
    """The flag that was clicked on a time line, from what the chart gives back."""
    chosen = event.get("selection", {}).get(CHOSEN) if isinstance(event, Mapping) else None
    first = chosen[0] if isinstance(chosen, list) and chosen else None
    flag = first.get("flag") if isinstance(first, Mapping) else None
    return flag if isinstance(flag, int) else None


def _mark(stored: StoredFlag, timed: bool, say: Words) -> Mark | None:
    """The flag on the line; None where its words are not said at any time."""
    flag = stored.flag
    number = segment_number(flag.evidence[0].field)
    at = stored.at if timed else number
    if at is None:
        return None
    time = clock(at) if timed else f"{int(at) + 1}"
    category = say.one_of("category", flag.category)
    return Mark(stored.id, float(at), category, flag.severity, flag.evidence[0].text[:60], time)


def _show_transcript(detail: StreamDetail, chosen: StoredFlag | None, say: Words) -> None:
    st.subheader(say("streams.said"))
    segments = detail.transcript.segments
    here = segment_number(chosen.flag.evidence[0].field) if chosen is not None else None
    pages = -(-len(segments) // LINES)
    shown = page_of(here or 0)
    if pages > 1:
        shown = st.pagination(pages, default=shown, key="transcript-page")
    with st.container(height=HEIGHT, key="transcript"):
        st.html(transcript_lines(detail, (shown - 1) * LINES, here))
    if chosen is not None and here is not None:
        _scroll_to(here, chosen.id)


def _scroll_to(line: int, flag: int) -> None:
    """Bring a line of the transcript into view, once for each choice: the markup names the flag, so another choice is other markup."""
    script = f"document.getElementById('line-{line:d}')?.scrollIntoView({{block: 'center'}}) // flag {flag:d}"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def _show_chosen(stored: StoredFlag, say: Words) -> None:
    with st.container(border=True, key="chosen"):
        st.html(grounds(stored.flag, f"{stored.as_of}", say))
        query = {"flag": str(stored.id), "state": "all"}
        st.page_link("staff/review.py", label=say("streams.to-review"), icon=":material/gavel:", query_params=query)


def _flag_label(stored: StoredFlag, say: Words) -> str:
    flag = stored.flag
    time = "" if stored.at is None else f"{clock(stored.at)} "
    outcome = "" if stored.outcome is None else f" · {say.one_of('outcome', stored.outcome)}"
    words = plain(flag.evidence[0].text, 24) or say("finding.absent")
    return f"{time}{severity_badge(flag.severity, say)} **{words}** :small[{say.one_of('category', flag.category)}{outcome}]"


if __name__ == "__main__":
    page()
