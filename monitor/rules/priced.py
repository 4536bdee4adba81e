"""The shape of what a rule asks of a price history, and of the histories of its examples."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from monitor.documents import PriceKind
from monitor.rules.wording import Model, Text

Days = Annotated[int, Field(ge=1, le=180)]
_LONGEST_EXAMPLE: Final = 400
"""Days a line of an example may stand for."""


class Measure(Model):
    """What the price history of the goods says: ``lowest-deal``, the lowest price they were sold at in so many days before the offer, or
    ``highest-asked``, the highest price asked in so many days before."""

    lowest_deal: Annotated[Days | None, Field(alias="lowest-deal")] = None
    highest_asked: Annotated[Days | None, Field(alias="highest-asked")] = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.lowest_deal is None) == (self.highest_asked is None):
            raise ValueError("give `lowest-deal` or `highest-asked`, in days")
        return self


class Rise(Model):
    """A price that was raised by more than so many percent in the last so many days before the offer."""

    percent: Annotated[Decimal, Field(gt=0, le=1000)]
    days: Days


class Priced(Model):
    """A price in the history of an example: on a day, ``at`` a moment, or once on each day ``from`` a day ``to`` another.

    It is that of the (first) listing of the example, in China Standard Time, unless it says otherwise.
    """

    price: Decimal
    kind: PriceKind = "deal"
    at: datetime | date | None = None
    from_: Annotated[date | None, Field(alias="from")] = None
    to: date | None = None
    listing: Text | None = None
    platform: Text | None = None
    currency: Text = "CNY"
    stock: int | None = None

    @model_validator(mode="after")
    def _when(self) -> Self:
        if (self.at is None) == (self.from_ is None or self.to is None) or (self.at and (self.from_ or self.to)):
            raise ValueError("give `at`, or `from` and `to`")
        if self.from_ and self.to and not 0 <= (self.to - self.from_).days <= _LONGEST_EXAMPLE:
            raise ValueError(f"`to` comes after `from`, at most {_LONGEST_EXAMPLE} days")
        return self
