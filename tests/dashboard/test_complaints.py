"""A complaint from the form to the answer: the receipt once, the contact only when asked for, and never two steps at once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from dashboard.public.complain import grouped
from monitor.cases import add_event, complaint_detail, complaints, follow, read_contact
from tests.dashboard.conftest import NOW, House, Visit, run, said

WORDS = "主播说纯红薯，配料里有木薯淀粉。"


def press(app: AppTest, label: str) -> None:
    (button,) = [button for button in app.button if button.label == label]
    button.click()
    run(app)


def receipts(app: AppTest) -> list[str]:
    return re.findall(r"\d{4} \d{4} \d{4} \d{4}", said(app))


def audit(house: House) -> list[tuple[str, str, str]]:
    with house.database.read() as session:
        rows = session.execute(text("SELECT actor, action, subject FROM audit ORDER BY number"))
        return [(actor, action, subject) for actor, action, subject in rows]


def test_a_complaint_gives_a_receipt_that_is_followed(empty: House, visit: Visit) -> None:
    app = visit("public/complain.py", by=None)
    app.text_area(key="complain-text").set_value(WORDS)
    app.selectbox(key="complain-platform").set_value("kuaishou")
    app.text_input(key="complain-subject").set_value("L-41")
    app.text_input(key="complain-phone").set_value("19900001021")
    press(app, "提交投诉")
    (receipt,) = receipts(app)
    with empty.database.read() as session:
        assert follow(session, empty.secret, receipt).platform == "kuaishou"
        (item,) = complaints(session).items
    with empty.database.write() as session:
        assert read_contact(session, empty.secret, item.id, "王芳", NOW).phone == "19900001021"
    other = visit("public/follow.py", by=None)
    other.text_input(key="follow-receipt").set_value(receipt)
    press(other, "查询")
    assert "<b>已收到</b>" in said(other)
    assert "木薯" not in said(other)


def test_the_receipt_is_gone_once_it_is_kept(empty: House, visit: Visit) -> None:
    app = visit("public/complain.py", by=None)
    app.text_area(key="complain-text").set_value(WORDS)
    press(app, "提交投诉")
    assert receipts(app)
    app.sidebar.segmented_control[0].set_value("en")  # another language does not lose it
    run(app)
    assert receipts(app)
    press(app, "I have kept it")
    assert not receipts(app)
    run(app)
    assert not receipts(app)
    assert app.text_area(key="complain-text").value == ""


def test_the_receipt_stands_in_no_address(empty: House, visit: Visit) -> None:
    app = visit("public/complain.py", by=None)
    app.text_area(key="complain-text").set_value(WORDS)
    press(app, "提交投诉")
    (receipt,) = receipts(app)
    links = [link.proto.query_string for link in app.get("page_link")]
    assert receipt.replace(" ", "") not in f"{links} {dict(app.query_params)}".replace(" ", "")


@pytest.mark.parametrize("typed", ["", "太短了", " " * 20, "123456789"])
def test_too_short_a_complaint_is_told_by_field(typed: str, empty: House, visit: Visit) -> None:
    app = visit("public/complain.py", by=None)
    app.text_area(key="complain-text").set_value(typed)
    app.text_input(key="complain-name").set_value("马春霞")
    press(app, "提交投诉")
    assert [error.value for error in app.error] == ["请写 10 到 5000 字。"]
    assert app.text_input(key="complain-name").value == "马春霞"  # nothing that was typed is lost
    with empty.database.read() as session:
        assert complaints(session).total == 0


@pytest.mark.parametrize("typed", ["1234 5678 9012 3456", "abc", "0", "'; DROP TABLE complaints; --"])
def test_a_receipt_of_nobody_is_told(typed: str, filled: House, visit: Visit) -> None:
    app = visit("public/follow.py", by=None)
    app.text_input(key="follow-receipt").set_value(typed)
    press(app, "查询")
    assert [error.value for error in app.error] == ["没有这个回执号，请核对 16 位数字。"]


@pytest.mark.parametrize("form", ["{}", "{:.4}-{:.0}", "  {}  "])
def test_a_receipt_may_be_typed_with_spaces(form: str, filled: House, visit: Visit) -> None:
    app = visit("public/follow.py", by=None)
    typed = f"{filled.receipt[:4]}-{filled.receipt[4:]}" if ":" in form else form.format(grouped(filled.receipt))
    app.text_input(key="follow-receipt").set_value(typed)
    press(app, "查询")
    assert not app.error


def test_staff_see_the_words_and_the_flags_but_no_contact(filled: House, visit: Visit) -> None:
    app = visit("staff/complaints.py")
    page = said(app)
    assert "&lt;script&gt;alert(1)" in page
    assert "马春霞" not in page
    assert "19900001021" not in page
    assert len([link for link in app.get("page_link") if "flag=" in link.proto.query_string]) == 2
    assert ("王芳 (district-1)", "read contact", "complaint 1") not in audit(filled)


def test_reading_the_contact_is_audited_and_lasts_one_step(filled: House, visit: Visit) -> None:
    app = visit("staff/complaints.py", complaint=1)
    app.button(key="contact-1").click()
    run(app)
    assert "马春霞" in said(app)
    assert audit(filled)[-1] == ("王芳 (district-1)", "read contact", "complaint 1")
    run(app)
    assert "马春霞" not in said(app)


def test_a_complaint_without_contact_says_so(empty: House, visit: Visit) -> None:
    empty.file(WORDS)
    app = visit("staff/complaints.py")
    assert "未留联系方式。" in said(app)


def answer(app: AppTest, status: str | None, note: str) -> None:
    if status:
        app.radio(key="status-1").set_value(status)
    app.text_area(key="note-1").set_value(note)
    press(app, "提交")


def test_an_answer_reaches_who_complained(filled: House, visit: Visit) -> None:
    app = visit("staff/complaints.py", complaint=1)
    answer(app, "answered", "已责令商家改正。")
    assert not app.error
    assert app.text_area(key="note-1").value == ""
    with filled.database.read() as session:
        found = follow(session, filled.secret, filled.receipt)
    assert [(step.status, step.note) for step in found.steps] == [("filed", ""), ("answered", "已责令商家改正。")]
    assert ("王芳 (district-1)", "complaint step", "complaint 1") in audit(filled)


@pytest.mark.parametrize(
    ("status", "note", "told"),
    [
        pytest.param(None, "已处理", "请选择下一步。", id="no step"),
        pytest.param("answered", " ", "答复必须有内容，不超过 5000 字。", id="an answer without words"),
    ],
)
def test_a_step_that_is_not_whole_is_told(
    status: str | None, note: str, told: str, filled: House, visit: Visit
) -> None:
    app = visit("staff/complaints.py", complaint=1)
    answer(app, status, note)
    assert [error.value for error in app.error] == [told]


def test_two_steps_at_once_are_not_taken(filled: House, visit: Visit) -> None:
    app = visit("staff/complaints.py", complaint=1)
    with filled.database.write() as session:
        add_event(session, 1, "in-review", "", "李强", 1, NOW)
    answer(app, "closed", "")
    assert "别人已经处理过" in app.warning[0].value
    assert "<b>处理中</b> <small>李强" in said(app)
    press(app, "提交")
    with filled.database.read() as session:
        events = complaint_detail(session, 1).events
    assert [event.status for event in events] == ["filed", "in-review", "closed"]


@pytest.mark.parametrize(("status", "count"), [("filed", 1), ("answered", 0), ("nonsense", 1)])
def test_the_list_is_filtered_by_status(status: str, count: int, filled: House, visit: Visit) -> None:
    app = visit("staff/complaints.py", status=status)
    assert f"本页 {count} 条，共 {count} 条" in said(app)


def test_a_complaint_that_is_not_there_is_told(filled: House, visit: Visit) -> None:
    assert visit("staff/complaints.py", complaint=77).warning[0].value == "没有编号为 77 的投诉。"
