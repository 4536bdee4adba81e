"""种子: the licence of a seed company, and the approval, registration or protection of a variety.

Licence: class letter(s), place in brackets, 农种许字(year)第 number 号. Variety: 国审 or a province's 审, crop, number;
GPD crop(year) and six digits; CNA and the number of a plant variety right. A licence is kept by its number, a variety is not.

Source: 农作物种子生产经营许可管理办法; 主要农作物品种审定办法; 非主要农作物品种登记办法 (MARA).
"""

from __future__ import annotations

import re
from typing import ClassVar

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording
from monitor.registry.regions import SHORT


class SeedLicence(Identifier):
    """A well-formed licence to produce and sell seed."""

    kind: ClassVar[CertificateType] = "seed"
    title: ClassVar[Wording] = Wording("种子生产经营许可证编号", "seed licence")
    expected: ClassVar[Wording] = Wording("如 A(京)农种许字(2020)第0001号", "such as A(京)农种许字(2020)第0001号")
    form: ClassVar[str] = r"[A-G]{1,3}\([^()]{1,6}\)农种许字\(\d{4}\)第\d{3,4}号"
    seen: ClassVar[str] = (
        r"[a-g]{1,3} ?[(〔\[][^()〔〕\[\]]{1,6}[)〕\]] ?农种许字 ?[(〔\[]?#{4}[)〕\]]? ?第? ?\d{1,6} ?号?"
    )
    anchors: ClassVar[tuple[str, ...]] = ("农种许字",)

    @classmethod
    def canonical(cls, text: str) -> str:
        """With brackets around the year, and 第 … 号."""
        return re.sub(r"农种许字\(?(\d{4})\)?第?(\d+)号?$", r"农种许字(\1)第\2号", super().canonical(text))

    @property
    def tells(self) -> dict[str, str]:
        """``class`` (A: 杂交玉米、杂交稻 … G) and ``year``."""
        return {"class": self.number.partition("(")[0], "year": self.number.rpartition("(")[2][:4]}


class SeedVariety(Identifier):
    """A well-formed number of a variety: approved, registered or protected."""

    kind: ClassVar[CertificateType] = "seed"
    title: ClassVar[Wording] = Wording("品种审定、登记或品种权号", "plant variety number")
    expected: ClassVar[Wording] = Wording(
        "如国审稻20200001、GPD番茄(2020)110001", "such as 国审稻20200001 or GPD番茄(2020)110001"
    )
    form: ClassVar[str] = (
        rf"[国{SHORT}]审[\u4e00-\u9fff]{{1,4}}\d{{7,11}}号?|GPD[\u4e00-\u9fff]{{1,8}}\(\d{{4}}\)\d{{6}}|CNA\d{{8}}(?:\.?\d|\d{{3}})"
    )
    seen: ClassVar[str] = (
        rf"[国{SHORT}]审[稻麦玉棉豆][米]?~#{{7,11}}|gpd[\u4e00-\u9fff]{{1,8}}[(〔\[]\d{{4}}[)〕\]]\d{{4,8}}"
        r"|(?<![a-z0-9])cna ?\d{8}(?:\.?\d|\d{3})(?!\d)"
    )
    anchors: ClassVar[tuple[str, ...]] = ("审", "gpd", "cna")
    certainty: ClassVar[int] = 2
    closed: ClassVar[bool] = False
    looked_up: ClassVar[bool] = False

    @property
    def tells(self) -> dict[str, str]:
        """``year``."""
        found = re.search(r"\d{4}", self.number)
        return {"year": found[0]} if found else {}
