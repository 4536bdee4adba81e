"""Follow a complaint: its receipt shows its steps, and nothing that was written in it. The receipt stays out of the address."""

from __future__ import annotations

import streamlit as st

from dashboard.address import spoken
from dashboard.backend import database, secret
from dashboard.finding import facts
from dashboard.marking import html
from dashboard.shown import moment
from dashboard.words import Words
from monitor.cases import PublicComplaint, follow
from monitor.errors import NotFound

RECEIPT_LENGTH = 40
"""Characters one may type: the digits may be grouped by spaces or hyphens."""


def page() -> None:
    """Draw the page."""
    say = spoken()
    st.header(say("pages.follow"))
    with st.container(width=760):
        with st.form("follow"):
            typed = st.text_input(
                say("follow.receipt"), max_chars=RECEIPT_LENGTH, key="follow-receipt", placeholder="0000 0000 0000 0000"
            )
            st.form_submit_button(say("follow.look"), type="primary")
        if typed and typed.strip():
            _show(typed[:RECEIPT_LENGTH], say)
        else:
            st.caption(say("follow.about"))


def _show(typed: str, say: Words) -> None:
    try:
        with database().read() as session:
            found = follow(session, secret(), typed)
    except NotFound:
        st.error(say("follow.nothing"))
        return
    st.html(
        facts(
            [
                (say("follow.status"), say(f"status.{found.status}")),
                (say("fact.filed"), moment(found.filed_at)),
                (say("fact.platform"), say.one_of("platform", found.platform) if found.platform else ""),
            ]
        )
    )
    st.html(_steps(found, say))


def _steps(found: PublicComplaint, say: Words) -> str:
    items = (
        f"<li><b>{html(say(f'status.{step.status}'))}</b> <small>{moment(step.at)}</small><p>{html(step.note)}</p></li>"
        for step in found.steps
    )
    return f'<ul class="decisions">{"".join(items)}</ul>'


if __name__ == "__main__":
    page()
