"""A stream: its time line, what was said, and the way from a flag to its words."""

from __future__ import annotations

import json
import re

import pytest
from store.writing import flag, scanned, transcript
from streamlit.testing.v1 import AppTest

from dashboard.staff.streams import BESIDE, clicked_flag
from dashboard.transcript import LINES
from tests.dashboard.conftest import House, Visit, asked, run, said


def lines(app: AppTest) -> str:
    (found,) = [element.proto.body for element in app.get("html") if 'class="transcript"' in element.proto.body]
    return str(found)


def test_the_list_leads_to_a_stream(filled: House, visit: Visit) -> None:
    app = visit("staff/streams.py")
    assert "3 条线索，3 条待审核" in said(app)
    app.button(key="streams-3").click()
    run(app)
    assert app.header[0].value == "老梁在田间"
    assert asked(app, "stream") == ["3"]
    app.button(key="streams-back").click()
    run(app)
    assert asked(app, "stream") == []


def test_what_was_said_is_there_with_time_and_marks(filled: House, visit: Visit) -> None:
    page = lines(visit("staff/streams.py", stream=3))
    assert page.count("<time>") == 4
    assert '<time>00:10</time><span class="who"></span><span class="text" id="line-1">' in page
    assert '真的能<mark class="critical">降血糖</mark>' in page
    assert "here" not in page


def test_a_flag_leads_to_its_words(filled: House, visit: Visit) -> None:
    app = visit("staff/streams.py", stream=3)
    app.button(key="stream-flags-4").click()
    run(app)
    assert asked(app, "flag") == ["4"]
    assert re.search(r'class="flagged here"><time>00:20', lines(app))
    assert any("getElementById('line-2')" in element.proto.body for element in app.get("html"))
    (link,) = [link for link in app.get("page_link") if link.proto.label == "去审核这条线索"]
    assert "flag=4" in link.proto.query_string


def test_the_time_line_has_each_flag_that_has_a_time(filled: House, visit: Visit) -> None:
    (chart,) = visit("staff/streams.py", stream=3).get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    assert spec["encoding"]["x"]["scale"]["domain"] == [0, 35.0]
    assert spec["encoding"]["color"]["scale"]["domain"] == ["危急"]
    assert "flag" in spec["params"][0]["select"]["fields"]


def test_a_stream_without_times_counts_sentences(empty: House, visit: Visit) -> None:
    text = {"segments": [{"text": "大家好"}, {"text": "全网最好"}]}
    scanned(empty.database, transcript(1, **text), flag("最好", 2, field="segments[1].text"))
    app = visit("staff/streams.py", stream=1)
    (chart,) = app.get("vega_lite_chart")
    spec = json.loads(chart.proto.spec)
    assert (spec["encoding"]["x"]["title"], spec["encoding"]["x"]["scale"]["domain"]) == ("第几句", [0, 2.0])
    assert "<time></time>" in lines(app)


def test_a_long_stream_is_shown_a_page_at_a_time(empty: House, visit: Visit) -> None:
    words = ["大家好"] * (2 * LINES) + ["全网最好"]
    scanned(
        empty.database, transcript(1, *words), flag("最好", 2, field=f"segments[{2 * LINES}].text", at=20.0 * LINES)
    )
    app = visit("staff/streams.py", stream=1)
    assert lines(app).count("<time>") == LINES
    app.button(key="stream-flags-1").click()
    run(app)
    assert lines(app).count("<time>") == 1
    assert f'id="line-{2 * LINES}"' in lines(app)


def test_of_many_flags_those_around_the_chosen_are_listed(empty: House, visit: Visit) -> None:
    flags = [flag("好", number, field="segments[0].text", at=0.0) for number in range(BESIDE + 50)]
    scanned(empty.database, transcript(1, "好" * (BESIDE + 50)), *flags)
    app = visit("staff/streams.py", stream=1)
    assert listed(app) == list(range(1, BESIDE + 1))
    app.button(key=f"stream-flags-{BESIDE}").click()
    run(app)
    assert listed(app) == list(range(BESIDE // 2, BESIDE // 2 + BESIDE))


def listed(app: AppTest) -> list[int]:
    keys = [button.key or "" for button in app.button]
    return [int(key.removeprefix("stream-flags-")) for key in keys if key.startswith("stream-flags-")]


@pytest.mark.parametrize("stream", [1, 999])
def test_what_is_no_stream_is_told(stream: int, filled: House, visit: Visit) -> None:
    app = visit("staff/streams.py", stream=stream)
    assert app.warning[0].value == f"没有编号为 {stream} 的直播。"


@pytest.mark.parametrize(
    ("event", "flag_id"),
    [
        ({"selection": {"chosen": [{"flag": 7}]}}, 7),
        ({"selection": {"chosen": []}}, None),
        ({"selection": {}}, None),
        ({"selection": {"chosen": [{"flag": "7"}]}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_click_is_read(event: object, flag_id: int | None) -> None:
    assert clicked_flag(event) == flag_id
