"""农药登记证号, 农药追溯码 and 农药经营许可证号: the registration of a pesticide, the code on its pack, the licence of its shop.

``PD`` (field use), ``WP`` (public health), ``LS`` or ``WL`` (temporary, ended 2017) or ``EX`` (export only), year (4), serial (4),
``F`` and six digits where it is repacked; before 2000 shorter numbers (PD86101-5, PDN12-91). The code on the pack has 32 digits: class
(1 PD, 2 WP, 3 LS), the last six of the registration, kind of production (1), size (3), random (21). Licence of a shop: 农药经许, province
in brackets, county (6), kind (1), serial (4).

Source: 农药登记管理办法 (MARA order 3 of 2017); 农药标签二维码管理规定 (MOA announcement 2579); public registrations.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, normalise, spelt
from monitor.registry.regions import SHORT, place, province

CLASSES: Final = {
    "PD": "农药登记",
    "WP": "卫生用农药登记",
    "LS": "临时登记",
    "WL": "卫生用农药临时登记",
    "EX": "仅限出口",
}
"""First two letters → kind of registration."""


class PesticideRegistration(Identifier):
    """A well-formed registration of a pesticide."""

    kind: ClassVar[CertificateType] = "pesticide"
    title: ClassVar[Wording] = Wording("农药登记证号", "pesticide registration")
    expected: ClassVar[Wording] = Wording("PD（卫生用 WP）加 8 位数字", "PD (for public health WP) and 8 digits")
    form: ClassVar[str] = r"(?:PD|WP|LS|WL|EX)\d{8}(?:F\d{6})?|PDN?\d{2,5}(?:-\d{1,4})?(?:F\d{1,6})?"
    seen: ClassVar[str] = (
        r"(?<![a-z0-9])(?:<pd>|<wp>)[ \-]?(?:#{8}|\d{6,10})(?:f\d{6})?(?![a-z0-9])"
        r"|(?<![a-z0-9])(?:ls|wl|ex) ?(?:19|20)\d{6}(?:f\d{6})?(?![a-z0-9])"
        r"|(?<![a-z0-9])pdn?\d{2,5}-\d{1,4}(?![a-z0-9])"
        r"|农药登记证(?:编号|号)?[号是为: ]{0,3}(?:[a-z]{2} ?)?(?:#{8}|#{6,10})(?:f\d{6})?"
    )
    anchors: ClassVar[tuple[str, ...]] = (*spelt("pd"), *spelt("wp"), "ls20", "ls 20", "ls19", "wl", "ex", "农药登记证")

    @classmethod
    def canonical(cls, text: str) -> str:
        """With the dash of the older numbers, without the words in front."""
        number = normalise(text).replace(".", "").replace(":", "").removeprefix("农药登记证").lstrip("编号是为")
        return number if number.count("-") == 1 and not number.startswith(("PD-", "WP-")) else number.replace("-", "")

    @property
    def tells(self) -> dict[str, str]:
        """``class`` and, of numbers since 2000, ``year``."""
        found = {"class": CLASSES[self.number[:2]]}
        return found | ({"year": self.number[2:6]} if self.number[2:4] in {"19", "20"} else {})


class PesticideTrace(Identifier):
    """The 32 digits on the pack of a pesticide."""

    title: ClassVar[Wording] = Wording("农药追溯码", "pesticide trace code")
    expected: ClassVar[Wording] = Wording("32 位数字，第一位为 1、2 或 3", "32 digits, the first of them 1, 2 or 3")
    form: ClassVar[str] = r"[123]\d{31}"
    seen: ClassVar[str] = r"追溯码[号是为: ]{0,3}(?:#{32}|#{28,36})"
    anchors: ClassVar[tuple[str, ...]] = ("追溯码",)
    certainty: ClassVar[int] = 2

    @classmethod
    def canonical(cls, text: str) -> str:
        """Without the words in front of it."""
        return super().canonical(text).rpartition("码")[2].lstrip("号是为")

    @property
    def tells(self) -> dict[str, str]:
        """``class`` of the registration, and its last six digits (``registration``)."""
        letters = ("PD", "WP", "LS")[int(self.number[0]) - 1]
        return {"class": CLASSES[letters], "registration": f"{letters}20{self.number[1:7]}"}

    def belongs_to(self, registration: str) -> bool:
        """Whether the code is one of a product registered under ``registration``, as printed officially."""
        letters, digits = registration[:2], registration[2:10]
        return self.tells["registration"] == letters + digits


class PesticideBusiness(Identifier):
    """A well-formed licence to sell pesticides; it names the shop, not a product."""

    title: ClassVar[Wording] = Wording("农药经营许可证编号", "licence to sell pesticides")
    expected: ClassVar[Wording] = Wording("如农药经许(赣)36072220001", "such as 农药经许(赣)36072220001")
    form: ClassVar[str] = rf"农药经许\([{SHORT}]\)\d{{11}}"
    seen: ClassVar[str] = rf"农药经许 ?[(〔\[]?[{SHORT}][)〕\]]?~(?:#{{11}}|#{{4,14}})"
    anchors: ClassVar[tuple[str, ...]] = ("农药经许",)
    certainty: ClassVar[int] = 2

    @classmethod
    def canonical(cls, text: str) -> str:
        """With brackets around the province."""
        return re.sub(r"农药经许\(?(.)\)?(?=\d)", r"农药经许(\1)", super().canonical(text))

    @property
    def tells(self) -> dict[str, str]:
        """``region`` and ``place``."""
        code = self.number[7:13]
        found = {"region": province(code), "place": place(code)}
        return {name: value for name, value in found.items() if value}
