"""Real processes that judge live streams, killed in the middle: the flags are those of a calm run, live and at the end."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select
from workers.databases import migrated, on_server
from workers.deployment import NOW, counts, flags, kill, process, small_scanner, small_settings, wait_until
from workers.test_brokers import redis_database

from monitor.documents import Segment, Transcript
from monitor.formats.saying import decode_head, decode_saying
from monitor.live import LiveScan
from monitor.store import Database, WorkCounts, append_all, finish, live_flags, open_stream
from monitor.store.stream_tables import StreamRow

STREAMS, LENGTH, PIECE = 5, 600, 40


def texts(stream: int) -> list[str]:
    return [
        f"第{number}箱，{'这是最好的' if number % (7 + stream) == 0 else '今天刚摘的苹果'}" for number in range(LENGTH)
    ]


def opened(database: Database) -> list[int]:
    numbers = []
    for stream in range(STREAMS):
        head = msgspec.json.encode({"id": f"T-{stream}", "platform": "douyin"})
        with database.write() as session:
            numbers.append(open_stream(session, decode_head(head), head, NOW, source="test", as_of=NOW.date()).stream)
    return numbers


def say(database: Database, streams: list[int], first: int) -> None:
    """A piece of each stream, its numbers backwards, and the piece before it once more."""
    places = [place for place in range(first + PIECE - 1, first - PIECE - 1, -1) if 0 <= place < LENGTH]
    said = {
        stream: [
            decode_saying(msgspec.json.encode({"seq": place + 1, "text": texts(number)[place], "start": float(place)}))
            for place in places
        ]
        for number, stream in enumerate(streams)
    }
    with database.write() as session:
        append_all(session, said, NOW)


def judged(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.sum(StreamRow.next_seq - 1))) or 0


def owners(database: Database) -> dict[str, int]:
    """Process → streams it has."""
    query = select(StreamRow.owner, func.count()).where(StreamRow.owner.is_not(None)).group_by(StreamRow.owner)
    with database.read() as session:
        return {str(owner): count for owner, count in session.execute(query)}


def calm(folder: Path) -> tuple[list[list[tuple[str, int]]], list[tuple[str, str, float | None]]]:
    """What is settled on air in each stream, and the flags of the whole: as one scan in this process finds them."""
    scanner, live, whole = small_scanner(folder), [], []
    for number in range(STREAMS):
        segments = [Segment(text, float(place)) for place, text in enumerate(texts(number))]
        told = LiveScan(scanner, Transcript(f"T-{number}", (), platform="douyin"), NOW.date()).feed(segments)
        live.append(sorted((flag.evidence[0].field, flag.evidence[0].start) for flag in told))
        document = Transcript(f"T-{number}", tuple(segments), platform="douyin")
        found = scanner.scan(document, NOW.date()).flags
        whole += [(document.id, flag.evidence[0].text, flag.evidence[0].at) for flag in found]
    return live, sorted(whole)


def settled(database: Database, stream: int) -> list[tuple[str, int]]:
    with database.read() as session:
        found = live_flags(session, stream, limit=200).items
    places = [
        (item.flag.evidence[0].field, item.flag.evidence[0].start) for item in found if item.standing == "settled"
    ]
    return sorted(places)


@pytest.mark.postgresql
@pytest.mark.redis
def test_a_process_killed_in_the_middle_of_streams_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with ExitStack() as running:
        url = running.enter_context(on_server(tmp_path))
        database = running.enter_context(migrated(url))
        broker_url = running.enter_context(redis_database())
        settings = small_settings(tmp_path, url, broker_url, stream_lease=1)
        first = running.enter_context(process(settings, "streams"))
        streams = opened(database)
        say(database, streams, 0)
        wait_until(lambda: judged(database) == STREAMS * PIECE, "the first is at it")
        assert {name.rpartition(":")[2] for name in owners(database)} == {str(first.pid)}
        first.send_signal(signal.SIGSTOP)
        for begin in range(PIECE, LENGTH // 2, PIECE):
            say(database, streams, begin)
        first.send_signal(signal.SIGCONT)
        time.sleep(0.1)  # it has more than a thousand segments at hand now
        kill(first)
        assert judged(database) < STREAMS * LENGTH // 2, "it was killed in the middle"
        running.enter_context(process(settings, "streams"))
        for begin in range(LENGTH // 2, LENGTH, PIECE):
            say(database, streams, begin)
        wait_until(lambda: judged(database) == STREAMS * LENGTH, "the second took them over")
        assert str(first.pid) not in {name.rpartition(":")[2] for name in owners(database)}
        live, whole = calm(tmp_path)
        assert [settled(database, stream) for stream in streams] == live
        for stream in streams:
            with database.write() as session:
                finish(session, stream, NOW)
        running.enter_context(process(settings, "dispatch"))
        running.enter_context(process(settings, "scan"))
        wait_until(lambda: counts(database) == WorkCounts(done=STREAMS), "the whole is scanned")
        assert flags(database) == whole


def test_a_process_told_to_end_gives_its_streams_back(file_database: Database, tmp_path: Path) -> None:
    url = file_database.engine.url.render_as_string(hide_password=False)
    settings = small_settings(tmp_path, url, stream_lease=600)
    streams = opened(file_database)
    say(file_database, streams, 0)
    with process(settings, "streams") as started:
        wait_until(lambda: judged(file_database) == STREAMS * PIECE, "the first piece")
        started.terminate()
        assert started.wait(30) == 0
    assert owners(file_database) == {}
    say(file_database, streams, PIECE)
    with process(settings, "streams"):
        wait_until(lambda: judged(file_database) == 2 * STREAMS * PIECE, "the second piece, by another, at once")


def test_the_dispatcher_ends_streams_that_fell_silent(file_database: Database, tmp_path: Path) -> None:
    url = file_database.engine.url.render_as_string(hide_password=False)
    settings = small_settings(tmp_path, url, stream_silence=5)
    say(file_database, opened(file_database), 0)  # at noon of a day long past
    with process(settings, "dispatch"), process(settings, "scan"):
        wait_until(lambda: counts(file_database) == WorkCounts(done=STREAMS), "they are documents, and scanned")
    assert len(flags(file_database)) > 0
