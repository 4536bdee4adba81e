"""Live streams taken in: in any order, any number of times, until told or silent; and never lost."""

from __future__ import annotations

import json
import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from monitor.documents import Transcript, decode_document
from monitor.errors import NotFound, Stale
from monitor.formats.saying import Saying, decode_head, decode_saying
from monitor.store import (
    Database,
    append,
    append_all,
    finish,
    finish_silent,
    get_live,
    list_live,
    open_stream,
    silent,
    work_counts,
)
from monitor.store import streams as module
from monitor.store.on_air import Progress, advance, claim, load_streams, release_streams, renew, skip_gap, waiting
from monitor.store.stream_tables import StreamItemRow, StreamRow
from monitor.store.tables import DocumentRow, RevisionRow
from store.writing import NOON, after

HEAD = {"id": "T-1", "platform": "douyin", "room": "老梁", "started_at": "2026-11-20T20:00:00+08:00", "x-own": {"a": 1}}


def opened(database: Database, seconds: float = 0, **more: Any) -> int:
    raw = json.dumps(HEAD | more).encode()
    with database.write() as session:
        return open_stream(session, decode_head(raw), raw, after(seconds), source="test").stream


def said(seq: int | None, text: str = "大家好", **more: Any) -> Saying:
    number = {} if seq is None else {"seq": seq}
    return decode_saying(json.dumps(number | {"text": text} | more).encode())


def take(database: Database, stream: int, *items: Saying, seconds: float = 0) -> list[str]:
    with database.write() as session:
        return [taken.state for taken in append(session, stream, items, after(seconds))]


def claimed(database: Database, by: str = "a", seconds: float = 0) -> tuple[int, ...]:
    with database.write() as session:
        return claim(session, by, "test", after(seconds), 15, 100)


def runs(database: Database, by: str = "a", run: int = 100) -> dict[int, tuple[int, list[int]]]:
    with database.read() as session:
        found = waiting(session, by, 1000, run=run)
    return {stream: (place, [item.seq for item in items]) for stream, (place, items) in found.items()}


def move(database: Database, stream: int, before: int, to: int, by: str = "a") -> bool:
    with database.write() as session:
        return stream in advance(session, by, [Progress(stream, before, to, 1, 0, 0, 0)], NOON)


def content(database: Database) -> list[dict[str, Any]]:
    with database.read() as session:
        return [json.loads(raw) for raw in session.scalars(select(RevisionRow.raw).order_by(RevisionRow.number))]


def test_numbers_come_in_any_order_and_any_number_of_times(database: Database) -> None:
    stream = opened(database)
    assert take(database, stream, said(2), said(1, "你好"), said(2)) == ["new", "new", "known"]
    assert take(database, stream, said(4), said(None, "末")) == ["new", "new"]
    assert take(database, stream, said(2, " 大家好".strip()), said(3)) == ["known", "new"]
    with database.write() as session:
        (first, second) = append(session, stream, [said(3, "别的"), said(5, "末")], NOON)
    assert (first.state, second.state) == ("refused", "refused")  # 5 was given to an item without a number of its own
    assert "number 3 was given to something else" in (first.reason or "")
    with database.read() as session:
        assert get_live(session, stream).items == 5


def test_a_stream_that_ends_is_a_document_with_its_work(database: Database) -> None:
    stream = opened(database)
    product = decode_saying(
        json.dumps({"seq": 2, "listing": {"kind": "listing", "id": "L", "title": "米"}, "from": 9}).encode()
    )
    later = decode_saying(json.dumps({"seq": 4, "listing": "L-2", "from": 30}).encode())
    take(database, stream, said(3, "第二", start=12.5, heard_by="甲"), said(1, "第一", start=1), product, later)
    with database.write() as session:
        finished = finish(session, stream, after(60))
        assert work_counts(session).pending == 1
        assert finish(session, stream, after(61)) == module.Finished(stream, finished.document, None)
    (whole,) = content(database)
    assert [segment["text"] for segment in whole["segments"]] == ["第一", "第二"]
    assert (whole["x-own"], whole["segments"][1]["heard_by"]) == ({"a": 1}, "甲")
    assert [shown.get("to") for shown in whole["products"]] == [pytest.approx(30.0), None]
    document = decode_document(json.dumps(whole))
    assert isinstance(document, Transcript)
    assert document.products[0].to is not None
    assert document.products[0].to < 30.0
    with database.read() as session:
        live = get_live(session, stream)
        assert (live.state, live.ended_by, live.document) == ("finished", "told", finished.document)
    with pytest.raises(Stale, match="is over since"):
        take(database, stream, said(5))


def test_a_silent_stream_is_over_until_it_is_heard_of(database: Database) -> None:
    stream = opened(database)
    take(database, stream, said(1), seconds=10)
    with database.write() as session:
        assert silent(session, after(600), 600) == ()
        assert silent(session, after(611), 600) == (stream,)
        assert finish_silent(session, stream, after(611), 600) is not None
        assert finish_silent(session, stream, after(611), 600) is None
    assert take(database, stream, said(2), seconds=700) == ["new"]
    with database.write() as session:
        assert get_live(session, stream).state == "open"
        assert finish(session, stream, after(800)).revision == 2
    assert [len(whole["segments"]) for whole in content(database)] == [1, 2]


def test_a_stream_in_which_nothing_was_said_is_no_document(database: Database) -> None:
    stream = opened(database)
    with database.write() as session:
        assert finish(session, stream, NOON).document is None
    assert content(database) == []


def test_a_stream_is_opened_once(database: Database) -> None:
    raw = json.dumps(HEAD).encode()
    with database.write() as session:
        states = [open_stream(session, decode_head(raw), raw, NOON, source="test").state for _ in range(2)]
    assert states == ["new", "known"]
    with pytest.raises(Stale, match="another head"):
        opened(database, room="别的")
    with database.write() as session:
        finish(session, 1, NOON, by="silence")
        assert open_stream(session, decode_head(raw), raw, NOON, source="test").state == "again"
        finish(session, 1, NOON)
    with pytest.raises(Stale, match="is over"):
        opened(database)
    assert opened(database, platform="kuaishou") != 1


def test_the_day_of_a_stream_is_fixed_when_it_opens(database: Database) -> None:
    opened(database)
    opened(database, id="T-2", started_at=None)
    with database.read() as session:
        days = session.scalars(select(StreamRow.as_of).order_by(StreamRow.id)).all()
    assert days == [date(2026, 11, 20), date(2026, 11, 20)]


def test_a_stream_has_limits(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = opened(database)
    monkeypatch.setattr(module, "SEGMENT_LIMIT", 3)
    assert take(database, stream, said(1), said(2), said(10_000_000), said(4)) == ["new", "new", "new", "refused"]
    assert take(database, stream, said(1)) == ["known"]
    other = opened(database, id="T-2")
    monkeypatch.setattr(module, "SIZE_LIMIT", 400)
    assert take(database, other, said(1), said(2, "好" * 90)) == ["new", "refused"]


def test_nothing_is_kept_where_one_stream_is_not_there(database: Database) -> None:
    stream = opened(database)
    with pytest.raises(NotFound, match="no stream 99"), database.write() as session:
        append_all(session, {stream: [said(1)], 99: [said(1)]}, NOON)
    with database.read() as session:
        assert get_live(session, stream).items == 0
        with pytest.raises(NotFound):
            get_live(session, 99)


def test_writers_at_once_lose_nothing(database: Database) -> None:
    stream = opened(database)

    def write(first: int) -> None:
        for seq in range(first, 40, 2):
            take(database, stream, said(seq), said(seq + 1))

    threads = [threading.Thread(target=write, args=(first,)) for first in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert (get_live(session, stream).items, get_live(session, stream).waiting) == (40, 40)


def test_one_process_has_a_stream(database: Database) -> None:
    stream = opened(database)
    assert claimed(database) == ()  # nothing waits
    take(database, stream, said(1), said(2))
    assert claimed(database, "a") == (stream,)
    assert claimed(database, "b", 14) == ()
    with database.write() as session:
        assert renew(session, "a", after(14), 15) == {stream}
    assert claimed(database, "b", 20) == ()
    assert claimed(database, "b", 30) == (stream,)
    assert not move(database, stream, 1, 3, "a"), "the lease was lost"
    assert runs(database, "a") == {}
    assert not move(database, stream, 2, 3, "b"), "another place than believed"
    assert move(database, stream, 1, 3, "b")
    with database.write() as session:
        assert release_streams(session, "b") == 1
    assert claimed(database, "a", 31) == ()


def test_a_lease_of_a_clock_that_was_set_back_has_ended(database: Database) -> None:
    stream = opened(database)
    take(database, stream, said(1), seconds=3600)
    assert claimed(database, "a", 3600) == (stream,)
    assert claimed(database, "b", 0) == (stream,)


def test_a_stream_that_stops_its_process_again_and_again_is_given_up(database: Database) -> None:
    stream = opened(database)
    take(database, stream, said(1))
    found = [claimed(database, f"p{number}", 20 * number) for number in range(8)]
    assert found == [(stream,)] * 5 + [()] * 3
    with database.write() as session:
        assert "stops the process" in (get_live(session, stream).error or "")
        assert finish(session, stream, after(500)).revision == 1, "it is scanned as a whole all the same"


def test_a_gap_is_passed_and_what_comes_late_is_kept(database: Database) -> None:
    stream = opened(database)
    take(database, stream, said(1), said(2), said(500, "末"))
    claimed(database)
    assert runs(database) == {stream: (1, [1, 2])} | {}
    assert move(database, stream, 1, 3)
    assert runs(database) == {stream: (3, [500])}
    with database.write() as session:
        assert skip_gap(session, "b", stream) is None
        assert skip_gap(session, "a", stream) == 500
        assert skip_gap(session, "a", stream) is None
    assert take(database, stream, said(4, "晚了")) == ["late"]
    assert runs(database) == {stream: (500, [500])}
    assert move(database, stream, 500, 501)
    with database.write() as session:
        live = get_live(session, stream)
        assert (live.items, live.late, live.missing, live.waiting) == (4, 1, 497, 0)
        (state,) = load_streams(session, "a", [stream])
        assert [item.seq for item in state.said] == [1, 2, 500]
        finish(session, stream, NOON)
    assert [segment["text"] for segment in content(database)[0]["segments"]] == ["大家好", "大家好", "晚了", "末"]


def test_pages_of_streams(database: Database) -> None:
    numbers = [opened(database, id=f"T-{number}") for number in range(5)]
    with database.write() as session:
        finish(session, numbers[0], NOON)
    with database.read() as session:
        first = list_live(session, limit=3)
        second = list_live(session, limit=3, after=first.next)
        assert [item.id for item in (*first.items, *second.items)] == numbers[::-1]
        assert (first.total, second.next, list_live(session, state="open").total) == (5, None, 4)
        assert session.scalar(select(StreamItemRow.seq)) is None
        assert session.scalar(select(DocumentRow.id)) is None
