"""A decision is a new row, and nobody decides over a decision they did not see."""

from __future__ import annotations

import threading

import pytest
from store.writing import LAW, NOON, after, flag, listing, scanned

from monitor.cases import REASON_LIMIT, Decision, decide, flag_detail
from monitor.errors import NotFound, Refused, Stale
from monitor.flags import Basis
from monitor.store import Database, verify


@pytest.fixture
def flagged(database: Database) -> Database:
    """A listing with two flags."""
    scanned(database, listing(title="甲。五常大米，全网最好！乙"), flag("最好", 9), flag("全网", 7))
    return database


def test_everything_one_needs_is_in_view(flagged: Database) -> None:
    with flagged.read() as session:
        detail = flag_detail(session, 1)
    (passage,) = detail.passages
    assert (passage.before, passage.marked, passage.after) == ("五常大米，全网", "最好", "！")
    assert detail.stored.flag.basis == (LAW,)
    assert detail.document.id == "L-1"
    assert (detail.source, detail.received_at) == ("test.jsonl", NOON)
    assert [other.id for other in detail.neighbours] == [2]
    assert (detail.decisions, detail.last_decision) == ((), None)


def test_a_decision_follows_the_one_that_was_seen(flagged: Database) -> None:
    with flagged.write() as session:
        first = decide(session, 1, "upheld", " 确为绝对化用语 ", "王", None, NOON)
    with flagged.write() as session:
        second = decide(session, 1, "corrected", "已改", "李", first.id, after(60), basis=(Basis("电子商务法", "17"),))
    assert first == Decision(1, 1, 1, None, "upheld", "确为绝对化用语", (LAW,), "王", NOON)
    assert (second.number, second.previous, second.basis) == (2, first.id, (Basis("电子商务法", "17"),))
    with flagged.read() as session:
        detail = flag_detail(session, 1)
        assert detail.decisions == (first, second)
        assert (detail.last_decision, detail.stored.outcome) == (second.id, "corrected")
        assert verify(session) is None


def test_a_stale_decision_says_who_decided_what(flagged: Database) -> None:
    with flagged.write() as session:
        first = decide(session, 1, "upheld", "确为绝对化用语", "王", None, NOON)
        decide(session, 1, "corrected", "已改", "李", first.id, after(60))
    for seen in (None, first.id):
        with (
            flagged.write() as session,
            pytest.raises(Stale, match=r"李 decided .* 2026-11-20 12:01 UTC: corrected \(已改\)"),
        ):
            decide(session, 1, "upheld", "是", "张", seen, after(120))


def test_of_two_who_decide_at_once_one_is_told(flagged: Database) -> None:
    together = threading.Barrier(4)
    outcomes: list[str] = []

    def judge(name: str) -> None:
        together.wait()
        try:
            with flagged.write() as session:
                outcomes.append(decide(session, 1, "upheld", "是", name, None, NOON).outcome)
        except Stale:
            outcomes.append("stale")

    judges = [threading.Thread(target=judge, args=(name,)) for name in "王李张赵"]
    for person in judges:
        person.start()
    for person in judges:
        person.join()
    assert sorted(outcomes) == ["stale"] * 3 + ["upheld"]
    with flagged.read() as session:
        assert len(flag_detail(session, 1).decisions) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        pytest.param({"outcome": "guilty"}, "outcome", id="unknown outcome"),
        pytest.param({"reason": " \n"}, "reason", id="no reason"),
        pytest.param({"reason": "长" * (REASON_LIMIT + 1)}, "reason", id="long reason"),
        pytest.param({"reason": "\ud800"}, "reason", id="half a character"),
        pytest.param({"by": ""}, "by", id="nobody"),
        pytest.param({"by": "x" * 101}, "by", id="long name"),
        pytest.param({"basis": (Basis("x" * 201),)}, "basis", id="long law"),
        pytest.param({"basis": (Basis("x"),) * 21}, "basis", id="many laws"),
    ],
)
def test_what_is_typed_has_a_limit(flagged: Database, change: dict[str, object], field: str) -> None:
    decision = {"outcome": "upheld", "reason": "是", "by": "王", "seen": None, "now": NOON} | change
    with flagged.write() as session, pytest.raises(Refused) as refused:
        decide(session, 1, **decision)  # type: ignore[arg-type]
    assert refused.value.field == field
    with flagged.read() as session:
        assert flag_detail(session, 1).decisions == ()


def test_what_is_not_there_is_not_found(flagged: Database) -> None:
    with flagged.write() as session:
        with pytest.raises(NotFound, match="no flag 99"):
            decide(session, 99, "upheld", "是", "王", None, NOON)
        with pytest.raises(NotFound, match="no flag 99"):
            flag_detail(session, 99)
        other = decide(session, 2, "upheld", "是", "王", None, NOON)
        with pytest.raises(NotFound, match="no decision 1 about flag 1"):
            decide(session, 1, "upheld", "是", "王", other.id, NOON)
