"""GAP, HACCP and ISO certificates, and licences to breed wildlife: forms known by analogy only.

Body (3 or 4 digits), the letters of the scheme, year (2) and serial (5); ISO: body (3), year (2), letter, serial, R and round, size.
Wildlife: (place)水野繁字(year) number 号 and its like.

Source: certificates seen; none of these forms was read in a rule, so a wrong one is never a finding.
"""

from __future__ import annotations

import re
from typing import ClassVar

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, normalise


class Gap(Identifier):
    """A GAP certificate number of the usual form."""

    kind: ClassVar[CertificateType] = "gap"
    title: ClassVar[Wording] = Wording("GAP 认证证书编号", "GAP certificate")
    expected: ClassVar[Wording] = Wording("机构代码、GAP 和 7 位数字", "body code, GAP and 7 digits")
    form: ClassVar[str] = r"\d{3,4}GAP\d{7}(?:-\d{1,3})?"
    seen: ClassVar[str] = r"(?<![a-z0-9])\d{3,4} ?gap ?\d{6,8}(?:-\d{1,3})?(?!\d)"
    anchors: ClassVar[tuple[str, ...]] = ("gap",)
    certainty: ClassVar[int] = 1
    closed: ClassVar[bool] = False

    @classmethod
    def canonical(cls, text: str) -> str:
        """With the dash of a sub-certificate."""
        return normalise(text)

    @property
    def tells(self) -> dict[str, str]:
        """``year``."""
        return {"year": "20" + re.split("[A-Z]+", self.number)[1][:2]}


class Haccp(Gap):
    """A HACCP certificate number of the usual form."""

    kind: ClassVar[CertificateType] = "haccp"
    title: ClassVar[Wording] = Wording("HACCP 认证证书编号", "HACCP certificate")
    expected: ClassVar[Wording] = Wording("机构代码、HACCP 和 7 位数字", "body code, HACCP and 7 digits")
    form: ClassVar[str] = r"\d{3,4}HACCP\d{7}(?:-\d{1,3})?"
    seen: ClassVar[str] = r"(?<![a-z0-9])\d{3,4} ?haccp ?\d{6,8}(?:-\d{1,3})?(?!\d)"
    anchors: ClassVar[tuple[str, ...]] = ("haccp",)


class Iso(Identifier):
    """A management system certificate number of the usual form."""

    kind: ClassVar[CertificateType] = "iso"
    title: ClassVar[Wording] = Wording("管理体系认证证书编号", "management system certificate")
    expected: ClassVar[Wording] = Wording("如 00123Q30456R0M", "such as 00123Q30456R0M")
    form: ClassVar[str] = r"\d{5}[QEFSH][A-Z]?\d{4,6}R\d[SML](?:-\d{1,3})?"
    seen: ClassVar[str] = r"(?<![a-z0-9])\d{5}[qefsh][a-z]?\d{4,6}r\d[sml](?:-\d{1,3})?(?![a-z0-9])"
    anchors: ClassVar[tuple[str, ...]] = ("r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9")
    certainty: ClassVar[int] = 1
    closed: ClassVar[bool] = False

    @classmethod
    def canonical(cls, text: str) -> str:
        """With the dash of a sub-certificate."""
        return normalise(text)


class WildlifeLicence(Identifier):
    """A licence to breed or trade wild animals of the usual form."""

    kind: ClassVar[CertificateType] = "wildlife-breeding"
    title: ClassVar[Wording] = Wording("野生动物人工繁育许可证编号", "wildlife breeding licence")
    expected: ClassVar[Wording] = Wording("如 (浙)水野繁字(2024)037号", "such as (浙)水野繁字(2024)037号")
    form: ClassVar[str] = r"\(?[\u4e00-\u9fff]{1,6}\)?[水林陆]?野?[繁驯经护]{1,3}字\(\d{4}\)第?\d{1,6}号"
    seen: ClassVar[str] = (
        r"[(〔\[]?[\u4e00-\u9fff]{1,3}[)〕\]]? ?[水林陆]?[野护驯繁][\u4e00-\u9fff]{0,2}字 ?[(〔\[]\d{4}[)〕\]] ?第? ?\d{1,6} ?号"
    )
    anchors: ClassVar[tuple[str, ...]] = ("繁字", "驯字", "驯繁字", "野经字")
    certainty: ClassVar[int] = 1
    closed: ClassVar[bool] = False
