"""肥料登记证号, 兽药批准文号 and 饲料: what else is sold to farmers under a number.

Fertilizer: 农肥(year)准字 number 号, 微生物肥(year)准字(number)号, or a province in front; 临字 was temporary and has ended.
Veterinary drug: 兽药字, 兽药生字 or 兽药添字 and nine digits, province (2), company (3), product (4). Feed: province, 饲证(year) number.

Source: 肥料登记管理办法; 兽药产品批准文号管理办法 (MARA order 4 of 2015); secondary pages.
"""

from __future__ import annotations

import re
from typing import ClassVar

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording
from monitor.registry.regions import SHORT, SURE_ORDER, by_order, by_short

_YEAR: str = r"[(〔\[]?#{4}[)〕\]]?"


class FertilizerRegistration(Identifier):
    """A well-formed registration of a fertilizer."""

    kind: ClassVar[CertificateType] = "fertilizer"
    title: ClassVar[Wording] = Wording("肥料登记证号", "fertilizer registration")
    expected: ClassVar[Wording] = Wording("如农肥(2020)准字12345号", "such as 农肥(2020)准字12345号")
    form: ClassVar[str] = rf"(?:[{SHORT}]?农肥|[{SHORT}]?微生物肥)\(\d{{4}}\)[准临]字\(?\d{{1,6}}\)?号"
    seen: ClassVar[str] = rf"[{SHORT}]?(?:农肥|微生物肥) ?{_YEAR} ?[准临] ?字 ?[(〔\[]?#{{1,8}}[)〕\]]? ?号?"
    anchors: ClassVar[tuple[str, ...]] = ("农肥", "微生物肥")
    certainty: ClassVar[int] = 2

    @classmethod
    def canonical(cls, text: str) -> str:
        """With brackets around the year and 号 at the end."""
        number = re.sub(r"肥\(?(\d{4})\)?([准临])字", r"肥(\1)\2字", super().canonical(text))
        return number if number.endswith("号") else number + "号"

    @property
    def tells(self) -> dict[str, str]:
        """``year``, ``class``: 准 (registered) or 临 (temporary, ended), and ``region`` of a provincial one."""
        region = by_short(self.number[0])
        found = {"year": self.number.partition("(")[2][:4], "class": "临" if ")临字" in self.number else "准"}
        return found | ({"region": region} if region else {})


class VeterinaryApproval(Identifier):
    """A well-formed approval of a veterinary drug."""

    kind: ClassVar[CertificateType] = "veterinary"
    title: ClassVar[Wording] = Wording("兽药产品批准文号", "veterinary drug approval")
    expected: ClassVar[Wording] = Wording("兽药字（生字、添字）加 9 位数字", "兽药字 (生字, 添字) and nine digits")
    form: ClassVar[str] = r"兽药[生添]?字(?:\(\d{4}\))?\d{9}"
    seen: ClassVar[str] = rf"兽药[生添]?字~(?:{_YEAR})?~(?:#{{9}}|#{{6,12}})"
    anchors: ClassVar[tuple[str, ...]] = ("兽药",)
    certainty: ClassVar[int] = 2

    @property
    def tells(self) -> dict[str, str]:
        """``class`` by the character in front of 字, and ``region`` where the order of provinces is sure."""
        digits = self.number[-9:]
        region = by_order(digits[:2]) if int(digits[:2]) <= SURE_ORDER else None
        kinds = {"生": "兽用生物制品", "添": "药物饲料添加剂"}
        return {"class": kinds.get(self.number[2], "兽药")} | ({"region": region} if region else {})


class FeedLicence(Identifier):
    """A well-formed feed licence."""

    kind: ClassVar[CertificateType] = "feed"
    title: ClassVar[Wording] = Wording("饲料生产许可证编号", "feed licence")
    expected: ClassVar[Wording] = Wording("如鲁饲证(2020)01001", "such as 鲁饲证(2020)01001")
    form: ClassVar[str] = rf"[{SHORT}]饲[证审预添]字?\(\d{{4}}\)\d{{5,6}}号?"
    seen: ClassVar[str] = rf"[{SHORT}]饲[证审预添]字? ?{_YEAR} ?#{{4,8}}号?"
    anchors: ClassVar[tuple[str, ...]] = ("饲",)
    certainty: ClassVar[int] = 1

    @property
    def tells(self) -> dict[str, str]:
        """``year`` and ``region``."""
        found = {"year": self.number.partition("(")[2][:4], "region": by_short(self.number[0])}
        return {name: value for name, value in found.items() if value}
