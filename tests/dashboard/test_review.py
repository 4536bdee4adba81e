"""From the queue to a decision: keyed by the flag, and never over a decision that was not read."""

from __future__ import annotations

import pytest
from store.writing import flag, listing, result, scanned
from streamlit.testing.v1 import AppTest

from dashboard.staff.review import ROWS
from monitor.cases import Decision, decide, flag_detail
from monitor.store import complete, lease_batch, verify
from monitor.store.rescans import Cause, Touched, plan
from monitor.store.tables import WorkRow
from tests.dashboard.conftest import NOW, TITLE, House, Visit, asked, run, said

GRAVEST_FIRST = [4, 3, 1, 5, 2]
"""Flags of the filled house: of equals the newest first."""


def queue(app: AppTest) -> list[int]:
    """The flags in the queue, as they are shown."""
    keys = [button.key or "" for button in app.button]
    return [int(key.removeprefix("queue-")) for key in keys if key.startswith("queue-")]


def shown(app: AppTest) -> int:
    """The flag the address and the form mean."""
    (value,) = asked(app, "flag")
    flag = int(value)
    assert app.text_area(key=f"reason-{flag}")
    return flag


def submit(app: AppTest) -> None:
    (button,) = [button for button in app.button if button.label in {"决定", "重新决定"}]
    button.click()
    run(app)


def settle(app: AppTest, flag: int, outcome: str = "upheld", reason: str = "与事实不符") -> None:
    """Fill the form of a flag in and submit it."""
    app.radio(key=f"outcome-{flag}").set_value(outcome)
    app.text_area(key=f"reason-{flag}").set_value(reason)
    submit(app)


def decisions(house: House, flag: int) -> tuple[Decision, ...]:
    with house.database.read() as session:
        return flag_detail(session, flag).decisions


def elsewhere(house: House, flag: int, outcome: str = "not-a-violation", reason: str = "引用他人的话") -> None:
    """Somebody else decides."""
    seen = decisions(house, flag)
    with house.database.write() as session:
        decide(session, flag, outcome, reason, "李强", seen[-1].id if seen else None, NOW)


def test_the_gravest_stands_first_and_is_shown(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py")
    assert queue(app) == GRAVEST_FIRST
    assert shown(app) == 4


def test_evidence_law_remedy_and_trace_are_shown(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py", flag=3)
    page = said(app)
    assert '这个茶能<mark class="critical">降血糖</mark>' in page
    assert "家人们晚上好" in page  # said just before
    assert "中华人民共和国食品安全法 第71条、第73条<br>中华人民共和国广告法<" in page
    assert "2026-11-20 有效" in page
    assert "删去" in page
    assert "<li>不在引用之中</li>" in page


def test_a_decision_is_written_for_the_flag_and_the_next_is_shown(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py")
    settle(app, 4)
    (decision,) = decisions(filled, 4)
    assert (decision.outcome, decision.reason, decision.decided_by) == ("upheld", "与事实不符", "王芳 (district-1)")
    assert queue(app) == [3, 1, 5, 2]
    assert shown(app) == 3
    with filled.database.read() as session:
        assert verify(session) is None


def test_the_whole_queue_is_decided_one_after_the_other(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py", flag=1)
    order = []
    while queue(app):
        order.append(shown(app))
        settle(app, order[-1])
    assert order == [1, 5, 2, 4, 3]  # on from where one began, then from the top
    assert "没有符合条件的线索。" in said(app)


def test_a_queue_that_moved_meanwhile_does_not_move_the_decision(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py", flag=1)
    elsewhere(filled, 4)
    elsewhere(filled, 3)
    settle(app, 1)
    assert [decision.decided_by for decision in decisions(filled, 1)] == ["王芳 (district-1)"]
    assert decisions(filled, 5) == decisions(filled, 2) == ()
    assert shown(app) == 5


def test_a_stale_decision_shows_what_changed_and_keeps_what_was_typed(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py", flag=1)
    elsewhere(filled, 1)
    settle(app, 1, "upheld", "我的理由")
    assert [decision.decided_by for decision in decisions(filled, 1)] == ["李强"]
    assert "别人已经作出决定" in app.warning[0].value
    assert "<li class='fresh'><b>不违法</b> <small>李强" in said(app)
    assert "引用他人的话" in said(app)
    assert (app.radio(key="outcome-1").value, app.text_area(key="reason-1").value) == ("upheld", "我的理由")
    submit(app)  # now that it was read
    assert [decision.outcome for decision in decisions(filled, 1)] == ["not-a-violation", "upheld"]


def test_two_who_see_the_same_flag_cannot_both_decide(filled: House, visit: Visit) -> None:
    first, second = visit("staff/review.py", flag=1), visit("staff/review.py", by="李强", flag=1)
    settle(first, 1)
    settle(second, 1, "duplicate")
    assert [decision.outcome for decision in decisions(filled, 1)] == ["upheld"]
    assert second.warning


@pytest.mark.parametrize(
    ("outcome", "reason", "told"),
    [
        pytest.param(None, "理由", "请选择结论。", id="no outcome"),
        pytest.param("upheld", "", "请写理由，不超过 2000 字。", id="no reason"),
        pytest.param("upheld", "  \n ", "请写理由，不超过 2000 字。", id="a reason of spaces"),
    ],
)
def test_what_is_missing_is_told_by_field(
    outcome: str | None, reason: str, told: str, filled: House, visit: Visit
) -> None:
    app = visit("staff/review.py", flag=1)
    if outcome:
        app.radio(key="outcome-1").set_value(outcome)
    app.text_area(key="reason-1").set_value(reason)
    submit(app)
    assert [error.value for error in app.error] == [told]
    assert decisions(filled, 1) == ()
    assert shown(app) == 1


def test_an_error_does_not_follow_to_the_next_flag(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py", flag=1)
    submit(app)
    app.button(key="queue-5").click()
    run(app)
    assert shown(app) == 5
    assert not app.error


@pytest.mark.parametrize(
    ("query", "flags"),
    [
        pytest.param({"severity": "critical"}, [4, 3], id="severity"),
        pytest.param({"code": "synthetic"}, [5], id="code"),
        pytest.param({"platform": "kuaishou"}, [1, 2], id="platform"),
        pytest.param({"q": "降血糖"}, [4, 3], id="words"),
        pytest.param({"q": "%"}, [], id="a wildcard is a character"),
        pytest.param({"state": "decided"}, [2], id="decided"),
        pytest.param({"state": "all"}, GRAVEST_FIRST, id="all"),
        pytest.param({"severity": "bogus", "state": "bogus"}, [4, 3, 1, 5], id="nonsense is no filter"),
    ],
)
def test_the_address_filters_the_queue(query: dict[str, str], flags: list[int], filled: House, visit: Visit) -> None:
    elsewhere(filled, 2)
    assert queue(visit("staff/review.py", **query)) == [flag for flag in flags if flag != 2 or "state" in query]


def test_a_filter_that_is_touched_stands_in_the_address(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py", flag=5)
    app.multiselect(key="review-severity-zh").set_value(["high", "medium"])
    run(app)
    assert (queue(app), shown(app)) == ([1, 5, 2], 1)
    assert asked(app, "severity") == ["high", "medium"]
    app.segmented_control(key="review-state-zh").set_value("decided")
    run(app)
    assert (queue(app), asked(app, "state")) == ([], ["decided"])
    app.segmented_control(key="review-state-zh").set_value("undecided")
    run(app)
    assert asked(app, "state") == []


@pytest.mark.parametrize("flag", ["999", "0", "-1", "1e3", "<b>", "9" * 30, "１"])
def test_a_link_to_no_flag_breaks_nothing(flag: str, filled: House, visit: Visit) -> None:
    app = visit("staff/review.py", flag=flag)
    assert queue(app) == GRAVEST_FIRST
    assert asked(app, "flag") == ["999" if flag == "999" else "4"]


def test_next_and_previous_follow_the_queue(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py", flag=1)
    seen = []
    for step in ("next", "before", "before"):
        app.button(key=f"step-{step}").click()
        run(app)
        seen.append(shown(app))
    assert seen == [5, 1, 3]


def test_the_queue_is_read_a_page_at_a_time(filled: House, visit: Visit) -> None:
    for number in range(10, 10 + ROWS):
        scanned(filled.database, listing(number), flag(severity="low"))
    app = visit("staff/review.py")
    first = queue(app)
    assert (len(first), first[:5]) == (ROWS, GRAVEST_FIRST)
    assert f"本页 {ROWS} 条，共 {ROWS + 5} 条" in said(app)
    app.button(key="review-next").click()
    run(app)
    assert (len(queue(app)), set(queue(app)) & set(first)) == (5, set())
    app.button(key="review-before").click()
    run(app)
    assert queue(app) == first


def test_the_last_flag_of_the_last_page_leads_back_to_the_first(filled: House, visit: Visit) -> None:
    for number in range(10, 6 + ROWS):
        scanned(filled.database, listing(number), flag(severity="low"))
    app = visit("staff/review.py")
    app.button(key="review-next").click()
    run(app)
    (last,) = queue(app)
    app.button(key=f"queue-{last}").click()
    run(app)
    settle(app, last)
    assert queue(app)[:5] == GRAVEST_FIRST
    assert shown(app) == GRAVEST_FIRST[0]


def test_a_flag_that_is_no_longer_found_says_so_and_waits_no_more(filled: House, visit: Visit) -> None:
    again(filled, listing(1, TITLE))
    app = visit("staff/review.py", flag=1)
    assert queue(app) == [4, 3, 5]
    assert f"按规则库 {'e' * 12} 复查" in said(app)
    overview = visit("staff/overview.py")
    figures = {metric.label: metric.value for metric in overview.metric}
    assert figures["待审核线索"] == "3"
    assert "复查后的变化" in said(overview)
    assert len([link for link in overview.get("page_link") if "不再成立" in link.proto.label]) == 2


def again(house: House, document: dict[str, object]) -> None:
    """Scan a document again, with rules that find nothing in it."""
    cause = Cause("rulebook", "t.word removed", "f" * 64, "e" * 64)
    plan(house.database, Touched(cause, (WorkRow.revision_id == 1,)), lambda: NOW)
    with house.database.write() as session:
        lease = lease_batch(session, 1, 60, NOW)
        complete(session, lease.token, {1: result(str(document["id"]), rulebook="e" * 64)}, NOW)
