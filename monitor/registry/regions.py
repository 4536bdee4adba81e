"""The places of China as numbers name them: by code (GB/T 2260), by the order of that list, and by their one-character name.

Counties and cities by code, with the years they have existed, are those python-stdnum keeps for identity cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from stdnum import numdb

PROVINCES: Final = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东",
    "41": "河南", "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南",
    "50": "重庆", "51": "四川", "52": "贵州", "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏",
    "65": "新疆", "66": "新疆生产建设兵团", "71": "台湾", "81": "香港", "82": "澳门",
}  # fmt: skip
"""The first two digits of a code of GB/T 2260 → province."""

IN_ORDER: Final = tuple(name for code, name in PROVINCES.items() if code < "66")
"""The 31 provinces in the order of GB/T 2260: number 01 is 北京, 31 is 新疆."""

SURE_ORDER: Final = 21
"""The order is sure up to 海南: behind it 重庆 came to the list later, and numbers made before have another order."""

_BY_SHORT: Final = {
    short: name
    for shorts, name in (
        ("京", "北京"), ("津", "天津"), ("冀", "河北"), ("晋", "山西"), ("蒙", "内蒙古"), ("辽", "辽宁"), ("吉", "吉林"), ("黑", "黑龙江"),
        ("沪", "上海"), ("苏", "江苏"), ("浙", "浙江"), ("皖", "安徽"), ("闽", "福建"), ("赣", "江西"), ("鲁", "山东"), ("豫", "河南"),
        ("鄂", "湖北"), ("湘", "湖南"), ("粤", "广东"), ("桂", "广西"), ("琼", "海南"), ("渝", "重庆"), ("川", "四川"), ("贵黔", "贵州"),
        ("云滇", "云南"), ("藏", "西藏"), ("陕秦", "陕西"), ("甘陇", "甘肃"), ("青", "青海"), ("宁", "宁夏"), ("新", "新疆"),
        ("兵", "新疆生产建设兵团"),
    )
    for short in shorts
}  # fmt: skip
SHORT: Final = "".join(_BY_SHORT)
"""One-character names of provinces, as licences use them."""

_SHORTEST: Final = 2
_WORD: Final = re.compile(r"(?:省|地区|新区|林区|自治区|自治州|自治县|自治旗|特别行政区|市|县|区|旗|盟)$")
_PEOPLES: Final = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})(?:(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|"
    r"柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|各)族?)+(?=自治)"
)
_YEARS: Final = re.compile(r"\[\d*-\d*\]")
_NO_CITY: Final = re.compile(r"直辖|^(?:市辖区|县|市)?$")
"""What the list says in place of a city where there is none."""


def province(code: str) -> str | None:
    """The province of a code of GB/T 2260 of two or more digits; None for an unknown one."""
    return PROVINCES.get(code[:2])


def by_order(number: str) -> str | None:
    """The province of a number from 01 to 31; None for any other."""
    place = int(number)
    return IN_ORDER[place - 1] if 1 <= place <= len(IN_ORDER) else None


def by_short(short: str) -> str | None:
    """The province of a one-character name, 浙; None for any other."""
    return _BY_SHORT.get(short)


@lru_cache(maxsize=4096)
def place(code: str) -> str | None:
    """Province, city and county of a code of GB/T 2260 of six digits, 浙江省杭州市西湖区; what of it is known, None where nothing is.

    A code keeps its place after the county has changed its name or its code: the name is the latest the code had.
    """
    named = _named(code[:6])
    if "province" not in named:
        return province(code)
    found = [named["province"]]
    if code[2:4] != "00":
        found += [_named(code[:4] + "00").get("county", ""), named.get("county", "") if code[4:6] != "00" else ""]
    return "".join(name for name in dict.fromkeys(map(_latest, found)) if not _NO_CITY.search(name))


@cache
def stems() -> Mapping[str, str]:
    """Names of provinces, cities and counties, of today and of since 1980, → the name without its word: 五常市 → 五常.

    Without their word stand those of provinces, cities and counties too (五常), those of districts not: 新城 may be anything.
    """
    found: dict[str, str] = {}
    for name in _every_name():
        stem = stem_of(name)
        if len(stem) < _SHORTEST:
            continue
        found[name] = stem
        if name.endswith(("自治县", "自治旗")):
            found.setdefault(stem + name[-1], stem)  # 长白县, as people say it
        if not name.endswith("区") or name.endswith(("自治区", "地区")):
            found.setdefault(stem, stem)
    return MappingProxyType(found)


def stem_of(name: str) -> str:
    """恩施土家族苗族自治州 → 恩施; a name of two characters and its word only keeps it (赵县)."""
    stem = _WORD.sub("", _PEOPLES.sub("", name))
    return stem if len(stem) >= _SHORTEST else name


def _every_name() -> Iterator[str]:
    yield from PROVINCES.values()
    waiting = list(_places().prefixes)
    while waiting:
        *_, named, inside = waiting.pop()
        waiting += inside
        for names in named.values():
            yield from (name for name in _YEARS.sub("", names).split(",") if not _NO_CITY.search(name))


def _latest(names: str) -> str:
    """Of 毕节市 with its years and those of an earlier name, the name that came last."""
    return _YEARS.sub("", names.rpartition(",")[2])


def _named(code: str) -> dict[str, str]:
    """``province`` and ``county`` (for a code that ends in 00: the city) as the list of python-stdnum has them."""
    return {part: name for _, found in _places().info(code) for part, name in found.items()}


@cache
def _places() -> numdb.NumDB:
    return numdb.get("cn/loc")
