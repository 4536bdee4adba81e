"""农药登记证号: the registration of a pesticide.

``PD`` (field use), ``WP`` (public health), ``LS`` or ``WL`` (temporary, ended 2017) or ``EX`` (export only), year (4), serial (4),
``F`` and six digits where it is repacked; before 2000 shorter numbers (PD86101-5, PDN12-91).

Source: 农药登记管理办法 (MARA order 3 of 2017); public registrations.
"""

from __future__ import annotations

from typing import ClassVar, Final

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, normalise

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
        r"(?<![a-z0-9])(?:pd|wp)[ \-]?(?:#{8}|\d{6,10})(?:f\d{6})?(?![a-z0-9])"
        r"|(?<![a-z0-9])(?:ls|wl|ex) ?(?:19|20)\d{6}(?:f\d{6})?(?![a-z0-9])"
        r"|(?<![a-z0-9])pdn?\d{2,5}-\d{1,4}(?![a-z0-9])"
        r"|农药登记证(?:编号|号)?[号是为: ]{0,3}(?:[a-z]{2} ?)?(?:#{8}|#{6,10})(?:f\d{6})?"
    )
    anchors: ClassVar[tuple[str, ...]] = ("pd", "wp", "ls20", "ls 20", "ls19", "wl", "ex", "农药登记证")

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
