"""绿色食品: the number of a certified product and the code of its producer.

Product: ``LB-XX-YYMMPPNNNNA``, product class (2), year, month, province (2 each, in the order of GB/T 2260), serial (4 to 6), A or AA.
Producer: ``GF`` and 12 digits, county (6), year (2), serial (4); on packs since 2009, and in place of LB since 2012.

Source: 绿色食品标志使用管理; secondary pages for LB.
"""

from __future__ import annotations

import re
from typing import ClassVar

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, spelt
from monitor.registry.regions import SURE_ORDER, by_order, place, province


class GreenFoodProduct(Identifier):
    """A well-formed LB number."""

    kind: ClassVar[CertificateType] = "green-food"
    title: ClassVar[Wording] = Wording("绿色食品产品编号", "green food product")
    expected: ClassVar[Wording] = Wording(
        "LB-、两位类别、-、10 至 12 位数字，如 LB-15-2308159999A", "such as LB-15-2308159999A"
    )
    form: ClassVar[str] = r"LB-\d{2}-\d{10,12}A{0,2}"
    seen: ClassVar[str] = r"(?<![a-z0-9])<lb>[ \-]{0,2}\d{2}[ \-]{0,2}(?:\d{10,12} ?a{0,2}|\d{6,14}a{0,2})(?![a-z0-9])"
    anchors: ClassVar[tuple[str, ...]] = spelt("lb")
    certainty: ClassVar[int] = 2
    closed: ClassVar[bool] = False

    @classmethod
    def canonical(cls, text: str) -> str:
        """With both dashes."""
        return re.sub(r"^LB(\d{2})(?=\d)", r"LB-\1-", super().canonical(text))

    @property
    def tells(self) -> dict[str, str]:
        """``year`` and ``month``, ``class`` as a number, and ``region`` where the order of provinces is sure."""
        digits = self.number[6:]
        region = by_order(digits[4:6]) if int(digits[4:6]) <= SURE_ORDER else None
        found = {"year": f"20{digits[:2]}", "month": digits[2:4], "class": self.number[3:5]}
        return found | ({"region": region} if region else {})


class GreenFoodProducer(Identifier):
    """A well-formed GF code; it names the producer, not the product, so registries are seldom kept by it."""

    kind: ClassVar[CertificateType] = "green-food"
    title: ClassVar[Wording] = Wording("绿色食品企业信息码", "green food producer code")
    expected: ClassVar[Wording] = Wording("GF 加 12 位数字", "GF and 12 digits")
    form: ClassVar[str] = r"GF\d{12}"
    seen: ClassVar[str] = r"(?<![a-z0-9])<gf>~(?:#{12}|#{9,14})"
    anchors: ClassVar[tuple[str, ...]] = spelt("gf")
    closed: ClassVar[bool] = False
    looked_up: ClassVar[bool] = False

    @property
    def tells(self) -> dict[str, str]:
        """``year`` of certification, ``region`` and ``place``."""
        code = self.number[2:8]
        found = {"year": f"20{self.number[8:10]}", "region": province(code), "place": place(code)}
        return {name: value for name, value in found.items() if value}
