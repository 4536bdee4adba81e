"""Check my script: what the rules find in words that were not said yet. Nothing is stored."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Final

import streamlit as st

from dashboard.address import spoken
from dashboard.backend import day_of_law, scan
from dashboard.document_facts import category_name
from dashboard.drafts import CATEGORIES, LISTING_LIMIT, SCRIPT_LIMIT, Wrong, listing_draft, script_draft
from dashboard.finding import show_finding
from dashboard.shown import severity_badge
from dashboard.words import Words
from monitor.cases import passage
from monitor.documents import Document
from monitor.errors import SteelyardError
from monitor.flags import SEVERITIES, Flag, ScanResult

_DRAFT: Final = "check-draft"
_LOG: Final = logging.getLogger("steelyard.dashboard")


def page() -> None:
    """Draw the page."""
    say = spoken()
    st.header(say("pages.check"))
    st.markdown(say("check.about"))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        kind = st.segmented_control(
            say("check.kind"),
            ("script", "listing"),
            default="script",
            required=True,
            format_func=lambda name: say(f"check.{name}"),
            key="check-kind",
            label_visibility="collapsed",
            on_change=_forget,
        )
        draft = _show_listing(say) if kind == "listing" else _show_script(say)
        st.caption(say("check.private"))
    with right:
        if draft is None:
            st.info(say("check.waiting"))
        else:
            _show_result(draft, say)


def _forget() -> None:
    st.session_state.pop(_DRAFT, None)


def _show_script(say: Words) -> Document | None:
    with st.form("check-script", enter_to_submit=False):
        text = st.text_area(
            say("check.text"), max_chars=SCRIPT_LIMIT, height=360, key="check-text", placeholder=say("check.text-hint")
        )
        asked = st.form_submit_button(say("check.check"), type="primary")
        return _drafted(asked, lambda: script_draft(text or ""), say)


def _show_listing(say: Words) -> Document | None:
    with st.form("check-listing", enter_to_submit=False):
        title = st.text_input(say("check.title"), max_chars=LISTING_LIMIT["title"], key="check-title")
        description = st.text_area(
            say("check.description"), max_chars=LISTING_LIMIT["description"], height=150, key="check-description"
        )
        category = st.selectbox(
            say("check.category"),
            CATEGORIES,
            index=None,
            format_func=lambda code: category_name(code, say),
            placeholder=say("check.category-hint"),
            key="check-category",
        )
        attributes = st.text_area(
            say("check.attributes"),
            max_chars=LISTING_LIMIT["attributes"],
            height=100,
            key="check-attributes",
            placeholder=say("check.attributes-hint"),
        )
        asked = st.form_submit_button(say("check.check"), type="primary")
        return _drafted(asked, lambda: listing_draft(title or "", description or "", category, attributes or ""), say)


def _drafted(asked: bool, draft: Callable[[], Document], say: Words) -> Document | None:
    """The document that was asked about last, so that it stays when the language changes."""
    if asked:
        try:
            st.session_state[_DRAFT] = draft()
        except Wrong as wrong:
            _forget()
            st.error(say(f"wrong.{wrong.field}", line=wrong.line, most=wrong.most))
    kept: Document | None = st.session_state.get(_DRAFT)
    return kept


def _show_result(draft: Document, say: Words) -> None:
    try:
        with st.spinner(say("check.checking")):
            result = scan(draft, say.language)
    except SteelyardError:
        _LOG.exception("a draft cannot be checked")
        st.error(say("errors.rules"))
        return
    found = sorted(once_each(flag for flag in result.flags if flag.status == "in-force"), key=_gravest_first)
    if found:
        st.subheader(say("check.found", count=len(found)))
    else:
        st.success(say("check.clean"), icon=":material/check_circle:")
    for flag in found:
        with st.container(border=True):
            st.markdown(f"{severity_badge(flag.severity, say)} **{say.one_of('category', flag.category)}**")
            passages = [passage(draft, evidence) for evidence in flag.evidence]
            show_finding(flag, passages, draft, f"{result.as_of}", say)
    _show_unknown(result, say)
    st.caption(say("check.law", day=day_of_law(), digest=result.rulebook[:12]))


def _show_unknown(result: ScanResult, say: Words) -> None:
    """What the rules could not tell, once for each code."""
    open_codes = dict.fromkeys(say.one_of("category", item.category) for item in result.unknown)
    if open_codes:
        st.info(say("check.unknown", codes="、".join(open_codes) if say.language == "zh" else ", ".join(open_codes)))


def once_each(flags: Iterable[Flag]) -> list[Flag]:
    """One finding of each rule at each place: that several parts of a rule match says nothing more to who wrote it."""
    surest: dict[tuple[str, str, int, int], Flag] = {}
    for flag in flags:
        words = flag.evidence[0]
        key = (flag.rule, words.field, words.start, words.end)
        if key not in surest or flag.score > surest[key].score:
            surest[key] = flag
    return list(surest.values())


def _gravest_first(flag: Flag) -> int:
    return -SEVERITIES.index(flag.severity)


if __name__ == "__main__":
    page()
