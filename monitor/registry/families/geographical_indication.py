"""农产品地理标志登记证书编号: the registration of an agricultural geographical indication.

``AGI`` and five digits; registration ended in 2022 and is being moved, so other numbers of this type exist (announcements,
certification trademarks, and the credit code that stands in the mark since 2019).

Source: 农产品地理标志管理办法; secondary pages.
"""

from __future__ import annotations

from typing import ClassVar

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording


class GeographicalIndication(Identifier):
    """A well-formed AGI number."""

    kind: ClassVar[CertificateType] = "gi"
    title: ClassVar[Wording] = Wording("农产品地理标志登记证书编号", "geographical indication")
    expected: ClassVar[Wording] = Wording("AGI 加五位数字", "AGI and five digits")
    form: ClassVar[str] = r"AGI\d{5}"
    seen: ClassVar[str] = r"(?<![a-z0-9])agi(?:~#{5}|(?! ?20\d\d(?!\d))[ \-]?\d{3,8}(?!\d))"
    anchors: ClassVar[tuple[str, ...]] = ("agi",)
    certainty: ClassVar[int] = 2
    closed: ClassVar[bool] = False
