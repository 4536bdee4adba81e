"""The provinces of China as numbers name them: by code (GB/T 2260), by the order of that list, and by their one-character name."""

from __future__ import annotations

from typing import Final

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

SHORT: Final = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵黔云滇藏陕秦甘陇青宁新兵"
"""One-character names of provinces, as licences use them."""


def province(code: str) -> str | None:
    """The province of a code of GB/T 2260 of two or more digits; None for an unknown one."""
    return PROVINCES.get(code[:2])


def by_order(number: str) -> str | None:
    """The province of a number from 01 to 31; None for any other."""
    place = int(number)
    return IN_ORDER[place - 1] if 1 <= place <= len(IN_ORDER) else None
