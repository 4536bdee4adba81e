"""专利号: the number of a granted patent.

``ZL``, year (4, before October 2003: 2), kind (1 invention, 2 utility model, 3 design, 8 and 9 international), serial (7 or 5), a point and
a check digit: weights 2 to 9 and again 2 to 5 from the left, remainder by 11, ten is X.

Source: 专利申请号标准 (ZC 0006-2003); the check verified on sixteen real numbers.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, spelt

KINDS: Final = {"1": "发明", "2": "实用新型", "3": "外观设计", "8": "发明", "9": "实用新型"}
"""The digit behind the year → kind of patent."""
_WEIGHTS: Final = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_TEN: Final = 10


class Patent(Identifier):
    """A well-formed number of a granted patent."""

    kind: ClassVar[CertificateType] = "patent"
    title: ClassVar[Wording] = Wording("专利号", "patent")
    expected: ClassVar[Wording] = Wording("ZL、12 位数字、点和校验位", "ZL, 12 digits, a point and a check digit")
    form: ClassVar[str] = r"ZL(?:(?:19|20)\d{2}[12389]\d{7}|\d{2}[12389]\d{5})\.[\dX]"
    seen: ClassVar[str] = (
        r"(?<![a-z0-9])<zl>~(?:#{12}[ .]{0,2}[\dx](?![\dx])|#{13}(?!x)|#{8}[ .]{1,2}[\dx](?![\dx])|#{7,15}(?:[ .]{0,2}x)?)"
        r"|专利号[号是为: ]{0,3}(?:zl)?~(?:#{12}[ .]{0,2}[\dx](?![\dx])|#{13}(?!x)|#{8}[ .]{1,2}[\dx](?![\dx]))"
    )
    anchors: ClassVar[tuple[str, ...]] = (*spelt("zl"), "专利号")

    @classmethod
    def canonical(cls, text: str) -> str:
        """ZL and a point in front of the check digit."""
        number = super().canonical(text).removeprefix("专利号").lstrip("号是为").removeprefix("ZL").removeprefix("CN")
        return re.sub(r"^ZL(\d{12}|\d{8})([\dX])$", r"ZL\1.\2", "ZL" + number)

    @classmethod
    def check_digit(cls, number: str) -> str:
        """The character behind the point."""
        digits = number[2:-2]
        rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
        return "X" if rest == _TEN else str(rest)

    @property
    def tells(self) -> dict[str, str]:
        """``year`` of application and ``kind`` of patent."""
        digits = self.number[2:-2]
        long = len(digits) == len(_WEIGHTS)
        year = digits[:4] if long else ("19" if digits[:2] > "50" else "20") + digits[:2]
        return {"year": year, "kind": KINDS[digits[4] if long else digits[2]]}
