"""The dashboard in a real browser, on a real server: from the queue to a decision, and what only a browser can tell.

``STEELYARD_SCREENSHOTS=1`` renews the pictures in ``docs/images`` from the samples, scanned by the engine.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from rules.writing import write_rulebook
from store.writing import flag, listing, scanned, transcript

from dashboard.app import PUBLIC, STAFF
from monitor.bootstrap import environment, load_scanner, open_secret, prepare_database
from monitor.cases import Complaint, Database, FlagFilter, file_complaint, flag_detail, queue, streams
from monitor.cases import decide as decide_flag
from monitor.commands.dashboard import streamlit_command
from monitor.config import Settings
from monitor.formats import read_paths
from monitor.formats.saying import decode_head, decode_saying
from monitor.rules import load_rulebook
from monitor.scanner import Scanner
from monitor.store import append, complete, finish, ingest_all, lease_batch, load_work, open_stream
from monitor.workers.advance import Advancer
from tests.dashboard.conftest import NOW, TITLE, House, fill, housed

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 390, "height": 844}

Open = Callable[..., Page]

expect.set_options(timeout=30_000)


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The dashboard as ``monitor dashboard`` starts it; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", *streamlit_command("127.0.0.1", port)]
    server = subprocess.Popen(command, env=os.environ | environment(settings), stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/_stcore/health", server)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            urlopen(address, timeout=2).close()  # noqa: S310 (our own server)
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the dashboard did not start")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, new_folder: Path) -> Iterator[tuple[House, str]]:
    """A filled house, and the address of its dashboard. A test that decides brings its own documents."""
    with housed(tmp_path_factory.mktemp("browser"), new_folder) as (house, settings), serving(settings) as address:
        yield fill(house), address


@pytest.fixture
def database(house: tuple[House, str]) -> Database:
    return house[0].database


@pytest.fixture
def open_page(house: tuple[House, str], browser: Browser) -> Iterator[Open]:
    """``open_page("review?flag=1", by="王芳")``: a page in a browser of its own. Nothing may be asked of other machines."""
    strangers: list[str] = []
    address = house[1]
    contexts = []

    def opened(path: str, by: str | None = "王芳", size: dict[str, int] = WIDE) -> Page:
        context = browser.new_context(viewport=size, timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: _note(request.url, address, strangers))
        page.on("dialog", lambda dialog: strangers.append(f"dialog: {dialog.message}"))
        page.goto(f"{address}/{path}")
        if by is not None:
            sign_in(page, by)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert strangers == []


def _note(url: str, address: str, strangers: list[str]) -> None:
    if not url.startswith((address, "data:", "blob:")):
        strangers.append(url)


def sign_in(page: Page, name: str) -> None:
    page.get_by_role("textbox", name="姓名").fill(name)
    page.get_by_role("button", name="进入").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page is drawn."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def asks(query: str) -> re.Pattern[str]:
    """An address whose query has this part."""
    return re.compile(rf"[?&]{query}(&|$)")


def decide(page: Page, outcome: str, reason: str) -> None:
    page.get_by_role("radiogroup", name="结论").get_by_text(outcome, exact=True).click()
    page.get_by_role("textbox", name="理由").press_sequentially(reason)
    page.get_by_role("button", name="决定", exact=False).click()


def test_from_the_queue_to_a_decision(database: Database, open_page: Open) -> None:
    scanned(database, listing("walk", TITLE), flag("全网最好", 0, severity="high"), flag("最好", 2), flag("苹果", 5))
    with database.read() as session:
        first, second, third = (item.id for item in queue(session, FlagFilter(document="L-walk")).items)
    page = open_page("review?q=L-walk")
    rows = page.locator(".st-key-rows-queue button")
    expect(rows).to_have_count(3)
    rows.nth(1).click()
    expect(page).to_have_url(asks(f"flag={second}"))
    rows.nth(0).click()
    expect(page).to_have_url(asks(f"flag={first}"))
    expect(page.locator(".said mark")).to_have_text("全网最好")
    expect(page.locator(".said p")).to_have_text(TITLE)  # as it stands: neither HTML nor Markdown
    decide(page, "属实", "jk: 没有出处")  # j and k, which step through the queue elsewhere, are letters here
    expect(page.get_by_text(f"线索 {first} 已决定")).to_be_visible()
    expect(page).to_have_url(asks(f"flag={second}"))
    expect(rows).to_have_count(2)
    with database.read() as session:
        (decision,) = flag_detail(session, first).decisions
        assert flag_detail(session, second).decisions == flag_detail(session, third).decisions == ()
    assert (decision.outcome, decision.reason, decision.decided_by) == ("upheld", "jk: 没有出处", "王芳")


def test_two_people_at_one_flag(database: Database, open_page: Open) -> None:
    scanned(database, listing("two"), flag())
    with database.read() as session:
        number = queue(session, FlagFilter(document="L-two")).items[0].id
    first, second = open_page(f"review?flag={number}"), open_page(f"review?flag={number}", by="李强")
    decide(first, "不违法", "转述")
    expect(first.get_by_text(f"线索 {number} 已决定")).to_be_visible()
    decide(second, "属实", "功效宣称")
    expect(second.get_by_text("别人已经作出决定")).to_be_visible()
    expect(second.locator(".st-key-stale li")).to_contain_text("不违法")
    expect(second.get_by_role("textbox", name="理由")).to_have_value("功效宣称")
    with database.read() as session:
        assert [decision.decided_by for decision in flag_detail(session, number).decisions] == ["王芳"]


def test_keys_step_through_the_queue(open_page: Open) -> None:
    page = open_page("review?flag=4&code=medical")
    for key, number in (("j", 3), ("k", 4), ("j", 3)):
        page.keyboard.press(key)
        expect(page).to_have_url(asks(f"flag={number}"))
        settled(page)


def test_a_click_on_the_time_line_brings_the_words_into_view(open_page: Open) -> None:
    page = open_page("streams?stream=3")
    page.locator(".stVegaLiteChart path[aria-roledescription]").last.click()
    expect(page).to_have_url(asks("flag=4"))
    expect(page.locator(".transcript .here .text")).to_be_in_viewport()
    expect(page.locator(".transcript .here mark")).to_have_text("降血糖")


def test_flags_of_a_stream_on_air_come_by_themselves(database: Database, open_page: Open, tmp_path: Path) -> None:
    scanner = Scanner(load_rulebook(write_rulebook(tmp_path)))
    advancer = Advancer(database, scanner, lambda: datetime.now(UTC), "t", "test", lease=15, gap=3)
    head = b'{"id": "on-air", "room": "\\u8001\\u6881"}'
    with database.write() as session:
        stream = open_stream(session, decode_head(head), head, datetime.now(UTC), source="test").stream
    page = open_page("live")
    row = page.locator(f".st-key-live-{stream} button")
    expect(row).to_contain_text("0 条线索，0 句")
    for words in ("<b>这是最好的米</b>", "大家好"):
        with database.write() as session:
            item = decode_saying(msgspec.json.encode({"text": words, "start": 65.0}))
            append(session, stream, [item], datetime.now(UTC))
        advancer.look()
    expect(row).to_contain_text("1 条线索，2 句")  # nobody touched the page
    flag_row = page.locator(".st-key-rows-live-flags button")
    expect(flag_row).to_contain_text("01:05")
    flag_row.click()
    expect(page).to_have_url(asks(f"stream={stream}"))
    expect(page.locator(".transcript .here .text")).to_have_text("<b>这是最好的米</b>")
    expect(page.locator(".transcript mark")).to_have_text("最好")
    with database.write() as session:
        finish(session, stream, datetime.now(UTC))
    page.get_by_role("link", name="看整场的线索").click()
    expect(page).to_have_url(re.compile("/streams"))


def test_words_on_the_time_line_are_words(database: Database, open_page: Open) -> None:
    words = "<img src=x onerror=alert(1)>"
    stream = scanned(database, transcript("img", words), flag(words, 0, field="segments[0].text", at=0.0))
    page = open_page(f"streams?stream={stream}")
    page.locator(".stVegaLiteChart path[aria-roledescription]").hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text(words)
    expect(page.locator(".transcript mark")).to_have_text(words)
    expect(page.locator(".st-key-found button")).to_contain_text("<img")
    assert page.locator("img[src=x]").count() == 0


def test_the_language_stays_from_page_to_page(open_page: Open) -> None:
    page = open_page("check", by=None)
    page.get_by_text("English").click()
    expect(page.get_by_role("heading", name="Check my script")).to_be_visible()
    page.get_by_role("link", name="Follow a complaint").click()
    expect(page.get_by_role("heading", name="Follow a complaint")).to_be_visible()
    expect(page).to_have_url(asks("lang=en"))


def test_every_page_fits_a_telephone(open_page: Open) -> None:
    page = open_page("?lang=zh", size=NARROW)
    for name in (*STAFF, *PUBLIC):
        page.evaluate(FOLLOW, "/" if name == "overview" else f"/{name}")
        expect(page.get_by_test_id("stHeading").first).to_be_visible()
        settled(page)
        assert page.evaluate(RIGHTMOST) <= NARROW["width"], name


FOLLOW = """path => [...document.querySelectorAll('[data-testid=stSidebarNavLink]')]
    .find(link => new URL(link.href).pathname === path).click()"""
RIGHTMOST = """Math.max(...[...document.querySelectorAll('.stMainBlockContainer *')]
    .map(element => element.getBoundingClientRect().right))"""


@pytest.mark.skipif("STEELYARD_SCREENSHOTS" not in os.environ, reason="STEELYARD_SCREENSHOTS=1 renews docs/images")
def test_screenshots(browser: Browser, tmp_path: Path, new_folder: Path) -> None:
    shutil.copytree(new_folder, tmp_path / "data")
    settings = Settings(
        data=tmp_path / "data",
        rules=ROOT / "rules.yaml",
        registry=str(SAMPLES / "certificates.jsonl"),
        as_of=date(2026, 11, 20),
        _env_file=None,
    )
    database = prepare_database(settings)
    fill_from_samples(database, settings)
    with database.read() as session:
        stream = max(streams(session).items, key=lambda item: item.flags)
        found = queue(session, FlagFilter(categories=("medical",), decided=False)).items
    flag_of_stream = next(item for item in found if item.kind == "transcript")
    with serving(settings) as address:
        page = browser.new_context(viewport=WIDE, timezone_id="Asia/Shanghai").new_page()  # type: ignore[arg-type]
        page.goto(f"{address}/review?flag={flag_of_stream.id}&lang=zh")
        sign_in(page, "王芳")
        picture(page, "review")
        page.get_by_role("link", name="总览").click()
        expect(page.locator(".stVegaLiteChart").last).to_be_visible()
        picture(page, "overview")
        page.get_by_role("link", name="直播", exact=True).click()
        page.locator(f".st-key-streams-{stream.document} button").click()
        page.locator(".st-key-found button").nth(9).click()
        expect(page.locator(".transcript .here .text")).to_be_in_viewport()
        settled(page)
        page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")
        picture(page, "streams")
        play_samples(database, settings)
        page.get_by_role("link", name="正在直播").click()
        expect(page.locator(".st-key-rows-live-flags button").first).to_be_visible()
        picture(page, "live", still=False)
        page.get_by_role("link", name="自查文案").click()
        page.get_by_role("textbox", name="文案").fill(SCRIPT)
        page.get_by_role("button", name="检查", exact=True).click()
        expect(page.get_by_text("处可能违法")).to_be_visible()
        picture(page, "check")
    database.close()


SCRIPT = """家人们晚上好，今天给大家带自家的蜂蜜
这个蜂蜜是全网最好的
每天一勺，胃病都能治好
喜欢的加我微信，便宜十块
坏果包赔，有问题联系平台客服"""


def picture(page: Page, name: str, *, still: bool = True) -> None:
    """Keep what is in view. ``still``: the page draws itself once."""
    if still:
        settled(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(1500)  # charts and notices come to rest
    page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")


def play_samples(database: Database, settings: Settings) -> None:
    """The streams of the samples on air, some of them further than others."""
    advancer = Advancer(database, load_scanner(settings), lambda: datetime.now(UTC), "t", "test", lease=60, gap=3)
    errors: list[object] = []
    items = [item for item in read_paths([SAMPLES], on_error=errors.append) if b'"segments"' in item.raw]
    for number, item in enumerate(items):
        body = msgspec.json.decode(item.raw)
        segments = body.pop("segments")
        head = msgspec.json.encode(body | {"id": f"{body['id']}-live"})
        with database.write() as session:
            opened = open_stream(session, decode_head(head), head, datetime.now(UTC), source="test", as_of=NOW.date())
            said = segments[: len(segments) * (number + 3) // 12]
            append(session, opened.stream, [decode_saying(msgspec.json.encode(one)) for one in said], datetime.now(UTC))
    while advancer.look().items:
        pass


def fill_from_samples(database: Database, settings: Settings) -> None:
    """The samples scanned as a worker scans them, their complaints, and a few decisions."""
    errors: list[object] = []
    for _ in ingest_all(database, read_paths([SAMPLES], on_error=errors.append), NOW):
        pass
    scanner = load_scanner(settings)
    while True:
        with database.write() as session:
            lease = lease_batch(session, 100, 600, NOW)
            work = load_work(session, lease.token, lease.ids)
        if not work:
            break
        pairs = zip(work, scanner.scan_envelopes((item.envelope() for item in work), NOW.date()), strict=True)
        with database.write() as session:
            complete(session, lease.token, {item.id: result for item, result in pairs}, NOW)
    secret = open_secret(settings)
    for line in (SAMPLES / "complaints.jsonl").read_bytes().splitlines():
        said = msgspec.json.decode(line)
        form = msgspec.convert({"text": said["text"], **said}, Complaint)
        with database.write() as session:
            file_complaint(session, secret, form, datetime.fromisoformat(said["filed_at"]))
    with database.read() as session:
        some = queue(session, limit=200).items[5::6]
    for number, item in enumerate(some):
        with database.write() as session:
            outcome = "not-a-violation" if number % 5 == 4 else "upheld"
            decide_flag(session, item.id, outcome, "核对了原话和商品页。", "李强", None, NOW)
