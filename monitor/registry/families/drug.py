"""药品批准文号: the approval of a drug.

国药准字, H (chemical), Z (Chinese medicine), S (biological) or an older letter, C (Hong Kong, Macao, Taiwan) or J (imported) behind
it since 2020, and 8 digits; imported drugs of before 2020 have a registration of a letter and 8 digits.

Source: 药品注册管理办法 (SAMR order 27), art. 123.
"""

from __future__ import annotations

from typing import ClassVar, Final

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording
from monitor.registry.regions import province

CLASSES: Final = {
    "H": "化学药",
    "Z": "中药",
    "S": "生物制品",
    "J": "进口分包装",
    "T": "体外诊断试剂",
    "F": "药用辅料",
    "B": "保健药品",
}
"""Letter behind 国药准字 → class."""

ORIGINS: Final = {"C": "港澳台", "J": "进口"}
"""Second letter since 2020 → where the drug comes from."""


class DrugApproval(Identifier):
    """A well-formed approval number of a drug."""

    kind: ClassVar[CertificateType] = "drug"
    title: ClassVar[Wording] = Wording("药品批准文号", "drug approval")
    expected: ClassVar[Wording] = Wording(
        "国药准字、一或两个字母和 8 位数字", "国药准字, one or two letters and 8 digits"
    )
    form: ClassVar[str] = r"国药准字(?:[HZSJTFB]\d{8}|[HZS][CJ]\d{8})|[HZS]C?\d{8}"
    seen: ClassVar[str] = (
        r"国药准字~(?:[a-z]{1,2}~)?(?:#{8}|#{4,12})|进口药品注册证号?[号是为: ]{0,3}[hzs]c?(?:#{8}|#{6,10})"
    )
    anchors: ClassVar[tuple[str, ...]] = ("国药准字", "进口药品注册证")

    @classmethod
    def canonical(cls, text: str) -> str:
        """Without the words in front of an import registration."""
        return super().canonical(text).removeprefix("进口药品注册证").lstrip("号是为")

    @property
    def tells(self) -> dict[str, str]:
        """``class``, ``year``, and ``origin`` where the number says one.

        An approval renumbered in 2002 begins with who first gave it, 10 for the ministry, else the code of a province (``region``);
        behind it stand two digits of the year, the ministry's own, and of a province that of the renumbering.
        """
        bare = self.number.removeprefix("国药准字")
        digits = bare.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        origin = ORIGINS.get(bare[1]) or ("进口" if self.number == bare else None)
        region = province(digits) if self.number != bare and digits[:2] not in {"19", "20"} else None
        year = {"19": digits[:4], "20": digits[:4], "10": "19" + digits[2:4]}.get(
            digits[:2], "20" + digits[2:4] if region else None
        )
        found = {"class": CLASSES.get(bare[0]), "origin": origin, "region": region, "year": year}
        return {name: value for name, value in found.items() if value}
