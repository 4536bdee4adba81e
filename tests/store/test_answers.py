"""Who asks twice with the same key is answered once."""

from __future__ import annotations

import threading

import pytest

from monitor.errors import Refused, Stale
from monitor.store import Answer, Database, ingest, recall, remember, work_counts
from store.writing import NOON, arrived, listing

FIRST = Answer(202, b'{"ids": [1]}')


def test_a_replay_gets_the_first_answer(database: Database) -> None:
    with database.write() as session:
        assert recall(session, "taobao", "k1", b"body") is None
        remember(session, "taobao", "k1", b"body", FIRST, NOON)
    with database.read() as session:
        assert recall(session, "taobao", "k1", b"body") == FIRST
        assert recall(session, "douyin", "k1", b"body") is None, "keys are a client's own"


def test_another_request_under_the_same_key_is_refused(database: Database) -> None:
    with database.write() as session:
        remember(session, "taobao", "k1", b"body", FIRST, NOON)
    with database.read() as session, pytest.raises(Refused, match="another request") as refused:
        recall(session, "taobao", "k1", b"another")
    assert refused.value.field == "Idempotency-Key"


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_a_length(database: Database, key: str) -> None:
    with database.read() as session, pytest.raises(Refused, match="1 to 200"):
        recall(session, "taobao", key, b"")


def test_of_two_at_once_one_is_kept(database: Database) -> None:
    together = threading.Barrier(2)
    kept: list[bool] = []

    def ask(name: str) -> None:
        together.wait()
        try:
            with database.write() as session:
                if recall(session, "taobao", "k1", b"body") is None:
                    ingest(session, [arrived(listing(name))], NOON)
                    remember(session, "taobao", "k1", b"body", FIRST, NOON)
                    kept.append(True)
        except Stale:
            kept.append(False)

    askers = [threading.Thread(target=ask, args=(name,)) for name in "ab"]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert kept.count(True) == 1
    with database.read() as session:
        assert work_counts(session).pending == 1
