"""地理标志: the registration of an agricultural indication, the announcement that protects a product, a certification mark.

``AGI`` and five digits; registration ended in 2022 and is being moved. 公告 YYYY年第N号 protects a product by its name; who may use the
name is another matter, so a registry is seldom kept by it. An indication may be a certification or collective trademark of 7 or 8
digits as well. Since 2019 the credit code of the user stands in the mark.

Source: 农产品地理标志管理办法; 地理标志产品保护办法; 地理标志专用标志使用管理办法; secondary pages.
"""

from __future__ import annotations

import re
from typing import ClassVar

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, spelt


class GeographicalIndication(Identifier):
    """A well-formed AGI number."""

    kind: ClassVar[CertificateType] = "gi"
    title: ClassVar[Wording] = Wording("农产品地理标志登记证书编号", "geographical indication")
    expected: ClassVar[Wording] = Wording("AGI 加五位数字", "AGI and five digits")
    form: ClassVar[str] = r"AGI\d{5}"
    seen: ClassVar[str] = r"(?<![a-z0-9])<agi>(?:~#{5}|(?! ?20\d\d(?!\d))[ \-]?\d{3,8}(?!\d))"
    anchors: ClassVar[tuple[str, ...]] = spelt("agi")
    certainty: ClassVar[int] = 2
    closed: ClassVar[bool] = False


class IndicationAnnouncement(Identifier):
    """The announcement that protects a product's name, told together with who made it or with what it protects."""

    kind: ClassVar[CertificateType] = "gi"
    title: ClassVar[Wording] = Wording("地理标志产品保护公告", "announcement of a protected geographical indication")
    expected: ClassVar[Wording] = Wording(
        "公告、年份和号数，如公告2003年第73号", "公告, year and number, such as 公告2003年第73号"
    )
    form: ClassVar[str] = r"公告\d{4}年第\d{1,4}号"
    seen: ClassVar[str] = (
        r"(?:地理标志|原产地|质检总局|质量监督检验检疫总局|知识产权局)[^。;!?\n\d]{0,16}"
        r"(?:公告~[(〔\[]?#{4}[年)〕\] ]{0,4}第 ?#{1,4} ?号|[(〔\[]?#{4}[年)〕\] ]{1,4}第 ?#{1,4} ?号 ?公告)"
    )
    anchors: ClassVar[tuple[str, ...]] = ("公告",)
    certainty: ClassVar[int] = 2
    closed: ClassVar[bool] = False
    looked_up: ClassVar[bool] = False

    @classmethod
    def canonical(cls, text: str) -> str:
        """公告 in front, 年 and 第 between, without whoever made it."""
        number = super().canonical(text)
        found = re.search(r"\(?(\d{4})[年)]*第(\d{1,4})号", number)
        return f"公告{found[1]}年第{found[2]}号" if found and "公告" in number else number

    @property
    def tells(self) -> dict[str, str]:
        """``year``."""
        return {"year": self.number[2:6]}


class IndicationMark(Identifier):
    """A well-formed number of a certification or collective trademark."""

    kind: ClassVar[CertificateType] = "gi"
    title: ClassVar[Wording] = Wording("地理标志证明商标、集体商标注册号", "certification or collective trademark")
    expected: ClassVar[Wording] = Wording("7 或 8 位数字", "7 or 8 digits")
    form: ClassVar[str] = r"\d{7,8}"
    seen: ClassVar[str] = r"(?:证明|集体)商标(?:注册)?(?:证)?(?:编号|号)?[号是为: ]{0,3}第? ?#{7,8} ?号?"
    anchors: ClassVar[tuple[str, ...]] = ("商标",)
    certainty: ClassVar[int] = 2
    closed: ClassVar[bool] = False
    looked_up: ClassVar[bool] = False

    @classmethod
    def canonical(cls, text: str) -> str:
        """The digits alone."""
        found = re.search(r"\d+", super().canonical(text))
        return found[0] if found else super().canonical(text)
