"""Observed prices are kept once, in any order, by several writers, and read as the history before a moment."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from registry.test_prices import daily, seen
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from monitor.documents import CHINA, PriceObservation
from monitor.registry import PriceHistory
from monitor.store import (
    Database,
    KeptPrices,
    StoredPrices,
    ingest,
    keep_all_prices,
    keep_prices,
    lease_batch,
    load_work,
    prices_of,
)
from monitor.store.prices import count_prices
from monitor.store.tables import PriceRow
from store.writing import NOON, arrived, listing

BEFORE = datetime(2026, 11, 20, 12, tzinfo=CHINA)


def kept(database: Database, *observations: PriceObservation) -> KeptPrices:
    with database.write() as session:
        return keep_prices(session, [(item, "test.csv") for item in observations], NOON)


def history(
    database: Database, platform: str = "", days: int = 30, before: datetime = BEFORE
) -> list[PriceObservation]:
    with database.read() as session:
        return list(prices_of(session, "L", platform, before, days))


def test_the_same_observation_is_kept_once(database: Database) -> None:
    first = seen("2026-11-01T00:00:00+08:00", "39.90", stock=3)
    assert kept(database, first, first) == KeptPrices(1, 1)
    assert kept(database, seen("2026-10-31T16:00:00+00:00", "39.9", stock=99)) == KeptPrices(0, 1), "in another zone"
    others = [
        seen("2026-11-01T00:00:01+08:00", "39.9"),
        seen("2026-11-01", "39.9001"),
        seen("2026-11-01", "39.9", "displayed"),
        seen("2026-11-01", "39.9", currency="USD"),
        seen("2026-11-01", "39.9", platform="douyin"),
        seen("2026-11-01", "39.9", listing="M"),
    ]
    assert kept(database, *others) == KeptPrices(6, 0)


def test_what_is_kept_is_read_as_it_was(database: Database) -> None:
    observations = [
        seen("2026-11-19T23:59:59.999999", "0.0001", stock=0),
        seen("2026-11-01", "999999999999.9999", "reference", currency="USD"),
        seen("2026-11-02", "39.9", "displayed", platform="快手", stock=1_000_000_000),
    ]
    kept(database, *observations)
    assert history(database, "快手") == sorted(observations, key=lambda item: item.at)


def test_the_database_and_a_file_tell_the_same(database: Database) -> None:
    observations = [
        *daily("2026-10-01", "2026-11-19", "59", "deal"),
        *daily("2026-10-20", "2026-11-21", "99", platform="douyin"),
        seen("2026-10-20T23:59:59", "1"),
        seen("2026-10-21T00:00:00", "2"),
        seen("2026-11-20T11:59:59", "3"),
        seen("2026-11-20T12:00:00", "4"),
    ]
    kept(database, *reversed(observations))
    memory, stored = PriceHistory(observations), StoredPrices(database)
    for platform in ("", "douyin", "taobao"):
        for days in (0, 1, 30, 365):
            told = stored.of("L", platform, BEFORE, days)
            assert list(told) == list(memory.of("L", platform, BEFORE, days))
    prices = [item.price for item in stored.of("L", "", BEFORE, 30)]
    assert Decimal(2) in prices
    assert not {Decimal(1), Decimal(4)} & set(prices)


def test_a_stream_that_asks_at_every_second_reads_once(database: Database) -> None:
    kept(
        database,
        seen("2026-11-20T20:00:05", "59"),
        seen("2026-11-20T20:00:10", "49"),
        seen("2026-11-20T23:59:59", "39"),
    )
    stored, statements = StoredPrices(database), list[str]()
    event.listen(database.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    begun = datetime(2026, 11, 20, 20, tzinfo=CHINA)
    counts = [len(stored.of("L", "", begun + timedelta(seconds=second), 30)) for second in range(12)]
    assert counts == [0] * 6 + [1] * 5 + [2]
    assert len([statement for statement in statements if "price_observations" in statement]) == 1


def test_the_latest_are_read_where_there_are_very_many(database: Database) -> None:
    kept(database, *daily("2026-11-01", "2026-11-19", "59"))
    with database.read() as session:
        found = prices_of(session, "L", "", BEFORE, 30, most=3)
    assert [item.at.astimezone(CHINA).day for item in found] == [17, 18, 19]


def test_an_import_is_committed_in_pieces(database: Database) -> None:
    done = keep_all_prices(database, daily("2026-11-01", "2026-11-10", "59"), "f.csv", NOON, size=4)
    assert next(done) == KeptPrices(4, 0)
    assert len(history(database)) == 4, "the rest has not come yet"
    assert sum(done, KeptPrices()) == KeptPrices(6, 0)


def test_the_table_refuses_what_is_no_price(database: Database) -> None:
    names = {"identity": "a", "listing_identity": "b", "platform": "", "listing": "L", "source": "", "currency": "CNY"}
    row = PriceRow(**names, at=NOON, kind="deal", price=0, stock=None, received_at=NOON)
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(row)


def test_every_revision_of_a_listing_with_a_price_is_an_observation(database: Database) -> None:
    first = listing(observed_at="2026-11-01T08:00:00+08:00", price={"current": "39.90", "reference": 99, "stock": 5})
    second = listing(observed_at="2026-11-02T08:00:00+08:00", price={"current": 29})
    for documents in ([first], [first, second], [second]):
        with database.write() as session:
            ingest(session, [arrived(document) for document in documents], NOON)
    with database.read() as session:
        found = prices_of(session, "L-1", "kuaishou", BEFORE, 30)
    assert [(item.at.astimezone(CHINA).day, item.kind, item.price, item.stock) for item in found] == [
        (1, "displayed", Decimal("39.9"), 5),
        (1, "reference", Decimal(99), 5),
        (2, "displayed", Decimal(29), None),
    ]


def test_a_listing_that_does_not_say_when_is_of_when_it_came(database: Database) -> None:
    with database.write() as session:
        ingest(session, [arrived(listing(price={"current": "39"})), arrived(listing(2, price={"current": "0"}))], NOON)
    with database.read() as session:
        assert [item.at for item in prices_of(session, "L-1", "kuaishou", NOON + timedelta(seconds=1), 1)] == [NOON]
        assert count_prices(session) == 1


def test_what_is_not_committed_leaves_no_price(database: Database) -> None:
    arrival = arrived(listing(price={"current": "39"}))
    with suppress(ZeroDivisionError), database.write() as session:
        ingest(session, [arrival], NOON)
        raise ZeroDivisionError
    with database.read() as session:
        assert count_prices(session) == 0


def test_the_history_of_an_envelope_travels_with_its_revision(database: Database) -> None:
    own = (seen("2026-11-01", "59", listing="L-1"),)
    plain = arrived(listing())
    brought = plain.__class__(plain.envelope.__class__(plain.envelope.document, prices=own), plain.raw)
    empty = plain.__class__(plain.envelope.__class__(plain.envelope.document, prices=()), plain.raw)
    with database.write() as session:
        states = [item.state for item in ingest(session, [plain, brought, brought, empty], NOON).ids]
    assert states == ["new", "revised", "unchanged", "revised"], "another history may be judged otherwise"
    with database.write() as session:
        lease = lease_batch(session, 10, 60, NOON)
        work = load_work(session, lease.token, lease.ids)
        assert session.scalar(select(func.count()).select_from(PriceRow)) == 0, "it is not the history of the database"
    assert [item.envelope().prices for item in work] == [None, own, ()]


def test_several_may_import_the_same_at_once(database: Database) -> None:
    observations = daily("2026-01-01", "2026-11-19", "59")
    results: list[KeptPrices] = []

    def run(turn: int) -> None:
        mine = observations if turn % 2 else observations[::-1]
        results.append(sum(keep_all_prices(database, mine, "f.csv", datetime.now(UTC), size=50), KeptPrices()))

    threads = [threading.Thread(target=run, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4, "none failed"
    assert sum(item.new for item in results) == len(observations)
