"""Figures, times and codes as people read them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from dashboard.words import Words
from monitor.flags import Basis, Severity

COLOURS: Final[dict[Severity, str]] = {
    "info": "#8a979d",
    "low": "#4f86a3",
    "medium": "#c58a1b",
    "high": "#c2452d",
    "critical": "#7d1522",
}
"""Of each severity, on charts and in ``look.css``."""

BADGES: Final[dict[Severity, str]] = {
    "info": "gray",
    "low": "blue",
    "medium": "orange",
    "high": "red",
    "critical": "violet",
}
"""Of each severity, as Streamlit names colours in Markdown."""

_ARTICLE: Final = re.compile(r"([^\s,(、]+)([^,、]*)")


def clock(seconds: float) -> str:
    """Seconds from the start of a stream as ``mm:ss``, or ``h:mm:ss`` from an hour on."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes:02}:{whole % 60:02}"


def moment(at: datetime) -> str:
    """A moment to the minute, in the time zone of the reader's browser, else of this machine."""
    return f"{at.astimezone(_zone()):%Y-%m-%d %H:%M}"


def law(basis: Basis, say: Words) -> str:
    """A law with its articles, where they are known; ``9(3)`` is item 3 of article 9, ``71, 73`` are two."""
    if basis.article is None:
        return basis.law
    articles = (say("law.one", number=number, rest=rest.strip()) for number, rest in _ARTICLE.findall(basis.article))
    return say("law.article", law=basis.law, articles=say("law.between").join(articles) or basis.article)


def severity_badge(severity: Severity, say: Words) -> str:
    """A severity as a badge in Markdown."""
    return f":{BADGES[severity]}-badge[{say.one_of('severity', severity)}]"


def _zone() -> ZoneInfo | None:
    try:
        return ZoneInfo(st.context.timezone) if st.context.timezone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
