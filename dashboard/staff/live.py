"""Live: the streams on air, what is said, and flags as they come. It draws itself again every second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import streamlit as st

from dashboard import address
from dashboard.address import spoken
from dashboard.backend import database, now
from dashboard.entrance import person, require_person
from dashboard.finding import grounds
from dashboard.heard import line_of, lines_heard
from dashboard.marking import plain
from dashboard.rows import Row, show_rows
from dashboard.shown import clock, moment, severity_badge
from dashboard.words import Words
from monitor.cases import LiveDetail, LiveFlag, LiveStream, OnAir, live_detail, on_air
from monitor.errors import NotFound

EVERY: Final = 1.0
"""Seconds between two looks."""

HEIGHT: Final = 520
"""Of the lines and of the lists beside them, in pixels."""

_MINUTE: Final = 60


def page() -> None:
    """Draw the page: all that is on air, or the stream that the address names."""
    require_person()
    _show()


@st.fragment(run_every=EVERY)
def _show() -> None:
    if person() is None:
        st.rerun()  # a key that was revoked is out at the next look
    say, chosen = spoken(), address.number("stream")
    with database().read() as session:
        try:
            detail = None if chosen is None else live_detail(session, chosen, address.number("flag"))
            found = on_air(session) if detail is None else None
        except NotFound:
            detail, found = None, on_air(session)
    if detail is not None:
        _show_stream(detail, say)
    elif found is not None:
        if chosen is not None:
            st.warning(say("streams.no-such-stream", stream=chosen))
        _show_all(found, say)


def _show_all(found: OnAir, say: Words) -> None:
    st.header(say("pages.live"))
    st.caption(say("live.about"))
    columns = st.columns(3)
    columns[0].metric(say("live.on-air"), f"{found.total:,}", border=True)
    columns[1].metric(say("live.flags"), f"{sum(item.flags for item in found.streams):,}", border=True)
    columns[2].metric(say("live.waiting"), f"{found.waiting:,}", border=True, help=say("live.waiting-help"))
    left, right = st.columns([4, 5], gap="medium")
    with left:
        st.subheader(say("live.streams"))
        with st.container(height=HEIGHT, border=False):
            if not found.streams:
                st.info(say("live.nothing"))
            show_rows(
                "live",
                [Row(item.id, _label(item, say, found.words.get(item.id, ""))) for item in found.streams],
                None,
                _enter,
            )
            _show_ended(found.ended, say)
    with right:
        st.subheader(say("live.newest"))
        with st.container(height=HEIGHT, border=False):
            names = {item.id: item.label or item.stream for item in found.streams}
            rows = [Row(flag.id, _flag_label(flag, say, names.get(flag.stream, ""))) for flag in found.flags]
            streams = {flag.id: flag.stream for flag in found.flags}
            show_rows("live-flags", rows, None, lambda flag: _enter(streams[flag], flag))


def _show_ended(ended: Sequence[LiveStream], say: Words) -> None:
    """The streams that ended last, with the way to what became of them."""
    if not ended:
        return
    st.caption(say("live.ended"))
    for item in ended:
        label = plain(item.label or item.stream, 40)
        if item.document is None:
            st.markdown(f":small[{label} · {say('live.nothing-said')}]")
        else:
            query = {"stream": str(item.document)}
            st.page_link("staff/streams.py", label=label, icon=":material/live_tv:", query_params=query)


def _show_stream(detail: LiveDetail, say: Words) -> None:
    item, chosen = detail.stream, address.number("flag")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(plain(item.label or item.stream, 80), width="stretch")
        st.button(say("live.back"), icon=":material/arrow_back:", type="tertiary", key="live-back", on_click=_leave)
    st.markdown(_label(item, say).partition("\n")[2])
    _show_state(item, say)
    flag = next((one for one in detail.flags if one.id == chosen), None)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _show_lines(detail, flag, say)
    with right:
        st.subheader(say("streams.found", count=item.flags))
        if flag is not None:
            with st.container(border=True, key="live-chosen"):
                st.html(grounds(flag.flag, f"{item.as_of}", say))
        with st.container(height=HEIGHT if flag is None else HEIGHT - 200, border=False, key="live-found"):
            rows = [Row(one.id, _flag_label(one, say)) for one in detail.flags]
            show_rows("live-flags", rows, chosen, _jump)


def _show_state(item: LiveStream, say: Words) -> None:
    if item.state == "finished":
        how = "live.over-silence" if item.ended_by == "silence" else "live.over-told"
        st.info(say(how, at=moment(item.finished_at or item.heard_at)))
        if item.document is not None:
            query = {"stream": str(item.document)}
            st.page_link("staff/streams.py", label=say("live.to-whole"), icon=":material/live_tv:", query_params=query)
    elif item.error is not None:
        st.warning(say("live.not-judged"))


def _show_lines(detail: LiveDetail, flag: LiveFlag | None, say: Words) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(say("live.said" if flag is None else "live.said-then"), width="stretch")
        if flag is not None:
            st.button(say("live.newest-words"), type="tertiary", key="live-now", on_click=_jump, args=(None,))
    with st.container(height=HEIGHT, key="live-lines"):
        st.html(lines_heard(detail.lines, detail.flags, flag))
    here = line_of(flag) if flag is not None else (detail.lines[-1].seq if detail.lines else None)
    if here is not None:
        script = f"document.getElementById('said-{here:d}')?.scrollIntoView({{block: 'nearest'}}) // {here:d}"
        st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def _label(item: LiveStream, say: Words, words: str = "") -> str:
    worst = f"{severity_badge(item.worst, say)} " if item.worst else ""
    state = say("live.counts", flags=item.flags, items=item.items)
    facts = " · ".join(
        plain(part, 60)
        for part in (say.one_of("platform", item.platform), item.stream, item.seller, _heard(item.heard_at, say))
        if part
    )
    last = f"  \n{plain(words, 40)}" if words else ""
    return f"{worst}**{plain(item.label or item.stream, 60)}** · {state}  \n:small[{facts}]{last}"


def _heard(at: datetime, say: Words) -> str:
    seconds = max(0, int((now() - at).total_seconds()))
    return say("live.heard", time=clock(seconds)) if seconds >= _MINUTE else say("live.heard-now")


def _flag_label(flag: LiveFlag, say: Words, stream: str = "") -> str:
    first = flag.flag.evidence[0]
    time = moment(flag.received_at)[-5:] if first.at is None else clock(first.at)
    standing = f" :gray-badge[{say('live.early')}]" if flag.standing == "early" else ""
    words = plain(first.text, 24) or say("finding.absent")
    facts = " · ".join(part for part in (say.one_of("category", flag.flag.category), plain(stream, 30)) if part)
    return f"{time} {severity_badge(flag.flag.severity, say)} **{words}**{standing} :small[{facts}]"


def _enter(stream: int, flag: int | None = None) -> None:
    address.put_number("stream", stream)
    address.put_number("flag", flag)


def _jump(flag: int | None) -> None:
    address.put_number("flag", flag)


def _leave() -> None:
    address.put_number("stream", None)
    address.put_number("flag", None)


if __name__ == "__main__":
    page()
