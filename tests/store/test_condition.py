"""How the work stands: every state counted, what waits longest, whether it moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.formats.saying import decode_head, decode_saying
from monitor.store import (
    Condition,
    Database,
    append,
    complete,
    condition,
    fail,
    ingest,
    lease_batch,
    open_engine,
    open_stream,
)
from monitor.store.begun import begin
from monitor.store.checks import Health, health
from monitor.store.condition import OnAir, on_air
from monitor.store.on_air import claim
from store.writing import NOON, after, arrived, flag, listing, result

RULEBOOK = "f" * 64


def in_every_state(database: Database) -> None:
    """Six documents at noon: done, dead, waiting for another try, leased and begun, leased and overdue, never touched."""
    with database.write() as session:
        ingest(session, [arrived(listing(number)) for number in range(1, 7)], NOON, correlation="run-1")
    with database.write() as session:
        first = lease_batch(session, 3, 60, NOON)
        complete(session, first.token, {first.ids[0]: result("L-1", flag(), rulebook=RULEBOOK)}, after(1))
        fail(session, first.token, {first.ids[1]: "it broke"}, after(2), attempts=1)
        fail(session, first.token, {first.ids[2]: "it broke"}, after(2))
        begun = lease_batch(session, 1, 600, after(3))
        begin(session, begun.token, begun.ids, "worker")
        lease_batch(session, 1, 5, after(3))


def test_every_state_is_counted(database: Database) -> None:
    in_every_state(database)
    with database.read() as session:
        found = condition(session, after(10))
    assert found == Condition(
        pending=2,
        due=1,
        leased=2,
        begun=1,
        overdue=1,
        dead=1,
        oldest_due=NOON,
        finished=2,
        seconds=300.0,
        last_finished=after(2),
        rulebooks=(RULEBOOK,),
    )
    assert found.waited(after(10)) == 10


def test_an_empty_database_waits_for_nothing(database: Database) -> None:
    with database.read() as session:
        found = condition(session, NOON)
    assert (found.waited(NOON), found.is_stuck(NOON, 1), found.last_finished) == (0, False, None)


def test_work_that_nobody_does_is_stuck_after_a_while(database: Database) -> None:
    in_every_state(database)
    with database.read() as session:
        found = condition(session, after(400))
    assert [found.is_stuck(after(seconds), 120) for seconds in (100, 121, 130)] == [False, False, True]


def well(database: Database, seconds: float) -> Health:
    return health(database.engine, lambda: RULEBOOK, after(seconds), 60)


def test_health_tells_what_keeps_documents_out_from_what_keeps_them_waiting(database: Database) -> None:
    assert (well(database, 0).ready, well(database, 0).well) == (True, True)
    in_every_state(database)
    late = well(database, 1000)
    assert (late.ready, late.well) == (True, False)
    (trouble,) = [check for check in late.checks if not check.ok]
    assert (trouble.name, "does a worker run?" in trouble.detail) == ("work", True)


def test_words_in_a_live_stream_that_nobody_judges_are_told(database: Database) -> None:
    head = b'{"id": "T-1"}'
    with database.write() as session:
        stream = open_stream(session, decode_head(head), head, NOON, source="test").stream
        append(session, stream, [decode_saying(b'{"text": "x"}')] * 2, NOON)
    with database.read() as session:
        assert on_air(session, after(5)) == OnAir(streams=1, waiting=2, oldest=NOON)
    assert (well(database, 100).well, well(database, 130).well, well(database, 130).ready) == (True, False, True)
    with database.write() as session:
        claim(session, "a", "test", after(130), 15, 10)
    assert (well(database, 131).well, well(database, 150).well) == (True, False)  # its lease lasts 15 seconds


def test_rules_that_cannot_be_loaded_are_told(database: Database) -> None:
    def broken() -> str:
        raise ValueError("rules.yaml:2:1: no such key\nmore")

    found = health(database.engine, broken, NOON, 60)
    assert (found.ready, found.checks[-1].detail) == (False, "rules.yaml:2:1: no such key")


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/nowhere.sqlite", "postgresql://postgres@127.0.0.1:9/none?connect_timeout=2"]
)
def test_a_database_that_does_not_answer_is_told(url: str) -> None:
    engine = open_engine(url)
    found = health(engine, lambda: RULEBOOK, NOON, 60)
    assert (found.ready, found.work, found.checks[0].name, found.checks[0].ok) == (False, None, "database", False)
    engine.dispose()


def test_tables_of_another_version_are_told(empty_url: str) -> None:
    engine = open_engine(empty_url)
    found = health(engine, lambda: RULEBOOK, NOON + timedelta(0), 60)
    assert [(check.name, check.ok) for check in found.checks] == [
        ("database", True),
        ("schema", False),
        ("rulebook", True),
    ]
    assert "`monitor init`" in found.checks[1].detail
    engine.dispose()
