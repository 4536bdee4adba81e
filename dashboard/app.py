"""The entrance of the dashboard: ``streamlit run dashboard/app.py``, or ``monitor dashboard``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit.navigation.page import Page

from dashboard.address import change_language, choose_language, spoken
from dashboard.backend import database
from dashboard.entrance import person, sign_out
from dashboard.marking import plain
from dashboard.words import LANGUAGES, NAMES, Words
from monitor.config import read_settings
from monitor.errors import ConfigurationError

STAFF: Final = {
    "overview": "monitoring",
    "review": "gavel",
    "live": "sensors",
    "streams": "live_tv",
    "complaints": "inbox",
}
PUBLIC: Final = {"complain": "campaign", "follow": "fact_check", "check": "spellcheck"}
"""Pages and their icons: ``staff/overview.py`` and so on. The address of a page is its name; the first is where one arrives."""

_HERE: Final = Path(__file__).parent
_LOG: Final = logging.getLogger("steelyard.dashboard")


def main() -> None:
    """Draw the frame, and the page that is asked for in it."""
    st.set_page_config(page_title="公平秤 Steelyard", page_icon=_HERE / "icon.svg", layout="wide")
    st.html(_HERE / "look.css")
    st.logo(_HERE / "logo.svg", size="large")
    try:
        choose_language(read_settings().language)
        database()
    except ConfigurationError:
        _LOG.exception("the dashboard cannot be shown")
        st.error(spoken()("errors.configuration"))
        return
    say = spoken()
    page = st.navigation(
        {say("nav.staff"): _pages("staff", STAFF, say), say("nav.public"): _pages("public", PUBLIC, say)}, expanded=True
    )
    _sidebar(say)
    page.run()


def _pages(folder: str, pages: dict[str, str], say: Words) -> list[Page]:
    return [
        st.Page(
            f"{folder}/{name}.py",
            title=say(f"pages.{name}"),
            icon=f":material/{icon}:",
            url_path=name,
            default=(name == next(iter(STAFF))),
        )
        for name, icon in pages.items()
    ]


def _sidebar(say: Words) -> None:
    with st.sidebar:
        st.segmented_control(
            say("nav.language"),
            LANGUAGES,
            default=say.language,
            required=True,
            format_func=lambda language: NAMES[language],
            key=f"language-{say.language}",
            on_change=change_language,
            args=(f"language-{say.language}",),
            label_visibility="collapsed",
        )
        by = person()
        if by is not None:
            st.caption(say("nav.signed-in", name=plain(by)))
            st.button(say("nav.sign-out"), key="sign-out", on_click=sign_out, type="tertiary", icon=":material/logout:")


if __name__ == "__main__":
    main()
