"""有机产品认证证书编号 and 有机码: the certificate of an organic product, and the code on its smallest pack.

Certificate: certification body (3 or 4 digits, or F and 2), ``OP``, year (2), serial (5), a part after a dash for a sub-certificate.
A number is kept when a certificate is renewed, so its year may be old. Code on the pack: 17 digits, body (3), year (2), random (12).
Conversion (转换) certificates have the same form.

Source: 有机产品认证实施规则 (CNCA); secondary pages for the forms since 2022.
"""

from __future__ import annotations

from typing import ClassVar, Final

from monitor.documents import CertificateType
from monitor.registry.identifier import ALONE, Identifier, Wording, normalise, spelt

BODIES: Final = {"8": "境外机构（等效互认）", "9": "外商投资机构"}
"""First digit of a body's code of four digits → what kind of body that is."""
_LONG: Final = 4


class OrganicCertificate(Identifier):
    """A well-formed organic certificate number."""

    kind: ClassVar[CertificateType] = "organic"
    title: ClassVar[Wording] = Wording("有机产品认证证书编号", "organic product certificate")
    expected: ClassVar[Wording] = Wording(
        "机构代码、OP、两位年份和五位流水号，如 0123OP2300001",
        "body code, OP, two digits of the year and five of the serial, such as 0123OP2300001",
    )
    form: ClassVar[str] = r"(?:F\d{2}|\d{3,4})OP\d{7}(?:-\d{1,3})?"
    seen: ClassVar[str] = ALONE + r"(?:f\d{2}|#{3,4})~<op>~(?:#{7}|#{5,9})(?:-\d{1,3}(?!\d))?"
    anchors: ClassVar[tuple[str, ...]] = spelt("op")
    certainty: ClassVar[int] = 2

    @classmethod
    def canonical(cls, text: str) -> str:
        """With the dash of a sub-certificate, and no other."""
        number, _, part = normalise(text).rpartition("-")
        if number and part.isdigit() and len(part) <= 3 and "OP" in number:  # noqa: PLR2004 (at most 999 parts)
            return f"{super().canonical(number)}-{part}"
        return super().canonical(text)

    @property
    def tells(self) -> dict[str, str]:
        """``year`` of the first certification, ``body``, the code of the certification body, and ``origin`` of that body."""
        body, _, serial = self.number.partition("OP")
        found = {"year": f"20{serial[:2]}", "body": body}
        return found | ({"origin": BODIES[body[0]]} if len(body) == _LONG and body[0] in BODIES else {})


class OrganicCode(Identifier):
    """The 17 digits on an organic pack; the official inquiry tells the certificate, a registry of certificates does not."""

    kind: ClassVar[CertificateType] = "organic"
    title: ClassVar[Wording] = Wording("有机码", "organic code")
    expected: ClassVar[Wording] = Wording("17 位数字", "17 digits")
    form: ClassVar[str] = r"\d{17}"
    seen: ClassVar[str] = r"有机码[号是为: ]{0,3}(?:#{17}|#{12,20})"
    anchors: ClassVar[tuple[str, ...]] = ("有机码",)
    certainty: ClassVar[int] = 2
    looked_up: ClassVar[bool] = False

    @classmethod
    def canonical(cls, text: str) -> str:
        """Without the words in front of it."""
        return super().canonical(text).removeprefix("有机码").lstrip("号是为")

    @property
    def tells(self) -> dict[str, str]:
        """``body``: the code of the certification body; ``year``."""
        return {"body": self.number[:3], "year": f"20{self.number[3:5]}"}
