"""保健食品: registered (国食健注) and filed (食健备) health food, and the older numbers that stay valid until replaced.

国食健注 G (domestic) or J (imported), year (4), serial (4); 食健备G year (4), province (2), serial (6); 食健备J year, 00, serial.
Older: 国食健字G/J and 8 digits, 卫食健字(year)第 number 号, imported 卫进食健字 or 卫食健进字.

Source: 保健食品注册与备案管理办法 (CFDA order 22); the public register.
"""

from __future__ import annotations

import re
from typing import ClassVar

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording
from monitor.registry.regions import province


class HealthFood(Identifier):
    """A well-formed number of a health food."""

    kind: ClassVar[CertificateType] = "health-food"
    title: ClassVar[Wording] = Wording("保健食品批准文号或备案号", "health food registration or filing")
    expected: ClassVar[Wording] = Wording(
        "国食健注G（或J）加 8 位数字，或食健备G加 12 位数字", "国食健注G or J and 8 digits, or 食健备G and 12 digits"
    )
    form: ClassVar[str] = r"国食健[注字][GJ]\d{8}|食健备G\d{12}|食健备J\d{4}00\d{6}"
    seen: ClassVar[str] = r"国食健[注字]~(?:[gj]~)?(?:#{8}|#{4,14})|(?<!国)食健备~(?:[gj]~)?(?:#{12}|#{6,14})"
    anchors: ClassVar[tuple[str, ...]] = ("食健",)

    @property
    def tells(self) -> dict[str, str]:
        """``year``, ``origin`` (国产 or 进口), and ``region`` of a domestic filing."""
        digits = "".join(character for character in self.number if character.isdigit())
        imported = "J" in self.number or "进" in self.number
        found = {"year": digits[:4], "origin": "进口" if imported else "国产"}
        region = province(digits[4:6]) if self.number.startswith("食健备G") else None
        return found | ({"region": region} if region else {})


class FormerHealthFood(HealthFood):
    """A well-formed number of before 2003, given by the ministry of health; it stays valid until replaced."""

    title: ClassVar[Wording] = Wording("保健食品批准文号（卫生部）", "health food approval of the ministry of health")
    expected: ClassVar[Wording] = Wording("如卫食健字(2001)第0123号", "such as 卫食健字(2001)第0123号")
    form: ClassVar[str] = r"卫进?食健进?字\(\d{4}\)第\d{1,4}号"
    seen: ClassVar[str] = r"卫进?食健进?字 ?[(〔\[]?#{4}[)〕\]]? ?第? ?#{1,6} ?号?"
    certainty: ClassVar[int] = 2

    @classmethod
    def canonical(cls, text: str) -> str:
        """With brackets around the year, 第 and 号."""
        return re.sub(r"(食健进?字)\(?(\d{4})\)?第?(\d+)号?$", r"\1(\2)第\3号", super().canonical(text))
