"""Live: what is on air, flags as they come, and the way from a flag to its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from rules.writing import RULE, write_rulebook
from streamlit.testing.v1 import AppTest

from dashboard.backend import now
from monitor.formats.saying import decode_head, decode_saying
from monitor.rules import load_rulebook
from monitor.scanner import Scanner
from monitor.store import append, finish, open_stream
from monitor.workers.advance import Advancer
from tests.dashboard.conftest import TITLE, House, Visit, asked, run, said

PLAIN = "大家好今天给大家带来新鲜苹果"


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(load_rulebook(write_rulebook(tmp_path_factory.mktemp("rules"), RULE)))


def on_air(house: House, name: str, *words: str, at: datetime | None = None, **more: Any) -> int:
    raw = json.dumps({"id": name, "platform": "douyin", "room": f"直播间 {name}"} | more).encode()
    with house.database.write() as session:
        stream = open_stream(session, decode_head(raw), raw, at or now(), source="test").stream
    say(house, stream, words, at=at)
    return stream


def say(house: House, stream: int, words: Sequence[str], first: int = 1, at: datetime | None = None) -> None:
    items = [{"seq": seq, "text": text, "start": 5.0 * seq} for seq, text in enumerate(words, first)]
    with house.database.write() as session:
        append(session, stream, [decode_saying(json.dumps(item).encode()) for item in items], at or now())


def judge(house: House, scanner: Scanner) -> None:
    Advancer(house.database, scanner, now, "t", "test", lease=15, gap=3).look()


def lines(app: AppTest) -> str:
    (found,) = [element.proto.body for element in app.get("html") if 'class="transcript"' in element.proto.body]
    return str(found)


def test_nothing_is_on_air(empty: House, visit: Visit) -> None:
    assert "monitor replay" in said(visit("staff/live.py"))


def test_streams_and_flags_are_shown_and_lead_to_their_words(empty: House, visit: Visit, scanner: Scanner) -> None:
    first = on_air(empty, "A", PLAIN, "这是最好的米", PLAIN)
    on_air(empty, "B", PLAIN, room=TITLE, at=now() - timedelta(seconds=130))
    judge(empty, scanner)
    app = visit("staff/live.py")
    assert [metric.value for metric in app.metric] == ["2", "1", "0"]
    assert "1 条线索，3 句" in said(app)
    assert "没有声音" in said(app)
    app.button(key="live-flags-1").click()
    run(app)
    assert (asked(app, "stream"), asked(app, "flag")) == ([str(first)], ["1"])
    assert '<div class="flagged here"><time>00:10</time>' in lines(app)
    assert '这是<mark class="medium">最好</mark>的米' in lines(app)
    assert "可能撤回" in said(app)
    app.button(key="live-back").click()
    run(app)
    assert asked(app, "stream") == []


def test_a_flag_far_back_is_shown_with_what_was_said_then(empty: House, visit: Visit, scanner: Scanner) -> None:
    stream = on_air(empty, "A", "这是最好的米", *[PLAIN] * 80)
    judge(empty, scanner)
    app = visit("staff/live.py", stream=stream)
    assert "最好" not in lines(app)
    assert lines(app).count("<time>") == 30
    app.button(key="live-flags-1").click()
    run(app)
    assert '<div class="flagged here"><time>00:05</time>' in lines(app)
    app.button(key="live-now").click()
    run(app)
    assert 'id="said-81"' in lines(app)


def test_a_stream_that_is_over_leads_to_the_whole(empty: House, visit: Visit, scanner: Scanner) -> None:
    stream = on_air(empty, "A", "这是最好的米")
    judge(empty, scanner)
    with empty.database.write() as session:
        finish(session, stream, now())
    app = visit("staff/live.py")
    (link,) = [link for link in app.get("page_link") if "直播间" in link.proto.label]
    assert link.proto.query_string == "stream=1"
    assert [metric.value for metric in app.metric] == ["0", "0", "0"]
    app = visit("staff/live.py", stream=stream)
    assert any("已于" in info.value for info in app.info)


def test_live_flags_are_not_among_those_to_decide(empty: House, visit: Visit, scanner: Scanner) -> None:
    on_air(empty, "A", "这是最好的米", *[PLAIN] * 20)
    judge(empty, scanner)
    assert "没有符合条件的线索" in said(visit("staff/review.py"))


def test_what_is_no_stream_is_told(empty: House, visit: Visit) -> None:
    assert visit("staff/live.py", stream=9).warning[0].value == "没有编号为 9 的直播。"
