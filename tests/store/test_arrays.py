"""Many rows in one statement, on both databases: each value arrives as it was, and what does not fit is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from monitor.flags import Unknown
from monitor.store import Database, ingest, migrate
from monitor.store.rows import insert_missing, update_rows
from monitor.store.tables import DocumentRow, PriceRow, RevisionRow, WorkRow
from store.databases import made, opened
from store.writing import NOON, arrived, listing

PLACES = ["", "{}", '{"a",b}', "a\\b", "NULL", "'; DROP TABLE documents; --", "%s %(x)s", "，“🍎”\n\t", "x" * 9000]


def price(number: int, **more: Any) -> dict[str, Any]:
    row = {
        "identity": f"{number:064}",
        "listing_identity": "0" * 64,
        "platform": "douyin",
        "listing": "L",
        "at": NOON,
        "kind": "deal",
        "price": 1,
        "currency": "CNY",
        "stock": None,
        "source": "",
        "received_at": NOON,
    }
    return row | more


def test_values_arrive_as_they_were(database: Database) -> None:
    china = datetime(2026, 11, 20, 20, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    numbers = [1, 2**31, 2**63 - 1, 7, 8, 9, 10, 11, 12]
    rows = [
        price(n, platform=place, price=number, stock=None if n % 2 else n, at=china)
        for n, (place, number) in enumerate(zip(PLACES, numbers, strict=True))
    ]
    with database.write() as session:
        assert insert_missing(session, PriceRow, ("identity",), rows) == len(rows)
        assert insert_missing(session, PriceRow, ("identity",), [*rows[:3], price(99)]) == 1
    with database.read() as session:
        found = session.scalars(select(PriceRow).order_by(PriceRow.identity)).all()[: len(rows)]
    assert [row.platform for row in found] == PLACES
    assert [row.price for row in found] == numbers
    assert [row.stock for row in found] == [row["stock"] for row in rows]
    assert {row.at for row in found} == {china.astimezone(UTC)}


def test_what_a_database_cannot_keep_in_text_is_replaced(database: Database) -> None:
    with database.write() as session:
        insert_missing(session, PriceRow, ("identity",), [price(1, source="a\0b\ud800")])
        assert session.scalar(select(PriceRow.source)) == "a\ufffdb\ufffd"


@pytest.mark.parametrize("change", [{"price": 2**63}, {"price": -1}, {"platform": None}])
def test_what_does_not_fit_is_refused_not_cut(database: Database, change: dict[str, Any]) -> None:
    with pytest.raises((DBAPIError, OverflowError)), database.write() as session:
        insert_missing(session, PriceRow, ("identity",), [price(1), price(2, **change)])


@pytest.mark.postgresql
def test_what_is_too_long_is_refused_not_cut() -> None:
    with made() as url, opened(url) as database:
        migrate(database.engine)
        with pytest.raises(DBAPIError, match="too long"), database.write() as session:
            insert_missing(session, PriceRow, ("identity",), [price(1), price(2, identity="0" * 65)])


def test_each_row_gets_what_is_its_own(database: Database) -> None:
    with database.write() as session:
        ingest(session, [arrived(listing(number)) for number in range(3)], NOON)
    unknown = (Unknown("a.rule", "price", "no history"),)
    changes = [
        {"revision_id": 1, "unknown": unknown, "as_of": date(2026, 11, 20), "degraded": None},
        {"revision_id": 3, "unknown": (), "as_of": None, "degraded": ("silent",)},
    ]
    with database.write() as session:
        update_rows(session, WorkRow, "revision_id", changes)
    with database.read() as session:
        rows = session.scalars(select(WorkRow).order_by(WorkRow.revision_id)).all()
    assert [(row.unknown, row.as_of, row.degraded) for row in rows] == [
        (unknown, date(2026, 11, 20), None),
        (None, None, None),
        ((), None, ("silent",)),
    ]


def test_bytes_of_a_document_are_kept_as_they_are(database: Database) -> None:
    given = arrived(listing(title='，“🍎” \\ {"a"} % NULL'))
    with database.write() as session:
        ingest(session, [given], NOON)
        assert session.scalar(select(RevisionRow.raw)) == given.raw
        assert session.scalar(select(DocumentRow.revision)) == 1
