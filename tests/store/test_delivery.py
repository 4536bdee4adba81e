"""At-least-once delivery, in any order, gives the same rows: documents, revisions, work and flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.flags import ScanResult
from monitor.store import Database, WorkItem, complete, fail, ingest, lease_batch, load_work, release_lapsed
from store.databases import NewDatabase
from store.writing import after, arrived, everything, flag, listing, result

DOCUMENTS = [listing(number, title) for number in (1, 2, 3) for title in ("最好的米", "最好的米，最好", "五常米")]

DELIVERIES = st.lists(st.sampled_from(range(len(DOCUMENTS))), max_size=8).flatmap(
    lambda extra: st.permutations([*range(len(DOCUMENTS)), *extra])
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["complete", "complete twice", "lose", "fail", "late"]),
        st.integers(1, 6),
    ),
    max_size=12,
)


def scan(work: WorkItem) -> ScanResult:
    """A scanner that knows one word."""
    document = work.envelope().document
    title = getattr(document, "title", "")
    places = [place for place in range(len(title)) if title.startswith("最好", place)]
    return result(document.id, *(flag("最好", place) for place in places))


def deliver(database: Database, order: Sequence[int], cuts: int) -> None:
    """Bring the documents in this order, in batches of ``cuts``."""
    for start in range(0, len(order), cuts):
        with database.write() as session:
            ingest(session, [arrived(DOCUMENTS[index]) for index in order[start : start + cuts]], after(start))


def work_through(database: Database, steps: Sequence[tuple[str, int]]) -> None:
    """Work with accidents, then without until nothing is left."""
    now = 1000.0
    for step, size in [*steps, *[("complete", 100)] * 3]:
        now += 10_000
        with database.write() as session:
            release_lapsed(session, after(now))
            lease = lease_batch(session, size, 60, after(now))
        with database.read() as session:
            results = {work.id: scan(work) for work in load_work(session, lease.token, lease.ids)}
        for _ in range({"complete": 1, "complete twice": 2}.get(step, 0)):
            with database.write() as session:
                complete(session, lease.token, results, after(now))
        if step == "fail":
            with database.write() as session:
                fail(session, lease.token, dict.fromkeys(lease.ids, "an accident"), after(now), attempts=100)
        if step == "late":
            with database.write() as session:
                release_lapsed(session, after(now + 61))
                other = lease_batch(session, size, 60, after(now + 61))
            for token, items in (
                (lease.token, results),
                (other.token, {k: results[k] for k in other.ids if k in results}),
            ):
                with database.write() as session:
                    complete(session, token, items, after(now + 62))


ACCIDENTS = given(order=DELIVERIES, cuts=st.integers(1, 20), steps=STEPS)
SAME_FIXTURE = [HealthCheck.function_scoped_fixture]


@pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)
@settings(max_examples=25, suppress_health_check=SAME_FIXTURE)
@ACCIDENTS
def test_any_delivery_gives_the_rows_of_a_calm_one(
    new_database: NewDatabase, order: list[int], cuts: int, steps: list[tuple[str, int]]
) -> None:
    same_as_calm(new_database, order, cuts, steps)


@pytest.mark.postgresql
@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
@settings(max_examples=8, suppress_health_check=SAME_FIXTURE)
@ACCIDENTS
def test_any_delivery_gives_the_same_on_postgresql(
    new_database: NewDatabase, order: list[int], cuts: int, steps: list[tuple[str, int]]
) -> None:
    same_as_calm(new_database, order, cuts, steps)


def same_as_calm(new_database: NewDatabase, order: list[int], cuts: int, steps: list[tuple[str, int]]) -> None:
    """Deliver with accidents, and compare with what a calm delivery leaves."""
    with new_database() as database:
        deliver(database, order, cuts)
        work_through(database, steps)
        rows = everything(database)
        kind = database.engine.dialect.name
    if kind not in CALM:
        with new_database() as database:
            deliver(database, range(len(DOCUMENTS)), 100)
            work_through(database, [])
            CALM[kind] = everything(database)
        assert len(CALM[kind]["flags"]) == 9
    assert rows == CALM[kind]


CALM: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
