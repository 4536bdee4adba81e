"""Nutrition tables as they stand in listings: rows with their amount, unit and what they are an amount of.

A table may be one text (``营养成分表（每100克）：能量1880千焦，糖 <0.5 g``), an attribute a row (``糖: 9.5g/100g``), or words read off a
picture with stray spaces. What a table is per (100 g, 100 ml, a serving) is taken from the row itself, else from the head of its
table, else from the only one the listing tells. GB 28050, 3.4: with a serving its size must be told; where it is not, nothing can
be converted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Final

from monitor.goods.nutrition import Nutrient, standard
from monitor.nlp.fold import fold

Text = tuple[str, str]
"""(path of a field, its text)."""

KILOCALORIE: Final = Decimal("4.184")
"""Kilojoules in a kilocalorie (8,400 kJ are 2,000 kcal: GB 28050, table A.1)."""
HUNDRED: Final = Decimal(100)

_UNITS: Final = {
    "kj": ("kJ", Decimal(1)), "千焦": ("kJ", Decimal(1)), "千焦耳": ("kJ", Decimal(1)), "焦": ("kJ", Decimal("0.001")),
    "kcal": ("kJ", KILOCALORIE), "千卡": ("kJ", KILOCALORIE), "大卡": ("kJ", KILOCALORIE),
    "卡": ("kJ", KILOCALORIE), "卡路里": ("kJ", KILOCALORIE),
    "g": ("g", Decimal(1)), "克": ("g", Decimal(1)), "mg": ("g", Decimal("0.001")), "毫克": ("g", Decimal("0.001")),
    "μg": ("g", Decimal("0.000001")), "ug": ("g", Decimal("0.000001")), "mcg": ("g", Decimal("0.000001")),
    "微克": ("g", Decimal("0.000001")), "㎎": ("g", Decimal("0.001")), "㎍": ("g", Decimal("0.000001")),
}  # fmt: skip
"""Printed unit → (dimension, factor). A 卡 on a package is a kilocalorie."""
_CANONICAL: Final = {"kJ": Decimal(1), "g": Decimal(1), "mg": Decimal("0.001"), "µg": Decimal("0.000001")}

_UNIT: Final = "|".join(sorted((re.escape(unit) for unit in _UNITS), key=len, reverse=True))
_EQUIVALENT: Final = r"(?:\s?(?:视黄醇当量|叶酸当量|α-?生育酚当量|re|rae|dfe|α-te|a-te))?"
_NUMBER: Final = r"\d{1,6}(?:,\d{3})?(?:\s?\.\s?\d{1,3})?"
_HUNDRED: Final = r"100\s?(?:克\s?\(g\)|毫升\s?\(ml\)|g|克|ml|毫升)"
_MOST: Final = r"<=?|≤|小于等于|小于|低于|不超过|不高于|至多"
_LEAST: Final = r">=?|≥|大于等于|大于|高于|超过|不低于|不少于|至少"
_VALUE: Final = (
    rf"(?P<sign>{_MOST}|{_LEAST})?\s?"
    rf"(?:(?P<number>{_NUMBER})(?:\s?[-~—至到]\s?(?P<to>{_NUMBER}))?|(?P<zero>未\s?检\s?出|n\.?d\.?(?![a-z])|零|[o〇](?=\s?(?:g|克|mg|毫克|kj|千焦)(?![a-z]))))"
    rf"(?:\s?\(?(?P<unit>{_UNIT})(?![a-z]){_EQUIVALENT}\)?(?:\s?\((?:{_UNIT})\))?)?"
    rf"(?:\s?/\s?(?P<per>{_HUNDRED}|份|kg|千克|公斤|l(?![a-z])|升))?"
    r"(?:[\s(|,、]{0,4}(?:占?(?:营养素参考值|nrv)的?[\s:]?)?\d{1,4}\s?%)?"
)
_FILL: Final = (
    rf"(?:[\s/(]{{0,3}}(?P<head>{_UNIT})(?![a-z]){_EQUIVALENT}\)?)?"
    rf"(?:\s?\(?/?\s?每?\s?(?P<inline>{_HUNDRED})\)?)?"
    r"(?:\s?(?:含量|量|为|是|仅|只有|达到|达|约|平均|高达)){0,2}[\s:=|、_.…—-]{0,6}(?:约|为|是)?\s?"
)
_BASIS: Final = re.compile(
    rf"(?:每|per|/|项目|成分表?)[\s:(]{{0,3}}(?P<hundred>{_HUNDRED})|(?P<of>{_HUNDRED})\s?(?:中|里|内|产品|可食部)?\s?(?=含|中|里|内|:|能量|蛋白)"
    rf"|(?:每|per)\s?(?:1|一)?\s?(?P<serving>食用份|份|包|袋|瓶|盒|罐|杯|条|片|块|支|枚|粒|勺|根|个|serving)"
    rf"(?:[\s(:]{{0,3}}(?:份量|净含量|约|为|量)?\s?(?P<size>{_NUMBER})\s?(?P<unit>g|克|ml|毫升))?"
)
_SIZE: Final = re.compile(
    rf"(?:每\s?(?:食用)?份(?:的?(?:份量|质量|重量|体积|量))?|份量|1份|一份)[\s(:=为约]{{0,4}}(?P<size>{_NUMBER})\s?(?P<unit>g|克|ml|毫升)"
    rf"|(?P<before>{_NUMBER})\s?(?P<unit_before>g|克|ml|毫升)\s?/\s?份"
)
_TITLE: Final = re.compile(r"营\s?养\s?(?:成\s?分|标\s?签|信\s?息)|nutrition")
_GROUP: Final = 24
"""Heads of columns stand at most so far apart."""
_COLUMNS: Final = 4
"""A table has at most so many columns of amounts."""
_ROWS_OF_TABLE: Final = 3
"""So many rows make a table, in which an amount without a unit is in the unit of the standard."""
MOST_ROWS: Final = 300
"""So many rows are read of one listing: a label has thirty, and a box of several foods that many for each."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a row is an amount of: so many g or ml; ``amount`` None: a serving of unknown size."""

    amount: Decimal | None
    unit: str
    """``g``, ``ml``, or empty where that is not known."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``low`` and ``high`` bound the amount in the unit of its nutrient (``high`` None: no upper bound); as printed, per
    ``basis``. ``start`` and ``end`` are half-open, in code points of the field at ``path``."""

    nutrient: str
    low: Decimal
    high: Decimal | None
    basis: Basis | None
    path: str
    start: int
    end: int
    text: str

    @property
    def per_hundred(self) -> tuple[Decimal, Decimal | None] | None:
        """The bounds in 100 g or 100 ml; None where what the row is an amount of is not told."""
        if self.basis is None or not self.basis.amount:
            return None
        amount = self.basis.amount
        return self.low * HUNDRED / amount, None if self.high is None else self.high * HUNDRED / amount


_PER: Final = {"份": Basis(None, "")} | {
    written: Basis(Decimal(1000), unit)
    for written, unit in (("kg", "g"), ("千克", "g"), ("公斤", "g"), ("l", "ml"), ("升", "ml"))
}
"""What an amount may be per, besides 100 g or 100 ml."""


def read_table(texts: Iterable[Text]) -> tuple[Row, ...]:
    """The rows of the nutrition tables in the fields of a listing, in order, :data:`MOST_ROWS` at most."""
    fields = [_Field(path, text) for path, text in texts]
    rows = list(islice((row for field in fields for row in field.rows()), MOST_ROWS))
    size = next((found for field in fields for found in field.sizes()), None)
    told = {basis for field in fields if field.is_table for _, basis in field.bases}
    only = next(iter(told)) if len(told) == 1 else None
    return tuple(_with_basis(row, size, only) for row in rows)


def _with_basis(row: Row, size: Basis | None, only: Basis | None) -> Row:
    basis = row.basis or only
    if basis is not None and basis.amount is None and size is not None:
        basis = size
    return Row(row.nutrient, row.low, row.high, basis, row.path, row.start, row.end, row.text)


class _Field:
    """One field; an attribute is read with its name before it (糖: 9.5g)."""

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text
        head, _, name = path.rpartition("attributes.")
        self._before = f"{name}:" if name and (not head or head.endswith(".")) else ""
        self._plain = fold(self._before + text).plain
        self._titles = [match.end() for match in _TITLE.finditer(self._plain)]
        self.is_table = bool(self._titles)
        self.bases = tuple((match.start(), basis) for match in _BASIS.finditer(self._plain) if (basis := _basis(match)))
        self._places = [place for place, _ in self.bases]
        found = _rows().finditer(self._plain) if _may_be_a_row(self._plain) else iter(())
        self._matches = list(islice(found, MOST_ROWS))

    def sizes(self) -> Iterator[Basis]:
        for match in _SIZE.finditer(self._plain):
            yield _measured(match["size"] or match["before"], match["unit"] or match["unit_before"])

    def rows(self) -> Iterator[Row]:
        whole = self.is_table and len(self._matches) >= _ROWS_OF_TABLE
        for match in self._matches:
            nutrient = _nutrient(match)
            amounts = _amounts(match, nutrient, whole=whole)
            start, end = (max(0, place - len(self._before)) for place in match.span())
            if amounts is not None and start < end:
                yield Row(nutrient.name, *amounts, self._basis_of(match), self._path, start, end, self._text[start:end])

    def _basis_of(self, match: re.Match[str]) -> Basis | None:
        own = match["per"] or match["inline"]
        if own:
            return _PER[own] if own in _PER else _hundred(own)
        if not self.bases:
            return None
        before = bisect_left(self._places, match.start())
        titled = bisect_left(self._titles, match.start() + 1)
        if titled:
            headed = bisect_left(self._places, self._titles[titled - 1] - 1)
            if headed < before:
                return self.bases[headed][1]
        return self._first_of_group(before - 1) if before else self.bases[0][1]

    def _first_of_group(self, last: int) -> Basis:
        """The first of the heads that stand together: rows give the amount of the first column first."""
        first = last
        while first and last - first < _COLUMNS and self._places[first] - self._places[first - 1] <= _GROUP:
            first -= 1
        return self.bases[first][1]


def _basis(match: re.Match[str]) -> Basis | None:
    hundred = match["hundred"] or match["of"]
    if hundred:
        return _hundred(hundred)
    return _measured(match["size"], match["unit"]) if match["size"] else Basis(None, "")


def _hundred(written: str) -> Basis:
    return Basis(HUNDRED, "ml" if "ml" in written or "毫升" in written else "g")


def _measured(size: str, unit: str) -> Basis:
    return Basis(_decimal(size), "ml" if unit in {"ml", "毫升"} else "g")


def _decimal(written: str) -> Decimal:
    return Decimal(re.sub(r"[\s,]", "", written))


def _amounts(match: re.Match[str], nutrient: Nutrient, *, whole: bool) -> tuple[Decimal, Decimal | None] | None:
    """The least and the greatest amount in the unit of the nutrient; None where the unit is not one of it, or not told."""
    unit = match["unit"] or match["head"]
    if unit is None:
        if not (whole or match["zero"] or match["per"]):
            return None
        factor = Decimal(1)
    else:
        dimension, scale = _UNITS[unit]
        if (dimension == "kJ") != (nutrient.unit == "kJ"):
            return None
        factor = scale / _CANONICAL[nutrient.unit]
    if match["zero"]:
        return Decimal(0), Decimal(0)
    value = _decimal(match["number"]) * factor
    sign = match["sign"]
    if sign and re.fullmatch(_MOST, sign):
        return Decimal(0), value
    if sign:
        return value, None
    last = _decimal(match["to"]) * factor if match["to"] else value
    return (value, last) if value <= last else (last, value)


def _may_be_a_row(plain: str) -> bool:
    return any(character.isdecimal() for character in plain) or "未" in plain or "nd" in plain or "零" in plain


def _nutrient(match: re.Match[str]) -> Nutrient:
    return _known()[re.sub(r"\s", "", match["name"])]


@cache
def _known() -> dict[str, Nutrient]:
    """How a nutrient is written, folded and without spaces, → the nutrient."""
    return {
        re.sub(r"\s", "", fold(name).plain): nutrient
        for nutrient in standard().nutrients.values()
        for name in nutrient.names
    }


@cache
def _rows() -> re.Pattern[str]:
    spelled = sorted(_known(), key=len, reverse=True)
    han = "|".join(_spaced(name) for name in spelled if not name.isascii())
    latin = "|".join(_spaced(name) for name in spelled if name.isascii())
    name = rf"(?:(?:(?<![一-鿿])|(?<=[克焦卡含总份目中有个]))(?:{han})|(?<![a-z])(?:{latin})(?![a-z]))"
    return re.compile(rf"(?P<name>{name}){_FILL}{_VALUE}")


def _spaced(name: str) -> str:
    """A name with at most two stray spaces between its characters."""
    return r"\s{0,2}".join(re.escape(character) for character in name)
