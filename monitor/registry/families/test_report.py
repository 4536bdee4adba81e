"""检验检测: the accreditation that must stand on a test report.

``CMA``: 12 digits, year (2), issuing authority (00 national, 01 北京 … 31 新疆, not GB/T 2260), field (2), branch (2), serial (4).
``CNAS``: L and four or five digits for a laboratory, IB and four for an inspection body. The number of a report itself is free.

Source: 检验检测机构资质认定管理办法 (SAMR order 38); three pages agree on CMA.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, spelt
from monitor.registry.regions import by_order

FIELDS: Final = {"00": "食品", "04": "农林牧渔", "13": "水质"}
"""Digits 5 and 6 of a CMA number → field, the ones that are sure."""

ACCREDITED: Final = {"L": "实验室", "IB": "检验机构", "C": "认证机构"}
"""Letters behind CNAS → what is accredited."""


class Cma(Identifier):
    """A well-formed CMA number; it accredits a laboratory, it says nothing about a product."""

    kind: ClassVar[CertificateType] = "test-report"
    title: ClassVar[Wording] = Wording("检验检测机构资质认定证书编号", "CMA accreditation")
    expected: ClassVar[Wording] = Wording("CMA 加 12 位数字", "CMA and 12 digits")
    form: ClassVar[str] = r"CMA\d{12}"
    seen: ClassVar[str] = r"(?<![a-z0-9])<cma>(?:资质|认定|认证|证书|编号|号|是|为){0,4}~(?:#{12}|#{10,14})"
    anchors: ClassVar[tuple[str, ...]] = spelt("cma")
    closed: ClassVar[bool] = False

    @classmethod
    def canonical(cls, text: str) -> str:
        """The letters and the digits."""
        number = super().canonical(text)
        return "CMA" + number.removeprefix("CMA").lstrip("资质认定证书编号是为")

    @property
    def tells(self) -> dict[str, str]:
        """``year``, ``authority`` and ``field`` of the laboratory."""
        digits = self.number[3:]
        authority = "国家" if digits[2:4] == "00" else by_order(digits[2:4])
        found = {"year": f"20{digits[:2]}", "authority": authority, "field": FIELDS.get(digits[4:6])}
        return {name: value for name, value in found.items() if value}


class Cnas(Identifier):
    """A well-formed CNAS number."""

    kind: ClassVar[CertificateType] = "test-report"
    title: ClassVar[Wording] = Wording("CNAS 认可编号", "CNAS accreditation")
    expected: ClassVar[Wording] = Wording("CNAS L 加四或五位数字", "CNAS L and four or five digits")
    form: ClassVar[str] = r"CNAS(?:L\d{4,5}|IB\d{4}|C\d{3}[MPSEV]?)"
    seen: ClassVar[str] = r"(?<![a-z0-9])<cnas>~(?:(?:l|ib)~(?:#{4,5}|#{3,8})|c\d{3}-?[mpsev](?![a-z0-9]))"
    anchors: ClassVar[tuple[str, ...]] = spelt("cnas")
    certainty: ClassVar[int] = 2
    closed: ClassVar[bool] = False

    @property
    def tells(self) -> dict[str, str]:
        """``class``: what kind of body is accredited; none of them says anything about a product."""
        return {"class": ACCREDITED[re.sub(r"[^A-Z].*", "", self.number.removeprefix("CNAS"))]}
