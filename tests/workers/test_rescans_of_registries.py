"""After an import what asked about a certificate that changed is scanned again, and nothing else; what a registry left open comes again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from registry.silent import Silent
from store.writing import took
from workers.deployment import keep
from workers.rescanning import LEASE, House, scanner_of, told

from monitor.documents import Certificate
from monitor.registry import Registry, Source
from monitor.store import Database
from monitor.store.certificates import StoredRegistry
from monitor.store.rescan_tables import QuestionRow
from monitor.store.tables import WorkRow
from monitor.workers.looks import PROBE, look_at_days, look_at_degraded, look_at_files, look_at_imports

NUMBER, OTHER = "102OP2600419", "102OP2600420"
ORGANIC = "match: {text: 有机}\nrequires: {certificate: organic}"


def rice(number: int, certificate: str | None, holder: str = "甲公司") -> dict[str, Any]:
    named = {"certificates": [{"type": "organic", "number": certificate}]} if certificate else {}
    return {
        "kind": "listing",
        "id": f"L-{number}",
        "platform": "douyin",
        "title": "有机大米",
        "seller": {"name": holder},
    } | named


def record(number: str = NUMBER, **changes: Any) -> Certificate:
    told = {"holder": "甲公司", "scope": ("大米",), "valid_to": date(2026, 11, 25), "status": "valid"} | changes
    return Certificate(type="organic", number=number, **told)


@pytest.fixture
def registry(database: Database) -> Iterator[StoredRegistry]:
    stored = StoredRegistry(lambda: database, _clock())
    yield stored
    stored.close()


@pytest.fixture
def house(database: Database, registry: StoredRegistry, tmp_path: Path) -> House:
    """Three listings: one names a certificate that is there, one another, one none."""
    house = House(database, scanner_of(tmp_path, ORGANIC, registry))
    took(database, record(), record(OTHER, holder="乙公司"), now=house.now)
    keep(database, [told(rice(1, NUMBER)), told(rice(2, OTHER, "乙公司")), told(rice(3, None, "丙公司"))], house.now)
    house = house.later(minutes=10)
    house.work()
    return house.later(minutes=10)


def _clock() -> Any:
    """What was imported is asked anew each time."""
    seconds = iter(range(0, 10**9, 10))
    return lambda: float(next(seconds))


def look(house: House, *, at_once: bool = False) -> tuple[int, ...]:
    with house.database.read() as session:
        found = look_at_imports(session, house.now, LEASE, at_once=at_once)
    return house.follow([found])


def scanned_again(house: House) -> set[int]:
    """The revisions that wait, scanned."""
    with house.database.read() as session:
        waiting = {row.revision_id for row in session.query(WorkRow).where(WorkRow.state == "pending")}
    house.work()
    return waiting


def test_only_what_names_the_changed_certificate_is_scanned_again(house: House) -> None:
    before = house.queued()
    assert look(house) == ()  # it was imported before anything was scanned
    took(house.database, record(status="revoked"), record(OTHER, holder="乙公司"), now=house.now)
    later = house.later(minutes=5)
    look(later)
    assert scanned_again(later) == {1}
    assert later.flips() == [("appeared", "L-1", "有机")]
    assert later.queued() == sorted([("L-1", "有机"), *before])
    assert look(later.later(minutes=5)) == ()


def test_a_holder_that_has_a_certificate_now_is_found(house: House) -> None:
    keep(house.database, [told(rice(4, None, "五常市金福泉水稻种植专业合作社"))], house.now)
    house.work()
    later = house.later(minutes=5)
    took(later.database, record("102OP2600421", holder="五常市金福泉水稻种植专业合作社"), now=later.now)
    later = later.later(minutes=5)
    look(later)
    assert scanned_again(later) == {4}


def test_an_import_waits_until_what_was_under_way_is_written(house: House) -> None:
    took(house.database, record(status="revoked"), now=house.now)
    later = house.later(seconds=30)
    assert look(later) == ()
    assert len(look(later, at_once=True)) == 1
    later.work()
    settled = later.later(minutes=2)
    look(settled)  # it looks again: a batch may have been written meanwhile
    settled.work()
    assert settled.flips() == [("appeared", "L-1", "有机")]


def test_the_first_certificates_of_a_type_touch_whatever_asked_for_that_type(
    database: Database, tmp_path: Path
) -> None:
    house = House(database, scanner_of(tmp_path, ORGANIC, registry))
    keep(database, [told(rice(1, NUMBER)), told({"kind": "listing", "id": "L-2", "title": "新鲜苹果"})], house.now)
    house.work()
    later = house.later(minutes=5)
    took(database, record(OTHER), now=later.now)
    later = later.later(minutes=5)
    look(later)
    assert scanned_again(later) == {1}


def test_what_was_scanned_before_questions_were_kept_is_touched_by_any_import(house: House) -> None:
    with house.database.write() as session:
        session.query(QuestionRow).delete()
        session.query(WorkRow).where(WorkRow.revision_id == 2).update({"questions": None})
    took(house.database, record(status="revoked"), now=house.now)
    later = house.later(minutes=5)
    look(later)
    assert scanned_again(later) == {2}


def test_a_certificate_that_ends_touches_what_is_on_sale(house: House) -> None:
    def pass_to(days: int) -> House:
        later = house.later(days=days)
        with later.database.read() as session:
            found = look_at_days(session, {}, later.now, LEASE, timedelta(days=90))
        later.follow([found])
        return later

    assert pass_to(5).work().done == 0  # its last day
    ended = pass_to(6)
    assert ended.work().done >= 2
    assert ("appeared", "L-1", "有机") in ended.flips()


def test_another_file_touches_what_asked(house: House) -> None:
    with house.database.read() as session:
        assert house.follow([look_at_files(session, "a", house.now)]) == ()
    with house.database.read() as session:
        assert house.follow([look_at_files(session, "a", house.now)]) == ()
    with house.database.read() as session:
        assert len(house.follow([look_at_files(session, "b", house.now)])) == 1
    assert 1 in scanned_again(house)


def degraded(house: House) -> int:
    """Look, scan; how many were scanned again."""
    with house.database.read() as session:
        found = look_at_degraded(session, house.now)
    house.follow([found])
    return house.work().done


def test_what_a_registry_did_not_answer_for_comes_again_when_it_does(file_database: Database, tmp_path: Path) -> None:
    silent: Source = Silent()
    house = House(file_database, scanner_of(tmp_path, ORGANIC, silent))
    count = PROBE + 6
    keep(house.database, [told(rice(number, NUMBER)) for number in range(count)], house.now)
    assert house.work().degraded == count
    assert degraded(house) == 0  # not at once
    house = house.later(minutes=6)
    assert degraded(house) == PROBE  # still silent
    house = house.later(minutes=6)
    house = replace(house, scanner=scanner_of(tmp_path, ORGANIC, Registry([])))
    assert degraded(house) == PROBE
    assert degraded(house.later(minutes=1)) == count - PROBE
    assert degraded(house.later(minutes=9)) == 0
