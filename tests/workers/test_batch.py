"""A batch is scanned whole, once, whatever came twice, late, or broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from registry.silent import Silent
from rules.writing import rule_of, write_rulebook
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from workers.deployment import NOW, arrived, counts, flags, keep, listings, small_scanner

from monitor.documents import CertificateClaim, Document, Envelope, Listing, Price, PriceObservation
from monitor.flags import ScanResult
from monitor.rules import load_rulebook
from monitor.scanner import Batch, Scanner
from monitor.store import Database, Lease, WorkCounts, dead_work, keep_prices, lease_batch, release_lapsed
from monitor.store.tables import WorkRow
from monitor.workers.batch import Bench, Outcome, scan_batch

EXPECTED = [("L-001", "最好", None), ("L-003", "最好", None)]


@pytest.fixture
def bench(database: Database, tmp_path: Path) -> Bench:
    return Bench(database, small_scanner(tmp_path), lambda: NOW, patience=60, owner="test")


def lease(database: Database, now: datetime = NOW, size: int = 64) -> Lease:
    with database.write() as session:
        return lease_batch(session, size, 60, now)


@dataclass
class Troubled(Scanner):
    """A scanner that does with some documents what a bug would."""

    scanner: Scanner
    trouble: Callable[[Document, ScanResult], ScanResult]

    def batch(self, documents: Sequence[Document]) -> Batch:
        return TroubledBatch(self, self.scanner.batch(documents))


@dataclass
class TroubledBatch(Batch):
    owner: Troubled
    inner: Batch

    def scan_envelope(self, number: int, envelope: Envelope, as_of: date, **more: Any) -> ScanResult:
        return self.owner.trouble(envelope.document, self.inner.scan_envelope(number, envelope, as_of, **more))


def raising(name: str, error: BaseException) -> Callable[[Document, ScanResult], ScanResult]:
    def trouble(document: Document, result: ScanResult) -> ScanResult:
        if document.id == name:
            raise error
        return result

    return trouble


def unwritable(document: Document, result: ScanResult) -> ScanResult:
    """A number that no database has room for."""
    if document.id != "L-001":
        return result
    return msgspec.structs.replace(result, flags=(msgspec.structs.replace(result.flags[0], version=2**70),))


def test_flags_are_written_and_the_work_is_done(bench: Bench) -> None:
    keep(bench.database, listings(4))
    held = lease(bench.database)
    assert scan_batch(bench, held.token, held.ids) == Outcome(done=4, flags=2)
    assert (flags(bench.database), counts(bench.database)) == (EXPECTED, WorkCounts(done=4))


def test_a_message_that_comes_twice_writes_nothing_new(bench: Bench) -> None:
    keep(bench.database, listings(4))
    held = lease(bench.database)
    scan_batch(bench, held.token, held.ids)
    assert scan_batch(bench, held.token, held.ids) == Outcome(lapsed=4)
    assert flags(bench.database) == EXPECTED


def test_who_lost_the_lease_writes_nothing(bench: Bench) -> None:
    keep(bench.database, listings(4))
    late, later = lease(bench.database), NOW + timedelta(seconds=61)
    with bench.database.write() as session:
        assert release_lapsed(session, later) == 4
    held = lease(bench.database, later)
    assert scan_batch(bench, late.token, late.ids) == Outcome(lapsed=4)
    assert flags(bench.database) == []
    assert scan_batch(bench, held.token, held.ids) == Outcome(done=4, flags=2)


def test_a_document_the_engine_fails_on_is_failed_alone(bench: Bench) -> None:
    troubled = replace(bench, scanner=Troubled(bench.scanner, raising("L-002", ZeroDivisionError("no such scale"))))
    keep(bench.database, listings(4))
    held = lease(bench.database)
    assert scan_batch(troubled, held.token, held.ids) == Outcome(done=3, failed=1, flags=2)
    assert counts(bench.database) == WorkCounts(pending=1, done=3)


def test_a_poisoned_document_dies_with_its_reason(bench: Bench) -> None:
    troubled = replace(bench, scanner=Troubled(bench.scanner, raising("L-002", ZeroDivisionError("no such scale"))))
    keep(bench.database, listings(4))
    now = NOW
    for _ in range(5):
        held = lease(bench.database, now)
        scan_batch(replace(troubled, clock=lambda now=now: now), held.token, held.ids)
        now += timedelta(hours=2)
    assert (flags(bench.database), counts(bench.database)) == (EXPECTED, WorkCounts(done=3, dead=1))
    with bench.database.read() as session:
        (dead,) = dead_work(session)
    assert (dead.external_id, dead.attempts, dead.error) == ("L-002", 5, "ZeroDivisionError: no such scale")


def test_a_result_that_cannot_be_written_is_failed_alone(bench: Bench) -> None:
    troubled = replace(bench, scanner=Troubled(bench.scanner, unwritable))
    keep(bench.database, listings(4))
    held = lease(bench.database)
    assert scan_batch(troubled, held.token, held.ids) == Outcome(done=3, failed=1, flags=1)
    assert flags(bench.database) == [("L-003", "最好", None)]


def test_a_slow_batch_keeps_what_it_had_when_its_process_is_killed(bench: Bench) -> None:
    def ticking() -> Iterator[datetime]:
        now = NOW
        while True:
            yield (now := now + timedelta(seconds=1))

    ticks = ticking()
    killed = replace(
        bench,
        scanner=Troubled(bench.scanner, raising("L-003", KeyboardInterrupt())),
        clock=lambda: next(ticks),
        patience=2,
    )
    keep(bench.database, listings(4))
    held = lease(bench.database)
    with pytest.raises(KeyboardInterrupt):
        scan_batch(killed, held.token, held.ids)
    assert counts(bench.database).done == 2
    with bench.database.write() as session:
        assert release_lapsed(session, NOW + timedelta(seconds=61)) == 2


@pytest.mark.parametrize(
    ("received", "setting", "day"),
    [
        pytest.param(
            datetime(2026, 11, 19, 15, 59, tzinfo=UTC), None, date(2026, 11, 19), id="still yesterday in China"
        ),
        pytest.param(datetime(2026, 11, 19, 16, 1, tzinfo=UTC), None, date(2026, 11, 20), id="already today in China"),
        pytest.param(datetime(2026, 11, 19, 16, 1, tzinfo=UTC), date(2025, 1, 1), date(2025, 1, 1), id="as set"),
    ],
)
def test_the_day_of_a_document_without_one(bench: Bench, received: datetime, setting: date | None, day: date) -> None:
    days: list[date] = []

    def note(document: Document, result: ScanResult) -> ScanResult:
        del document
        days.append(result.as_of)
        return result

    keep(bench.database, listings(1), received)
    held = lease(bench.database, received)
    scan_batch(replace(bench, scanner=Troubled(bench.scanner, note), day=setting), held.token, held.ids)
    assert days == [day]


def test_prices_that_came_before_are_held_against(database: Database, tmp_path: Path) -> None:
    body = "applies: {kinds: listing, when: {field: price.reference}}\nmissing: {price: reference, at-most: {lowest-deal: 7}}"
    judge = Scanner(load_rulebook(write_rulebook(tmp_path, rule_of(body))))
    shown = Listing("L", "douyin", title="保温杯", observed_at=NOW, price=Price(Decimal(39), Decimal(99)))
    deal = PriceObservation("L", NOW - timedelta(days=3), Decimal(59), "deal", "douyin")
    with database.write() as session:
        keep_prices(session, [(deal, "test")], NOW)
    other = msgspec.structs.replace(shown, id="M")
    keep(database, [arrived(shown), arrived(other)])
    held = lease(database)
    assert scan_batch(Bench(database, judge, lambda: NOW, patience=60, owner="test"), held.token, held.ids) == Outcome(
        done=2, flags=1
    )
    assert [name for name, _, _ in flags(database)] == ["L"]


def test_a_database_that_does_not_answer_fails_no_document(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(bench.database, listings(2))
    held = lease(bench.database)

    def unreachable(*_: object, **__: object) -> ScanResult:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(Batch, "scan_envelope", unreachable)
    with pytest.raises(OperationalError):
        scan_batch(bench, held.token, held.ids)
    assert counts(bench.database) == WorkCounts(leased=2)


def test_a_registry_that_does_not_answer_is_recorded_with_the_document(database: Database, tmp_path: Path) -> None:
    rule = rule_of("match: {text: 有机}\nrequires: {certificate: organic}")
    scanner = Scanner(load_rulebook(write_rulebook(tmp_path, rule)), Silent())
    bench = Bench(database, scanner, lambda: NOW, patience=60, owner="test")
    shown = Listing(id="L-1", title="有机米", certificates=(CertificateClaim("organic", "098OP2690001"),))
    keep(database, [arrived(shown), *listings(1)])
    held = lease(database)
    assert scan_batch(bench, held.token, held.ids) == Outcome(done=2, degraded=1)
    with database.read() as session:
        rows = session.execute(select(WorkRow.state, WorkRow.degraded, WorkRow.unknown).order_by(WorkRow.revision_id))
        first, second = rows.all()
    assert (first.state, first.degraded) == ("done", ("far: timed out",))
    assert "far没有答复" in first.unknown[0].reason
    assert (second.degraded, second.unknown) == (None, ())
