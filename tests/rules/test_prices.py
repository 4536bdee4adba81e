"""A price that is claimed, against the history of the goods: in listings, in streams, in the trace, and where nothing is known."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from registry.test_prices import daily, seen
from rules.writing import rule_of, write_rulebook

from monitor.documents import PriceObservation, Transcript, decode_document, decode_envelope
from monitor.errors import RuleError
from monitor.flags import ScanResult
from monitor.live import LiveScan
from monitor.registry import PriceHistory
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 20)
SAID = 'match: {text: "原价 ..4 <yuan>"}\nconflict: {id: lowest, price: said, over: {lowest-deal: 7}}'
SHOWN = "applies: {kinds: listing, when: {field: price.reference}}\nmissing: {id: lowest, price: reference, at-most: {lowest-deal: 7}}"
LISTING = {"kind": "listing", "id": "L", "observed_at": "2026-11-20T12:00:00+08:00", "title": "保温杯"}
DEALS = daily("2026-11-01", "2026-11-19", "59", "deal")
SALE = seen("2026-11-20T10:00:00", "39")


def scanner(folder: Path, body: str, **more: Any) -> Scanner:
    return Scanner(load_rulebook(write_rulebook(folder, rule_of(body))), **more)


def scanned(
    folder: Path, body: str, document: dict[str, Any], prices: list[PriceObservation] | None, **more: Any
) -> ScanResult:
    history = None if prices is None else PriceHistory(prices)
    return scanner(folder, body, prices=history, **more).scan(decode_document(msgspec.json.encode(document)), DAY)


def stream(*said: tuple[float | None, str], **more: Any) -> dict[str, Any]:
    segments = [{"text": text} | ({} if at is None else {"start": at, "end": at + 1}) for at, text in said]
    return {"kind": "transcript", "id": "T", "started_at": "2026-11-20T20:00:00+08:00", "segments": segments} | more


def test_a_claim_against_deals_is_flagged_with_the_price_that_decided(tmp_path: Path) -> None:
    result = scanned(
        tmp_path, SAID, LISTING | {"description": "原价99元", "price": {"current": "39"}}, DEALS, trace=True
    )
    (flag,) = result.flags
    assert [(item.field, item.text) for item in flag.evidence] == [
        ("description", "原价99元"),
        ("prices", "59.00 (2026-11-13)"),
    ]
    assert "与 lowest 矛盾：99.00；此次优惠前7天最低成交价 59.00（2026-11-13），依据7条价格记录" in flag.explanation
    (observed,) = [step.facts for step in flag.trace if step.kind == "observed"]
    assert observed == {
        "listing": "L",
        "price": "59.00",
        "how": {"zh": "成交", "en": "sold at"},
        "first": "2026-11-13 00:00:00",
        "last": "2026-11-19 00:00:00",
        "count": 7,
    }


def test_a_listing_without_words_is_held_against_its_history(tmp_path: Path) -> None:
    document = LISTING | {"price": {"current": "39", "reference": "99"}}
    (flag,) = scanned(tmp_path, SHOWN, document, DEALS).flags
    assert [item.text for item in flag.evidence] == ["保温杯", "99.00", "59.00 (2026-11-13)"]
    assert not scanned(tmp_path, SHOWN, document, daily("2026-11-01", "2026-11-19", "99", "deal")).flags
    alone = scanned(tmp_path, SHOWN, LISTING | {"price": {"current": "39"}}, DEALS)
    assert (alone.flags, alone.unknown) == ((), ()), "no price is compared"


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        pytest.param(None, "没有载入价格记录", id="no history is loaded"),
        pytest.param([], "没有可用的成交记录", id="none of these goods"),
        pytest.param([replace(item, listing="M") for item in DEALS], "没有可用的成交记录", id="of other goods"),
        pytest.param(
            [replace(item, platform="taobao") for item in DEALS], "没有可用的成交记录", id="of another platform"
        ),
        pytest.param([replace(item, currency="USD") for item in DEALS], "另有19条其他币种", id="in another currency"),
    ],
)
def test_without_a_history_it_is_unknown_and_never_passed(
    tmp_path: Path, prices: list[PriceObservation] | None, reason: str
) -> None:
    words = LISTING | {"description": "原价99元", "price": {"current": "39", "reference": "99"}}
    for body in (SAID, SHOWN):
        result = scanned(tmp_path, body, words, prices)
        assert not result.flags
        assert [reason in item.reason for item in result.unknown] == [True]


def test_a_price_of_another_currency_is_not_compared(tmp_path: Path) -> None:
    price = {"current": "39", "reference": "99", "currency": "USD"}
    assert not scanned(tmp_path, SHOWN, LISTING | {"price": price}, DEALS).flags
    dollars = [replace(item, currency="USD") for item in DEALS]
    (flag,) = scanned(tmp_path, SHOWN, LISTING | {"price": price}, dollars).flags
    assert flag.evidence[-1].text == "59.00 USD (2026-11-13)"
    said = LISTING | {"description": "原价99元", "price": {"current": "39", "currency": "USD"}}
    assert scanned(tmp_path, SAID, said, [*DEALS, SALE]).flags, "yuan are said, and held against yuan"
    assert not scanned(tmp_path, SAID, said, dollars).flags


def test_where_no_price_is_compared_nothing_is_open(tmp_path: Path) -> None:
    sale = "match: {text: 直降}\nconflict: {price: reference, raised: {percent: 10, days: 14}}"
    document = LISTING | {"description": "直降", "price": {"current": "39"}}
    assert (scanned(tmp_path, sale, document, DEALS).flags, scanned(tmp_path, sale, document, DEALS).unknown) == (
        (),
        (),
    )
    assert len(scanned(tmp_path, sale, stream((1.0, "直降")), DEALS).unknown) == 1, "which goods is not known"
    lasting = "match: {text: 直降}\nconflict: {price: current, at-least: {highest-asked: 7}}"
    assert len(scanned(tmp_path, lasting, LISTING | {"description": "直降"}, DEALS).unknown) == 1, "it has a price"
    assert scanned(tmp_path, lasting, LISTING | {"description": "直降", "price": {"current": "59"}}, DEALS).flags


def test_where_nothing_cheaper_is_asked_nothing_is_compared(tmp_path: Path) -> None:
    result = scanned(tmp_path, SHOWN, LISTING | {"price": {"current": "99", "reference": "99"}}, DEALS)
    assert (result.flags, result.unknown) == ((), ())


def test_a_stream_is_held_against_the_goods_shown_at_the_second(tmp_path: Path) -> None:
    products = [
        {"from": 0, "to": 99, "listing": LISTING | {"id": "A", "price": {"current": "39"}}},
        {"from": 100, "to": 200, "listing": LISTING | {"id": "B", "price": {"current": "39"}}},
        {"from": 300, "to": 400, "listing": "C"},
    ]
    document = stream(
        (10.0, "原价99元"),
        (150.0, "原价99元"),
        (250.0, "原价99元"),
        (350.0, "原价99元"),
        platform="douyin",
        products=products,
    )
    history = [replace(item, listing=name) for name in "AC" for item in (*DEALS, SALE)]
    history += [replace(item, listing="B") for item in daily("2026-11-01", "2026-11-19", "99", "deal")]
    result = scanned(tmp_path, SAID, document, history)
    assert [flag.evidence[0].at for flag in result.flags] == [10.0, 350.0]
    assert ["不知道说的是哪件商品" in item.reason for item in result.unknown] == [True]


def test_the_moment_is_the_second_it_is_said(tmp_path: Path) -> None:
    """Five hours into a stream that began at 20:00 it is tomorrow, and the eighth day before it is another."""
    products = [{"from": 0, "listing": LISTING | {"price": {"current": "39"}}}]
    history = [seen("2026-11-13T12:00:00", "59"), *daily("2026-11-14", "2026-11-19", "99", "deal")]
    early, late = stream((60.0, "原价99元"), products=products), stream((18_000.0, "原价99元"), products=products)
    assert scanned(tmp_path, SAID, early, history).flags
    assert not scanned(tmp_path, SAID, late, history).flags
    sold = [seen("2026-11-20T20:00:59", "59"), *history[1:]]
    assert scanned(tmp_path, SAID, early, sold).flags
    assert not scanned(
        tmp_path, SAID, early, [replace(sold[0], at=datetime.fromisoformat("2026-11-20T20:01:00+08:00")), *sold[1:]]
    ).flags


def test_a_live_stream_gives_the_flags_of_the_whole(tmp_path: Path) -> None:
    products = [{"from": 0, "to": 99, "listing": LISTING | {"price": {"current": "39"}}}]
    document = stream((10.0, "原价99元"), *((20.0 + at, "这个杯子好看。") for at in range(80)), products=products)
    whole = decode_document(msgspec.json.encode(document))
    assert isinstance(whole, Transcript)
    judge = scanner(tmp_path, SAID, prices=PriceHistory(DEALS))
    live = LiveScan(judge, replace(whole, segments=()), DAY)
    told = [flag for segment in whole.segments for flag in live.feed([segment])]
    assert told == list(judge.scan(whole, DAY).flags)
    assert len(told) == 1, "it was told before the end"
    assert live.close() == ()


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59"])
def test_a_moment_that_cannot_be_counted_from_is_unknown(tmp_path: Path, moment: str) -> None:
    words = {"description": "原价99元", "price": {"current": "39", "reference": "99"}}
    for document in (
        LISTING | words | {"observed_at": moment},
        stream((9e6, "原价99元"), started_at=moment, products=[{"listing": "L"}]),
    ):
        result = scanned(tmp_path, SAID, document, DEALS)
        assert not result.flags
        assert ["不知道是什么时候说的" in item.reason for item in result.unknown] == [True]


def test_without_a_moment_the_day_counts_from_its_beginning(tmp_path: Path) -> None:
    document = {name: value for name, value in LISTING.items() if name != "observed_at"} | {"description": "原价99元"}
    document["price"] = {"current": "39"}
    assert not scanned(
        tmp_path, SAID, document, [seen("2026-11-19T23:59:59", "99"), seen("2026-11-20T00:00:00", "59")]
    ).flags
    assert scanned(
        tmp_path, SAID, document, [seen("2026-11-19T23:59:59", "59"), seen("2026-11-20T00:00:00", "99")]
    ).flags


def test_an_envelope_brings_its_own_history(tmp_path: Path) -> None:
    document = LISTING | {"price": {"current": "39", "reference": "99"}}
    own = [{"listing": "L", "at": "2026-11-15T08:00:00+08:00", "price": 59, "kind": "deal", "note": "ignored"}]
    judge = scanner(tmp_path, SHOWN, prices=PriceHistory(daily("2026-11-01", "2026-11-19", "99", "deal")))
    for prices, flagged in ((own, 1), ([], 0), (None, 0)):
        line = {"document": document} | ({} if prices is None else {"prices": prices})
        (result,) = judge.scan_envelopes([decode_envelope(msgspec.json.encode(line))], DAY)
        assert len(result.flags) == flagged
        assert len(result.unknown) == (prices == [])
    with pytest.raises(msgspec.ValidationError, match=r"prices\[0\]"):
        decode_envelope(msgspec.json.encode({"document": document, "prices": [own[0] | {"price": -1}]}))
    with pytest.raises(msgspec.ValidationError, match="timezone"):
        decode_envelope(msgspec.json.encode({"document": document, "prices": [own[0] | {"at": "2026-11-15T08:00:00"}]}))


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("{price: said}", "a `price` is held against its history"),
        ("{price: said, over: 50}", "a `price` is held against its history"),
        ("{price: said, over: {lowest-deal: 7}, at-most: {lowest-deal: 7}}", "a `price` is held against its history"),
        ("{price: said, over: {}}", "give `lowest-deal` or `highest-asked`"),
        ("{price: said, over: {lowest-deal: 7, highest-asked: 7}}", "give `lowest-deal` or `highest-asked`"),
        ("{price: said, over: {lowest-deal: 0}}", "greater than or equal to 1"),
        ("{price: said, over: {lowest-deal: 181}}", "less than or equal to 180"),
        ("{price: said, raised: {percent: 0, days: 7}}", "greater than 0"),
        ("{price: yesterday, over: {lowest-deal: 7}}", "'said', 'reference' or 'current'"),
        ("{field: price.current, over: {lowest-deal: 7}}", "go with `price`"),
        ("{field: price.current, at-most: {lowest-deal: 7}}", "go with `price`"),
        ("{text: 好, raised: {percent: 5, days: 7}}", "go with `price`"),
    ],
)
def test_what_a_price_cannot_be_asked_is_told_at_its_place(tmp_path: Path, condition: str, problem: str) -> None:
    with pytest.raises(RuleError, match=problem):
        scanner(tmp_path, f"match: {{text: 原价}}\nconflict: {condition}")


def test_a_duty_has_no_words_that_say_a_price(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no trigger that says a price"):
        scanner(tmp_path, "missing: {price: said, at-most: {lowest-deal: 7}}")
