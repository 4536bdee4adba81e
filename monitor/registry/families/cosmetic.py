"""化妆品: registered special cosmetics and filed ordinary ones.

国妆特字 year (4), serial (4); imported 国妆特进字; filed: province, G妆网备字, year (4), serial (6); imported 国妆网备进字(place).
The contract of documents has no certificate type for cosmetics: these numbers are recognised, not looked up.

Source: 化妆品注册备案管理办法 (SAMR order 35), art. 63; secondary pages for the older forms.
"""

from __future__ import annotations

import re
from typing import ClassVar

from monitor.registry.identifier import Identifier, Wording
from monitor.registry.regions import SHORT, by_short


class CosmeticRegistration(Identifier):
    """A well-formed registration or filing of a cosmetic."""

    title: ClassVar[Wording] = Wording("化妆品注册证编号或备案编号", "cosmetic registration or filing")
    expected: ClassVar[Wording] = Wording(
        "如国妆特字20230001、粤G妆网备字2023000001", "such as 国妆特字20230001 or 粤G妆网备字2023000001"
    )
    form: ClassVar[str] = (
        r"国妆特(?:进|制)?字[GJ]?\d{8,10}|国妆备进字J?\d{8,12}|国妆网备[进制]字\([\u4e00-\u9fff]{1,2}\)\d{10}"
        rf"|[{SHORT}]G?妆网备字\d{{10}}"
    )
    seen: ClassVar[str] = (
        r"国妆特[进制]?字~[gj]?~#{6,12}|国妆备进字~j?~#{6,12}|国妆网备[进制]字 ?[(〔\[][\u4e00-\u9fff]{1,2}[)〕\]] ?#{6,12}"
        rf"|[{SHORT}] ?g? ?妆网备字~#{{6,12}}"
    )
    anchors: ClassVar[tuple[str, ...]] = ("国妆", "妆网备字")
    certainty: ClassVar[int] = 2

    @property
    def tells(self) -> dict[str, str]:
        """``year``, ``class`` (特殊 registered, 普通 filed), ``origin``, and ``region`` of a domestic filing."""
        year = re.search(r"\d{4}", self.number)
        found = {
            "year": year[0] if year else None,
            "class": "特殊化妆品" if "特" in self.number else "普通化妆品",
            "origin": "进口" if "进" in self.number or "J" in self.number else "国产",
            "region": by_short(self.number[0]),
        }
        return {name: value for name, value in found.items() if value}
