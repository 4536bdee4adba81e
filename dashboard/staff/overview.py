"""Overview: what waits for people, and what was found where."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.address import spoken
from dashboard.backend import database
from dashboard.charts import Bar, bars, days
from dashboard.entrance import require_person
from dashboard.marking import plain
from dashboard.shown import moment
from dashboard.words import Words
from monitor.cases import Count, Flip, Overview, flips, overview

FLIPS = 10
"""Flips shown, the latest."""


def page() -> None:
    """Draw the page."""
    say = spoken()
    require_person()
    with database().read() as session:
        found, flipped = overview(session), flips(session, limit=FLIPS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(say("pages.overview"), width="stretch")
        st.button(say("overview.refresh"), icon=":material/refresh:", type="tertiary", key="overview-refresh")
    _waiting(found, say)
    if not found.documents:
        st.info(say("overview.empty"))
        return
    _figures(found, say)
    if found.flags:
        _charts(found, say)
    else:
        st.success(say("overview.no-flags"))
    if flipped:
        _flips(flipped, say)


def _waiting(found: Overview, say: Words) -> None:
    """What needs a person, or a worker."""
    st.subheader(say("overview.waiting"))
    columns = st.columns(4)
    grave = sum(count.undecided for count in found.by_severity if count.name in {"high", "critical"})
    with columns[0]:
        st.metric(say("overview.undecided"), f"{found.undecided:,}", border=True, help=say("overview.undecided-help"))
        st.page_link("staff/review.py", label=say("overview.to-review", grave=grave), icon=":material/gavel:")
    with columns[1]:
        st.metric(say("overview.complaints"), f"{found.complaints_open:,}", border=True)
        st.page_link("staff/complaints.py", label=say("overview.to-complaints"), icon=":material/inbox:")
    with columns[2]:
        pending = found.work.pending + found.work.leased
        st.metric(say("overview.pending"), f"{pending:,}", border=True, help=say("overview.pending-help"))
    with columns[3]:
        st.metric(say("overview.dead"), f"{found.work.dead:,}", border=True, help=say("overview.dead-help"))


def _figures(found: Overview, say: Words) -> None:
    st.subheader(say("overview.found"))
    figures = {
        "overview.documents": found.documents,
        "overview.listings": found.listings,
        "overview.transcripts": found.transcripts,
        "overview.flags": found.flags,
        "overview.decided": found.decided,
    }
    for column, (key, value) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(say(key), f"{value:,}")


def _flips(flipped: Sequence[Flip], say: Words) -> None:
    """What scanning again after a change found otherwise."""
    st.subheader(say("overview.flips"), help=say("overview.flips-help"))
    for flip in flipped:
        what = say(f"overview.{flip.what}", words=plain(flip.words, 24) or say("finding.absent"))
        where = f"{plain(flip.label or flip.external_id, 40)} · {plain(flip.rule, 60)} · {moment(flip.at)}"
        st.page_link("staff/review.py", label=f"{what} · {where}", query_params={"flag": str(flip.flag)})


def _charts(found: Overview, say: Words) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader(say("overview.by-category"))
        st.altair_chart(bars(_bars(found.by_category, say, "category"), say), alt=say("overview.by-category"))
        st.subheader(say("overview.by-rule"))
        st.altair_chart(bars(_bars(found.by_rule[:10], say, "rule"), say), alt=say("overview.by-rule"))
    with right:
        st.subheader(say("overview.by-severity"))
        st.altair_chart(bars(_bars(found.by_severity, say, "severity"), say), alt=say("overview.by-severity"))
        st.subheader(say("overview.by-day"))
        st.altair_chart(days([(count.day, count.flags) for count in found.by_day], say), alt=say("overview.by-day"))
        st.subheader(say("overview.by-platform"))
        st.altair_chart(bars(_bars(found.by_platform, say, "platform"), say), alt=say("overview.by-platform"))


def _bars(counts: Sequence[Count], say: Words, section: str) -> list[Bar]:
    return [
        Bar(say.one_of(section, count.name) if count.name else say("platform.none"), count.flags, count.undecided)
        for count in counts
    ]


if __name__ == "__main__":
    page()
