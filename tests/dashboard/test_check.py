"""Check my script: findings with law and lawful wording, and nothing stored."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from store.writing import flag
from streamlit.testing.v1 import AppTest

from dashboard.drafts import LISTING_LIMIT, SCRIPT_LIMIT, Wrong, listing_draft, script_draft
from dashboard.public.check import once_each
from monitor.documents import Listing, Transcript
from tests.dashboard.conftest import House, Visit, run, said


def check(app: AppTest) -> None:
    (button,) = [button for button in app.button if button.label in {"检查", "Check"}]
    button.click()
    run(app)


def test_a_script_is_checked_with_law_and_wording(empty: House, visit: Visit) -> None:
    app = visit("public/check.py", by=None)
    app.text_area(key="check-text").set_value("家人们晚上好\n这是最好的米<b>\n坏果包赔")
    check(app)
    page = said(app)
    assert app.subheader[0].value == "1 处可能违法"
    assert '这是<mark class="medium">最好</mark>的米&lt;b&gt;' in page
    assert "中华人民共和国广告法 第9条(3)" in page
    assert "删除" in page
    assert "第 2 句" in page


def test_a_rule_is_told_once_for_the_same_words() -> None:
    found = [flag(matcher="a", score=0.8), flag(matcher="b", score=0.9), flag(start=0), flag(rule="cn.other")]
    assert once_each(found) == found[1:]


def test_nothing_of_it_is_stored(empty: House, visit: Visit) -> None:
    app = visit("public/check.py", by=None)
    app.text_area(key="check-text").set_value("这是最好的米")
    check(app)
    with empty.database.read() as session:
        for table in ("documents", "revisions", "work", "flags"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608


def test_a_lawful_script_is_told_so(visit: Visit) -> None:
    app = visit("public/check.py", by=None)
    app.text_area(key="check-text").set_value("这米不错")
    check(app)
    assert app.success[0].value == "没有发现可能违法的内容。"


def test_a_listing_is_checked(visit: Visit) -> None:
    app = visit("public/check.py", by=None)
    app.segmented_control(key="check-kind").set_value("listing")
    run(app)
    app.text_input(key="check-title").set_value("最好的大米")
    app.selectbox(key="check-category").set_value("food.agri.grain")
    app.text_area(key="check-attributes").set_value("产地：吉林")
    check(app)
    assert '<mark class="medium">最好</mark>的大米' in said(app)


def test_the_result_stays_when_the_language_changes(visit: Visit) -> None:
    app = visit("public/check.py", by=None)
    app.text_area(key="check-text").set_value("这是最好的米")
    check(app)
    app.sidebar.segmented_control[0].set_value("en")
    run(app)
    assert app.subheader[0].value == "Possible violations: 1"


@pytest.mark.parametrize("typed", ["", " \n \n"])
def test_nothing_to_check_is_told(typed: str, visit: Visit) -> None:
    app = visit("public/check.py", by=None)
    app.text_area(key="check-text").set_value(typed)
    check(app)
    assert [error.value for error in app.error] == ["请粘贴文案，不超过 20000 字。"]


def test_rules_that_do_not_load_are_told_without_their_text(
    visit: Visit, empty: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEELYARD_RULES", "/nowhere/rules.yaml")
    app = visit("public/check.py", by=None)
    app.text_area(key="check-text").set_value("这是最好的米")
    check(app)
    assert [error.value for error in app.error] == ["规则暂时无法载入，请稍后再试，或联系管理员。"]
    assert "nowhere" not in said(app)


def test_a_script_has_a_segment_a_line() -> None:
    draft = script_draft("  家人们\n\n最好\r\n")
    assert isinstance(draft, Transcript)
    assert [segment.text for segment in draft.segments] == ["家人们", "最好"]


@pytest.mark.parametrize(
    ("typed", "attributes"),
    [
        pytest.param("产地：吉林", {"产地": "吉林"}, id="full-width colon"),
        pytest.param("产地: 吉林 ", {"产地": "吉林"}, id="ASCII colon"),
        pytest.param("网址: http://a：b", {"网址": "http://a：b"}, id="the first colon divides"),
        pytest.param("时间：10:30", {"时间": "10:30"}, id="the first colon divides, full width"),
        pytest.param("\n产地：吉林\n\n配料：大米\n", {"产地": "吉林", "配料": "大米"}, id="empty lines"),
        pytest.param("", {}, id="none"),
    ],
)
def test_attributes_have_a_line_each(typed: str, attributes: dict[str, str]) -> None:
    draft = listing_draft("大米", "", None, typed)
    assert isinstance(draft, Listing)
    assert draft.attributes == attributes


LONG = LISTING_LIMIT["title"] + 1


@pytest.mark.parametrize(
    ("typed", "field", "line"),
    [
        pytest.param(("", " ", None, ""), "title", 0, id="neither title nor description"),
        pytest.param(("大" * LONG, "", None, ""), "title", 0, id="a title too long"),
        pytest.param(("", "大" * 10_001, None, ""), "description", 0, id="a description too long"),
        pytest.param(("大米", "", None, "产地：吉林\n无冒号"), "attributes", 2, id="no colon"),
        pytest.param(("大米", "", None, "：吉林"), "attributes", 1, id="no name"),
        pytest.param(("大米", "", None, "产地："), "attributes", 1, id="no value"),
        pytest.param(("大米", "", None, "产" * 101 + "：吉林"), "attributes", 1, id="a name too long"),
        pytest.param(("大米", "", None, "产地：" + "吉" * 4000), "attributes", 0, id="attributes too long"),
    ],
)
def test_what_cannot_be_checked_is_told_by_field(typed: tuple[str, str, None, str], field: str, line: int) -> None:
    with pytest.raises(Wrong) as wrong:
        listing_draft(*typed)
    assert (wrong.value.field, wrong.value.line) == (field, line)


def test_too_long_a_script_is_told() -> None:
    with pytest.raises(Wrong, match="script"):
        script_draft("长" * (SCRIPT_LIMIT + 1))
