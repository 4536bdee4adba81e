"""Live streams judged as they come: by whom ever, in whatever pieces, the flags are those of a calm run."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replaced
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rules.writing import RULE, write_rulebook
from store.databases import database, migrated_file, migrated_server, new_database
from workers.deployment import NOW

from monitor.documents import Segment, Transcript
from monitor.flags import Flag
from monitor.formats.saying import decode_head, decode_saying
from monitor.live import LiveScan
from monitor.nlp.layout import Layout
from monitor.rules import load_rulebook
from monitor.rules.screen import Screen
from monitor.scanner import Scanner
from monitor.store import Database, LiveFlag, append, finish, get_live, live_flags, open_stream, work_counts
from monitor.workers import advance as module
from monitor.workers.advance import Advancer
from monitor.workers.silence import finish_all_silent

__all__ = [
    "database",
    "migrated_file",
    "migrated_server",
    "new_database",
]  # one after the other: none of these kills anybody

SUGAR = RULE.replace("t.word", "t.sugar").replace(
    "match: {text: 最好, boundaries: start}", "match: {text: 无糖}\n    conflict: {field: attributes.配料, has: 白砂糖}"
)
BEST = RULE.replace("    message", "    unless: [{context: warned}]\n    message")
PLAIN = "大家好今天给大家带来新鲜苹果"


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(load_rulebook(write_rulebook(tmp_path_factory.mktemp("rules"), BEST + SUGAR)))


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class House:
    """A database with streams, and processes that judge them."""

    database: Database
    scanner: Scanner
    clock: Clock = field(default_factory=Clock)

    def process(self, name: str = "a", scanner: Scanner | None = None) -> Advancer:
        return Advancer(self.database, scanner or self.scanner, self.clock, name, f"host:{name}", lease=15, gap=3)

    def open(self, name: str = "T-1", **more: Any) -> int:
        raw = json.dumps({"id": name, "platform": "douyin"} | more).encode()
        with self.database.write() as session:
            return open_stream(session, decode_head(raw), raw, self.clock(), source="test").stream

    def say(self, stream: int, first: int, *said: Any) -> None:
        items = [
            {"seq": number} | (text if isinstance(text, dict) else {"text": text, "start": 5.0 * number})
            for number, text in enumerate(said, first)
        ]
        with self.database.write() as session:
            append(session, stream, [decode_saying(json.dumps(item).encode()) for item in items], self.clock())

    def flags(self, stream: int) -> list[LiveFlag]:
        with self.database.read() as session:
            return list(live_flags(session, stream, limit=200).items)

    def standing(self, stream: int) -> list[tuple[str, int]]:
        return [(flag.standing, flag.seq) for flag in self.flags(stream)]


@pytest.fixture
def house(database: Database, scanner: Scanner) -> House:
    return House(database, scanner)


def test_a_flag_is_early_then_settled_or_lifted(house: House) -> None:
    stream, process = house.open(), house.process()
    house.say(stream, 1, PLAIN, "这是最好的米", PLAIN)
    assert process.look().flags == 1
    assert house.standing(stream) == [("early", 2)]
    house.say(stream, 4, *[PLAIN] * 9, "这是最好的油")
    process.look()
    assert house.standing(stream) == [("settled", 2), ("early", 13)]
    house.say(stream, 14, "听听就好千万别信", *[PLAIN] * 9)
    process.look()
    assert house.standing(stream) == [("settled", 2), ("lifted", 13)]
    with house.database.read() as session:
        live = get_live(session, stream)
        assert (live.flags, live.early, live.waiting) == (1, 0, 0)


def test_whoever_judges_and_in_whatever_pieces_the_flags_are_the_same(house: House) -> None:
    said = [PLAIN, "这是最好的米", "千万别信", "这是最好的油", *[PLAIN] * 5, "最好吃", PLAIN] * 8
    stream, processes = house.open(), [house.process(name) for name in "abc"]
    for number, text in enumerate(said, 1):
        house.say(stream, number, text)
        if number % 7 == 0:
            house.clock.pass_(20)  # whoever had it is dead
        processes[number // 7 % 3].look()
    house.say(stream, len(said) + 1, *[PLAIN] * 9)
    house.clock.pass_(20)
    house.process("d").look()
    told = {(flag.flag.key, flag.seq) for flag in house.flags(stream) if flag.standing == "settled"}
    assert told == {(flag.key, _place(flag) + 1) for flag in _calm(house.scanner, [*said, *[PLAIN] * 9])}
    assert not [flag for flag in house.flags(stream) if flag.standing == "early"]


def _calm(scanner: Scanner, said: Sequence[str]) -> tuple[Flag, ...]:
    scan = LiveScan(scanner, Transcript("T-1", (), platform="douyin"), NOW.date())
    return scan.feed([Segment(text, 5.0 * number) for number, text in enumerate(said, 1)])


def _place(flag: Flag) -> int:
    return int(flag.evidence[0].field.removeprefix("segments[").partition("]")[0])


def test_changed_rules_are_taken_in_the_middle_of_a_stream(house: House, tmp_path: Path) -> None:
    other = Scanner(load_rulebook(write_rulebook(tmp_path, RULE.replace("t.word", "t.crisp").replace("最好", "最脆"))))
    newest = [house.scanner]
    stream, process = house.open(), replaced(house.process(), newest=lambda: newest[-1])
    house.say(stream, 1, "这是最好的米", *[PLAIN] * 9, "这是最好的枣", "这是最脆的枣")
    process.look()
    newest.append(other)
    house.say(stream, 13, "这是最好的油", "这是最脆的油", *[PLAIN] * 9)
    process.look()
    assert process.look().items == 0
    told = {(flag.flag.rule, flag.standing, flag.seq) for flag in house.flags(stream)}
    assert told == {
        ("t.word", "settled", 1),
        ("t.word", "lifted", 11),  # early when the rules changed: nobody holds it any more
        ("t.crisp", "settled", 12),  # what has to be read again is judged by the new ones
        ("t.crisp", "settled", 14),
    }


def test_one_that_lost_its_lease_writes_nothing(house: House) -> None:
    stream, first, second = house.open(), house.process("a"), house.process("b")
    house.say(stream, 1, PLAIN)
    first.look()
    house.clock.pass_(14)
    first.look()  # renews
    house.say(stream, 2, "这是最好的米")
    house.clock.pass_(4)
    assert second.look().items == 0
    house.clock.pass_(12)
    assert second.look().items == 1
    house.say(stream, 3, "这是最好的油")
    assert (first.look().items, second.look().items) == (0, 1)
    second.leave()
    house.say(stream, 4, PLAIN)
    assert first.look().items == 1
    assert [seq for _, seq in house.standing(stream)] == [2, 3]


def test_products_are_shown_from_their_number_on(house: House) -> None:
    sweet = {"kind": "listing", "id": "L", "title": "饼干", "attributes": {"配料": "白砂糖"}}
    stream = house.open()
    house.say(stream, 1, "无糖的", {"listing": sweet, "from": 9.0}, "无糖的", *[PLAIN] * 9)
    house.process("a").look()
    assert house.standing(stream) == [("settled", 3)]
    house.clock.pass_(20)
    house.say(
        stream, 13, "无糖的", {"listing": "L-2", "from": 10.0}, "无糖的"
    )  # told too late: the first is still shown
    house.process("b").look()
    assert [seq for _, seq in house.standing(stream)] == [3, 13, 15]
    with house.database.write() as session:
        finish(session, stream, NOW)


def test_a_missing_number_is_waited_for(house: House) -> None:
    stream, process = house.open(), house.process()
    house.say(stream, 2, "这是最好的米")
    assert process.look().items == 0
    house.clock.pass_(2)
    house.say(stream, 1, PLAIN)
    assert process.look().items == 2
    house.say(stream, 4, "这是最好的油")
    house.clock.pass_(2)
    assert process.look().items == 0
    house.clock.pass_(1)
    assert process.look().items == 1
    house.say(stream, 3, "最好晚了")
    assert process.look().items == 0
    assert [seq for _, seq in house.standing(stream)] == [2, 4]
    with house.database.read() as session:
        assert (get_live(session, stream).late, get_live(session, stream).missing) == (1, 1)


class Touchy(Scanner):
    """A scanner that a bug stops at some words."""

    def screen(self, layouts: Sequence[Layout]) -> Screen:
        if any("炸" in layout.text for layout in layouts):
            raise RuntimeError("boom")
        return super().screen(layouts)


def test_a_stream_the_engine_fails_on_takes_no_other_with_it(house: House) -> None:
    good, bad = house.open("T-1"), house.open("T-2")
    process = house.process(scanner=Touchy(house.scanner.rulebook))
    house.say(good, 1, "这是最好的米")
    house.say(bad, 1, "这是最好的米", "炸")
    for _ in range(3):
        process.look()
    assert [len(house.flags(stream)) for stream in (good, bad)] == [1, 0]
    with house.database.write() as session:
        assert get_live(session, bad).error == "RuntimeError: boom"
        finish(session, bad, NOW)
        assert work_counts(session).pending == 1


def test_many_waiting_in_one_stream_hold_up_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 10)
    monkeypatch.setattr(module, "RUN", 8)
    monkeypatch.setattr(module, "AT_ONCE", 12)
    streams = [house.open(f"T-{number}") for number in range(6)]
    for stream in streams:
        house.say(stream, 1, *["这是最好的米"] * 20)
    process = house.process()
    looks = 0
    while process.look().items:
        looks += 1
    assert looks < 20
    assert {len(house.flags(stream)) for stream in streams} == {20}


def test_leases_are_renewed_between_groups(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "GROUP", 1)
    streams = [house.open(f"T-{number}") for number in range(4)]
    for stream in streams:
        house.say(stream, 1, "这是最好的米")
    slow, other, seen = house.process("slow"), house.process("other"), list[int]()

    def alive() -> None:
        if slow._renewed is not None:  # the first call comes before anything is claimed
            house.clock.pass_(6)
            seen.append(other.look().items)

    slow.alive = alive
    assert (slow.look().items, seen) == (4, [0] * 4)


def test_a_long_stream_is_not_kept_in_memory(house: House) -> None:
    stream, process = house.open(), house.process()
    for first in range(1, 1200, 300):
        house.say(stream, first, *["这是最好的米", *[PLAIN] * 9] * 30)
        while process.look().items:
            pass
    (scene,) = process._scenes.values()
    assert len(scene.receipts) < 2 * 300
    assert len(house.flags(stream)) == 120


def test_streams_that_fell_silent_become_documents(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    streams = [house.open(f"T-{number}") for number in range(3)]
    for stream in streams:
        house.say(stream, 1, "这是最好的米")
    real: Callable[..., Any] = finish_all_silent.__globals__["finish_silent"]

    def broken(session: Any, stream: int, *rest: Any) -> Any:
        if stream == streams[0]:
            raise RuntimeError("boom")
        return real(session, stream, *rest)

    monkeypatch.setitem(finish_all_silent.__globals__, "finish_silent", broken)
    house.clock.pass_(601)
    assert finish_all_silent(house.database, house.clock(), 600) == 2
    assert finish_all_silent(house.database, house.clock(), 600) == 0
    with house.database.read() as session:
        assert [get_live(session, stream).state for stream in streams] == ["open", "finished", "finished"]
        assert work_counts(session).pending == 2


def test_the_head_names_products_too(house: House) -> None:
    sweet = {"listing": {"kind": "listing", "id": "L", "title": "饼干", "attributes": {"配料": "白砂糖"}}}
    stream = house.open(products=[sweet])
    house.say(stream, 1, "无糖的")
    house.process().look()
    (flag,) = house.flags(stream)
    assert replace(flag.flag, evidence=()).rule == "t.sugar"
