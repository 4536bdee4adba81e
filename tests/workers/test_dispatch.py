"""The dispatcher: bounded, patient with its broker, and never the second to take a lease."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event

import pytest
from workers.deployment import NOW, counts, keep, listings

from monitor.store import Database, WorkCounts, release
from monitor.store.begun import begin
from monitor.workers.dispatch import BrokerDown, Dispatcher, Send, run

Sent = list[tuple[str, tuple[int, ...]]]


def dispatcher(database: Database, send: Send, **others: int) -> Dispatcher:
    return Dispatcher(database, send, **({"batch": 2, "lease": 60, "in_flight": 2} | others))


def into(sent: Sent) -> Send:
    return lambda token, ids: sent.append((token, tuple(ids)))


def down(_token: str, _ids: Sequence[int]) -> None:
    raise BrokerDown("nobody there")


def finish(database: Database, token: str, ids: Sequence[int]) -> None:
    """Let go of a batch, as completing it does."""
    with database.write() as session:
        release(session, token, ids, NOW + timedelta(days=1))


def test_ids_travel_in_batches_up_to_what_may_be_in_flight(database: Database) -> None:
    keep(database, listings(7))
    sent: Sent = []
    dispatching = dispatcher(database, into(sent))
    assert dispatching.dispatch(NOW) == 4
    assert [ids for _, ids in sent] == [(1, 2), (3, 4)]
    assert dispatching.dispatch(NOW) == 0, "two batches are in flight"
    finish(database, *sent[0])
    assert dispatching.dispatch(NOW) == 2
    assert sent[2][1] == (5, 6)


def test_two_dispatchers_do_not_send_the_same(database: Database) -> None:
    keep(database, listings(7))
    sent: Sent = []
    for _ in range(2):
        dispatcher(database, into(sent)).dispatch(NOW)
    assert sorted(number for _, ids in sent for number in ids) == [1, 2, 3, 4, 5, 6, 7]


def test_what_the_broker_does_not_take_is_due_again_at_once(database: Database) -> None:
    keep(database, listings(3))
    with pytest.raises(BrokerDown):
        dispatcher(database, down).dispatch(NOW)
    assert counts(database) == WorkCounts(pending=3)
    sent: Sent = []
    assert dispatcher(database, into(sent)).dispatch(NOW) == 3


def test_a_message_that_was_lost_is_sent_again_as_often_as_it_takes(database: Database) -> None:
    keep(database, listings(2))
    now, sent = NOW, Sent()
    for _ in range(20):
        dispatching = dispatcher(database, into(sent))
        dispatching.dispatch(now)
        now += timedelta(seconds=61)
        assert dispatching.sweep(now) == 2
    assert {ids for _, ids in sent} == {(1, 2)}
    assert counts(database) == WorkCounts(pending=2)


def test_documents_that_stop_their_worker_are_sent_alone_and_die(database: Database) -> None:
    keep(database, listings(2))
    now, sent = NOW, Sent()
    for _ in range(20):
        dispatching = dispatcher(database, into(sent))
        before = len(sent)
        dispatching.dispatch(now)
        for token, ids in sent[before:]:
            with database.write() as session:
                begin(session, token, ids, "a worker that is killed")
        now += timedelta(seconds=61)
        dispatching.sweep(now)
    assert [ids for _, ids in sent[:3]] == [(1, 2)] * 3
    assert {ids for _, ids in sent[3:]} == {(1,), (2,)}
    assert counts(database) == WorkCounts(dead=2)


def test_the_loop_outlives_a_broker_that_is_down(database: Database) -> None:
    keep(database, listings(3))
    stop, sent, tries = Event(), Sent(), []

    def send(token: str, ids: Sequence[int]) -> None:
        tries.append(token)
        if len(tries) < 3:
            down(token, ids)
        into(sent)(token, ids)

    clock: Callable[[], datetime] = lambda: (stop.set() if len(sent) == 2 else None) or NOW  # noqa: E731
    run([dispatcher(database, send)], 60, clock, stop)
    assert [ids for _, ids in sent] == [(1, 2), (3,)]
