"""Charts: flags by kind and by day, and the time line of a stream."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

import altair as alt
import pandas as pd

from dashboard.shown import COLOURS
from dashboard.words import Words
from monitor.flags import SEVERITIES, Severity

ROW: Final = 24
"""Height of a bar with its gap, in pixels."""

TICKS: Final = 12
_STEPS: Final = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)

CHOSEN: Final = "chosen"
"""Name of the selection on a time line."""

_OPEN, _DONE = "#1f5f7a", "#b9c7cd"


class Bar(NamedTuple):
    """A bar: what it counts, how many in all, and how many of them are undecided."""

    name: str
    flags: int
    undecided: int


class Mark(NamedTuple):
    """A flag on a time line. ``at``: seconds from the start, or the number of the sentence where nothing has a time."""

    flag: int
    at: float
    category: str
    severity: Severity
    words: str
    time: str


def bars(rows: Sequence[Bar], say: Words) -> alt.Chart:
    """Horizontal bars in the order given, each divided into undecided and decided."""
    states = {say("charts.undecided"): _OPEN, say("charts.decided"): _DONE}
    undecided, decided = states
    table = pd.DataFrame(
        [(row.name, undecided, row.undecided, 0) for row in rows]
        + [(row.name, decided, row.flags - row.undecided, 1) for row in rows],
        columns=["name", "state", "flags", "order"],
    )
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_bar()
        .encode(
            y=alt.Y("name:N", sort=[row.name for row in rows], title=None, axis=alt.Axis(labelLimit=190, ticks=False)),
            x=alt.X("sum(flags):Q", title=say("charts.flags"), axis=alt.Axis(tickMinStep=1, format="d")),
            color=alt.Color(
                "state:N",
                title=None,
                scale=alt.Scale(domain=list(states), range=list(states.values())),
                legend=alt.Legend(orient="top"),
            ),
            order="order:Q",
            tooltip=[
                alt.Tooltip("name:N", title=say("charts.kind")),
                alt.Tooltip("state:N", title=say("charts.state")),
                alt.Tooltip("flags:Q", title=say("charts.flags")),
            ],
        )
        .properties(height=alt.Step(ROW))
    )
    return chart


def days(rows: Sequence[tuple[date, int]], say: Words) -> alt.Chart:
    """A bar for each day that has flags; the axis leaves room for those that have none."""
    table = pd.DataFrame([(pd.Timestamp(day), count) for day, count in rows], columns=["day", "flags"])
    shown = alt.Axis(format="%m-%d", labelOverlap=True, tickCount={"interval": "day", "step": max(1, _span(rows) // 8)})
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_bar(color=_OPEN, size=max(3, min(40, 400 // (_span(rows) + 1))))
        .encode(
            x=alt.X("day:T", title=None, axis=shown, scale=alt.Scale(padding=24)),
            y=alt.Y("flags:Q", title=say("charts.flags"), axis=alt.Axis(tickMinStep=1, format="d")),
            tooltip=[
                alt.Tooltip("day:T", title=say("charts.day"), format="%Y-%m-%d"),
                alt.Tooltip("flags:Q", title=say("charts.flags")),
            ],
        )
        .properties(height=220)
    )
    return chart


def time_line(marks: Sequence[Mark], length: float, timed: bool, chosen: int | None, say: Words) -> alt.Chart:
    """Flags of a stream by second and code, coloured by severity. A click chooses a flag by its number."""
    names = {severity: say.one_of("severity", severity) for severity in SEVERITIES}
    table = pd.DataFrame(
        [
            (mark.flag, mark.at, mark.category, names[mark.severity], mark.words, mark.time, mark.flag == chosen)
            for mark in marks
        ],
        columns=["flag", "at", "category", "severity", "words", "time", "here"],
    )
    click = alt.selection_point(name=CHOSEN, fields=["flag"], on="click", clear="dblclick")
    worn = [names[severity] for severity in SEVERITIES if any(mark.severity == severity for mark in marks)]
    colours = [COLOURS[severity] for severity in SEVERITIES if names[severity] in worn]
    minutes = "floor(datum.value / 60) + ':' + (datum.value % 60 < 10 ? '0' : '') + datum.value % 60"
    axis = alt.Axis(labelExpr=minutes, values=ticks(length)) if timed else alt.Axis(format="d", tickMinStep=1)
    chart: alt.Chart = (
        alt.Chart(table)
        .mark_tick(thickness=5, size=18, cursor="pointer")
        .encode(
            x=alt.X("at:Q", title=say("charts.time" if timed else "charts.sentence"), axis=axis).scale(
                domain=[0, max(length, 1.0)], nice=False
            ),
            y=alt.Y("category:N", title=None, axis=alt.Axis(labelLimit=190, grid=True)),
            color=alt.Color(
                "severity:N",
                title=say("charts.severity"),
                scale=alt.Scale(domain=worn, range=colours),
                legend=alt.Legend(orient="top", title=None),
            ),
            opacity=alt.condition("datum.here", alt.value(1.0), alt.value(0.65 if chosen else 0.9)),
            tooltip=[
                alt.Tooltip("time:N", title=say("charts.time" if timed else "charts.sentence")),
                alt.Tooltip("words:N", title=say("charts.words")),
                alt.Tooltip("category:N", title=say("charts.kind")),
                alt.Tooltip("severity:N", title=say("charts.severity")),
            ],
        )
        .add_params(click)
        .properties(height=alt.Step(ROW))
    )
    return chart


def ticks(length: float) -> list[int]:
    """Seconds to write on a time line: at most :data:`TICKS` besides 0, at round times."""
    step = next((step for step in _STEPS if length / step <= TICKS), -(-int(length) // (TICKS * 3600)) * 3600)
    return list(range(0, int(length) + 1, step))


def _span(rows: Sequence[tuple[date, int]]) -> int:
    """Days from the first to the last."""
    return (rows[-1][0] - rows[0][0]).days if rows else 0
