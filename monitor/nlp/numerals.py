"""Numerals: the value of a number, however it is written or spoken.

Digits with or without thousands (1,280), Chinese numerals formal and spoken (五万两千八 is 52,800), mixtures (6万, 5万8, 3.5k), and
amounts that are only roughly said (十几, 几百, 七八, 三四十). cn2an reads the regular Chinese numerals; what people say is read here.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import pairwise
from typing import Final

from monitor.nlp.fold import fold

DIGITS: Final = dict(
    zip("零〇一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖", map(int, "0012345678921123456789"), strict=True)
)
"""Chinese digit → value."""
ONES: Final = "一二两三四五六七八九"
CHINESE: Final = "".join(DIGITS) + "十拾百佰千仟万亿半几"
"""The characters a Chinese numeral is made of."""
NUMERAL: Final = (
    r"(?:\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,9})?(?![\d,])"
    r"|\d{1,15}(?:\.\d{1,9})?(?:[百千万亿]\d{1,4}){1,3}[百千万]?(?!\d)"
    r"|\d{1,15}(?:\.\d{1,9})?(?:[十百千万亿]{1,3}|[wk](?![a-z]))?"
    rf"|[{CHINESE}]{{1,24}}(?:点[{CHINESE}]{{1,9}})?)"
)
"""A regular expression for a numeral in folded text; not all that it finds has a value. Lengths are bounded, so
that no text is slow to read."""

_TERMS: Final = re.compile(r"(?:\d{1,40}(?:\.\d{1,20})?[十百千万亿wk]{1,4}){0,8}(?:\d{1,40}(?:\.\d{1,20})?)?")
_SCALE: Final = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000, "亿": 100_000_000}
_LOWER: Final = {"亿": "千万", "万": "千", "千": "百", "仟": "百", "百": "十", "佰": "十"}
_ROUGH: Final = {"一二", "一两", "两三", "二三", "三四", "三五", "四五", "五六", "六七", "七八", "八九", "三两"}
"""Two digits said in a row that mean “one or the other”."""
_FORMAL: Final = str.maketrans("〇幺两", "零一二")


@lru_cache(maxsize=1 << 14)
def read_number(written: str) -> Decimal | None:
    """The value of one number; None for anything else, and for a rough amount (:func:`read_range`)."""
    plain = fold(written).plain.replace(",", "").replace(" ", "")
    if plain and _TERMS.fullmatch(plain):
        return _mixed(plain)
    if plain and all(character in CHINESE or character == "点" for character in plain):
        return _chinese(plain)
    return None


@lru_cache(maxsize=1 << 14)
def read_range(written: str) -> tuple[Decimal, Decimal] | None:
    """The least and the greatest value of a numeral: both the same for a number, apart for a rough amount; None for anything else.

    几 is taken as 2 to 9 in front of a scale (几百: 200 to 900) and as 1 to 9 behind one (十几: 11 to 19).
    """
    value = read_number(written)
    if value is not None:
        return value, value
    plain = fold(written).plain
    if "几" in plain:
        least, most = ("一" if plain.endswith("几") and len(plain) > 1 else "二"), "九"
        return _pair(plain.replace("几", least, 1), plain.replace("几", most, 1))
    rough = re.fullmatch(rf"(.*?)([{ONES}])([{ONES}])([十百千万亿]*)", plain)
    if rough is None or rough[2] + rough[3] not in _ROUGH:
        return None
    return _pair(*(rough[1] + digit + rough[4] for digit in (rough[2], rough[3])))


def _pair(left: str, right: str) -> tuple[Decimal, Decimal] | None:
    values = [_chinese(left), _chinese(right)]
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if len(known) == len(values) else None


def _mixed(plain: str) -> Decimal | None:
    """Terms of digits and scales: 5万 is one, 3万5千 two; a last single digit counts one scale lower (5万8)."""
    terms = [(Decimal(digits), scales) for digits, scales in re.findall(r"(\d+(?:\.\d+)?)([十百千万亿wk]*)", plain)]
    values = [value * _product(scales) for value, scales in terms]
    if len(terms) > 1 and not terms[-1][1] and terms[-1][0] < 10 and terms[-2][1]:  # noqa: PLR2004 (a single digit)
        values[-1] = terms[-1][0] * _product(terms[-2][1]) / 10
    falling = all(left > right for left, right in pairwise(values))
    return sum(values, Decimal(0)) if falling else None


def _product(scales: str) -> int:
    product = 1
    for scale in scales:
        product *= _SCALE[scale]
    return product


def _chinese(numeral: str) -> Decimal | None:
    if numeral == "半":
        return Decimal("0.5")
    if "半" in numeral or "几" in numeral:
        return None
    whole, point, fraction = numeral.partition("点")
    if point:
        return _with_fraction(whole, fraction)
    if all(character in DIGITS for character in numeral):
        digits = "".join(str(DIGITS[character]) for character in numeral)
        rough = len(digits) == 2  # noqa: PLR2004 (二三 is two or three, 二零二六 a number read out)
        return None if rough else Decimal(digits)
    return _regular(_with_tail(numeral))


def _with_fraction(whole: str, fraction: str) -> Decimal | None:
    if not fraction or any(character not in DIGITS for character in fraction):
        return None
    value = _chinese(whole) if whole else Decimal(0)
    digits = "".join(str(DIGITS[character]) for character in fraction)
    return None if value is None else value + Decimal(f"0.{digits}")


def _with_tail(numeral: str) -> str:
    """五万两千八 says 五万两千八百: a last digit right after a scale counts one scale lower. 百 and 万 alone are one hundred and so on."""
    if len(numeral) > 1 and numeral[-1] in DIGITS and DIGITS[numeral[-1]] and numeral[-2] in _LOWER:
        numeral += _LOWER[numeral[-2]]
    return "一" + numeral if numeral[0] in "百佰千仟万亿" else numeral


def _regular(numeral: str) -> Decimal | None:
    import cn2an

    try:
        return Decimal(str(cn2an.cn2an(numeral.translate(_FORMAL), "normal")))
    except (ValueError, KeyError, InvalidOperation):
        return None
