"""A price that is claimed, against the history of the goods it is claimed of.

Whatever is not known is told as unknown: the goods, the price, the moment, or enough of the history.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from monitor.documents import CHINA, PriceKind, PriceObservation, Transcript
from monitor.flags import Evidence
from monitor.registry.prices import Measured, Told
from monitor.rules.moments import second_of
from monitor.rules.priced import Measure, Rise
from monitor.rules.schema import Condition
from monitor.trace import Step

if TYPE_CHECKING:
    from monitor.rules.situation import Situation

_BOUNDS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "over": operator.gt,
    "under": operator.lt,
    "at_most": operator.le,
    "at_least": operator.ge,
}
_MOST: Final = frozenset({"at_most", "at_least"})
"""What is owed: it is met where there is nothing to be held against."""
_CURRENCIES: Final = {"yuan": "CNY", "number": "CNY", "dollar": "USD"}
"""Unit of an amount that is said → its currency; 原价九百九十九 without a unit is said in yuan."""
_KINDS: Final[Mapping[PriceKind, dict[str, str]]] = {
    "deal": {"zh": "成交", "en": "sold at"},
    "displayed": {"zh": "标价", "en": "displayed"},
    "reference": {"zh": "划线价", "en": "shown for comparison"},
}
_MOST_SHOWN: Final = 20
"""Lines of prices in a trace."""
_YEARS: Final = range(1990, 2200)
"""Years of moments that can be counted from."""

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """What came of holding a price against its history: as an answer to a condition, with the prices used as steps of a trace."""

    holds: bool | None
    detail: Words
    evidence: tuple[Evidence, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A price that is claimed; ``path`` is the field it stands in, None where it is said."""

    price: Decimal
    currency: str
    path: str | None = None


def hold(condition: Condition, situation: Situation) -> Held:
    """A price of the claim or of the listing against the history of the goods."""
    name, bound = _bound(condition)
    claimed = _claimed(condition.price or "said", situation)
    if claimed is None and (condition.price == "current" or situation.facts.listing is None):
        return _untold("不知道价格", "the price is not known")
    if claimed is None:
        return Held(name in _MOST, {"zh": "没有拿价格作比较", "en": "no price is compared"})
    told = _history(claimed, situation)
    if isinstance(told, Held):
        return told
    if condition.price != "current" and told.current is not None and told.current >= claimed.price:
        return Held(name in _MOST, {"zh": "现在的价格不比它低", "en": "the price now is no lower"})
    if isinstance(bound, Rise):
        found = told.before_rise(bound.days, claimed.price, bound.percent)
        return _held(claimed, found, found.peak is not None, _rise_words(bound, found))
    if bound.lowest_deal is not None:
        found, what = told.lowest_deal(bound.lowest_deal, claimed.price), _lowest_words(bound.lowest_deal)
    else:
        days = bound.highest_asked or 1
        found, what = (
            told.highest_asked(days, claimed.price),
            {"zh": f"前{days}天最高价", "en": f"highest price of the {days} days before"},
        )
    if found.least and found.price == claimed.price and name in {"at_least", "under"}:
        found = replace(found, price=None)
    holds = found.price is not None and _BOUNDS[name](claimed.price, found.price)
    return _held(claimed, found, holds, what)


def _bound(condition: Condition) -> tuple[str, Measure | Rise]:
    for name in (*_BOUNDS, "raised"):
        bound = getattr(condition, name)
        if isinstance(bound, Measure | Rise):
            return name, bound
    raise ValueError("a price without a bound, which the schema refuses")


def _claimed(which: str, situation: Situation) -> Amount | None:
    """The price the condition is about: the first amount in the claim's own words, or a price of the listing."""
    if which == "said":
        amounts = [piece.amount for piece in situation.hit.pieces if piece.amount is not None] if situation.hit else []
        said = next((amount for amount in amounts if amount.unit in _CURRENCIES), None)
        return Amount(said.value, _CURRENCIES[said.unit]) if said is not None else None
    listing = situation.facts.listing
    price = listing.price if listing is not None else None
    amount = getattr(price, which, None)
    if price is None or amount is None:
        return None
    return Amount(amount, price.currency, f"{situation.facts.prefix}price.{which}")


def _history(claimed: Amount, situation: Situation) -> Told | Held:
    """The history of the goods before the claim; else why there is none."""
    if situation.prices is None:
        return _untold("没有载入价格记录", "no price history is loaded")
    goods, moment = situation.facts.offered, moment_of(situation)
    if goods is None:
        return _untold("不知道说的是哪件商品", "which goods it is about is not known")
    if moment is None:
        return _untold("不知道是什么时候说的", "when it was said is not known")
    listing = situation.facts.listing
    price = listing.price if listing is not None else None
    same = price is not None and price.currency == claimed.currency
    platform, number = goods
    return Told.of(
        situation.prices,
        number,
        platform,
        moment,
        currency=claimed.currency,
        current=price.current if price is not None and same else None,
    )


def moment_of(situation: Situation) -> datetime | None:
    """When a price is claimed: the second it is said, when the listing was seen, else the beginning (in China) of the day it is judged on.

    None where that is no time that can be counted from.
    """
    document, listing = situation.layout.document, situation.facts.listing
    moment = listing.observed_at if listing is not None else None
    if isinstance(document, Transcript) and document.started_at is not None:
        moment = document.started_at
    if moment is None:
        moment = datetime.combine(situation.as_of, time.min, CHINA)
    if moment.year not in _YEARS:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=CHINA)
    return moment + timedelta(seconds=_second(situation)) if isinstance(document, Transcript) else moment


def _second(situation: Situation) -> float:
    """The second of a stream at which the claim is made, or its goods are shown."""
    said = second_of(situation.layout, situation.hit.span[0]) if situation.hit is not None else None
    return said if said is not None else situation.facts.shown_from or 0.0


def _held(claimed: Amount, found: Measured, holds: bool, what: Words) -> Held:
    """The answer with its words, its evidence and the prices it was taken from."""
    steps = tuple(_steps(found))
    if found.price is None or found.decided is None:
        zh, en = found.why
        others = {"zh": f"（另有{found.others}条其他币种）", "en": f" ({found.others} of another currency)"}
        more = others if found.others else {"zh": "", "en": ""}
        return Held(None, {"zh": f"{zh}{more['zh']}", "en": f"{en}{more['en']}"}, (), steps)
    price, day = money(found.price, claimed.currency), _day(found.decided.at)
    own, count = money(claimed.price, claimed.currency), len(found.used)
    detail = {
        "zh": f"{own}；{what['zh']} {price}（{day}），依据{count}条价格记录",
        "en": f"{own}; {what['en']} {price} ({day}), from {count} observations",
    }
    text = f"{price} ({day})"
    stands = () if claimed.path is None else (Evidence(claimed.path, 0, len(own), own, "conflict"),)
    return Held(holds, detail, (*stands, Evidence("prices", 0, len(text), text, "conflict")), steps)


def _untold(zh: str, en: str) -> Held:
    return Held(None, {"zh": zh, "en": en})


def _lowest_words(days: int) -> Words:
    return {"zh": f"此次优惠前{days}天最低成交价", "en": f"lowest deal of the {days} days before this offer"}


def _rise_words(rise: Rise, found: Measured) -> Words:
    if found.peak is None:
        return {
            "zh": f"不是此次优惠前{rise.days}天内提高{rise.percent}%以上的价格，再之前最高",
            "en": f"not raised by {rise.percent}% within the {rise.days} days before this offer, before them at most",
        }
    peak, day = money(found.peak.price, found.peak.currency), _day(found.peak.at)
    return {"zh": f"{day}提到 {peak}，之前最高", "en": f"raised to {peak} on {day}, before that at most"}


def _steps(found: Measured) -> Iterator[Step]:
    """The prices used: of each that stood for a while one step, with its first and last time and how often it was observed."""
    runs = groupby(found.used, key=lambda item: (item.kind, item.price, item.currency))
    stretches = [list(items) for _, items in runs]
    for items in islice(stretches, max(0, len(stretches) - _MOST_SHOWN), None):
        yield _step(items[0], items[-1], len(items))


def _step(first: PriceObservation, last: PriceObservation, count: int) -> Step:
    return Step(
        "observed",
        {
            "listing": first.listing,
            "price": money(first.price, first.currency),
            "how": _KINDS[first.kind],
            "first": _moment(first.at),
            "last": _moment(last.at),
            "count": count,
        },
    )


def money(price: Decimal, currency: str) -> str:
    """A price to two places, more where it has them; yuan go without saying."""
    plain = format(price.quantize(Decimal("0.01")) if price == round(price, 2) else price.normalize(), "f")
    return plain if currency == "CNY" else f"{plain} {currency}"


def _day(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()


def _moment(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
