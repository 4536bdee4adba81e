"""Staff pages ask who is there; public pages never do."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.app import PUBLIC, STAFF
from dashboard.entrance import at_the_machine
from monitor.cases import revoke
from tests.dashboard.conftest import NOW, House, Visit, run, said

HERE = {"Host": "127.0.0.1:8401", "Origin": "http://127.0.0.1:8401"}

VISITS = [
    pytest.param("127.0.0.1", HERE, True, id="this machine"),
    pytest.param("localhost", {"Host": "localhost:8401", "Origin": "http://localhost:8401"}, True, id="by name"),
    pytest.param("::1", {"Host": "[::1]:8401", "Origin": "http://[::1]:8401"}, True, id="IPv6"),
    pytest.param(None, HERE, False, id="listens on every address"),
    pytest.param("", HERE, False, id="no address"),
    pytest.param("::", HERE, False, id="listens on every address, said so"),
    pytest.param("10.0.0.5", HERE, False, id="listens on the network"),
    pytest.param("127.0.0.1", HERE | {"Host": "steelyard.example"}, False, id="another name: a proxy, or rebinding"),
    pytest.param("127.0.0.1", HERE | {"Origin": "https://steelyard.example"}, False, id="another origin"),
    pytest.param("127.0.0.1", HERE | {"Origin": "null"}, False, id="no origin to speak of"),
    pytest.param("127.0.0.1", {"Host": "127.0.0.1:8401"}, False, id="no origin"),
    pytest.param("127.0.0.1", {}, False, id="no headers"),
    pytest.param("127.0.0.1", HERE | {"X-Forwarded-For": "203.0.113.9"}, False, id="passed on"),
    pytest.param("127.0.0.1", HERE | {"Forwarded": "for=203.0.113.9"}, False, id="passed on, RFC 7239"),
    pytest.param("127.0.0.1", HERE | {"Host": "127.0.0.1.example"}, False, id="a name that begins like an address"),
]


@pytest.mark.parametrize(("listens_on", "headers", "trusted"), VISITS)
def test_a_name_is_enough_only_at_the_machine(listens_on: str | None, headers: dict[str, str], trusted: bool) -> None:
    assert at_the_machine(listens_on, headers) is trusted


@pytest.mark.parametrize("page", [f"staff/{name}.py" for name in STAFF])
@pytest.mark.usefixtures("filled")
def test_a_staff_page_shows_nothing_to_a_stranger(page: str, visit: Visit) -> None:
    app = visit(page, by=None, flag=1, stream=3, complaint=1)
    assert app.header[0].value == "工作人员登录"
    assert "全网最好" not in said(app)
    assert "木薯" not in said(app)
    assert not app.metric


@pytest.mark.parametrize("page", [f"public/{name}.py" for name in PUBLIC])
def test_a_public_page_never_asks(page: str, visit: Visit) -> None:
    assert visit(page, by=None).header[0].value != "工作人员登录"


def _enter(app: AppTest, name: str, key: str) -> None:
    app.text_input(key="entrance-typed-name").set_value(name)
    app.text_input(key="entrance-typed-key").set_value(key)
    app.button[[button.label for button in app.button].index("进入")].click()
    run(app)


def test_a_name_and_a_key_open_the_page_that_was_asked_for(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py", by=None, flag=2)
    _enter(app, " 王芳 ", filled.key)
    assert app.header[0].value == "审核"
    assert "线索 2" in said(app)
    assert "王芳 \\(district\\-1\\)" in said(app)


@pytest.mark.parametrize(
    ("name", "key", "told"),
    [
        pytest.param("", "right", "请写姓名", id="no name"),
        pytest.param("   ", "right", "请写姓名", id="a name of spaces"),
        pytest.param("王芳", "", "密钥不对", id="no key"),
        pytest.param("王芳", "sy_nobody", "密钥不对", id="a key of nobody"),
        pytest.param("王芳", "check", "密钥不对", id="a key that may not read"),
    ],
)
def test_who_may_not_enter_is_told_why(name: str, key: str, told: str, empty: House, visit: Visit) -> None:
    keys = {"right": empty.key, "check": empty.new_key("checker", "check")}
    app = visit("staff/review.py", by=None)
    _enter(app, name, keys.get(key, key))
    assert app.header[0].value == "工作人员登录"
    assert told in app.error[0].value


def test_a_revoked_key_is_out_at_the_next_step(filled: House, visit: Visit) -> None:
    app = visit("staff/review.py")
    with filled.database.write() as session:
        revoke(session, "district-1", NOW)
    run(app)
    assert app.header[0].value == "工作人员登录"


def test_signing_out_forgets_who_was_there(visit: Visit) -> None:
    app = visit("staff/review.py")
    app.button(key="sign-out").click()
    run(app)
    assert app.header[0].value == "工作人员登录"
    assert "entrance-key" not in app.session_state
