"""Work under a lease: who holds the token may end it, and nobody else."""

from __future__ import annotations

import threading

import msgspec
import pytest
from sqlalchemy import text

from monitor.flags import Unknown
from monitor.store import (
    Completed,
    Database,
    Failed,
    WorkCounts,
    complete,
    dead_work,
    fail,
    ingest,
    lease_batch,
    load_work,
    release,
    release_lapsed,
    revive,
    work_counts,
)
from monitor.store.begun import begin, held_tokens, release_unbegun
from monitor.store.work import ALONE_AFTER, DEAD_AFTER, LONGEST_BACKOFF
from store.writing import DAY, NOON, after, arrived, flag, listing, result


def waiting(database: Database, count: int) -> None:
    """So many listings with pending work, numbered from 1 as their work is."""
    with database.write() as session:
        ingest(session, [arrived(listing(number)) for number in range(1, count + 1)], NOON)


def counts(database: Database) -> WorkCounts:
    """The state of all work."""
    with database.read() as session:
        return work_counts(session)


def test_a_batch_is_leased_once(database: Database) -> None:
    waiting(database, 5)
    with database.write() as session:
        first = lease_batch(session, 3, 60, NOON)
    with database.write() as session:
        second = lease_batch(session, 3, 60, NOON)
        third = lease_batch(session, 3, 60, NOON)
    assert (first.ids, second.ids, third.ids) == ((1, 2, 3), (4, 5), ())
    assert first.token != second.token
    assert first.until == after(60)
    assert counts(database) == WorkCounts(leased=5)


def test_work_is_not_leased_before_it_is_due(database: Database) -> None:
    waiting(database, 1)
    with database.write() as session:
        assert lease_batch(session, 3, 60, after(-1)).ids == ()
        assert lease_batch(session, 3, 60, NOON).ids == (1,)


def test_dispatchers_at_once_share_the_work(database: Database) -> None:
    waiting(database, 60)
    taken: list[int] = []

    def take() -> None:
        while True:
            with database.write() as session:
                lease = lease_batch(session, 7, 60, NOON)
            if not lease.ids:
                return
            taken.extend(lease.ids)

    dispatchers = [threading.Thread(target=take) for _ in range(4)]
    for dispatcher in dispatchers:
        dispatcher.start()
    for dispatcher in dispatchers:
        dispatcher.join()
    assert sorted(taken) == list(range(1, 61))


def test_flags_and_the_end_of_the_work_are_one_step(database: Database) -> None:
    waiting(database, 2)
    unknown = (Unknown("cn.x", "origin", "no registry answered"),)
    with database.write() as session:
        lease = lease_batch(session, 10, 60, NOON)
        results = {
            1: result("L-1", flag(), flag("全网", 5)),
            2: msgspec.structs.replace(result("L-2"), unknown=unknown),
        }
        assert complete(session, lease.token, results, after(1)) == Completed((1, 2), (), 2)
    assert counts(database) == WorkCounts(done=2)
    with database.read() as session:
        rows = session.execute(text("SELECT rulebook, as_of, unknown FROM work ORDER BY revision_id")).all()
    assert [(row.rulebook, str(row.as_of)) for row in rows] == [("f" * 64, DAY.isoformat())] * 2
    assert msgspec.json.decode(rows[1].unknown, type=tuple[Unknown, ...]) == unknown


def test_who_lost_the_lease_writes_nothing_and_is_told(database: Database) -> None:
    waiting(database, 2)
    with database.write() as session:
        slow = lease_batch(session, 2, 60, NOON)
    with database.write() as session:
        assert release_lapsed(session, after(60)) == 0, "the lease is good to its last moment"
        assert release_lapsed(session, after(61)) == 2
        quick = lease_batch(session, 1, 60, after(61))
    with database.write() as session:
        results = {1: result("L-1", flag()), 2: result("L-2", flag())}
        assert complete(session, slow.token, results, after(62)) == Completed((), (1, 2), 0)
        assert fail(session, slow.token, {1: "x", 2: "x"}, after(62)) == Failed((), (), (1, 2))
        assert release(session, slow.token, slow.ids, after(62)) == 0
        assert load_work(session, slow.token, slow.ids) == ()
    assert counts(database) == WorkCounts(pending=1, leased=1)
    with database.write() as session:
        assert complete(session, quick.token, {1: result("L-1", flag())}, after(63)) == Completed((1,), (), 1)


def test_a_slow_worker_may_complete_while_nobody_took_the_work_back(database: Database) -> None:
    waiting(database, 1)
    with database.write() as session:
        lease = lease_batch(session, 1, 60, NOON)
        assert complete(session, lease.token, {1: result("L-1", flag())}, after(600)).flags == 1


def test_a_task_that_comes_twice_writes_once(database: Database) -> None:
    waiting(database, 1)
    with database.write() as session:
        lease = lease_batch(session, 1, 60, NOON)
    for done in (Completed((1,), (), 1), Completed((), (1,), 0)):
        with database.write() as session:
            assert complete(session, lease.token, {1: result("L-1", flag())}, after(1)) == done


def test_scanning_again_writes_only_what_is_new(database: Database) -> None:
    waiting(database, 1)
    with database.write() as session:
        lease = lease_batch(session, 1, 60, NOON)
        complete(session, lease.token, {1: result("L-1", flag())}, NOON)
        session.execute(text("UPDATE work SET state = 'pending'"))
        again = lease_batch(session, 1, 60, NOON)
        found = result("L-1", flag(score=0.5, message="anders"), flag("全网", 5), flag(rule="cn.other"))
        assert complete(session, again.token, {1: found}, NOON).flags == 2


def test_failed_work_waits_longer_each_time_and_dies_with_its_reason(database: Database) -> None:
    waiting(database, 1)
    now, waits = 0.0, []
    for attempt in range(1, 4):
        with database.write() as session:
            lease = lease_batch(session, 1, 60, after(now))
            failed = fail(session, lease.token, {1: f"reason {attempt}"}, after(now), attempts=3, backoff=10)
        assert (failed.retried, failed.dead) == (((1,), ()) if attempt < 3 else ((), (1,)))
        if attempt < 3:
            waits.append(next(s for s in range(10_000) if due(database, now + s)))
            now += waits[-1]
    assert waits == [10, 20]
    with database.write() as session:
        assert lease_batch(session, 1, 60, after(1e6)).ids == ()
        (dead,) = dead_work(session)
        assert (dead.external_id, dead.attempts, dead.error) == ("L-1", 3, "reason 3")
        assert revive(session, after(100)) == 1
        assert lease_batch(session, 1, 60, after(100)).ids == (1,)


def due(database: Database, seconds: float) -> bool:
    """Whether something could be leased then."""
    with database.read() as session:
        query = text("SELECT due_at FROM work WHERE state = 'pending'").columns(due_at=_moment())
        return all(moment <= after(seconds) for moment in session.scalars(query))


def _moment() -> object:
    from monitor.store.columns import Moment

    return Moment()


def test_no_wait_is_longer_than_an_hour(database: Database) -> None:
    waiting(database, 1)
    with database.write() as session:
        session.execute(text("UPDATE work SET attempts = 5000"))
        lease = lease_batch(session, 1, 60, NOON)
        assert fail(session, lease.token, {1: "again"}, NOON, attempts=9999).retried == (1,)
    assert due(database, LONGEST_BACKOFF)
    assert not due(database, LONGEST_BACKOFF - 1)


def test_what_was_not_begun_is_given_back_and_due_at_once(database: Database) -> None:
    waiting(database, 3)
    with database.write() as session:
        lease = lease_batch(session, 3, 60, NOON)
        assert release(session, lease.token, [2, 3, 99], after(1)) == 2
        assert lease_batch(session, 3, 60, after(1)).ids == (2, 3)


def test_one_poisoned_document_stops_no_other(database: Database) -> None:
    waiting(database, 3)
    with database.write() as session:
        lease = lease_batch(session, 3, 60, NOON)
        fail(session, lease.token, {2: "a bug"}, NOON)
        done = complete(session, lease.token, {1: result("L-1"), 3: result("L-3")}, NOON)
    assert done == Completed((1, 3), (), 0)
    assert counts(database) == WorkCounts(pending=1, done=2)


def test_work_that_stops_its_worker_is_leased_alone_and_dies(database: Database) -> None:
    waiting(database, 2)
    sizes = []
    now = 0.0
    for _ in range(DEAD_AFTER):
        with database.write() as session:
            lease = lease_batch(session, 2, 60, after(now), owner="worker")
            sizes.append(len(lease.ids))
            if 2 in lease.ids and len(lease.ids) == 1:
                complete(session, lease.token, {2: result("L-2")}, after(now))
        now += 61
        with database.write() as session:
            release_lapsed(session, after(now))
    assert sizes[: ALONE_AFTER + 1] == [2] * ALONE_AFTER + [1]
    with database.write() as session:
        while lease_batch(session, 2, 60, after(now), owner="worker").ids:
            now += 61
            release_lapsed(session, after(now))
        assert {"lapsed" in work.error for work in dead_work(session)} == {True}


def test_what_the_broker_lost_is_never_held_against_the_document(database: Database) -> None:
    waiting(database, 2)
    for turn in range(2 * DEAD_AFTER):
        with database.write() as session:
            assert len(lease_batch(session, 2, 60, after(100 * turn)).ids) == 2
            assert release_lapsed(session, after(100 * turn + 61)) == 2


def test_who_begins_is_written_down(database: Database) -> None:
    waiting(database, 3)
    with database.write() as session:
        lease = lease_batch(session, 3, 60, NOON)
        assert held_tokens(session, [lease.token, "another"]) == (lease.token,)
        assert begin(session, lease.token, [1, 2], "host:1") == (1, 2)
        assert begin(session, "another", [3], "host:1") == ()
        assert release_unbegun(session, after(61)) == 1
    assert counts(database) == WorkCounts(pending=1, leased=2)


@pytest.mark.postgresql
@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
def test_results_do_not_wait_for_new_revisions(database: Database) -> None:
    waiting(database, 2)
    with database.write() as session:
        lease = lease_batch(session, 2, 60, NOON)
    with database.write() as revising:
        ingest(revising, [arrived(listing(number, "改了")) for number in (1, 2)], NOON)
        with database.write() as session:
            session.execute(text("SET LOCAL lock_timeout = '5s'"))
            results = {key: result(f"L-{key}", flag()) for key in lease.ids}
            assert complete(session, lease.token, results, NOON).flags == 2


@pytest.mark.parametrize("size", [1, 1200])
def test_large_batches_are_no_matter(database: Database, size: int) -> None:
    waiting(database, size)
    with database.write() as session:
        lease = lease_batch(session, 5000, 60, NOON)
        assert len(load_work(session, lease.token, lease.ids)) == size
        done = complete(session, lease.token, {key: result(f"L-{key}", flag()) for key in lease.ids}, NOON)
    assert (len(done.done), done.flags) == (size, size)
