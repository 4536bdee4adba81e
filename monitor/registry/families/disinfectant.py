"""消毒产品生产企业卫生许可证号: the licence of a company that makes disinfectants (消字号).

(Province)卫消证字(year)第 number 号. It licenses the company; no product is examined, and none may be said to heal.

Source: 消毒管理办法; secondary pages for the form.
"""

from __future__ import annotations

import re
from typing import ClassVar

from monitor.registry.identifier import Identifier, Wording
from monitor.registry.regions import SHORT, by_short


class DisinfectantLicence(Identifier):
    """A well-formed licence of a maker of disinfectants."""

    title: ClassVar[Wording] = Wording("消毒产品生产企业卫生许可证号", "licence of a maker of disinfectants")
    expected: ClassVar[Wording] = Wording("如(苏)卫消证字(2021)第0001号", "such as (苏)卫消证字(2021)第0001号")
    form: ClassVar[str] = rf"\([{SHORT}]\)卫消证字\(\d{{4}}\)第\d{{4}}号"
    seen: ClassVar[str] = rf"[(〔\[]?[{SHORT}][)〕\]]? ?卫消证字 ?[(〔\[]?#{{4}}[)〕\]]? ?(?:第 ?)?#{{1,6}} ?号?"
    anchors: ClassVar[tuple[str, ...]] = ("卫消证字",)
    certainty: ClassVar[int] = 2

    @classmethod
    def canonical(cls, text: str) -> str:
        """With brackets, 第 and 号."""
        number = super().canonical(text)
        return re.sub(r"^\(?(.)\)?卫消证字\(?(\d{4})\)?第?(\d+)号?$", r"(\1)卫消证字(\2)第\3号", number)

    @property
    def tells(self) -> dict[str, str]:
        """``year`` and ``region``."""
        found = {"year": self.number.rpartition("(")[2][:4], "region": by_short(self.number[1])}
        return {name: value for name, value in found.items() if value}
