"""The nutrition standard as data: editions with their dates, rows of a table, content claims and their bounds.

Source: GB 28050-2011 and GB 28050-2025 (食品安全国家标准 预包装食品营养标签通则), tables A.1 and C.1; the numbers stand in
``nutrition.yaml``. The newer edition may be used since its publication (2025-03-16) and is binding for what is made since 2027-03-16;
food made before may be sold by the older one until its shelf life ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Final, Literal

import msgspec
import yaml

State = Literal["solid", "liquid", "powder", "energy"]
"""What a bound is about: 100 g, 100 ml, 100 g of a milk powder, 420 kJ."""
PER_ENERGY: Final = Decimal(420)
"""The kilojoules of the bounds by energy."""
FAT_ENERGY: Final = Decimal(37)
"""Kilojoules in a gram of fat (GB 28050, 2.3)."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: binding from ``applies`` to ``until``, and allowed from ``published`` on."""

    name: str
    applies: date
    published: date
    until: date | None
    index: int


@dataclass(frozen=True, slots=True)
class Nutrient:
    """A row of a table: ``unit`` is kJ, g, mg or µg; ``nrv`` the reference value of each edition, empty where it has none."""

    name: str
    unit: str
    names: tuple[str, ...]
    nrv: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What must hold for a claim: at most or at least so much of one nutrient.

    ``share``: (nutrient, percent): fat that may give at most so much of the energy. ``also``: a claim that must be met too. ``titles``:
    the claim is defined only for goods with one of these in their name. ``several``: so many of ``of`` must each be met.
    """

    name: str
    nutrient: str
    most: Mapping[State, str]
    least: Mapping[State, str]
    share: tuple[str, Decimal] | None = None
    also: str | None = None
    titles: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    several: int = 0
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Goods:
    """What is said of goods that a bound depends on: what they are called, their category, the first and the last day they can have been
    made on, as far as that is told."""

    title: str = ""
    category: str | None = None
    made_from: date | None = None
    made_to: date | None = None


@dataclass(frozen=True)
class Standard:
    """All of it."""

    editions: tuple[Edition, ...]
    nutrients: Mapping[str, Nutrient]
    claims: Mapping[str, Claim]
    _liquid: _Kinds
    _dense: _Dense
    _not_for: tuple[str, ...] = ()

    def governs(self, goods: Goods) -> bool:
        """Whether goods follow this standard; those of an unknown category are taken to."""
        return goods.category is None or not goods.category.startswith(self._not_for)

    def editions_on(self, day: date, goods: Goods) -> tuple[tuple[Edition, ...], tuple[Edition, ...]]:
        """The editions by any of which goods may be labelled on a day, and those by which they may be if they were made early enough.

        Food made before an edition became binding may be sold by the one before until its shelf life ends; where the day of making
        is not told, that edition is one that may count.
        """
        sure, maybe = [], []
        for edition in self.editions:
            if not edition.published <= day:
                continue
            if edition.until is None or min(day, goods.made_to or day) <= edition.until:
                sure.append(edition)
            elif goods.made_from is None or goods.made_from <= edition.until:
                maybe.append(edition)
        return tuple(sure), tuple(maybe)

    def bound(self, claim: Claim, edition: Edition, state: State) -> Decimal | None:
        """The bound of a claim in the unit of its nutrient; None where the claim has none for that state."""
        written = (claim.most or claim.least).get(state)
        if written is None:
            return None
        if not written.endswith("%"):
            return Decimal(written)
        return Decimal(written[:-1]) * self.nutrients[claim.nutrient].nrv[edition.index] / 100

    def may_be_liquid(self, goods: Goods) -> bool:
        """Whether a table per 100 g may be that of a liquid."""
        return self._liquid.fits(goods) and not any(word in goods.title for word in self._liquid.except_titles)

    def energy_at_least(self, goods: Goods) -> Decimal | None:
        """The kilojoules that 100 g of such goods hold at least, where that is known without their table."""
        kinds = self._dense
        return kinds.least if kinds.fits(goods) or any(word in goods.title for word in kinds.titles) else None


_Bound = str | int | float


class _Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    categories: tuple[str, ...]
    except_titles: tuple[str, ...] = ()

    def fits(self, goods: Goods) -> bool:
        return goods.category is not None and goods.category.startswith(self.categories)


class _Dense(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    least: Decimal
    categories: tuple[str, ...]
    titles: tuple[str, ...]

    def fits(self, goods: Goods) -> bool:
        return goods.category is not None and goods.category.startswith(self.categories)


class _Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    of: str
    percent: Decimal


class _Only(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    titles: tuple[str, ...]


class _Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    nutrient: str
    most: dict[State, _Bound] = {}
    least: dict[State, _Bound] = {}
    share: _Share | None = None
    also: str | None = None
    only: _Only | None = None
    editions: tuple[str, ...] = ()


class _Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    applies: date
    published: date | None = None
    until: date | None = None


class _Nutrient(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    unit: Literal["kJ", "g", "mg", "µg"]
    names: tuple[str, ...]
    nrv: tuple[int | float, ...] = ()


class _Several(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    least: int
    names: dict[str, str]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    editions: tuple[_Edition, ...]
    nutrients: dict[str, _Nutrient]
    claims: dict[str, _Claim]
    each: dict[str, tuple[str, ...]]
    levels: dict[str, dict[State, _Bound]]
    several: _Several
    liquid: _Kinds
    dense: _Dense
    not_for: tuple[str, ...]


@cache
def standard() -> Standard:
    """The shipped standard."""
    text = resources.files("monitor.goods").joinpath("nutrition.yaml").read_text(encoding="utf-8")
    return read_standard(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 (a safe loader)


def read_standard(raw: object) -> Standard:
    """A standard from the content of its file.

    Raises:
        msgspec.ValidationError: it has another form, or names a nutrient that is not there.
    """
    file = msgspec.convert(raw, type=_File, strict=False)
    editions = tuple(
        Edition(item.name, item.applies, item.published or item.applies, item.until, index)
        for index, item in enumerate(file.editions)
    )
    nutrients = {
        name: Nutrient(name, item.unit, item.names, tuple(Decimal(str(value)) for value in item.nrv))
        for name, item in file.nutrients.items()
    }
    claims = {claim.name: claim for claim in (*_single(file), *_of_each(file))}
    for claim in claims.values():
        unknown = {claim.nutrient, *(claim.share or ())[:1]} - nutrients.keys() - {""}
        unknown |= ({claim.also} - {None} | set(claim.of)) - claims.keys()
        if unknown:
            raise msgspec.ValidationError(
                f"claim {claim.name!r} names {', '.join(map(repr, unknown))}, which is not there"
            )
    return Standard(editions, nutrients, claims, file.liquid, file.dense, file.not_for)


def _single(file: _File) -> Iterator[Claim]:
    for name, item in file.claims.items():
        yield Claim(
            name,
            item.nutrient,
            _written(item.most),
            _written(item.least),
            share=(item.share.of, item.share.percent) if item.share else None,
            also=item.also,
            titles=item.only.titles if item.only else (),
            editions=item.editions,
        )


def _written(bounds: Mapping[State, _Bound]) -> dict[State, str]:
    return {state: str(bound) for state, bound in bounds.items()}


def _of_each(file: _File) -> Iterator[Claim]:
    for level, least in file.levels.items():
        for kind, names in file.each.items():
            yield from (Claim(level + name, name, {}, _written(least)) for name in names)
            yield _several(file.several, kind, level, names)


def _several(several: _Several, kind: str, level: str, names: Sequence[str]) -> Claim:
    of = tuple(level + name for name in names)
    return Claim(level + several.names[kind], "", {}, {}, several=several.least, of=of)
