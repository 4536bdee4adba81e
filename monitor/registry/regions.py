"""The places of China as numbers name them: by code (GB/T 2260), by the order of that list, and by their one-character name.

Counties and cities by code, with the years they have existed, are those python-stdnum keeps for identity cards.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
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


def _latest(names: str) -> str:
    """Of 毕节市 with its years and those of an earlier name, the name that came last."""
    return _YEARS.sub("", names.rpartition(",")[2])


def _named(code: str) -> dict[str, str]:
    """``province`` and ``county`` (for a code that ends in 00: the city) as the list of python-stdnum has them."""
    return {part: name for _, found in _places().info(code) for part, name in found.items()}


@cache
def _places() -> numdb.NumDB:
    return numdb.get("cn/loc")
