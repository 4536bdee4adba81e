"""Quantities in running text: the number, however it is written or spoken, and its unit.

Digits, full width, Chinese numerals formal and spoken (五万两千八 is 52,800), mixed (6万), percentages (百分之九十九), discounts (八折),
money (九块九, ￥39.9) and ranges (三到五斤). cn2an reads the regular numerals; the spoken tails are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Final

from monitor.nlp.fold import fold

_DIGIT: Final = {
    written: value
    for written, value in zip(
        "零〇一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖", map(int, "0012345678921123456789"), strict=True
    )
}
_SCALE: Final = {
    "十": 10,
    "拾": 10,
    "百": 100,
    "佰": 100,
    "千": 1000,
    "仟": 1000,
    "万": 10_000,
    "w": 10_000,
    "k": 1000,
    "亿": 100_000_000,
}
_ONES: Final = "一二两三四五六七八九"
_NUMERAL: Final = "零〇一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖十拾百佰千仟万亿半"

UNITS: Final[dict[str, tuple[str, Decimal]]] = {
    written: (unit, Decimal(factor))
    for unit, factor, names in (
        ("yuan", "1", "元 块钱 块 圆 rmb"),
        ("yuan", "0.1", "毛 角"),
        ("yuan", "0.01", "分钱"),
        ("gram", "1", "克 g"),
        ("gram", "1000", "公斤 千克 kg"),
        ("gram", "500", "市斤 斤"),
        ("gram", "50", "两"),
        ("gram", "1000000", "吨"),
        ("milligram", "1", "毫克 mg"),
        ("millilitre", "1", "毫升 ml"),
        ("millilitre", "1000", "升 l"),
        ("percent", "1", "% 个点"),
        ("fold", "1", "倍"),
        ("discount", "1", "折"),
        ("minute", "1", "分钟"),
        ("hour", "1", "小时 个小时 个钟头 个钟"),
        ("day", "1", "天 日"),
        ("day", "7", "周 个星期 星期 个礼拜 礼拜"),
        ("day", "30", "个月"),
        ("day", "365", "年"),
        ("person", "1", "人 位 个人 名"),
        ("mu", "1", "亩"),
        ("piece", "1", "单 件 箱 盒 袋 瓶 个 份 只 条 包 台 辆 枚 罐 桶 双 套 张 斤装 组 提 把 颗 粒 片 部"),
        ("kilojoule", "1", "千焦 kj"),
    )
    for written in names.split()
}
"""Written unit → (canonical unit, factor)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value`` in the canonical ``unit``, at a half-open span of code points; of a range ``low`` and ``high``, and ``value`` is ``high``."""

    value: Decimal
    unit: str
    start: int
    end: int
    raw: str
    low: Decimal
    high: Decimal


def find_quantities(text: str) -> list[Quantity]:
    """Every quantity, in order. A numeral without a unit is of unit ``number`` where it has a scale or two digits (五万两千八, 399);
    other bare numerals are none: 一下, 三心二意, 第一 stay words."""
    return list(_quantities(text, fold(text).plain))


def read_number(written: str) -> Decimal | None:
    """The value of a number in digits, Chinese numerals or a mixture; None for anything else."""
    plain = fold(written).plain.replace(",", "").replace(" ", "")
    mixed = re.fullmatch(r"(\d+(?:\.\d+)?)([十百千万亿wk]*)", plain)
    if mixed:
        return _scaled(Decimal(mixed[1]), mixed[2])
    if plain and all(character in _NUMERAL or character == "点" for character in plain):
        return _chinese(plain)
    return None


def _scaled(value: Decimal, scales: str) -> Decimal:
    for scale in scales:
        value *= _SCALE[scale]
    return value


def _chinese(numeral: str) -> Decimal | None:
    if numeral == "半":
        return Decimal("0.5")
    if "半" in numeral:
        return None
    whole, point, fraction = numeral.partition("点")
    if point:
        if not fraction or any(character not in _DIGIT for character in fraction):
            return None
        base = _chinese(whole) if whole else Decimal(0)
        return None if base is None else base + Decimal("0." + "".join(str(_DIGIT[c]) for c in fraction))
    if all(character in _DIGIT for character in numeral):
        digits = "".join(str(_DIGIT[character]) for character in numeral)
        return Decimal(digits) if len(digits) == 1 or len(digits) > 2 else None  # noqa: PLR2004 (二三 is two or three)
    return _regular(_with_tail(numeral))


def _regular(numeral: str) -> Decimal | None:
    import cn2an

    try:
        return Decimal(str(cn2an.cn2an(numeral.replace("〇", "零").replace("幺", "一").replace("两", "二"), "normal")))
    except (ValueError, KeyError, InvalidOperation):
        return None


def _with_tail(numeral: str) -> str:
    """五万两千八 says 五万两千八百: a last digit right after a scale counts one scale lower."""
    lower = {"亿": "千万", "万": "千", "千": "百", "仟": "百", "百": "十", "佰": "十"}
    if len(numeral) > 1 and numeral[-1] in _DIGIT and _DIGIT[numeral[-1]] and numeral[-2] in lower:
        return numeral + lower[numeral[-2]]
    return numeral


@cache
def _pattern() -> re.Pattern[str]:
    units = "|".join(
        re.escape(unit) + (rf"(?![{_NUMERAL}])" if unit == "两" else "")
        for unit in sorted(UNITS, key=len, reverse=True)
    )
    number = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?[十百千万亿wk]*|[{_NUMERAL}]+(?:点[{_NUMERAL}]+)?)"
    return re.compile(
        rf"百分之(?P<share>{number})"
        rf"|(?P<money>[¥￥$])\s*(?P<price>{number})"
        rf"|(?P<bits>{number})(?P<yuan>块|元)(?P<jiao>[{_ONES}\d])(?:毛|角)?(?P<fen>[{_ONES}\d])?(?![\d{_NUMERAL}])"
        rf"|(?:(?P<from>{number})(?:{units})?\s*(?:到|至|~|-|—)\s*)?(?P<number>{number})\s*(?:多|来|几)?(?P<unit>{units})(?P<half>半)?"
        rf"|(?P<bare>[{_NUMERAL}]*[百千万亿][{_NUMERAL}]*|\d+(?:\.\d+)?[十百千万亿wk]+|\d{{2,}}(?:\.\d+)?)(?![\d.])"
    )


def _quantities(text: str, plain: str) -> Iterator[Quantity]:
    for match in _pattern().finditer(plain):
        if match.start() and plain[match.start() - 1] in "第." + "0123456789":
            continue
        found = _read(match)
        if found is not None:
            unit, low, high = found
            yield Quantity(high, unit, match.start(), match.end(), text[match.start() : match.end()], low, high)


def _read(match: re.Match[str]) -> tuple[str, Decimal, Decimal] | None:
    if match["share"]:
        return _one("percent", read_number(match["share"]))
    if match["money"]:
        return _one("yuan", read_number(match["price"]))
    if match["yuan"]:
        return _one("yuan", _spoken_price(match))
    if match["bare"]:
        return _one("number", read_number(match["bare"]) if len(match["bare"]) > 1 else None)
    return _with_unit(match)


def _spoken_price(match: re.Match[str]) -> Decimal | None:
    """九块九 is 9.9, 三块两毛五 is said 三块二毛五."""
    whole, jiao = read_number(match["bits"]), read_number(match["jiao"])
    if whole is None or jiao is None:
        return None
    fen = read_number(match["fen"]) if match["fen"] else Decimal(0)
    return whole + jiao / 10 + (fen or Decimal(0)) / 100


def _with_unit(match: re.Match[str]) -> tuple[str, Decimal, Decimal] | None:
    unit, factor = UNITS[match["unit"]]
    if unit == "discount" and len(match["number"]) == 2 and match["number"].isdigit() is False:  # noqa: PLR2004 (八五折)
        high = read_number(match["number"][0] + "点" + match["number"][1])
    else:
        high = read_number(match["number"])
    if high is None:
        return None
    if match["half"]:
        high += Decimal("0.5")
    low = read_number(match["from"]) if match["from"] else high
    if unit == "discount" and high >= 10:  # noqa: PLR2004 (八五折, 85折: tenths and hundredths)
        high = low = high / 10
    return unit, (high if low is None else low) * factor, high * factor


def _one(unit: str, value: Decimal | None) -> tuple[str, Decimal, Decimal] | None:
    return None if value is None else (unit, value, value)
