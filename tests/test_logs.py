"""One form for every line, its level and its facts; nothing of what an error says about a document."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from monitor import logs


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Logging belongs to the process: other tests shall find it as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs._NOISY}
    servers = [logging.getLogger(name) for name in ("uvicorn", "uvicorn.error")]
    theirs = [(server.handlers[:], server.propagate) for server in servers]
    for server in servers:  # Streamlit, where a test ran it in this process, takes their lines for itself
        server.handlers[:], server.propagate = [], True
    yield
    for server, (own, handed_on) in zip(servers, theirs, strict=True):
        server.handlers[:], server.propagate = own, handed_on
    root.handlers[:], root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def lines(style: str) -> list[str]:
    """What some events look like: our own, one within a block, another package's, and an error with its trace."""
    stream = io.StringIO()
    logs.set_up(style, "worker", stream)
    log = logs.get("monitor.test")
    log.info("scanned", documents=64, seconds=0.12345)
    with logs.bound(correlation="abc-1"):
        log.warning("late", said="two words")
        logging.getLogger("uvicorn.error").info("running on %s", "http://x", extra={"color_message": "x"})
    logging.getLogger("celery.worker").info("nobody wants to know")
    try:
        int("一句话")
    except ValueError:
        log.exception("failed")
    return stream.getvalue().splitlines()


def test_as_json_each_line_is_an_event() -> None:
    first, second, third, fourth = map(json.loads, lines("json"))
    assert [first.pop(name) for name in ("level", "part", "event")] == ["info", "worker", "scanned"]
    assert first.keys() == {"at", "documents", "seconds"}
    assert (second["level"], second["correlation"], second["said"]) == ("warning", "abc-1", "two words")
    assert (third["event"], third["correlation"]) == ("running on http://x", "abc-1")
    assert fourth["exception"].startswith("Traceback")


def test_for_people_a_line_has_level_part_event_and_facts() -> None:
    shown = [line.partition(" ")[2] for line in lines("console")]
    assert shown[0] == "worker     info    scanned  documents=64 seconds=0.123"
    assert shown[1] == 'worker     warning late  said="two words" correlation=abc-1'
    assert shown[2] == "worker     info    running on http://x  correlation=abc-1"
    assert shown[3].startswith("worker     error   failed")


@pytest.mark.parametrize(
    "line",
    ["plain", "{not json", '{"event": 1, "level": "info"}', '{"event": "x", "level": "loud"}', '{"level": "info"}'],
)
def test_what_is_no_event_is_not_taken_for_one(line: str) -> None:
    assert logs.parsed(line) is None


def test_an_event_comes_back_as_it_was_written() -> None:
    event = {"level": "info", "event": "x", "count": 3, "said": "中文"}
    assert logs.parsed(logs.written(event)) == event


def test_where_an_error_came_from_is_told_without_its_words() -> None:
    try:
        int("五常大米")
    except ValueError as error:
        told = logs.where(error)
    assert told.startswith("ValueError < tests/test_logs.py:")
    assert "五常" not in told
