"""Times and laws as people read them."""

from __future__ import annotations

import re

import pytest

from dashboard.charts import ticks
from dashboard.shown import BADGES, COLOURS, clock, law
from dashboard.words import Language, Words
from monitor.flags import SEVERITIES, Basis
from tests.dashboard.conftest import APP


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "00:00"), (59.9, "00:59"), (60, "01:00"), (3599, "59:59"), (3600, "1:00:00"), (45296.5, "12:34:56")],
)
def test_a_time_of_a_stream(seconds: float, said: str) -> None:
    assert clock(seconds) == said


@pytest.mark.parametrize(
    ("article", "language", "said"),
    [
        (None, "zh", "广告法"),
        ("17", "zh", "广告法 第17条"),
        ("9(3)", "zh", "广告法 第9条(3)"),
        ("71, 73", "zh", "广告法 第71条、第73条"),
        ("9(3), 28", "zh", "广告法 第9条(3)、第28条"),
        ("9(3)", "en", "广告法, article 9(3)"),
        ("71, 73", "en", "广告法, article 71, 73"),
    ],
)
def test_a_law_with_its_articles(article: str | None, language: Language, said: str) -> None:
    assert law(Basis("广告法", article), Words(language)) == said


@pytest.mark.parametrize(
    ("length", "last", "count"),
    [
        pytest.param(35.0, 35, 8, id="seconds"),
        pytest.param(780.0, 720, 7, id="thirteen minutes: every two"),
        pytest.param(3600.0, 3600, 13, id="an hour: every five minutes"),
        pytest.param(50 * 3600.0, 50 * 3600, 11, id="two days: every five hours"),
        pytest.param(0.0, 0, 1, id="nothing"),
    ],
)
def test_a_time_line_has_few_and_round_times(length: float, last: int, count: int) -> None:
    assert (ticks(length)[-1], len(ticks(length))) == (last, count)


def test_every_severity_has_its_colours() -> None:
    assert set(COLOURS) == set(BADGES) == set(SEVERITIES)
    css = (APP.parent / "look.css").read_text("utf-8")
    assert dict(re.findall(r"--(\w+): (#\w+)", css)).items() >= COLOURS.items()
