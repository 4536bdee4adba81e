"""Several registries, one after the other; and what is made of one that does not answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from registry.silent import Silent
from registry.test_registry import DAY, NUMBER, SELLER, certificate

from monitor.documents import Certificate, CertificateType, Seller
from monitor.registry import Assessment, Chain, Noted, Registry, Reply, Source, assess

OTHER = certificate(number="098OP2690009")
FIRST = Registry([certificate()], name="first", dated=date(2026, 6, 1))
SECOND = Registry([OTHER], name="second", dated=date(2026, 7, 1))
FAR = Silent()


class Only(Registry):
    """A registry of certificates of one type."""

    def keeps(self, kind: CertificateType) -> bool:
        return kind == "food-production"


def asked(source: Source, number: str = NUMBER) -> tuple[str, list[tuple[str, str]]]:
    reply = source.by_number("organic", number)
    return reply.outcome, [(one.registry, one.outcome) for one in reply.lookups]


CHAINS = [
    pytest.param([FIRST, SECOND], "found", ["first found"], id="the first has it"),
    pytest.param([SECOND, FIRST], "found", ["second not-found", "first found"], id="the second has it"),
    pytest.param([SECOND, SECOND], "not-found", ["second not-found"] * 2, id="nobody has it"),
    pytest.param([FAR, FIRST], "found", ["far unknown", "first found"], id="one is silent, another has it"),
    pytest.param(
        [FAR, SECOND], "unknown", ["far unknown", "second not-found"], id="one is silent, the other has it not"
    ),
    pytest.param([SECOND, FAR], "unknown", ["second not-found", "far unknown"], id="the same the other way round"),
    pytest.param([Only([]), FIRST], "found", ["first found"], id="who keeps no such type is not asked"),
    pytest.param([Only([])], "not-found", [], id="nobody keeps such a type"),
]


@pytest.mark.parametrize(("sources", "outcome", "lookups"), CHAINS)
def test_registries_are_asked_in_turn(sources: Sequence[Source], outcome: str, lookups: list[str]) -> None:
    found, told = asked(Chain(sources))
    assert (found, [" ".join(one) for one in told]) == (outcome, lookups)


def test_a_chain_keeps_what_one_of_it_keeps() -> None:
    assert not Chain([Only([])]).keeps("organic")
    assert Chain([Only([]), FIRST]).keeps("organic")
    assert Chain([FIRST, SECOND]).name == "first, second"


def test_holders_are_looked_for_in_all_of_them() -> None:
    reply = Chain([FIRST, SECOND, FIRST]).by_holder(SELLER.name, SELLER.uscc)
    assert (reply.outcome, set(reply.records), len(reply.records)) == ("found", {certificate(), OTHER}, 2)
    silent = Chain([FIRST, FAR]).by_holder(SELLER.name, SELLER.uscc)
    assert (silent.outcome, silent.records) == ("unknown", (certificate(),))
    assert Chain([SECOND]).by_holder("别家", None).outcome == "not-found"


@pytest.mark.parametrize("raises", [True, False])
def test_an_error_and_the_answer_unknown_are_the_same(raises: bool) -> None:
    noted = Noted(Silent(raises=raises))
    assert asked(noted) == ("unknown", [("far", "unknown")])
    assert noted.by_holder("甲公司", None).outcome == "unknown"
    assert noted.silent == ("far: timed out",)


def test_a_fault_of_a_source_is_not_taken_for_an_answer() -> None:
    class Faulty(Silent):
        def _silence(self, by: str, sought: str) -> Reply:
            raise ZeroDivisionError(by, sought)

    with pytest.raises(ZeroDivisionError):
        Noted(Faulty()).by_number("organic", NUMBER)


def judged(source: Source | None, *named: str, seller: Seller | None = SELLER, product: str = "五常大米") -> Assessment:
    numbers: list[tuple[CertificateType, str]] = [("organic", number) for number in named]
    return assess(types=["organic"], named=numbers, seller=seller, product=product, as_of=DAY, registry=source)


UNKNOWN = [
    pytest.param(FAR, [NUMBER], "unknown", "unanswered", id="a number that nobody could look up"),
    pytest.param(FAR, ["办理中"], "unsupported", "malformed", id="what is no number is none, whoever is silent"),
    pytest.param(FAR, ["办理中", NUMBER], "unknown", "unanswered", id="one is no number, the other may support"),
    pytest.param(FAR, [], "unknown", "unanswered", id="no number, and the seller's own cannot be looked for"),
    pytest.param(Chain([FAR, FIRST]), [NUMBER], "supported", "ok", id="another registry has it"),
    pytest.param(Chain([FAR, FIRST]), [], "supported", "ok", id="another registry has the seller's own"),
    pytest.param(Chain([FAR, SECOND]), [NUMBER], "unknown", "unanswered", id="another registry has it not"),
    pytest.param(Chain([FAR, FIRST]), ["098OP2690002", NUMBER], "supported", "ok", id="one supports"),
    pytest.param(Only([]), [NUMBER], "supported", "not-checked", id="no registry keeps such certificates"),
    pytest.param(Only([]), [], "unsupported", "none-named", id="nor has it the seller's"),
    pytest.param(FAR, ["098126000001234567"[:17]], "unknown", "unanswered", id="a code on a pack"),
]


@pytest.mark.parametrize(("source", "named", "outcome", "reason"), UNKNOWN)
def test_unknown_stays_unknown(source: Source, named: list[str], outcome: str, reason: str) -> None:
    found = judged(source, *named)
    assert (found.outcome, found.reason) == (outcome, reason)


def test_what_is_unknown_says_who_did_not_answer() -> None:
    found = judged(FAR, NUMBER)
    assert found.detail == {
        "zh": f"far没有答复（timed out），编号 {NUMBER}未能核对",
        "en": f"far did not answer (timed out): number {NUMBER} could not be looked up",
    }
    assert [(one.registry, one.sought, one.outcome) for one in found.lookups] == [("far", NUMBER, "unknown")]


def test_an_assessment_says_what_was_looked_up_in_which_registry_of_which_day() -> None:
    found = judged(Chain([SECOND, FIRST]), NUMBER)
    told = [(one.registry, one.dated, one.by, one.sought, one.outcome, one.count) for one in found.lookups]
    assert told == [
        ("second", date(2026, 7, 1), "number", NUMBER, "not-found", 0),
        ("first", date(2026, 6, 1), "number", NUMBER, "found", 1),
    ]


def test_a_failure_that_is_known_is_told_though_another_registry_is_silent_about_nothing_asked() -> None:
    expired: list[Certificate] = [certificate(valid_to="2026-01-31")]
    assert judged(Chain([Registry(expired), FAR]), NUMBER).reason == "expired"
