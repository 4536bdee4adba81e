"""A data folder as the dashboard finds it, and the dashboard run without a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import streamlit as st
from rules.writing import write_rulebook
from store.writing import flag, listing, scanned, transcript
from streamlit.testing.v1 import AppTest

from monitor.bootstrap import environment, open_database, open_secret, prepare_database
from monitor.cases import Complaint, Contact, Database, Secret, file_complaint, new_key
from monitor.config import Settings
from monitor.flags import Basis, Evidence

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TITLE = "全网最好的苹果 <script>alert(1)</script> **粗** [链接](http://x.example) $a$ :red[红]"
"""Must be shown as it stands, wherever it stands."""


@dataclass(frozen=True)
class House:
    """A data folder with its database, the secret in it, and an access key. ``receipt``: of the complaint in it."""

    database: Database
    secret: Secret
    key: str
    receipt: str = ""

    def file(self, text: str, **more: object) -> str:
        """File a complaint; its receipt."""
        with self.database.write() as session:
            return file_complaint(session, self.secret, Complaint(text, **more), NOW)  # type: ignore[arg-type]

    def new_key(self, name: str, *capabilities: str) -> str:
        """Make an access key."""
        with self.database.write() as session:
            return new_key(session, name, capabilities, NOW)


Visit = Callable[..., AppTest]


@pytest.fixture(scope="session")
def new_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in the latest form, to be copied."""
    folder = tmp_path_factory.mktemp("dashboard") / "data"
    prepare_database(Settings(data=folder, _env_file=None)).close()
    return folder


@contextmanager
def housed(folder: Path, new_folder: Path) -> Iterator[tuple[House, Settings]]:
    """A database without documents in a folder, and a rulebook of one rule."""
    shutil.copytree(new_folder, folder / "data")
    settings = Settings(data=folder / "data", rules=write_rulebook(folder), as_of=date(2026, 11, 20), _env_file=None)
    database = open_database(settings)
    with database.write() as session:
        key = new_key(session, "district-1", ("read",), NOW)
    yield House(database, open_secret(settings), key), settings
    database.close()


@pytest.fixture
def empty(tmp_path: Path, new_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A database without documents, and settings that lead to it."""
    monkeypatch.chdir(tmp_path)
    with housed(tmp_path, new_folder) as (house, settings):
        for name, value in environment(settings).items():
            monkeypatch.setenv(name, value)
        yield house
        st.cache_resource.clear()


@pytest.fixture
def filled(empty: House) -> House:
    """Two flags in a listing, three in a stream, a lawful listing, and a complaint with a contact."""
    return fill(empty)


def fill(house: House) -> House:
    """See :func:`filled`."""
    database = house.database
    best = {"severity": "high", "score": 0.95}
    scanned(database, listing(1, TITLE), flag("全网最好", 0, matcher="net", **best), flag("最好", 2))
    scanned(database, listing(2, "五常大米", attributes={"产地": "吉林"}, price={"current": "39.90"}))
    sick = {"category": "medical", "rule": "cn.health.disease", "severity": "critical", "score": 0.97}
    law = (Basis("中华人民共和国食品安全法", "71, 73"), Basis("中华人民共和国广告法"))
    scanned(
        database,
        transcript(1, "家人们晚上好", "这个茶能降血糖", "真的能降血糖", "下一款"),
        flag("降血糖", 4, field="segments[1].text", at=10.0, basis=law, **sick),
        flag("降血糖", 3, field="segments[2].text", at=20.0, message=TITLE, **sick),
        flag("", 0, field="labels", category="synthetic", evidence=(Evidence("labels", 0, 0, "", "absent"),)),
    )
    text = "买回来的粉条配料里有木薯淀粉，主播说是纯红薯的。<script>alert(1)</script>"
    receipt = house.file(text, platform="kuaishou", subject="L-1", contact=Contact("马春霞", "19900001021"))
    return replace(house, receipt=receipt)


@pytest.fixture
def visit(empty: House) -> Visit:
    """``visit("staff/review.py", flag=3)``: a page in a new session; ``by`` signs in, None does not."""

    def open_page(page: str, *, by: str | None = "王芳", **query: object) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=30)
        if by is not None:
            app.session_state["entrance-name"] = by
            app.session_state["entrance-key"] = empty.key
        app.query_params.update({name: str(value) for name, value in query.items()})
        run(app)
        if page != "staff/overview.py":
            app.switch_page(page)
            app.query_params.update({name: str(value) for name, value in query.items()})
            run(app)
        return app

    return open_page


def run(app: AppTest) -> AppTest:
    """Draw the page again; what it raised is the test's failure."""
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def said(app: AppTest) -> str:
    """Everything the page says in Markdown, HTML, labels and messages."""
    parts = [*app.markdown, *app.html, *app.header, *app.subheader, *app.caption, *app.info, *app.success]
    parts += [*app.warning, *app.error, *app.toast]
    texts = [str(getattr(part, "value", None) or getattr(part, "body", "")) for part in parts]
    return "\n".join([*texts, *(button.label for button in app.button)])


def asked(app: AppTest, name: str) -> list[str]:
    """The values of a name in the address."""
    value = app.query_params.get(name, [])
    return [value] if isinstance(value, str) else list(value)
