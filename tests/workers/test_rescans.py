"""After a change of rules what it touches is scanned again, once, behind fresh work; what flips is listed, and no flag is touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select
from workers.deployment import NOW, arrived, keep
from workers.rescanning import BEST, House, listing, scanner_of

from monitor.cases import decide, flag_detail, overview, queue
from monitor.documents import Segment, Transcript
from monitor.store import Database, release_lapsed, work_counts
from monitor.store import rescans as store
from monitor.store.rescans import pause
from monitor.store.search import FlagFilter
from monitor.store.tables import FlagRow, WorkRow
from monitor.workers.batch import scan_batch
from monitor.workers.looks import KINDS, asked_for, known_rules, look_at_days, take

FINEST = "match: {text: 最棒, boundaries: none}"


def scanned(database: Database, folder: Path) -> House:
    """Three listings and a stream, scanned."""
    house = House(database, scanner_of(folder, BEST))
    take(database, house.scanner, NOW)
    stream = Transcript(id="T-1", platform="douyin", segments=(Segment(start=1.0, text="今天最棒的苹果"),))
    keep(database, [listing(1, "最好的苹果"), listing(2, "最棒的苹果"), listing(3, "新鲜的苹果"), arrived(stream)])
    house.work()
    return house


@pytest.fixture
def house(file_database: Database, tmp_path: Path) -> House:
    return scanned(file_database, tmp_path)


@pytest.fixture
def anywhere(database: Database, tmp_path: Path) -> House:
    """The same on both databases."""
    return scanned(database, tmp_path)


def test_what_an_edited_rule_flips_is_listed_and_the_old_flag_stays(anywhere: House, tmp_path: Path) -> None:
    after = anywhere.taking(scanner_of(tmp_path, FINEST))
    assert after.look() == (1,)
    assert after.work().done == 4
    assert after.flips() == [("disappeared", "L-1", "最好"), ("appeared", "L-2", "最棒"), ("appeared", "T-1", "最棒")]
    assert after.queued() == [("L-2", "最棒"), ("T-1", "最棒")]
    assert after.runs() == [("rulebook", 4, 4, 0)]
    with anywhere.database.read() as session:
        old = flag_detail(session, 1).stored
        counted = overview(session)
        gone = queue(session, FlagFilter(statuses=("gone",))).items
        rows = session.scalars(select(FlagRow.rulebook).order_by(FlagRow.id)).all()
    assert old.gone is not None
    assert (old.gone.rulebook, old.gone.since, old.rulebook) == (
        after.scanner.digest,
        after.now,
        anywhere.scanner.digest,
    )
    assert (counted.flags, counted.undecided) == (2, 2)
    assert [item.id for item in gone] == [1]
    assert rows == [anywhere.scanner.digest, after.scanner.digest, after.scanner.digest]


def test_what_an_edited_rule_cannot_concern_is_screened_and_not_judged(house: House, tmp_path: Path) -> None:
    after = house.taking(scanner_of(tmp_path, FINEST))
    after.look()
    outcome = after.work()
    assert (outcome.done, outcome.spared) == (4, 1)  # 新鲜 alone; 最好 has a flag to lose
    with house.database.read() as session:
        assert set(session.scalars(select(WorkRow.rulebook))) == {after.scanner.digest}
        assert set(session.scalars(select(WorkRow.state))) == {"done"}
    assert after.later(minutes=5).look() == ()


def test_sparing_finds_what_scanning_everything_finds(file_database: Database, tmp_path: Path) -> None:
    """Whatever changes, the queue is that of a database which only ever knew the new rules."""
    said = ["最好", "最棒", "新鲜", "最好最棒", "第一好", "玩笑：最好", "最 棒", "zuì好"]
    bodies = [
        BEST, FINEST, "match: {text: [最好, 第一], boundaries: none}", BEST + "\nunless: [{id: kidding, text: 玩笑}]",
        "match: {text: 新鲜}\nrequires: {text: 今天}", BEST + "\nstatus: shadow", BEST,
    ]  # fmt: skip
    house = House(file_database, scanner_of(tmp_path, bodies[0]))
    take(file_database, house.scanner, NOW)
    keep(file_database, [listing(number, title) for number, title in enumerate(said)])
    house.work()
    for body in bodies[1:]:
        house = house.taking(scanner_of(tmp_path, body))
        house.look()
        assert house.work().done
        fresh = {
            (f"L-{number}", flag.evidence[0].text)
            for number, title in enumerate(said)
            for flag in house.scanner.scan(listing(number, title).envelope.document, NOW.date()).flags
            if flag.status == "in-force"
        }
        assert set(house.queued()) == fresh


def test_a_flag_that_is_found_again_stands_again(house: House, tmp_path: Path) -> None:
    after = house.taking(scanner_of(tmp_path, FINEST))
    after.look()
    after.work()
    back = after.taking(scanner_of(tmp_path, BEST))
    back.look()
    back.work()
    assert back.queued() == [("L-1", "最好")]
    assert back.flips()[3:] == [
        ("appeared", "L-1", "最好"),
        ("disappeared", "L-2", "最棒"),
        ("disappeared", "T-1", "最棒"),
    ]
    with house.database.read() as session:
        assert flag_detail(session, 1).stored.gone is None


def test_what_was_decided_stays_decided(house: House, tmp_path: Path) -> None:
    with house.database.write() as session:
        decide(session, 1, "upheld", "确为绝对化用语", "王", None, NOW)
    after = house.taking(scanner_of(tmp_path, FINEST))
    after.look()
    after.work()
    with house.database.read() as session:
        detail = flag_detail(session, 1)
    assert detail.stored.outcome == "upheld"
    assert detail.stored.gone is not None


@pytest.mark.parametrize(
    ("body", "touched"),
    [
        pytest.param(BEST + "\nversion: 2", 0, id="another version of the same"),
        pytest.param(BEST.replace("最好", "最棒") + "\napplies: {kinds: transcript}", 4, id="kinds then and now"),
        pytest.param(BEST + "\nstatus: shadow", 1, id="in shadow: what it had found"),
        pytest.param(BEST + "\nstatus: retired", 1, id="retired: what it had found"),
        pytest.param(BEST + "\nunless: [{id: kidding, text: 玩笑}]", 4, id="another exception"),
    ],
)
def test_only_what_the_change_can_concern_is_touched(house: House, tmp_path: Path, body: str, touched: int) -> None:
    after = house.taking(scanner_of(tmp_path, body))
    after.look()
    assert after.work().done == touched
    assert sum(run[1] for run in after.runs()) == touched


@pytest.mark.parametrize("status", ["shadow", "retired"])
def test_a_rule_that_is_no_longer_in_force_leaves_the_queue(house: House, tmp_path: Path, status: str) -> None:
    after = house.taking(scanner_of(tmp_path, f"{BEST}\nstatus: {status}"))
    after.look()
    after.work()
    assert (after.queued(), after.flips()) == ([], [("disappeared", "L-1", "最好")])
    again = after.taking(scanner_of(tmp_path, BEST))
    again.look()
    again.work()
    assert again.queued() == [("L-1", "最好")]


def test_the_same_words_by_another_matcher_are_no_flip(house: House, tmp_path: Path) -> None:
    after = house.taking(scanner_of(tmp_path, "match: {id: other, text: 最好, boundaries: none}"))
    after.look()
    after.work()
    assert (after.flips(), after.queued()) == ([], [("L-1", "最好")])


def test_nothing_is_scanned_twice_for_one_change(house: House, tmp_path: Path) -> None:
    after = house.taking(scanner_of(tmp_path, FINEST))
    after.look()
    assert after.look() == ()
    after.work()
    assert after.later(minutes=5).look() == ()


def test_what_a_worker_with_the_old_rules_wrote_late_is_found_by_the_next_look(house: House, tmp_path: Path) -> None:
    keep(house.database, [listing(5, "也是最好的")], house.now)
    token, ids = house.lease()
    after = house.taking(scanner_of(tmp_path, FINEST))
    after.look()
    after.work()
    scan_batch(replace(house.bench, clock=lambda: after.now), token, ids)
    late = after.later(minutes=1)
    assert ("L-5", "最好") in late.queued()
    assert len(late.look()) == 1
    assert late.work().done == 1
    assert ("disappeared", "L-5", "最好") in late.flips()


def test_fresh_work_comes_first_and_a_run_may_rest(anywhere: House, tmp_path: Path) -> None:
    after = anywhere.taking(scanner_of(tmp_path, FINEST))
    (run,) = after.look()
    keep(anywhere.database, [listing(9, "全新")], after.later(seconds=1).now)
    later = after.later(seconds=2)
    with anywhere.database.read() as session:
        assert work_counts(session).again == 4
        (fresh,) = session.scalars(select(WorkRow.revision_id).where(WorkRow.rescan_id.is_(None))).all()
    assert later.lease(1)[1] == (fresh,)
    with anywhere.database.write() as session:
        pause(session, run, later.now)
    assert later.lease()[1] == ()
    with anywhere.database.write() as session:
        pause(session, run, None)
    assert len(later.lease()[1]) == 4


def test_a_plan_that_is_broken_off_is_gone_on_with(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PIECE", 3)
    after = house.taking(scanner_of(tmp_path, FINEST))
    mark, calls = store._mark, iter([None])

    def killed(*given: object) -> None:
        try:
            next(calls)
        except StopIteration:
            raise KeyboardInterrupt from None
        mark(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "_mark", killed)
    with pytest.raises(KeyboardInterrupt):
        after.look()
    monkeypatch.setattr(store, "_mark", mark)
    assert [(run[1], run[3]) for run in after.runs()] == [(3, 3)]
    assert after.work().done == 3  # what was marked does not wait for the rest
    assert after.look() == (1,)
    assert after.work().done == 1
    assert after.runs() == [("rulebook", 4, 4, 0)]
    assert len(after.flips()) == 3


def test_a_worker_that_is_killed_loses_nothing_and_lists_nothing_twice(anywhere: House, tmp_path: Path) -> None:
    after = anywhere.taking(scanner_of(tmp_path, FINEST))
    after.look()
    token, ids = after.lease()
    scan_batch(after.bench, token, ids[:2])  # and there it is killed
    later = after.later(seconds=61)
    with anywhere.database.write() as session:
        assert release_lapsed(session, later.now) == 2
    assert later.work().done == 2
    assert scan_batch(after.bench, token, ids).done == 0
    assert (len(later.flips()), later.runs()) == (3, [("rulebook", 4, 4, 0)])


def test_an_unknown_rulebook_touches_everything(house: House, tmp_path: Path) -> None:
    other = scanner_of(tmp_path, BEST + "\nversion: 7")
    with house.database.write() as session:
        session.execute(WorkRow.__table__.update().values(rulebook="0" * 64))
    after = house.taking(other)
    after.look()
    assert after.work().done == 4


@pytest.mark.parametrize(
    ("rules", "done"),
    [
        pytest.param((), 4, id="everything"),
        pytest.param(("t.rule",), 4, id="a rule"),
        pytest.param(("t.none",), 0, id="no rule"),
    ],
)
def test_a_person_may_ask_for_it(house: House, rules: tuple[str, ...], done: int) -> None:
    found = asked_for(known_rules(house.scanner), rules, None, house.scanner.digest)
    house.follow([found])
    assert house.work().done == done
    assert house.flips() == []


TODAY = date(2026, 11, 20)


def dated(first: str, last: str) -> str:
    """The rule in force from one day to another."""
    return f"{BEST}\nbasis: [{{law: 甲法, in_force: {{from: {first}, to: {last}}}}}]"


@pytest.fixture
def days(database: Database, tmp_path: Path) -> House:
    """A rule that comes into force on the 22nd and ends after the 25th; a listing as it is, and one of a day of its own."""
    house = House(database, scanner_of(tmp_path, dated("2026-11-22", "2026-11-25")))
    own = listing(2, "最好的")
    own.envelope = msgspec.structs.replace(own.envelope, as_of=TODAY)
    keep(database, [listing(1, "最好的"), own])
    house.work()
    return house


def pass_days(house: House, count: int) -> tuple[House, tuple[int, ...]]:
    later = house.later(days=count)
    with house.database.read() as session:
        found = look_at_days(session, known_rules(house.scanner), later.now, timedelta(seconds=60), timedelta(days=90))
    return later, later.follow([found])


def test_a_rule_that_comes_into_force_touches_what_is_on_sale(days: House) -> None:
    same, runs = pass_days(days, 0)
    assert same.work().done == len(runs) == 0
    before, runs = pass_days(days, 1)
    assert (before.work().done, runs) == (0, ())
    on, _ = pass_days(days, 2)
    assert on.work().done == 1
    assert on.flips() == [("appeared", "L-1", "最好")]
    assert on.queued() == [("L-1", "最好")]
    again, runs = pass_days(on, 0)
    assert (again.work().done, runs) == (0, ())


def test_a_rule_that_ends_flips_but_what_was_unlawful_waits_on(days: House, tmp_path: Path) -> None:
    on, _ = pass_days(days, 2)
    on.work()
    ended, _ = pass_days(on, 4)
    assert ended.work().done == 1
    assert ended.flips()[1:] == [("disappeared", "L-1", "最好")]
    assert ended.queued() == [("L-1", "最好")]
    changed = ended.taking(scanner_of(tmp_path, dated("2026-11-22", "2026-11-24")))
    changed.look()
    changed.work()
    assert changed.queued() == [("L-1", "最好")]


def test_what_is_no_longer_on_sale_is_left_alone(days: House) -> None:
    later = days.later(days=100)
    with days.database.read() as session:
        found = look_at_days(session, known_rules(days.scanner), later.now, timedelta(0), timedelta(days=90))
    assert later.follow([found]) == ()
    assert KINDS == ("listing", "transcript")
