"""广告批准文号: the approval of an advertisement for a drug, a device, a health food or a food for medical purposes.

Province, what is advertised (药, 械, 食健, 食特), 广审, medium (视, 声, 文), 第, the day it ends (YYMMDD), a dash, serial (5), 号.

Source: 药品、医疗器械、保健食品、特殊医学用途配方食品广告审查管理暂行办法 (SAMR order 21); secondary pages for the form.
"""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar, Final

from monitor.registry.identifier import Identifier, Wording
from monitor.registry.regions import SHORT, by_short

ADVERTISED: Final = {"药": "药品", "械": "医疗器械", "食健": "保健食品", "食特": "特殊医学用途配方食品"}
"""What stands before 广审 → what is advertised."""
MEDIA: Final = {"视": "视频", "声": "音频", "文": "图文"}
"""Character behind 广审 → medium."""


class AdvertisementApproval(Identifier):
    """A well-formed approval of an advertisement."""

    title: ClassVar[Wording] = Wording("广告批准文号", "advertisement approval")
    expected: ClassVar[Wording] = Wording("如粤食健广审(文)第270531-00123号", "such as 粤食健广审(文)第270531-00123号")
    form: ClassVar[str] = rf"[国{SHORT}](?:药|械|食健|食特)广审\([视声文]\)第\d{{6}}-\d{{5}}号"
    seen: ClassVar[str] = (
        rf"[国{SHORT}](?:药|械|食健|食特)广审 ?[(〔\[]?[视声文][)〕\]]? ?第? ?(?:#{{6}} ?-? ?#{{5}}|#{{4,14}}) ?号?"
    )
    anchors: ClassVar[tuple[str, ...]] = ("广审",)
    certainty: ClassVar[int] = 2

    @classmethod
    def canonical(cls, text: str) -> str:
        """With brackets, 第, the dash and 号."""
        number = super().canonical(text)
        return re.sub(r"广审\(?([视声文])\)?第?(\d{6})(\d{5})号?$", r"广审(\1)第\2-\3号", number)

    @property
    def ends(self) -> date | None:
        """The last day the approval holds; None where its digits are no day."""
        digits = self.number.rpartition("第")[2]
        try:
            return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
        except ValueError:
            return None

    @property
    def tells(self) -> dict[str, str]:
        """``class``: what is advertised; ``medium``; ``region`` of the authority; ``until``, the last day."""
        found = {
            "class": ADVERTISED[self.number[1:].partition("广审")[0]],
            "medium": MEDIA[self.number.partition("(")[2][0]],
            "region": by_short(self.number[0]),
            "until": self.ends.isoformat() if self.ends else None,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def doubts(self) -> tuple[Wording, ...]:
        """Six digits that are no day."""
        if self.ends is not None:
            return ()
        digits = self.number.rpartition("第")[2][:6]
        return (Wording(f"有效期 {digits} 不是日期", f"{digits}, where its last day stands, is no day"),)
