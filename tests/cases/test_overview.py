"""The counts of the first page, and the list of streams."""

from __future__ import annotations

from datetime import date

import pytest
from store.writing import DAY, NOON, arrived, flag, listing, result, scanned, transcript

from monitor.cases import (
    Complaint,
    Count,
    DayCount,
    Secret,
    WorkCounts,
    decide,
    file_complaint,
    overview,
    stream_detail,
    streams,
)
from monitor.errors import NotFound
from monitor.store import Database, complete, ingest, lease_batch


def spoken(segment: int, words: str = "最好", **more: object) -> object:
    """A flag in a segment of :func:`store.writing.transcript`."""
    return flag(words, 0, field=f"segments[{segment}].text", at=10.0 * segment, **more)  # type: ignore[arg-type]


def test_an_empty_database_counts_nothing(database: Database) -> None:
    with database.read() as session:
        counts = overview(session)
        assert streams(session).items == ()
    assert (counts.documents, counts.flags, counts.undecided, counts.by_day) == (0, 0, 0, ())
    assert counts.work == WorkCounts()


def test_everything_is_counted_once(database: Database) -> None:
    scanned(database, listing(1), flag(), flag("全网", 5, category="medical", severity="critical"))
    scanned(database, listing(2), flag(), flag("全网", 5, status="shadow"))
    scanned(database, transcript(3, "最好"), spoken(0))
    with database.write() as session:
        ingest(session, [arrived(listing(4))], NOON)
        decide(session, 1, "upheld", "是", "王", None, NOON)
        decide(session, 1, "corrected", "已改", "王", 1, NOON)
        file_complaint(session, Secret("x" * 32), Complaint("这粉条不是纯红薯的！"), NOON)
    with database.read() as session:
        counts = overview(session)
    assert (counts.documents, counts.listings, counts.transcripts) == (4, 3, 1)
    assert (counts.flags, counts.decided, counts.undecided, counts.complaints_open) == (4, 1, 3, 1)
    assert counts.work == WorkCounts(pending=1, done=3)
    assert counts.by_category == (Count("absolute", 3, 2), Count("medical", 1, 1))
    assert counts.by_severity == (Count("critical", 1, 1), Count("medium", 3, 2))
    assert counts.by_platform == (Count("kuaishou", 3, 2), Count("douyin", 1, 1))
    assert counts.by_rule == (Count("cn.ad.absolute.best", 4, 3),)
    assert counts.by_day == (DayCount(DAY, 4),)


def test_days_are_in_order(database: Database) -> None:
    days = [date(2026, 11, 3), date(2026, 11, 1), date(2026, 11, 2)]
    with database.write() as session:
        ingest(session, [arrived(listing(number)) for number in range(3)], NOON)
        lease = lease_batch(session, 3, 60, NOON)
        found = {
            key: type(result("L"))(f"L-{key}", "listing", (flag(),), day)
            for key, day in zip(lease.ids, days, strict=True)
        }
        complete(session, lease.token, found, NOON)
    with database.read() as session:
        assert [count.day for count in overview(session).by_day] == sorted(days)


def test_streams_are_listed_with_what_was_found_in_them(database: Database) -> None:
    scanned(database, transcript(1, "最好"), spoken(0))
    key = scanned(database, transcript(2, "最好", "全网"), spoken(0), spoken(1, "全网", severity="high"))
    scanned(database, listing(3), flag())
    with database.write() as session:
        ingest(session, [arrived(transcript(4, "你好"))], NOON)
        decide(session, 2, "upheld", "是", "王", None, NOON)
    with database.read() as session:
        page = streams(session, limit=2)
        rest = streams(session, limit=2, after=page.next)
    assert [item.external_id for item in (*page.items, *rest.items)] == ["T-4", "T-2", "T-1"]
    assert (page.total, rest.next) == (3, None)
    waiting, second = page.items
    assert (waiting.scanned, waiting.flags, waiting.worst, waiting.as_of) == (False, 0, None, None)
    assert (second.document, second.scanned, second.as_of) == (key, True, DAY)
    assert (second.flags, second.undecided, second.worst) == (2, 1, "high")


def test_a_stream_shows_its_flags_in_order_of_time(database: Database) -> None:
    scanned(database, transcript(1, "最好"), spoken(0))
    key = scanned(database, transcript(1, "最好", "你好", "最好最好"), spoken(2, "最好最好"), spoken(0), spoken(2))
    with database.read() as session:
        detail = stream_detail(session, key)
    assert (detail.item.revision, len(detail.transcript.segments)) == (2, 3)
    assert [stored.at for stored in detail.flags] == [0.0, 20.0, 20.0]
    assert {index: len(flags) for index, flags in detail.by_segment.items()} == {0: 1, 2: 2}


def test_a_listing_is_no_stream(database: Database) -> None:
    key = scanned(database, listing())
    with database.read() as session:
        for number in (key, 99):
            with pytest.raises(NotFound, match=f"no live stream {number}"):
                stream_detail(session, number)
