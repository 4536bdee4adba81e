"""统一社会信用代码: the unified social credit code of a company, cooperative, shop or association.

18 characters: registering authority, kind of body, six digits of region, nine of organisation code, a check character (modulus 31).
The organisation code carries its own, older check character (GB 11714); a few early codes fail it, so that is only told.

Source: GB 32100-2015; GB 11714-1997.
"""

from __future__ import annotations

from typing import ClassVar, Final

from stdnum.cn import uscc

from monitor.registry.identifier import Identifier, Wording
from monitor.registry.regions import place, province

BODIES: Final = {
    "11": "机关",
    "12": "事业单位",
    "51": "社会团体",
    "52": "民办非企业单位",
    "53": "基金会",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
    "N1": "农村集体经济组织",
    "N2": "农村集体经济组织",
    "N3": "农村集体经济组织",
}
"""The first two characters → what kind of body holds the code."""
_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


def organisation_check(code: str) -> str:
    """The check character of the eight characters of an organisation code (GB 11714)."""
    rest = 11 - sum(_LETTERS.index(c) * w for c, w in zip(code, _WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


class CreditCode(Identifier):
    """A well-formed code. It names a body; whether that body exists only the public register tells."""

    title: ClassVar[Wording] = Wording("统一社会信用代码", "unified social credit code")
    expected: ClassVar[Wording] = Wording("18 位字母数字（不含 I O S V Z）", "18 letters and digits (never I O S V Z)")
    form: ClassVar[str] = r"[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}"
    seen: ClassVar[str] = (
        r"(?<![a-z0-9])[159n][1-3]\d{6}[0-9a-hj-np-rtuw-y]{10}(?![a-z0-9])"
        r"|(?:统一社会)?信用代码[证号:为是 ]{0,4}(?:#{8}[0-9a-z]{10}|[0-9a-z]{12,20})(?![a-z0-9])"
        r"|(?:统一社会)?信用代码[证号:为是 ]{0,4}(?:#{18}|#{17} ?[a-z])(?![a-z0-9])"
    )
    anchors: ClassVar[tuple[str, ...]] = ("9", "信用代码", "5", "1", "n")

    @classmethod
    def canonical(cls, text: str) -> str:
        """The last run of letters and digits, in capitals."""
        return super().canonical(text).rpartition("码")[2].lstrip("证号为是")

    @classmethod
    def check_digit(cls, number: str) -> str:
        """The 18th character (GB 32100: weights 3 to the power of the place, modulus 31)."""
        return str(uscc.calc_check_digit(number[:17]))

    @property
    def tells(self) -> dict[str, str]:
        """``body``, ``region`` and ``place`` of registration, and the ``organisation`` code inside."""
        code = self.number[2:8]
        found = {
            "body": BODIES.get(self.number[:2]),
            "region": province(code),
            "place": place(code),
            "organisation": f"{self.number[8:16]}-{self.number[16]}",
        }
        return {name: value for name, value in found.items() if value}

    @property
    def doubts(self) -> tuple[Wording, ...]:
        """An organisation code that fails its own check; a few early ones do."""
        if self.organisation_code_agrees:
            return ()
        code = self.number[8:17]
        return (
            Wording(
                f"其中的组织机构代码 {code} 校验位不符（GB 11714）",
                f"the organisation code {code} inside fails its own check (GB 11714)",
            ),
        )

    @property
    def organisation_code_agrees(self) -> bool:
        """Whether characters 9 to 17 pass the check of GB 11714; a failure is worth a look, never a finding."""
        return self.number[16] == organisation_check(self.number[8:16])
