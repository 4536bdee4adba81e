"""Quantities in running text: the number, however it is written or spoken, and its unit.

Digits, full width, Chinese numerals formal and spoken (五万两千八 is 52,800), mixed (6万), percentages (百分之九十九, 九成),
discounts (八折), money (九块九, ￥39.9), ranges (三到五斤), and amounts only roughly said (十几单, 三四十块). Dates, times of day,
ordinals and idioms (三天两头) are no quantities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Final

from monitor.nlp.fold import fold
from monitor.nlp.numerals import CHINESE, NUMERAL, ONES, read_number, read_range
from monitor.nlp.units import UNITS

__all__ = ["Quantity", "find_numbers", "find_quantities", "quantities_in", "read_number"]

_DATES: Final = (
    r"(?:\d{4}|[一二][零〇九一二三四五六七八]{3})年(?:\s*[\d一二三四五六七八九十]+月(?:\s*[\d一二三四五六七八九十]+[日号])?)?(?!内|质保|间)"
    r"|[\d一二三四五六七八九十]+月\s*[\d一二三四五六七八九十]+[日号]?"
    r"|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[:：]\d{2}(?::\d{2})?"
)
_IDIOMS: Final = (
    "三天两头|一日三餐|一年四季|一年到头|一年一度|一天到晚|一天天|千家万户|千千万万|千人千面|千人一面|三位一体|百折不|一波三折|[八三]角(?!钱)|一条龙|一条心|"
    "十万火急|十万个为什么|百年好合|万年青|万人迷|一块[儿去吃来玩走买看拍学聊干用做上]|[这那]一块|一把手|一个劲|一套一套|一分钱一分货|一个个|个个|"
    "一件事|一个字|一句话|十年如一日|一人一份|百分点|千分尺|万分(?!之)|[2-6]g(?:手机|网|信号|全网|套餐|时代|流量)|\\d+g[+运内存显储]|"
    "千张|\\d{1,2}日(?![内无后见])|\\d{4,}w|\\d+k金|[248]k(?:高清|超清|画质|分辨|屏|电视|超高清|显示)|\\d+w(?:快充|闪充|超充|充电|大功率|功率|灯|电)"
)
_STARTS: Final = rf"(?<![\d.])\d|[{CHINESE}¥￥$对这那个]"
"""What a quantity, a date or an idiom begins with, never inside a number: only there is the long pattern tried."""
_HEAP: Final = re.compile(rf"[{CHINESE}\d]{{41,}}")
"""So many numerals in a row are no number: they are passed over whole."""
_SPACED: Final = re.compile(rf"(?<=[{CHINESE}\d]) (?=[百千万亿](?![{CHINESE}]))")
"""A space that breaks a numeral up before its scale: 六 万 元."""
_TENTH: Final = 10


@dataclass(frozen=True, slots=True)
class Quantity:
    """``value`` in the canonical ``unit``, at a half-open span of code points.

    Of a range (三到五斤) ``value`` is ``high``; of an amount only roughly said (几百块) it is ``low``.
    """

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
    return quantities_in(fold(text).plain, text)


def quantities_in(plain: str, text: str | None = None) -> list[Quantity]:
    """Every quantity of a plain view, in order; ``raw`` is as it stands in ``text``, which is the plain view where none is given."""
    text = plain if text is None else text
    if _SPACED.search(plain) is None:
        return list(_quantities(text, plain))
    gaps = {match.start() for match in _SPACED.finditer(plain)}
    places = [place for place in range(len(plain)) if place not in gaps]
    return [_moved(found, text, places) for found in _quantities(text, "".join(plain[place] for place in places))]


def _moved(found: Quantity, text: str, places: Sequence[int]) -> Quantity:
    """A quantity of the text without the spaces inside numerals, at its place in the text with them."""
    start, end = places[found.start], places[found.end - 1] + 1
    return replace(found, start=start, end=end, raw=text[start:end])


def find_numbers(text: str) -> list[Quantity]:
    """Every numeral as unit ``number``, in order, whatever stands behind it: also the parts of words (三心二意 has two)."""
    found = []
    for match in re.finditer(NUMERAL, fold(text).plain):
        bounds = read_range(match[0])
        if bounds is not None:
            low, high = bounds
            found.append(Quantity(low, "number", *match.span(), text[slice(*match.span())], low, high))
    return found


@cache
def _pattern() -> re.Pattern[str]:
    units = "|".join(_unit(written) for written in sorted(UNITS, key=len, reverse=True))
    n = NUMERAL
    counted = "[个斤只盒袋瓶件箱条份单两天年人克公千万百十]|包(?!邮)"
    ended = rf"(?=[一1](?:{counted})|(?![\d{CHINESE}]|{counted}))"
    return re.compile(
        rf"(?P<skip>{_DATES}|{_IDIOMS})"
        rf"|(?P<parts>百|千|万|{n})分之(?P<share>百|{n})(?:\s*(?:到|至|~|-)\s*(?:百分之)?(?P<share_to>{n}))?"
        rf"|(?P<whole>百分百)|(?P<half_price>对折)"
        rf"|(?P<money>[¥￥$])\s*(?P<price>{n})(?:\s*[~\-—]\s*[¥￥$]?\s*(?P<price_to>{n}))?"
        rf"|(?P<yuan>{n})(?:块|元)(?P<jiao>[{ONES}\d])(?:(?:毛|角)(?:(?P<fen>[{ONES}\d])分?)?)?(?:钱)?{ended}"
        rf"|(?P<mao>{n})毛(?P<mao_fen>[{ONES}]){ended}"
        rf"|(?P<jin>{n})斤(?P<liang>[{ONES}]|半)两"
        rf"|(?:(?P<from>{n})(?P<from_unit>{units})?\s*(?:到|至|~|-|—|–)\s*)?(?P<number>{n})\s*(?P<more>多|来|余)?\s*(?P<unit>{units})(?P<half>半(?![{CHINESE}价成]))?"
        rf"|(?P<bare>[{ONES}十][{CHINESE}]{{0,20}}[百千万亿][{CHINESE}]{{0,20}}|百万|\d{{1,15}}(?:\.\d{{1,9}})?(?:[百千万亿]{{1,3}}\d?|[wk](?![a-z]))|\d{{2,20}}(?:,\d{{3}}){{0,4}}(?:\.\d{{1,9}})?)(?![\d.])"
    )


def _unit(written: str) -> str:
    unit = re.escape(written)
    if written.isascii() and written.isalpha():
        return unit + r"(?![a-z])"
    no_more = UNITS[written].no_more + (CHINESE if written == "两" else "")
    return f"{unit}(?![{no_more}])" if no_more else unit


def _quantities(text: str, plain: str) -> Iterator[Quantity]:
    place = 0
    heaps = {match.start(): match.end() for match in _HEAP.finditer(plain)}
    for start in re.finditer(_STARTS, plain):
        place = max(place, heaps.get(start.start(), 0))
        match = _pattern().match(plain, start.start()) if start.start() >= place else None
        if match is None:
            continue
        place = match.end()
        if match["skip"] or plain[match.start() - 1 : match.start()] == "第":
            continue
        found = _read(match)
        if found is not None:
            unit, rough = found[0], found[3]
            low, high = sorted(found[1:3])
            yield Quantity(low if rough else high, unit, *match.span(), text[slice(*match.span())], low, high)


_Read = tuple[str, Decimal, Decimal, bool]
"""Unit, least, greatest, and whether the amount is only roughly said."""


def _read(match: re.Match[str]) -> _Read | None:
    if match["whole"] or match["half_price"]:
        unit, value = ("percent", Decimal(100)) if match["whole"] else ("discount", Decimal(5))
        return unit, value, value, False
    if match["parts"]:
        return _share(match)
    if match["money"]:
        unit = "dollar" if match["money"] == "$" else "yuan"
        return _from_to(unit, match["price"], match["price_to"] or match["price"])
    if match["yuan"] or match["mao"]:
        return _spoken_price(match)
    if match["jin"]:
        return _weight(match["jin"], match["liang"])
    if match["bare"]:
        return _from_to("number", match["bare"], match["bare"]) if len(match["bare"]) > 1 else None
    return _with_unit(match)


def _from_to(unit: str, least: str, most: str) -> _Read | None:
    low, high = read_range(least), read_range(most)
    if low is None or high is None:
        return None
    return unit, low[0], high[1], least == most and low[0] < low[1]


def _share(match: re.Match[str]) -> _Read | None:
    """百分之九十九, 千分之三 and 三分之二 as percent."""
    parts, share = read_number(match["parts"]), read_number(match["share"])
    last = read_number(match["share_to"]) if match["share_to"] else share
    if not parts or share is None or last is None:
        return None
    low, high = (round(value * 100 / parts, 4).normalize() for value in (share, last))
    return "percent", low, high, False


def _spoken_price(match: re.Match[str]) -> _Read | None:
    """九块九 is 9.9, 三块二毛五 is 3.25, 两毛五 is 0.25."""
    terms: tuple[tuple[str, Decimal], ...]
    if match["mao"]:
        terms = ((match["mao"], Decimal("0.1")), (match["mao_fen"], Decimal("0.01")))
    else:
        terms = ((match["yuan"], Decimal(1)), (match["jiao"], Decimal("0.1")))
        terms += ((match["fen"], Decimal("0.01")),) if match["fen"] else ()
    return _sum("yuan", terms)


def _weight(jin: str, liang: str) -> _Read | None:
    return _sum("gram", ((jin, Decimal(500)), (liang, Decimal(50))))


def _sum(unit: str, terms: tuple[tuple[str, Decimal], ...]) -> _Read | None:
    total = Decimal(0)
    for written, factor in terms:
        value = read_number(written)
        if value is None:
            return None
        total += value * factor
    return unit, total, total, False


def _with_unit(match: re.Match[str]) -> _Read | None:
    unit = UNITS[match["unit"]]
    if unit.name == "discount":
        return _discount(match["from"] or match["number"], match["number"])
    bounds = read_range(match["number"])
    if bounds is None:
        return None
    extra = Decimal("0.5") if unit.half or match["half"] else Decimal(0)
    low, high = ((bound + extra) * unit.factor for bound in bounds)
    rough = bounds[0] < bounds[1]
    first = read_range(match["from"]) if match["from"] else None
    if first is not None:
        own = UNITS[match["from_unit"]] if match["from_unit"] else unit
        if own.name == unit.name and first[0] * own.factor <= high:
            low, rough = first[0] * own.factor, False
    return unit.name, low, high, rough


def _discount(least: str, most: str) -> _Read | None:
    """八折 is 8, 八五折 and 85折 are 8.5."""
    low, high = _tenths(least), _tenths(most)
    return None if low is None or high is None else ("discount", low, high, False)


def _tenths(written: str) -> Decimal | None:
    two_digits = re.fullmatch(rf"([{ONES}])([{ONES}])", written)
    value = read_number(f"{two_digits[1]}点{two_digits[2]}" if two_digits else written)
    return value / 10 if value is not None and value >= _TENTH else value
