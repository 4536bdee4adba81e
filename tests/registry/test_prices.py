"""What a price history says: which days count, where an offer begins, and what is not known."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import msgspec
import pytest

from monitor.documents import CHINA, Listing, Price, PriceObservation, prices_shown
from monitor.registry.prices import LOOK_BACK, Measured, PriceHistory, Told, days_before

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CHINA)


def seen(at: datetime | str, price: str, kind: str = "deal", **more: object) -> PriceObservation:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    moment = moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
    return msgspec.convert({"listing": "L", "at": moment, "price": price, "kind": kind} | more, PriceObservation)


def daily(first: str, last: str, price: str, kind: str = "displayed", **more: object) -> list[PriceObservation]:
    start, end = (datetime.fromisoformat(day).replace(tzinfo=CHINA) for day in (first, last))
    return [seen(start + timedelta(days=index), price, kind, **more) for index in range((end - start).days + 1)]


def told(observations: Sequence[PriceObservation], current: str | None = "39", moment: datetime = NOON) -> Told:
    now = Decimal(current) if current is not None else None
    return Told.of(PriceHistory(observations), "L", "", moment, currency="CNY", current=now)


def lowest(observations: Sequence[PriceObservation], **more: object) -> Measured:
    return told(observations, **more).lowest_deal(7, Decimal(99))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("at", "price"),
    [
        pytest.param("2026-11-13T00:00:00+08:00", Decimal(59), id="the seventh day before, its first second"),
        pytest.param("2026-11-12T23:59:59+08:00", Decimal(99), id="one second earlier is the eighth day"),
        pytest.param("2026-11-12T16:00:00+00:00", Decimal(59), id="the same midnight in another zone"),
        pytest.param("2026-11-12T15:59:59+00:00", Decimal(99), id="a second before it in another zone"),
        pytest.param("2026-11-20T11:59:59+08:00", Decimal(59), id="the same day, before the moment"),
        pytest.param("2026-11-20T12:00:00+08:00", Decimal(99), id="at the moment is not before it"),
        pytest.param("2026-11-19T23:00:00-05:00", Decimal(99), id="the day before elsewhere is after it here"),
    ],
)
def test_seven_days_are_days_in_china(at: str, price: Decimal) -> None:
    assert lowest([seen("2026-11-15", "99"), seen(at, "59")]).price == price


def test_the_days_begin_at_midnight_in_china_whatever_zone_the_moment_has() -> None:
    assert days_before(datetime(2026, 11, 19, 16, 30, tzinfo=UTC), 0) == datetime(2026, 11, 20, tzinfo=CHINA)
    assert days_before(datetime(2026, 11, 20, 0, 30, tzinfo=timezone(timedelta(hours=9))), 7) == datetime(
        2026, 11, 12, tzinfo=CHINA
    )


def test_an_offer_that_runs_for_days_is_held_against_the_days_before_it_began() -> None:
    before = daily("2026-11-10", "2026-11-16", "99", "deal")
    assert lowest([*before, *daily("2026-11-17", "2026-11-20", "39", "deal")]).price == 99
    assert lowest([*before, *daily("2026-11-17", "2026-11-20", "41.50", "deal")]).price == 99, "nearly the same price"
    assert lowest([*before, *daily("2026-11-17", "2026-11-20", "59", "deal")]).price == 59, "another offer came first"


def test_an_offer_began_when_its_reference_price_was_first_shown() -> None:
    history = [
        *daily("2026-11-01", "2026-11-12", "99", "deal"),
        *daily("2026-11-13", "2026-11-20", "99", "reference"),
        *daily("2026-11-13", "2026-11-17", "69", "deal"),
        *daily("2026-11-18", "2026-11-20", "39", "deal"),
    ]
    assert lowest(history).price == 99
    assert lowest([item for item in history if item.kind != "reference"]).price == 69


def test_without_a_sale_in_seven_days_the_last_deal_counts() -> None:
    asked = daily("2026-11-05", "2026-11-19", "59")
    found = lowest([seen("2026-11-04", "59"), *asked])
    assert found.price == 59
    assert found.decided == seen("2026-11-04", "59")


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([], id="nothing"),
        pytest.param(daily("2026-10-01", "2026-11-19", "59"), id="asked only: nobody may have bought"),
        pytest.param([seen("2026-10-01", "59")], id="an old deal, and nothing known since"),
        pytest.param(
            [seen("2026-10-01", "59"), *daily("2026-11-01", "2026-11-19", "99")], id="an old deal, then dearer"
        ),
        pytest.param(daily("2026-11-01", "2026-11-20", "39", "deal"), id="the offer began before anything is known"),
        pytest.param(daily("2026-11-01", "2026-11-19", "59", "deal", currency="USD"), id="another currency"),
        pytest.param(daily("2026-11-01", "2026-11-19", "59", "reference"), id="a reference price is no deal"),
        pytest.param(daily("2026-11-21", "2026-11-29", "59", "deal"), id="afterwards"),
    ],
)
def test_what_is_not_known_is_not_told(history: list[PriceObservation]) -> None:
    found = lowest(history)
    assert found.price is None
    assert all(found.why)


def test_observations_of_another_currency_are_counted_apart() -> None:
    assert lowest([seen("2026-11-15", "99"), seen("2026-11-16", "9", currency="USD")]) == Measured(
        Decimal(99), seen("2026-11-15", "99"), (seen("2026-11-15", "99"),), others=1
    )


def test_the_order_of_import_and_second_copies_change_nothing() -> None:
    history = [*daily("2026-09-01", "2026-11-12", "99", "deal"), *daily("2026-11-13", "2026-11-19", "59", "deal")]
    shuffled = history * 2
    random.Random(7).shuffle(shuffled)  # noqa: S311 (an order, no secret)
    assert told(shuffled) == told(history)
    assert len(PriceHistory(shuffled)) == len(history)
    again = [seen("2026-11-15T00:00:00+08:00", "59.00"), seen("2026-11-14T16:00:00+00:00", "59")]
    assert len(PriceHistory(again)) == 1


def test_the_highest_price_asked_needs_most_of_the_days() -> None:
    whole = daily("2026-09-20", "2026-11-19", "59")
    assert told(whole).highest_asked(60, Decimal(99)).price == 59
    assert told(whole[::2]).highest_asked(60, Decimal(99)).price == 59, "every other day"
    assert told(whole[::3]).highest_asked(60, Decimal(99)).price is None, "every third"
    assert told(whole[20:]).highest_asked(60, Decimal(99)).price is None, "it may have been asked before these"
    assert told([*whole[20:], seen("2026-11-01", "99")]).highest_asked(60, Decimal(99)).price == 99, "it was"


def test_a_price_nobody_could_pay_was_not_asked() -> None:
    whole = daily("2026-09-20", "2026-11-19", "59")
    sold_out = seen("2026-10-10T10:00:00", "999", "displayed", stock=0)
    shown = seen("2026-10-10T10:00:00", "999", "reference")
    assert told([*whole, sold_out, shown]).highest_asked(60, Decimal(999)).price == 59
    assert (
        told([*whole, seen("2026-10-10T10:00:00", "999", "displayed", stock=1)]).highest_asked(60, Decimal(1)).price
        == 999
    )


def raised(history: Sequence[PriceObservation], compared: str = "80") -> bool:
    return told(history, "40").before_rise(14, Decimal(compared), Decimal(10)).peak is not None


def test_a_price_was_raised_before_the_offer() -> None:
    usual, high = daily("2026-09-01", "2026-11-15", "40"), daily("2026-11-16", "2026-11-19", "80")
    assert raised([*usual, *high])
    assert raised([*usual, *high[:-1], *daily("2026-11-19", "2026-11-20", "40")]), "the offer runs already"
    assert not raised([*usual, *high], "43"), "not the price that was raised"
    assert not raised([*usual, *high], "120"), "it was never raised so far"
    assert not raised([*usual, *daily("2026-11-16", "2026-11-19", "43")], "43"), "less than a tenth"
    assert not raised([seen("2026-09-01", "80"), *usual, *high]), "it had been asked before"
    assert not raised(high), "what was asked before is not known"
    assert not raised(daily("2026-09-01", "2026-11-02", "40")), "nothing is known of the last days"


def test_only_the_own_platform_and_prices_without_one_count() -> None:
    history = PriceHistory(
        [
            seen("2026-11-15", "59", platform="douyin"),
            seen("2026-11-16", "69"),
            seen("2026-11-17", "79", platform="taobao"),
        ]
    )
    assert [item.price for item in history.of("L", "douyin", NOON, 30)] == [59, 69]
    assert [item.price for item in history.of("L", "", NOON, 30)] == [69]
    assert not history.of("M", "douyin", NOON, 30)
    assert not history.of("L", "douyin", datetime(2026, 11, 15, tzinfo=CHINA), LOOK_BACK)


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "sNaN", "Infinity", "1e400", "1e-400", "1000000000000", "0.00001"])
def test_no_price_is_no_observation(price: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        seen("2026-11-15", price)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00", "1989-12-31T00:00:00Z"])
def test_a_time_that_cannot_be_counted_from_is_none(at: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        seen(at, "1")


def test_a_listing_shows_its_prices() -> None:
    price = Price(Decimal("39.900000000000006"), Decimal(99), stock=3)
    listing = Listing("L", platform="douyin", title="米", observed_at=datetime(2026, 11, 20, 8, 0), price=price)  # noqa: DTZ001 (no zone is meant)
    own, compared = prices_shown(listing, NOON)
    assert own == seen("2026-11-20T08:00:00", "39.9", "displayed", platform="douyin", stock=3)
    assert compared == seen("2026-11-20T08:00:00", "99", "reference", platform="douyin", stock=3)
    assert prices_shown(msgspec.structs.replace(listing, observed_at=None), NOON)[0].at == NOON


@pytest.mark.parametrize(
    "price",
    [None, Price(), Price(Decimal(0)), Price(Decimal("1e-30")), Price(Decimal(1), currency="元")],
    ids=["none", "empty", "nothing", "almost nothing", "no currency"],
)
def test_a_listing_without_a_price_shows_none(price: Price | None) -> None:
    assert prices_shown(Listing("L", title="米", price=price), NOON) == ()
    assert (
        prices_shown(
            Listing("L", title="米", observed_at=datetime.max.replace(tzinfo=UTC), price=Price(Decimal(1))), NOON
        )
        == ()
    )
