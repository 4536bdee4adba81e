"""The form of a decision, and the decisions so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import streamlit as st

from dashboard.backend import database, now
from dashboard.entrance import person
from dashboard.marking import html, plain
from dashboard.shown import moment
from dashboard.words import Words
from monitor.cases import OUTCOMES, REASON_LIMIT, Decision, FlagDetail, decide
from monitor.errors import NotFound, Refused, Stale

DONE: Final = "review-done"
"""Where the session keeps the flag that was just decided, and the queue as it was shown."""

_TROUBLE: Final = "review-trouble"


class _Trouble(NamedTuple):
    """Why a decision was not written. ``field``: the part that is wrong; None: somebody decided since ``seen``."""

    flag: int
    field: str | None
    seen: int | None


def show_decisions(detail: FlagDetail, say: Words) -> None:
    """Who decided what and why, the latest first. What was decided while a decision was written is set apart, with a word on it."""
    if not detail.decisions:
        return
    trouble = _trouble(detail.stored.id)
    stale = trouble is not None and trouble.field is None
    fresh = {decision.id for decision in detail.decisions if stale and decision.id > ((trouble and trouble.seen) or 0)}
    with st.container(border=stale, key="stale" if stale else "decisions"):
        if stale:
            st.warning(say("decide.stale"), icon=":material/sync_problem:")
        st.markdown(f"**{say('decide.so-far')}**")
        st.html(_decisions(detail.decisions, fresh, say))


def show_form(detail: FlagDetail, ids: list[int], by: str, say: Words) -> None:
    """The form for one flag; ``ids`` is the queue as it is shown beside it."""
    flag = detail.stored.id
    trouble = _trouble(flag)
    with st.form(f"decide-{flag}", enter_to_submit=False):
        st.radio(
            say("decide.outcome"),
            OUTCOMES,
            index=None,
            format_func=lambda name: say(f"outcome.{name}"),
            horizontal=True,
            key=f"outcome-{flag}",
        )
        _show_wrong(trouble, "outcome", say)
        st.text_area(
            say("decide.reason"),
            max_chars=REASON_LIMIT,
            height=90,
            key=f"reason-{flag}",
            placeholder=say("decide.reason-hint"),
        )
        _show_wrong(trouble, "reason", say)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.form_submit_button(
                say("decide.again" if detail.decisions else "decide.decide"),
                type="primary",
                on_click=_decide,
                args=(flag, detail.last_decision, ids),
            )
            st.caption(say("decide.by", name=plain(by)))


def _show_wrong(trouble: _Trouble | None, field: str, say: Words) -> None:
    if trouble is not None and trouble.field == field:
        st.error(say(f"wrong.{field}", most=REASON_LIMIT))


def _trouble(flag: int) -> _Trouble | None:
    """What was wrong with the last decision about this flag; that of another flag is forgotten."""
    trouble: _Trouble | None = st.session_state.get(_TROUBLE)
    if trouble is not None and trouble.flag != flag:
        st.session_state[_TROUBLE] = None
        return None
    return trouble


def _decisions(decisions: Sequence[Decision], fresh: set[int], say: Words) -> str:
    items = (
        f"<li class='{'fresh' if decision.id in fresh else ''}'><b>{html(say(f'outcome.{decision.outcome}'))}</b> "
        f"<small>{html(decision.decided_by)} · {moment(decision.decided_at)}</small><p>{html(decision.reason)}</p></li>"
        for decision in reversed(decisions)
    )
    return f'<ul class="decisions">{"".join(items)}</ul>'


def _decide(flag: int, seen: int | None, ids: list[int]) -> None:
    """Write the decision. ``seen`` is the last decision that stood on the page the person looked at."""
    by = person()
    if by is None:
        return
    st.session_state[_TROUBLE] = None
    outcome = st.session_state.get(f"outcome-{flag}") or ""
    reason = st.session_state.get(f"reason-{flag}") or ""
    try:
        with database().write() as session:
            decide(session, flag, outcome, reason, by, seen, now())
    except Refused as refused:
        st.session_state[_TROUBLE] = _Trouble(flag, refused.field, seen)
    except (Stale, NotFound):
        st.session_state[_TROUBLE] = _Trouble(flag, None, seen)
    else:
        st.session_state[DONE] = (flag, ids)
