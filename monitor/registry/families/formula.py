"""婴幼儿配方乳粉 and 特殊医学用途配方食品: formula registered product by product.

国食注字YP (infant formula) or TY (medical formula), year (4), serial (4).

Source: 婴幼儿配方乳粉产品配方注册管理办法; 特殊医学用途配方食品注册管理办法 (SAMR).
"""

from __future__ import annotations

from typing import ClassVar

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording


class InfantFormula(Identifier):
    """A well-formed registration of an infant formula."""

    kind: ClassVar[CertificateType] = "infant-formula"
    title: ClassVar[Wording] = Wording("婴幼儿配方乳粉产品配方注册号", "infant formula registration")
    expected: ClassVar[Wording] = Wording("国食注字YP加 8 位数字", "国食注字YP and 8 digits")
    form: ClassVar[str] = r"国食注字YP\d{8}"
    seen: ClassVar[str] = r"国食注字~yp~(?:#{8}|#{4,12})"
    anchors: ClassVar[tuple[str, ...]] = ("国食注字",)

    @property
    def tells(self) -> dict[str, str]:
        """``year``."""
        return {"year": self.number[6:10]}


class MedicalFormula(InfantFormula):
    """A well-formed registration of a food for special medical purposes."""

    kind: ClassVar[CertificateType] = "special-medical-food"
    title: ClassVar[Wording] = Wording("特殊医学用途配方食品注册号", "special medical food registration")
    expected: ClassVar[Wording] = Wording("国食注字TY加 8 位数字", "国食注字TY and 8 digits")
    form: ClassVar[str] = r"国食注字TY\d{8}"
    seen: ClassVar[str] = r"国食注字~ty~(?:#{8}|#{4,12})"
