"""Complain: a form without an account. The receipt is shown until its holder says that it is kept, and never again."""

from __future__ import annotations

import streamlit as st

from dashboard.address import spoken
from dashboard.backend import database, now, secret
from dashboard.marking import html
from dashboard.words import Words
from monitor.cases import (
    COMPLAINT_LIMIT,
    CONTACT_LIMIT,
    PLATFORM_LIMIT,
    SHORTEST_COMPLAINT,
    SUBJECT_LIMIT,
    Complaint,
    Contact,
    file_complaint,
)
from monitor.errors import Refused

PLATFORMS = ("douyin", "kuaishou", "taobao", "wechat-channels", "xiaohongshu", "pinduoduo", "jd")
"""Platforms that are offered; any other may be typed."""

_RECEIPT, _WRONG = "complain-receipt", "complain-wrong"
_LIMITS = {
    "text": COMPLAINT_LIMIT,
    "platform": PLATFORM_LIMIT,
    "subject": SUBJECT_LIMIT,
    "name": CONTACT_LIMIT,
    "phone": CONTACT_LIMIT,
    "email": CONTACT_LIMIT,
}
"""Field → the most characters it takes."""


def page() -> None:
    """Draw the page."""
    say = spoken()
    st.header(say("pages.complain"))
    receipt = st.session_state.get(_RECEIPT)
    with st.container(width=760):
        if receipt:
            _show_receipt(receipt, say)
        else:
            _show_form(say)


def grouped(receipt: str) -> str:
    """The digits of a receipt by fours, as people copy them."""
    return " ".join(receipt[place : place + 4] for place in range(0, len(receipt), 4))


def _show_receipt(receipt: str, say: Words) -> None:
    st.success(say("complain.filed"), icon=":material/check_circle:")
    st.markdown(say("complain.receipt"))
    st.html(f'<p class="receipt">{html(grouped(receipt))}</p>')
    st.warning(say("complain.once"), icon=":material/edit_note:")
    st.page_link("public/follow.py", label=say("pages.follow"))
    st.button(say("complain.kept"), on_click=_forget, key="complain-kept")


def _show_form(say: Words) -> None:
    st.markdown(say("complain.about"))
    wrong = st.session_state.get(_WRONG)
    with st.form("complain", enter_to_submit=False):
        st.text_area(
            say("complain.text"),
            max_chars=COMPLAINT_LIMIT,
            height=170,
            key="complain-text",
            placeholder=say("complain.text-hint", least=SHORTEST_COMPLAINT),
        )
        _show_wrong("text", wrong, say)
        left, right = st.columns(2)
        with left:
            st.selectbox(
                say("complain.platform"),
                PLATFORMS,
                index=None,
                format_func=lambda name: say.one_of("platform", name),
                accept_new_options=True,
                placeholder=say("complain.platform-hint"),
                key="complain-platform",
            )
            _show_wrong("platform", wrong, say)
        with right:
            st.text_input(
                say("complain.subject"),
                max_chars=SUBJECT_LIMIT,
                key="complain-subject",
                placeholder=say("complain.subject-hint"),
            )
            _show_wrong("subject", wrong, say)
        st.markdown(say("complain.contact"))
        for place, name in zip(st.columns(3), ("name", "phone", "email"), strict=True):
            with place:
                st.text_input(say(f"complain.{name}"), max_chars=CONTACT_LIMIT, key=f"complain-{name}")
                _show_wrong(name, wrong, say)
        st.caption(say("complain.privacy"))
        st.form_submit_button(say("complain.send"), type="primary", on_click=_send)


def _show_wrong(field: str, wrong: str | None, say: Words) -> None:
    if wrong == field:
        st.error(say(f"wrong.{field}", least=SHORTEST_COMPLAINT, most=_LIMITS[field]))


def _send() -> None:
    if st.session_state.get(_RECEIPT):
        return  # a second touch of the button is not a second complaint
    typed = {name: str(st.session_state.get(f"complain-{name}") or "") for name in _LIMITS}
    contact = Contact(typed["name"], typed["phone"], typed["email"])
    form = Complaint(text=typed["text"], platform=typed["platform"], subject=typed["subject"], contact=contact)
    st.session_state[_WRONG] = None
    try:
        with database().write() as session:
            receipt = file_complaint(session, secret(), form, now())
    except Refused as refused:
        st.session_state[_WRONG] = refused.field.removeprefix("contact.")
    else:
        st.session_state[_RECEIPT] = receipt


def _forget() -> None:
    st.session_state.pop(_RECEIPT, None)


if __name__ == "__main__":
    page()
