"""Sweeps: shards are leased while the sweep runs, done once, and found in their order; a line that stops workers is found."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.errors import NotFound
from monitor.flags import Tally
from monitor.store import Database
from monitor.store import sweeps as store
from monitor.store.shards import STOPS, Shard, begin_shard, complete_shard, fail_shard, keep_alive, note_line
from monitor.store.sweeps import SHARDS, Cut, Part, Progress, Wanted
from store.writing import DAY, NOON, after

WANTED = Wanted(("/in.jsonl",), "/out.jsonl", "jsonl", DAY)


def cuts(count: int) -> list[Cut]:
    return [Cut("/in.jsonl", False, "utf-8", 100 * n, 100, 10 * n + 1, 10, f"{n:064}") for n in range(count)]


@pytest.fixture
def sweep(database: Database) -> int:
    """A sweep of three shards of ten lines."""
    with database.write() as session:
        return store.add_sweep(session, WANTED, cuts(3), NOON)


def leased(database: Database, at: float = 0) -> tuple[str, int]:
    """Token and id of one shard."""
    with database.write() as session:
        lease = SHARDS.lease(session, 1, 60, after(at))
    return lease.token, lease.ids[0]


def begun(database: Database, at: float = 0) -> tuple[str, Shard]:
    token, number = leased(database, at)
    with database.write() as session:
        shard = begin_shard(session, token, number, "worker", after(at + 60))
    assert shard is not None
    return token, shard


def done(database: Database, at: float = 0) -> int:
    token, shard = begun(database, at)
    tally = Tally(documents=9, unreadable=1)
    with database.write() as session:
        assert complete_shard(session, token, Part(shard.id, f"part-{shard.first_line}", 5, "abc"), tally, after(at))
    return shard.id


def lapse(database: Database, at: float) -> None:
    with database.write() as session:
        assert SHARDS.release_lapsed(session, after(at)) == 1


def test_a_shard_is_told_as_it_was_cut(database: Database, sweep: int) -> None:
    _, shard = begun(database)
    assert (shard.sweep, shard.out, shard.format, shard.as_of) == (sweep, "/out.jsonl", "jsonl", DAY)
    assert (shard.start, shard.size, shard.first_line, shard.lines, shard.sha256) == (0, 100, 1, 10, "0" * 64)
    assert (shard.wary, shard.stopped, shard.every, shard.packed) == (False, frozenset(), False, False)


def test_a_shard_is_begun_once_though_its_message_comes_twice(database: Database, sweep: int) -> None:
    token, shard = begun(database)
    with database.write() as session:
        assert begin_shard(session, token, shard.id, "another", after(60)) is None
        assert begin_shard(session, "no such token", shard.id + 1, "another", after(60)) is None


def test_parts_come_in_the_order_of_the_lines_and_sums_add_up(database: Database, sweep: int) -> None:
    tallies = [Tally(documents=10, flagged=n, categories={"medical": n}, severities={"high": n}) for n in (1, 2, 3)]
    held = [begun(database) for _ in range(3)]
    for (token, shard), tally in reversed(list(zip(held, tallies, strict=True))):
        with database.write() as session:
            assert complete_shard(session, token, Part(shard.id, f"part-{shard.id}", 5, "abc"), tally, NOON)
    with database.read() as session:
        assert [part.name for part in store.parts(session, sweep)] == [f"part-{shard.id}" for _, shard in held]
        assert store.tally(session, sweep) == Tally(
            documents=30, flagged=6, categories={"medical": 6}, severities={"high": 6}
        )
        assert store.progress(session, sweep) == Progress(lines=30, documents=30, flags=6, shards=3, done=3)
        assert store.sources(session, sweep) == (("/in.jsonl", 300, 30),)


def test_who_lost_the_lease_registers_nothing(database: Database, sweep: int) -> None:
    token, shard = begun(database)
    lapse(database, 61)
    with database.write() as session:
        assert not keep_alive(session, token, shard.id, after(61), 60)
        assert not note_line(session, token, shard.id, 3, after(61), 60)
        assert not complete_shard(session, token, Part(shard.id, "late", 5, "abc"), Tally(), after(61))
    other, again = begun(database, 62)
    assert (again.id, other != token) == (shard.id, True) or again.id != shard.id
    with database.read() as session:
        assert list(store.parts(session, sweep)) == []


def test_a_lease_that_is_kept_alive_does_not_lapse(database: Database, sweep: int) -> None:
    token, shard = begun(database)
    with database.write() as session:
        assert keep_alive(session, token, shard.id, after(50), 60)
        assert SHARDS.release_lapsed(session, after(109)) == 0
        assert SHARDS.release_lapsed(session, after(111)) == 1


def test_nothing_is_begun_while_a_sweep_stands_still(database: Database, sweep: int) -> None:
    token, shard = begun(database)
    with database.write() as session:
        assert store.pause(session, sweep, after(10))
        assert not store.pause(session, sweep, after(11))
        assert SHARDS.lease(session, 1, 60, after(12)).ids == ()
        assert complete_shard(session, token, Part(shard.id, "part", 5, "abc"), Tally(), after(12)), "it was under way"
        assert store.get_sweep(session, sweep, after(100)).seconds == 10
        store.run(session, sweep, after(100))
        assert SHARDS.lease(session, 1, 60, after(100)).ids != ()
        assert store.get_sweep(session, sweep, after(105)).seconds == 15


@pytest.fixture
def alone(database: Database) -> int:
    """A sweep of one shard."""
    with database.write() as session:
        return store.add_sweep(session, WANTED, cuts(1), NOON)


def test_a_shard_that_fails_is_tried_again_and_dies_and_is_revived_by_going_on(database: Database, alone: int) -> None:
    for attempt in range(5):
        token, shard = begun(database, 3600 * attempt)
        with database.write() as session:
            fail_shard(session, token, shard.id, "no such bucket", after(3600 * attempt))
            assert store.progress(session, alone).dead == (attempt == 4)
    with database.write() as session:
        assert store.progress(session, alone).error == "no such bucket"
        store.run(session, alone, after(20_000))
        assert store.progress(session, alone).dead == 0
    begun(database, 20_000)


def test_a_line_that_stops_its_worker_again_and_again_is_found_and_left_out(database: Database, alone: int) -> None:
    at = 0.0
    for _ in range(3):
        _, shard = begun(database, at)
        assert not shard.wary
        lapse(database, at := at + 61)
    for _ in range(STOPS):
        token, shard = begun(database, at)
        assert (shard.wary, shard.stopped) == (True, frozenset())
        with database.write() as session:
            for line in (1, 2, 7):
                assert note_line(session, token, shard.id, line, after(at), 60)
        lapse(database, at := at + 61)
    for line in (8, 8, 8, 9, 9, 9, 10, 10, 10):
        token, shard = begun(database, at)
        assert 7 in shard.stopped
        with database.write() as session:
            assert note_line(session, token, shard.id, line, after(at), 60), (
                "one bad line does not make it die for others"
            )
        lapse(database, at := at + 61)
    _, shard = begun(database, at)
    assert shard.stopped == {7, 8, 9, 10}


def test_one_sweep_at_a_time_writes_to_a_place(database: Database, sweep: int) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        store.add_sweep(session, WANTED, cuts(1), NOON)
    with database.write() as session:
        assert store.claim(session, sweep, "me", 30, NOON)
        assert store.finish(session, sweep, "me", NOON)
        assert store.add_sweep(session, WANTED, cuts(1), NOON) != sweep
        found = store.sweep_to(session, "/out.jsonl", NOON)
        assert found is not None
        assert (found.id != sweep, found.state) == (True, "running")
        assert [one.id for one in store.sweeps(session, NOON)] == [found.id, sweep]


def test_the_parts_are_joined_by_one(database: Database, sweep: int) -> None:
    with database.write() as session:
        assert store.claim(session, sweep, "me", 30, NOON)
        assert not store.claim(session, sweep, "another", 30, after(29))
        assert store.claim(session, sweep, "me", 30, after(29))
        assert store.claim(session, sweep, "another", 30, after(60)), "I was killed"
        assert not store.finish(session, sweep, "me", after(60))
        store.give_up(session, sweep, "another")
        assert store.claim(session, sweep, "third", 30, after(60))


def test_a_lost_part_is_done_again(database: Database, sweep: int) -> None:
    number = done(database)
    with database.write() as session:
        store.do_again(session, number, "is not there", NOON)
        assert store.progress(session, sweep) == Progress(shards=3, error="is not there")
    assert done(database) == number


def test_a_sweep_that_is_dropped_is_gone(database: Database, sweep: int) -> None:
    with database.write() as session:
        assert store.drop(session, sweep)
        assert not store.drop(session, sweep)
        with pytest.raises(NotFound, match="there is no sweep 1"):
            store.get_sweep(session, sweep, NOON)
