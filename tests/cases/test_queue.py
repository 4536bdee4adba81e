"""The queue: the gravest and surest first, a page at a time, and every filter."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from store.writing import NOON, after, flag, listing, scanned, transcript

from monitor.cases import FlagFilter, Page, choices, decide, list_flags, queue
from monitor.errors import Refused
from monitor.store import Database

GRAVE = {"severity": "critical", "category": "medical", "rule": "cn.medical.cure"}


@pytest.fixture
def filled(database: Database) -> Database:
    """Five flags: 1 and 2 on a listing, 3 (critical) and 4 (shadow) on a stream, 5 on another platform."""
    scanned(database, listing(1, seller={"name": "五常合作社"}), flag(score=0.9), flag("全网", 5, score=0.5))
    said = transcript(2, "这米治糖尿病", "100%有效_吗")
    spoken = flag("治糖尿病", 2, field="segments[0].text", at=0.0, score=0.7, message="宣称治病", **GRAVE)
    scanned(database, said, spoken, flag("100%有效_吗", 0, field="segments[1].text", at=10.0, status="shadow"))
    scanned(database, listing(3, platform="taobao"), flag(severity="high", score=0.45))
    return database


def ids(page: Page[object]) -> list[int]:
    """Flags of a page."""
    return [item.id for item in page.items]  # type: ignore[attr-defined]


def test_the_gravest_and_surest_come_first_and_say_why(filled: Database) -> None:
    with filled.read() as session:
        page = queue(session)
    assert ids(page) == [3, 5, 1, 2]
    assert [item.reason for item in page.items] == [
        "critical 16 × 0.70 = 11.20",
        "high 8 × 0.45 = 3.60",
        "medium 4 × 0.90 = 3.60",
        "medium 4 × 0.50 = 2.00",
    ]
    assert page.total == 4
    first = page.items[0]
    assert (first.external_id, first.platform, first.label, first.words) == ("T-2", "douyin", "老梁在田间", "治糖尿病")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param(FlagFilter(), [3, 5, 1, 2], id="in force"),
        pytest.param(FlagFilter(statuses=()), [3, 5, 4, 1, 2], id="every status"),
        pytest.param(FlagFilter(statuses=("shadow", "waived")), [4], id="shadow"),
        pytest.param(FlagFilter(categories=("medical",)), [3], id="category"),
        pytest.param(FlagFilter(severities=("high", "critical")), [3, 5], id="severities"),
        pytest.param(FlagFilter(platforms=("taobao", "douyin")), [3, 5], id="platforms"),
        pytest.param(FlagFilter(rules=("cn.medical.cure",)), [3], id="rule"),
        pytest.param(
            FlagFilter(categories=("medical", "absolute"), statuses=("shadow", "in-force")),
            [3, 5, 4, 1, 2],
            id="several categories of several statuses in one order",
        ),
        pytest.param(FlagFilter(seller="五常合作社"), [1, 2], id="seller"),
        pytest.param(FlagFilter(document="L-3"), [5], id="document"),
        pytest.param(FlagFilter(document="L-9"), [], id="no such document"),
        pytest.param(FlagFilter(text="糖尿"), [3], id="two characters of the words"),
        pytest.param(FlagFilter(text=" CN.Medical "), [3], id="rule, in capitals"),
        pytest.param(FlagFilter(text="合作社"), [1, 2], id="seller's name"),
        pytest.param(FlagFilter(text="l-3"), [5], id="document's id"),
        pytest.param(FlagFilter(text="%有效_", statuses=()), [4], id="signs that SQL reads otherwise"),
        pytest.param(FlagFilter(text="_", statuses=()), [4], id="an underscore is itself"),
        pytest.param(FlagFilter(text="\ud800\0"), [], id="half a character"),
        pytest.param(FlagFilter(text="最好", platforms=("taobao",)), [5], id="two fields"),
    ],
)
def test_a_filter_finds(filled: Database, asked: FlagFilter, found: list[int]) -> None:
    with filled.read() as session:
        page = queue(session, asked)
        assert (ids(page), page.total) == (found, len(found))
        assert sorted(found) == ids(list_flags(session, asked))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param(FlagFilter(decided=False), [3, 5, 2], id="undecided"),
        pytest.param(FlagFilter(decided=True), [1], id="decided"),
        pytest.param(FlagFilter(outcomes=("not-a-violation",)), [1], id="by the outcome in force"),
        pytest.param(FlagFilter(outcomes=("upheld",)), [], id="not by one that was overturned"),
    ],
)
def test_decisions_are_filtered_by(filled: Database, asked: FlagFilter, found: list[int]) -> None:
    with filled.write() as session:
        first = decide(session, 1, "upheld", "是", "王", None, NOON)
        decide(session, 1, "not-a-violation", "引用他人", "李", first.id, after(1))
    with filled.read() as session:
        assert ids(queue(session, asked)) == found


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_follow_each_other_without_gap_or_repeat(filled: Database, limit: int) -> None:
    with filled.read() as session:
        for find, order in ((queue, [3, 5, 4, 1, 2]), (list_flags, [1, 2, 3, 4, 5])):
            seen: list[int] = []
            page = find(session, FlagFilter(statuses=()), limit=limit)
            seen += ids(page)
            while page.next is not None:
                page = find(session, FlagFilter(statuses=()), limit=limit, after=page.next)
                seen += ids(page)
                assert page.total == 5
            assert seen == order


def test_a_decision_in_between_shifts_nothing(filled: Database) -> None:
    with filled.read() as session:
        first = queue(session, limit=2)
    with filled.write() as session:
        decide(session, 3, "upheld", "是", "王", None, NOON)
    with filled.read() as session:
        assert ids(queue(session, limit=2, after=first.next)) == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        pytest.param({"after": "nonsense"}, "after", id="no cursor"),
        pytest.param({"after": "W10="}, "after", id="an empty cursor"),
        pytest.param({"after": "五"}, "after", id="a cursor that is not ASCII"),
        pytest.param({"limit": 0}, "limit", id="no rows"),
        pytest.param({"limit": 201}, "limit", id="too many rows"),
        pytest.param({"filters": FlagFilter(text="x" * 101)}, "text", id="long text"),
        pytest.param({"filters": FlagFilter(rules=("x",) * 201)}, "rules", id="many rules"),
    ],
)
def test_what_cannot_be_asked_is_refused(database: Database, arguments: dict[str, object], field: str) -> None:
    with database.read() as session:
        for find in (queue, list_flags):
            with pytest.raises(Refused) as refused:
                find(session, **arguments)  # type: ignore[arg-type]
            assert refused.value.field == field


def test_a_page_loads_only_its_rows(database: Database) -> None:
    scanned(database, listing(), *(flag("好", place) for place in range(300)))
    loaded: list[object] = []
    with database.read() as session:
        event.listen(session, "loaded_as_persistent", lambda _, row: loaded.append(row))
        page = queue(session, limit=10)
    assert (len(page.items), page.total) == (10, 300)
    assert len(loaded) == 10


def test_what_can_be_chosen_is_what_there_is(filled: Database) -> None:
    with filled.read() as session:
        found = choices(session)
    assert found.categories == ("absolute", "medical")
    assert found.platforms == ("douyin", "kuaishou", "taobao")
    assert found.rules == ("cn.ad.absolute.best", "cn.medical.cure")
    assert set(found.severities) == {"critical", "high", "medium"}


def test_a_stored_flag_is_the_flag_that_was_found(database: Database) -> None:
    found = flag("最\0好", 7, version=3, status="waived", score=0.123456789012345)
    scanned(database, listing(title="五常大米，全网最\0好"), found)
    with database.read() as session:
        (stored,) = list_flags(session, FlagFilter(statuses=())).items
    assert stored.flag.evidence == found.evidence
    assert (stored.flag.score, stored.flag.version, stored.flag.status) == (0.123456789012345, 3, "waived")
    assert (stored.revision, stored.latest, stored.outcome, stored.rulebook) == (1, True, None, "f" * 64)
    scanned(database, listing(title="五常大米"))
    with database.read() as session:
        (stored,) = list_flags(session, FlagFilter(statuses=())).items
    assert (stored.revision, stored.latest) == (1, False)
