"""食品经营许可证编号 and 仅销售预包装食品备案编号: who may sell food.

``JY`` or ``YB`` and 14 digits: kind of business (1), province, city, county (2 each), serial (6), check digit (1; MOD 11,10).
Beijing packs district and street into the four digits of city and county, so only the province is told.

Source: 食品经营许可和备案管理办法 (SAMR order 78); GB/T 17710; the check verified on eight real numbers.
"""

from __future__ import annotations

from typing import ClassVar, Final

from stdnum.iso7064 import mod_11_10

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, spelt
from monitor.registry.regions import place, province

BUSINESSES: Final = {"JY1": "食品销售", "JY2": "餐饮服务", "JY3": "集中用餐单位食堂", "YB1": "批发", "YB2": "零售"}
"""The letters and the first digit → kind of business."""

_PACKED: Final = "11"
"""Beijing puts district and street where others have city and county."""


class FoodBusinessLicence(Identifier):
    """A well-formed JY or YB number."""

    kind: ClassVar[CertificateType] = "food-business"
    title: ClassVar[Wording] = Wording("食品经营许可证编号", "food business licence")
    expected: ClassVar[Wording] = Wording("JY 或 YB 加 14 位数字", "JY or YB and 14 digits")
    form: ClassVar[str] = r"(?:JY|YB)\d{14}"
    seen: ClassVar[str] = r"(?<![a-z0-9])(?:<jy>|<yb>)~(?:#{14}|#{10,16})"
    lead: ClassVar[str] = "JY"
    anchors: ClassVar[tuple[str, ...]] = (*spelt("jy"), *spelt("yb"))

    @classmethod
    def check_digit(cls, number: str) -> str:
        """ISO 7064 MOD 11,10 over the first 13 digits."""
        return str(mod_11_10.calc_check_digit(number[2:15]))

    @property
    def tells(self) -> dict[str, str]:
        """``business``, ``region`` and, but for Beijing, ``place``."""
        code = self.number[3:9]
        where = None if code.startswith(_PACKED) else place(code)
        found = {"business": BUSINESSES.get(self.number[:3]), "region": province(code), "place": where}
        return {name: value for name, value in found.items() if value}

    @property
    def doubts(self) -> tuple[Wording, ...]:
        """A province that is none."""
        code = self.number[3:5]
        if province(code) is not None:
            return ()
        return (Wording(f"没有代码为 {code} 的省份", f"no province has the code {code}"),)
