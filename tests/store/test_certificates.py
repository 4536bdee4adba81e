"""The registry in the database answers as the one in memory does, and says so when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from threading import Thread

import pytest
from sqlalchemy import text

from monitor.documents import Certificate
from monitor.errors import RegistryError
from monitor.registry import Registry, Reply
from monitor.registry.holder import same_name
from monitor.store import Database
from monitor.store.certificates import PAUSE, StoredRegistry, has_registry
from store.writing import DAY, NUMBER, certificate, took

RECORDS = [
    certificate(),
    certificate(number="098OP2690002", holder_uscc=None),
    certificate(number="098OP2690003", holder="五常市李家屯水稻种植专业合作社", holder_uscc=None),
    certificate(number="098OP2690004", holder=None, holder_uscc="91110000802100433B"),
    certificate(number="SC11414062390081", type="food-production", holder="金福泉专业合作社", holder_uscc=None),
]


class Clock:
    """Seconds that pass when told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry(database: Database, clock: Clock) -> Iterator[StoredRegistry]:
    made = StoredRegistry(lambda: database, clock)
    yield made
    made.close()


def told(reply: Reply) -> list[tuple[str, date | None, str, int]]:
    return [(one.registry, one.dated, one.outcome, one.count) for one in reply.lookups]


@pytest.mark.parametrize("number", [NUMBER, NUMBER.lower(), "098 OP 2690001", "098OP2690002", "098OP2699999"])
def test_numbers_are_found_as_in_memory(database: Database, registry: StoredRegistry, number: str) -> None:
    took(database, *RECORDS)
    found = registry.by_number("organic", number)
    assert (found.outcome, found.records) == (
        (memory := Registry(RECORDS).by_number("organic", number)).outcome,
        memory.records,
    )
    assert told(found) == [("有机目录", DAY, found.outcome, len(found.records))]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("五常市金福泉水稻种植专业合作社", "93230184MA1CQ5H700"),
        ("五常市金福泉水稻种植专业合作社", None),
        ("金福泉水稻专业合作社", None),
        ("五常市金福泉水稻种植专业合作社", "91110000802100433B"),
        (None, "91110000802100433B"),
        ("五常市张家屯水稻种植专业合作社", None),
        (None, None),
    ],
)
def test_holders_are_found_as_in_memory(
    database: Database, registry: StoredRegistry, name: str | None, code: str | None
) -> None:
    took(database, *RECORDS)
    found, memory = registry.by_holder(name, code), Registry(RECORDS).by_holder(name, code)
    assert (found.outcome, set(found.records)) == (memory.outcome, set(memory.records))


NAMES = [
    f"{place}{proper}{business}{form}"
    for place in ("", "五常市", "黑龙江省五常市", "黄山市休宁县", "休宁", "日照", "日照市")
    for proper in ("金福", "大金福", "海元", "金", "云谷山里人家", "云谷衫里人家")
    for business in ("", "水稻")
    for form in ("有限公司", "专业合作社")
]


def test_every_name_finds_in_the_database_what_it_finds_in_memory(database: Database, registry: StoredRegistry) -> None:
    records = [
        certificate(number=f"098OP{index:07}", holder=name, holder_uscc=None) for index, name in enumerate(NAMES)
    ]
    took(database, *records)
    memory = Registry(records)
    for name in (*NAMES, "公司", "有限公司", "%", ""):
        found = set(registry.by_holder(name, None).records)
        assert set(memory.by_holder(name, None).records) <= found
        assert found <= {record for record in records if name and same_name(name, record.holder or "")}
    assert len(registry.by_holder("五常市金福水稻有限公司", None).records) > 3
    assert len(registry.by_holder("休宁县云谷山里人家有限公司", None).records) > 3


def test_many_numbers_at_once_are_answered_as_one_by_one(database: Database, registry: StoredRegistry) -> None:
    took(database, *RECORDS)
    asked = [("organic", f"098OP{number:07}") for number in range(2690000, 2690900)]
    asked += [("organic", NUMBER.lower()), ("food-production", "SC11414062390081")]
    replies = registry.by_numbers(asked)  # type: ignore[arg-type]  # types of certificates
    assert replies == {number: registry.by_number(*number) for number in asked}  # type: ignore[arg-type]
    assert sum(reply.outcome == "found" for reply in replies.values()) == 6


def test_a_type_that_was_not_imported_is_not_kept(database: Database, registry: StoredRegistry, clock: Clock) -> None:
    assert not registry.keeps("organic")
    assert registry.dated is None
    took(database, certificate())
    clock.now += 60
    assert registry.keeps("organic")
    assert not registry.keeps("food-production")
    assert registry.dated == DAY


def test_the_newest_data_of_a_type_give_it_its_day_and_all_their_names(
    database: Database, registry: StoredRegistry
) -> None:
    took(database, certificate(), name="甲目录", dated=date(2026, 6, 1))
    took(database, certificate(number="098OP2690002"), name="乙目录", dated=date(2026, 3, 1))
    took(database, certificate(type="gi", number="AGI02001"), name="丙目录", dated=date(2026, 9, 1))
    assert told(registry.by_number("organic", "098OP2690002")) == [("甲目录, 乙目录", date(2026, 6, 1), "found", 1)]
    assert told(registry.by_number("gi", "AGI09999")) == [("丙目录", date(2026, 9, 1), "not-found", 0)]


def test_a_database_that_fails_is_an_error_and_has_a_pause(
    database: Database, registry: StoredRegistry, clock: Clock
) -> None:
    took(database, certificate())
    assert registry.by_number("organic", NUMBER).records
    with database.write() as session:
        session.execute(text("ALTER TABLE certificates RENAME TO away"))
    with pytest.raises(RegistryError, match="the database does not answer"):
        registry.by_number("organic", NUMBER)
    with pytest.raises(RegistryError, match="the database does not answer"):
        registry.by_holder("金福泉专业合作社", None)
    with database.write() as session:
        session.execute(text("ALTER TABLE away RENAME TO certificates"))
    with pytest.raises(RegistryError):
        registry.by_number("organic", NUMBER)
    clock.now += PAUSE
    assert registry.by_number("organic", NUMBER).records


def test_who_does_not_answer_may_keep_anything() -> None:
    def nobody() -> Database:
        raise OSError("nobody there")

    registry = StoredRegistry(nobody)
    assert registry.keeps("organic")
    assert registry.dated is None
    with pytest.raises(RegistryError, match="nobody there"):
        registry.by_number("organic", NUMBER)


def test_a_connection_that_ended_is_replaced(database: Database, registry: StoredRegistry) -> None:
    took(database, certificate())
    assert registry.by_number("organic", NUMBER).records
    if database.engine.dialect.name == "sqlite":
        registry._asking._kept().close()
    else:
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        with database.write() as session:
            session.execute(text(f"{end} WHERE pid <> pg_backend_pid() AND datname = current_database()"))
    assert registry.by_number("organic", NUMBER).records


def test_several_threads_ask_at_once(database: Database, registry: StoredRegistry) -> None:
    took(database, *RECORDS)
    found: list[Certificate] = []

    def ask() -> None:
        for _ in range(20):
            found.extend(registry.by_number("organic", NUMBER).records)
        registry.close()

    threads = [Thread(target=ask) for _ in range(20)]  # more than the pool has connections
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [RECORDS[0]] * 400


def test_a_look_up_cannot_write(database: Database, registry: StoredRegistry) -> None:
    with pytest.raises(RegistryError):
        registry._ask("DELETE FROM certificates", ())
    assert has_registry(database.engine)
