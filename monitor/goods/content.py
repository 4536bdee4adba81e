"""Whether the nutrition table of goods bears out a content claim, by the edition of the standard that holds on a day.

Source: GB 28050-2011 and GB 28050-2025, 5.2 and table C.1: the amount *as labelled* decides. Where a bound differs between solid and
liquid goods, between editions that may both hold, or between rows of several foods in one pack, a verdict is given only where all agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from monitor.goods.nutrition import FAT_ENERGY, PER_ENERGY, Claim, Edition, Goods, State, standard
from monitor.goods.table import HUNDRED, Row

Bounds = tuple[Decimal, Decimal | None]

_PER: Final[dict[State, tuple[str, str]]] = {
    "solid": ("每100克", "per 100 g"),
    "liquid": ("每100毫升", "per 100 ml"),
    "powder": ("每100克乳粉", "per 100 g of milk powder"),
    "energy": ("每420千焦", "per 420 kJ"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """``met`` is None where it cannot be told. ``detail`` names edition, bound and row, by language; ``rows`` are those that decided."""

    met: bool | None
    detail: dict[str, str]
    rows: tuple[Row, ...] = ()


def check(name: str, rows: Sequence[Row], goods: Goods, day: date) -> Finding:
    """Whether a table bears a claim out on a day.

    Raises:
        KeyError: there is no claim of that name.
    """
    claim = standard().claims[name]
    if not standard().governs(goods) or (claim.titles and not any(word in goods.title for word in claim.titles)):
        return Finding(None, {"zh": f"“{name}”不适用于这类食品", "en": f"“{name}” is not defined for such food"})
    sure, maybe = standard().editions_on(day, goods)
    defined = [edition for edition in sure if not claim.editions or edition.name in claim.editions]
    if not defined:
        return Finding(None, {"zh": f"当日没有规定“{name}”的标准", "en": f"no edition in force defines “{name}”"})
    found = [_by_edition(claim, edition, rows, goods) for edition in defined]
    best = next(item for met in (True, None, False) for item in found if item.met is met)
    if best.met is not False:
        return best
    best = _by_all(best, defined, found)
    for edition in maybe:
        earlier = _by_edition(claim, edition, rows, goods)
        if earlier.met is not False:
            return Finding(None, _earlier(earlier, edition), earlier.rows)
    return best


def _by_all(unmet: Finding, editions: Sequence[Edition], found: Sequence[Finding]) -> Finding:
    """What no edition in force bears out, told for each of them, once where they ask the same."""
    detail = {}
    for language, text in unmet.detail.items():
        said: dict[str, list[str]] = {}
        for edition, item in zip(editions, found, strict=True):
            said.setdefault(item.detail[language].removeprefix(edition.name), []).append(edition.name)
        between = "、" if language == "zh" else ", "
        detail[language] = "; ".join(between.join(names) + rest for rest, names in said.items()) or text
    return Finding(False, detail, unmet.rows)


def _earlier(finding: Finding, edition: Edition) -> dict[str, str]:
    return {
        "zh": f"{finding.detail['zh']}；生产日期不明，{edition.until}及以前生产的仍可按 {edition.name}",
        "en": f"{finding.detail['en']}; the day of making is not told, and what was made until {edition.until} may follow {edition.name}",
    }


def _by_edition(claim: Claim, edition: Edition, rows: Sequence[Row], goods: Goods) -> Finding:
    if claim.several:
        return _several(claim, edition, rows, goods)
    own = [row for row in rows if row.nutrient == claim.nutrient]
    if not own:
        return Finding(
            None,
            {
                "zh": f"{edition.name}：营养成分表没有{claim.nutrient}",
                "en": f"{edition.name}: no {claim.nutrient} in a nutrition table",
            },
        )
    found = [_by_row(claim, edition, row, rows, goods) for row in own]
    agreed = {item.met for item in found}
    first = found[0] if len(agreed) == 1 else Finding(None, _differ(claim, edition), tuple(own))
    return _restricted(claim, edition, first, rows, goods) if first.met else first


def _differ(claim: Claim, edition: Edition) -> dict[str, str]:
    return {
        "zh": f"{edition.name}：几种食品的{claim.nutrient}不同",
        "en": f"{edition.name}: several foods differ in {claim.nutrient}",
    }


def _by_row(claim: Claim, edition: Edition, row: Row, rows: Sequence[Row], goods: Goods) -> Finding:
    """One row against the bounds that may be asked of it; for a claim of at least so much, either way of measuring is enough."""
    states = _states(claim, row, goods)
    amount = row.per_hundred
    met, state = _against(claim, edition, amount, states)
    if claim.least.get("energy") and met is not True:
        by_energy = _compare(claim, edition, "energy", _by_energy(row, rows, goods))
        if by_energy is True:
            met, state = True, "energy"
        elif by_energy is None:
            met = None
    return Finding(met, _detail(claim, edition, state, row), (row,))


def _states(claim: Claim, row: Row, goods: Goods) -> tuple[State, ...]:
    """What the bound of a row may be one of: a table per 100 g of a drink may be that of a liquid."""
    if row.basis is not None and row.basis.unit == "ml":
        return ("liquid",)
    if "powder" in claim.most and "粉" in goods.title:
        return ("powder",)
    return ("solid", "liquid") if standard().may_be_liquid(goods) else ("solid",)


def _against(
    claim: Claim, edition: Edition, amount: Bounds | None, states: Sequence[State]
) -> tuple[bool | None, State]:
    """Whether an amount meets the bounds of all states, or of none; and the state that a trace names."""
    verdicts = [(_compare(claim, edition, state, amount), state) for state in states]
    agreed = {met for met, _ in verdicts}
    return (agreed.pop() if len(agreed) == 1 else None), verdicts[0][1]


def _compare(claim: Claim, edition: Edition, state: State, amount: Bounds | None) -> bool | None:
    bound = standard().bound(claim, edition, state)
    if bound is None or amount is None:
        return None
    low, high = amount
    if claim.most:
        return True if high is not None and high <= bound else False if low > bound else None
    return True if low >= bound else False if high is not None and high < bound else None


def _by_energy(row: Row, rows: Sequence[Row], goods: Goods) -> Bounds | None:
    """The amount in 420 kJ: of the energy of the same column, or at most that by the energy such goods are known to hold."""
    energies = [other for other in rows if other.nutrient == "能量" and other.basis == row.basis]
    if len({(energy.low, energy.high) for energy in energies}) > 1:
        return None
    if energies:
        low, high = energies[0].low, energies[0].high
        most = None if row.high is None else row.high * PER_ENERGY / low if low else None
        return (row.low * PER_ENERGY / high if high else Decimal(0)), most
    least = standard().energy_at_least(goods)
    if least is None or row.per_hundred is None or row.basis is None or row.basis.unit == "ml":
        return None
    high = row.per_hundred[1]
    return Decimal(0), None if high is None else high * PER_ENERGY / least


def _restricted(claim: Claim, edition: Edition, met: Finding, rows: Sequence[Row], goods: Goods) -> Finding:
    """A bound that is met, with the other conditions of the claim."""
    if claim.share is not None:
        name, percent = claim.share
        share = _share(name, met.rows[0], rows)
        zh, en = (
            f"{edition.name}：{name}供能不得超过总能量的{percent}%",
            f"{edition.name}: {name} may give at most {percent}% of the energy",
        )
        if share is None:
            return Finding(None, {"zh": f"{zh}，营养成分表看不出", "en": f"{en}; the table does not tell"}, met.rows)
        if share > percent:
            return Finding(
                False, {"zh": f"{zh}，实为{_plain(share)}%", "en": f"{en}, and gives {_plain(share)}%"}, met.rows
            )
    if claim.also is not None:
        other = _by_edition(standard().claims[claim.also], edition, rows, goods)
        return met if other.met else Finding(other.met, other.detail, (*met.rows, *other.rows))
    return met


def _share(name: str, row: Row, rows: Sequence[Row]) -> Decimal | None:
    fats = [other for other in rows if other.nutrient == name and other.basis == row.basis]
    energies = [other for other in rows if other.nutrient == "能量" and other.basis == row.basis]
    if len(fats) != 1 or len(energies) != 1 or fats[0].high is None or not energies[0].low:
        return None
    return (fats[0].high * FAT_ENERGY / energies[0].low * HUNDRED).quantize(Decimal("0.1"))


def _several(claim: Claim, edition: Edition, rows: Sequence[Row], goods: Goods) -> Finding:
    """So many of a group must each meet their claim; a group that the table tells only in part decides nothing against it."""
    found = [_by_edition(standard().claims[one], edition, rows, goods) for one in claim.of]
    met = [item for item in found if item.met]
    shown = [item for item in found if item.rows]
    zh = f"{edition.name}：{claim.name}要求至少{claim.several}种，营养成分表有{len(met)}种达到"
    en = f"{edition.name}: “{claim.name}” asks for {claim.several}, the table shows {len(met)} that reach it"
    verdict = True if len(met) >= claim.several else None
    if len(shown) >= claim.several and all(item.met is False for item in shown):
        verdict = False
    return Finding(verdict, {"zh": zh, "en": en}, tuple(row for item in shown for row in item.rows))


def _detail(claim: Claim, edition: Edition, state: State, row: Row) -> dict[str, str]:
    bound = standard().bound(claim, edition, state)
    unit = standard().nutrients[claim.nutrient].unit
    per = _PER[state]
    asked = f"{_plain(bound)} {unit}" if bound is not None else "?"
    where = f"{row.path}：{row.text}"
    unknown = row.per_hundred is None
    zh = f"{edition.name}：{claim.name}要求{per[0]}{'不超过' if claim.most else '不少于'}{asked}；{where}"
    en = f"{edition.name}: “{claim.name}” asks for {'no more' if claim.most else 'no less'} than {asked} {per[1]}; {where}"
    return {
        "zh": zh + ("（没有写明每100克、每100毫升或每份多少）" if unknown else _converted(row)),
        "en": en
        + (" (not told whether per 100 g, per 100 ml or a serving of what size)" if unknown else _converted(row)),
    }


def _converted(row: Row) -> str:
    """What a row is per 100 g or ml, where it is printed otherwise."""
    if row.basis is None or row.basis.amount in {None, HUNDRED} or row.per_hundred is None:
        return ""
    low, high = row.per_hundred
    value = low if high is None else high
    return f" = {_plain(value)} {standard().nutrients[row.nutrient].unit}/100{row.basis.unit}"


def _plain(value: Decimal) -> str:
    """A number without a tail of noughts and with at most two decimals."""
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


def names(claims: Iterable[str]) -> list[str]:
    """Those of the names that are no claims of the standard."""
    return [name for name in claims if name not in standard().claims]
