"""A slow registry is asked once a question, for a while; what it did not answer is not taken for an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest

from monitor.documents import CertificateType
from monitor.errors import RegistryError
from monitor.registry import Registry, Reply
from monitor.store import Database
from monitor.store.remembered import PAUSE, Remembered
from store.writing import NOON, NUMBER, certificate


@dataclass
class Service:
    """A registry far away, which counts what it is asked."""

    registry: Registry = field(
        default_factory=lambda: Registry([certificate()], name="service", dated=date(2026, 11, 1))
    )
    broken: bool = False
    asked: int = 0
    name: str = "service"
    dated: date | None = date(2026, 11, 1)

    def keeps(self, kind: CertificateType) -> bool:
        return kind == "organic"

    def by_number(self, kind: CertificateType, number: str) -> Reply:
        self._count()
        return self.registry.by_number(kind, number)

    def by_holder(self, name: str | None, uscc: str | None) -> Reply:
        self._count()
        return self.registry.by_holder(name, uscc)

    def _count(self) -> None:
        self.asked += 1
        if self.broken:
            raise RegistryError("HTTP 503")


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


KEEP = timedelta(hours=24)


@pytest.mark.parametrize("number", [NUMBER, "098OP2699999"])
def test_an_answer_is_given_again_with_the_day_it_is_of(database: Database, number: str) -> None:
    service, clock = Service(), Clock()
    first = Remembered(service, lambda: database, clock, KEEP).by_number("organic", number)
    again = Remembered(service, lambda: database, clock, KEEP)  # another process
    assert again.by_number("organic", number) == first
    assert again.by_number("organic", number.lower()).records == first.records
    assert service.asked == 1
    clock.now += KEEP
    assert again.by_number("organic", number).records == first.records
    assert service.asked == 2


def test_holders_are_remembered_too(database: Database) -> None:
    service = Service()
    memory = Remembered(service, lambda: database, Clock(), KEEP)
    for _ in range(2):
        assert memory.by_holder("五常市金福泉水稻种植专业合作社", None).outcome == "found"
        assert memory.by_holder("别家合作社", None).outcome == "not-found"
    assert service.asked == 2


def test_no_answer_is_not_kept_and_the_service_has_a_pause(database: Database) -> None:
    service, clock = Service(broken=True), Clock()
    memory = Remembered(service, lambda: database, clock, KEEP)
    for _ in range(5):
        reply = memory.by_number("organic", NUMBER)
        assert (reply.outcome, reply.lookups[0].reason) == ("unknown", "HTTP 503")
    assert service.asked == 1
    service.broken = False
    clock.now += PAUSE
    assert memory.by_number("organic", NUMBER).outcome == "found"


def test_without_a_memory_the_service_is_asked() -> None:
    def nobody() -> Database:
        raise OSError("nobody there")

    service = Service()
    memory = Remembered(service, nobody, Clock(), KEEP)
    assert [memory.by_number("organic", NUMBER).outcome for _ in range(2)] == ["found", "found"]
    assert service.asked == 2
