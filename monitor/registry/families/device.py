"""医疗器械: registered (classes 2 and 3) and filed (class 1) medical devices.

国 or a province, 械注准 (domestic), 进 (imported) or 许 (Hong Kong, Macao, Taiwan), year (4), class (1), catalogue (2), serial (4);
filed: place, 械备, year (4), serial (4 or more). Before 2014: 食药监械(准)字, year, 第, 7 digits.

Source: 医疗器械注册与备案管理办法 (SAMR order 47), art. 118.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording
from monitor.registry.regions import SHORT, by_short

ORIGINS: Final = {"准": "境内", "进": "进口", "许": "港澳台"}
"""Character behind 械注 → where the device comes from."""


class DeviceRegistration(Identifier):
    """A well-formed registration or filing of a medical device."""

    kind: ClassVar[CertificateType] = "device"
    title: ClassVar[Wording] = Wording("医疗器械注册证编号或备案编号", "medical device registration or filing")
    expected: ClassVar[Wording] = Wording(
        "国或省简称、械注准（进、许）和 11 位数字，或械备和 8 位以上数字",
        "国 or a province, 械注准 (进, 许) and 11 digits, or 械备 and 8 digits or more",
    )
    form: ClassVar[str] = (
        rf"[国{SHORT}]械注[准进许]\d{{11}}|国?[\u4e00-\u9fff]{{0,3}}械备\d{{8,12}}号?"
        r"|[\u4e00-\u9fff]食?药监械\([准进许]\)字\d{4}第\d{7}号?"
    )
    seen: ClassVar[str] = (
        rf"[国{SHORT}]械注~[准进许]~(?:#{{11}}|#{{6,14}})|[国{SHORT}][\u4e00-\u9fff]?械备~(?:第 ?)?#{{8,12}}号?"
        rf"|[国{SHORT}]食?药监械 ?[(〔\[]?[准进许][)〕\]]? ?字 ?\d{{4}} ?第? ?\d{{5,8}} ?号?"
    )
    anchors: ClassVar[tuple[str, ...]] = ("械注", "械备", "药监械")

    @classmethod
    def canonical(cls, text: str) -> str:
        """With the brackets and the 第 of the older numbers, without those of the newer."""
        number = super().canonical(text).replace("械备第", "械备").replace("械备(", "械备").replace("(国)", "国")
        return re.sub(r"药监械\(?([准进许])\)?字(\d{4})第?(\d+)", r"药监械(\1)字\2第\3", number)

    @property
    def tells(self) -> dict[str, str]:
        """``year``, ``region`` of a provincial one, and of a registration ``origin`` and the risk ``class`` (2 or 3)."""
        digits = "".join(character for character in self.number if character.isdigit())
        found = {"year": digits[:4], "region": by_short(self.number[0])}
        if "械注" in self.number:
            found |= {"class": digits[4], "origin": ORIGINS[self.number[3]]}
        return {name: value for name, value in found.items() if value}
