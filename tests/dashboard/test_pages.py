"""Every page draws in both languages, with and without documents, and obeys nothing that a document says."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.app import PUBLIC, STAFF
from tests.dashboard.conftest import APP, House, Visit, asked, run, said

PAGES = [*(f"staff/{name}.py" for name in STAFF), *(f"public/{name}.py" for name in PUBLIC)]
HAN = re.compile("[\u4e00-\u9fff]")

SHOWN = [
    pytest.param("staff/review.py", {}, id="review"),
    pytest.param("staff/review.py", {"flag": 1}, id="a flag"),
    pytest.param("staff/review.py", {"flag": 4}, id="a flag of a stream"),
    pytest.param("staff/review.py", {"flag": 5}, id="something that is absent"),
    pytest.param("staff/streams.py", {}, id="streams"),
    pytest.param("staff/streams.py", {"stream": 3}, id="a stream"),
    pytest.param("staff/streams.py", {"stream": 3, "flag": 4}, id="a flag in a stream"),
    pytest.param("staff/complaints.py", {"complaint": 1}, id="a complaint"),
    pytest.param("staff/overview.py", {}, id="overview"),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_draws_on_an_empty_database(page: str, language: str, visit: Visit) -> None:
    app = visit(page, lang=language)
    assert bool(HAN.search(app.header[0].value)) == (language == "zh")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("page", "query"), SHOWN)
@pytest.mark.usefixtures("filled")
def test_what_a_document_says_is_shown_and_not_obeyed(
    page: str, query: dict[str, int], language: str, visit: Visit
) -> None:
    app = visit(page, lang=language, **query)
    markup = [element.proto.body for element in app.get("html") if "scrollIntoView" not in element.proto.body]
    assert not [body for body in markup if "<script" in body.lower()]
    for label in [*(button.label for button in app.button), *(text.value for text in app.markdown)]:
        assert not re.search(r"(?<!\\)(<script|\*\*粗|\[链接|\$a|:red\[)", label)


@pytest.mark.parametrize(("said_so", "shown"), [("zh", "zh"), ("en", "en"), ("fr", "zh"), ("", "zh"), (None, "zh")])
def test_the_address_says_the_language(said_so: str | None, shown: str, visit: Visit) -> None:
    app = visit("public/check.py", by=None, **({} if said_so is None else {"lang": said_so}))
    assert app.header[0].value == {"zh": "自查文案", "en": "Check my script"}[shown]
    assert asked(app, "lang") == [shown]


def test_the_language_is_changed_in_the_sidebar_and_stays_on_the_next_page(visit: Visit) -> None:
    app = visit("public/check.py", by=None)
    app.sidebar.segmented_control[0].set_value("en")
    run(app)
    assert app.header[0].value == "Check my script"
    assert asked(app, "lang") == ["en"]
    app.switch_page("public/follow.py")
    app.query_params.clear()  # as the links of the navigation do
    run(app)
    assert app.header[0].value == "Follow a complaint"


def test_the_language_of_the_settings_is_the_first(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEELYARD_LANGUAGE", "en")
    assert visit("public/follow.py", by=None).header[0].value == "Follow a complaint"


def test_a_wrong_setting_is_told_without_its_reason(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEELYARD_DATABASE", "mysql://root:secret@db/x")
    app = AppTest.from_file(APP, default_timeout=30)
    run(app)
    assert [error.value for error in app.error] == ["系统暂时无法使用，请联系管理员。原因写在服务器日志里。"]
    assert "secret" not in said(app)


def test_overview_counts_what_waits(filled: House, visit: Visit) -> None:
    app = visit("staff/overview.py")
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["待审核线索"] == "5"
    assert figures["未答复投诉"] == "1"
    assert (figures["文件"], figures["商品页"], figures["直播"]) == ("3", "2", "1")
    assert len(app.get("vega_lite_chart")) == 5
