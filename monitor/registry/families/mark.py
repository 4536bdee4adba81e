"""商标注册号 and 名特优新农产品: a registered trademark, and an entry of the national directory of notable farm products.

Trademark: 7 or 8 digits, a letter behind it for a part. Directory: ``CAQS-MTYX-``, year (4), serial (4); it is no product certification.

Source: 商标法; 全国名特优新农产品名录 (农业农村部农产品质量安全中心).
"""

from __future__ import annotations

import re
from typing import ClassVar

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, spelt


class Trademark(Identifier):
    """A well-formed registration number of a trademark."""

    kind: ClassVar[CertificateType] = "trademark"
    title: ClassVar[Wording] = Wording("商标注册号", "trademark registration")
    expected: ClassVar[Wording] = Wording("7 或 8 位数字", "7 or 8 digits")
    form: ClassVar[str] = r"\d{5,8}[A-Z]?"
    seen: ClassVar[str] = (
        r"(?<!证明)(?<!集体)商标(?:注册)?(?:证)?(?:编号|号)?[号是为: ]{0,3}第? ?(?:#{7,8}|#{5,10})[a-z]? ?号?"
    )
    anchors: ClassVar[tuple[str, ...]] = ("商标",)
    certainty: ClassVar[int] = 2

    @classmethod
    def canonical(cls, text: str) -> str:
        """The digits alone."""
        found = re.search(r"\d+[A-Z]?", super().canonical(text))
        return found[0] if found else super().canonical(text)


class QualityProduct(Identifier):
    """A well-formed number of the directory of notable farm products."""

    kind: ClassVar[CertificateType] = "quality-product"
    title: ClassVar[Wording] = Wording("全国名特优新农产品证书编号", "notable farm product")
    expected: ClassVar[Wording] = Wording("CAQS-MTYX- 加 8 位数字", "CAQS-MTYX- and 8 digits")
    form: ClassVar[str] = r"CAQS-MTYX-\d{8}"
    seen: ClassVar[str] = r"(?<![a-z0-9])<caqs>~<mtyx>~(?:#{8}|#{4,12})"
    anchors: ClassVar[tuple[str, ...]] = spelt("caqs")

    @classmethod
    def canonical(cls, text: str) -> str:
        """With both dashes."""
        return super().canonical(text).replace("CAQSMTYX", "CAQS-MTYX-")

    @property
    def tells(self) -> dict[str, str]:
        """``year``."""
        return {"year": self.number[10:14]}
