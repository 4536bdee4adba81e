"""Price history: the prices a listing had before a moment, and what they say of a price it is compared with.

Days are counted in China (+08:00), as the law counts them: the seven days before an offer are the seven calendar days before the
day it began, and what came before it on that day. Amounts are compared as decimals, within one currency.

Source: 明码标价和禁止价格欺诈规定 (in force from 2022-07-01), articles 16 and 17.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

from monitor.documents import CHINA, PriceObservation

LOOK_BACK: Final = 365
"""Days before a moment that are looked at."""
SAME_OFFER: Final = Decimal("1.1")
"""Prices up to a tenth above the present one belong to the same offer."""


class Prices(Protocol):
    """A price history, wherever it is kept."""

    def of(self, listing: str, platform: str, before: datetime, days: int) -> Sequence[PriceObservation]:
        """The observations of a listing in so many days before a moment (not at it), in order of time.

        ``platform`` is empty where it is not known. Observations that name no platform are those of the listing on any.
        """


class PriceHistory:
    """A price history in memory. The same price of the same kind at the same moment is one observation."""

    def __init__(self, observations: Iterable[PriceObservation] = ()) -> None:
        found: dict[tuple[str, str], dict[object, PriceObservation]] = {}
        for item in observations:
            found.setdefault((item.platform or "", item.listing), {}).setdefault(_order(item), item)
        self._sorted = {key: sorted(items.values(), key=_order) for key, items in found.items()}

    def __len__(self) -> int:
        return sum(map(len, self._sorted.values()))

    def of(self, listing: str, platform: str, before: datetime, days: int) -> Sequence[PriceObservation]:
        """See :class:`Prices`."""
        first = days_before(before, days)
        found: list[PriceObservation] = []
        for key in dict.fromkeys((platform, "")):
            items = self._sorted.get((key, listing), [])
            low, high = (bisect_left(items, moment, key=lambda item: item.at) for moment in (first, before))
            found += items[low:high]
        return sorted(found, key=_order)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a history says: the ``price`` (None: it cannot be told, for the reason ``why``) and the observations it was taken from.

    ``used`` are in order of time; ``decided`` is the one of them whose price it is; ``peak`` the one it was raised to, where it was.
    ``others`` were of another currency.
    """

    price: Decimal | None = None
    decided: PriceObservation | None = None
    used: tuple[PriceObservation, ...] = ()
    peak: PriceObservation | None = None
    least: bool = False
    """The price may have been higher: not enough is known."""
    others: int = 0
    why: tuple[str, str] = ("", "")
    """In Chinese and English."""


@dataclass(frozen=True)
class Told:
    """The history of one listing in one currency before ``moment``; ``current`` is what is asked at it, where that is known."""

    observations: Sequence[PriceObservation]
    moment: datetime
    current: Decimal | None
    others: int = 0

    @classmethod
    def of(
        cls, prices: Prices, listing: str, platform: str, moment: datetime, *, currency: str, current: Decimal | None
    ) -> Told:
        """What a history tells of a listing."""
        every = prices.of(listing, platform, moment, LOOK_BACK)
        known = [item for item in every if item.currency == currency and item.at < moment]
        return cls(known, moment, current, len(every) - len(known))

    def begun(self, compared: Decimal) -> datetime:
        """When the offer began that compares its price with ``compared``.

        It goes back from the moment as long as the price asked was what it is now, or as long as it was shown beside the compared one.
        """
        asked = [item for item in self.observations if is_asked(item)]
        current = self.current if self.current is not None else asked[-1].price if asked else None
        begun = self.moment
        if current is None:
            return begun
        for item in reversed(asked):
            if item.price >= compared or item.price > current * SAME_OFFER:
                break
            begun = item.at
        return min(begun, self._shown_since(compared))

    def _shown_since(self, compared: Decimal) -> datetime:
        """From when on this and no other price was shown for comparison, with less asked."""
        since = self.moment
        for item in reversed(self.observations):
            if item.kind == "reference":
                if item.price != compared:
                    break
                since = item.at
            elif is_asked(item) and item.price >= compared:
                break
        return since

    def lowest_deal(self, days: int, compared: Decimal) -> Measured:
        """The lowest deal price of so many days before the offer; where nothing was sold in them, that of the last deal before.

        So article 16 has it. That nothing was sold is believed where less than the compared price was asked all the while: else
        there may have been deals nobody told of.
        """
        begun = self.begun(compared)
        first = days_before(begun, days)
        earlier = [item for item in self.observations if item.at < begun and is_asked(item)]
        deals = [item for item in earlier if item.kind == "deal"]
        used = [item for item in deals if item.at >= first]
        if not used and deals:
            since = [item for item in earlier if item.at > deals[-1].at]
            if any(item.at >= first for item in since) and all(item.price < compared for item in since):
                used = [deals[-1], *since]
        if not used:
            return self._untold("这之前没有可用的成交记录", "no deal before it is known that tells")
        lowest = min((item for item in used if item.kind == "deal"), key=lambda item: item.price)
        return Measured(lowest.price, lowest, tuple(used), others=self.others)

    def highest_asked(self, days: int, compared: Decimal) -> Measured:
        """The highest price asked, or sold at, in so many days before the moment.

        Where prices are known of less than half of these days, or of none in their first tenth, it may have been higher: then it is told
        only if it is as high as the compared one.
        """
        found = self._highest(days_before(self.moment, days), self.moment, days)
        if found.price is None and found.used:
            highest = max(found.used, key=lambda item: item.price)
            if highest.price >= compared:
                return Measured(highest.price, highest, found.used, least=True, others=self.others, why=found.why)
        return found

    def before_rise(self, days: int, compared: Decimal, percent: Decimal) -> Measured:
        """The highest price asked in the 90 days before the last so many days before the offer, and the ``peak`` it was raised to in
        those: where that is more by so many percent, and the compared price is (nearly) it. What was asked in the 90 days was not raised.
        """
        begun = self.begun(compared)
        first = days_before(begun, days)
        before = self._highest(days_before(first, _LONG), first, _ENOUGH)
        late = [item for item in self.observations if is_asked(item) and first <= item.at < begun]
        if before.price is None:
            return before
        if not late:
            return self._untold(f"这之前{days}天没有价格记录", f"no price is known of the {days} days before it")
        peak = max(late, key=lambda item: item.price)
        used = (*before.used, *late)
        least = before.price * (1 + percent / 100)
        rose = least < peak.price and least < compared <= peak.price * SAME_OFFER
        return Measured(before.price, before.decided, used, peak=peak if rose else None, others=self.others)

    def _highest(self, first: datetime, last: datetime, days: int) -> Measured:
        """The highest price asked between two moments, if prices are known of enough days of ``days``."""
        used = [item for item in self.observations if is_asked(item) and first <= item.at < last]
        known = len({item.at.astimezone(CHINA).date() for item in used})
        if not used:
            return self._untold("没有价格记录", "no price is known")
        early = days_before(first, -max(1, days // 10)) if days > _ENOUGH else last
        if 2 * known < days or used[0].at >= early:
            zh, en = f"{days}天中只有{known}天有价格记录", f"prices are known of {known} of {days} days only"
            return Measured(used=tuple(used), others=self.others, why=(zh, en))
        highest = max(used, key=lambda item: item.price)
        return Measured(highest.price, highest, tuple(used), others=self.others)

    def _untold(self, zh: str, en: str) -> Measured:
        return Measured(others=self.others, why=(zh, en))


def is_asked(item: PriceObservation) -> bool:
    """Whether one could buy at it: a deal, or a price displayed that was not out of stock. A price for comparison is none."""
    return item.kind == "deal" or (item.kind == "displayed" and item.stock != 0)


def days_before(moment: datetime, days: int) -> datetime:
    """The beginning, in China, of the day that lies so many days before that of a moment."""
    day = moment.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=days)


def _order(item: PriceObservation) -> tuple[datetime, str, Decimal, str]:
    return item.at.astimezone(UTC), item.kind, item.price, item.currency


_LONG: Final = 90
"""Days before those of a rise in which a price must not have been asked, to be a new one."""
_ENOUGH: Final = 14
"""Days of which half must be known to say what was asked before a rise."""
