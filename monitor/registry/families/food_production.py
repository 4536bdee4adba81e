"""食品生产许可证编号: the number of a food production licence.

``SC`` and 14 digits: food class (3), province, city, county (2 each), serial (4), check digit (1).
The check digit is ISO 7064 MOD 11,10 over the first 13 digits.

Source: 食品生产许可管理办法 (SAMR order 24, in force 2020-03-01), art. 29; GB/T 17710; verified on twelve real numbers.
"""

from __future__ import annotations

from typing import ClassVar, Final

from stdnum.iso7064 import mod_11_10

from monitor.documents import CertificateType
from monitor.registry.identifier import Identifier, Wording, spelt
from monitor.registry.regions import place, province

FOOD_CLASSES: Final = {
    "101": "粮食加工品", "102": "食用油、油脂及其制品", "103": "调味品", "104": "肉制品", "105": "乳制品", "106": "饮料",
    "107": "方便食品", "108": "饼干", "109": "罐头", "110": "冷冻饮品", "111": "速冻食品", "112": "薯类和膨化食品", "113": "糖果制品",
    "114": "茶叶及相关制品", "115": "酒类", "116": "蔬菜制品", "117": "水果制品", "118": "炒货食品及坚果制品", "119": "蛋制品",
    "120": "可可及焙烤咖啡产品", "121": "食糖", "122": "水产制品", "123": "淀粉及淀粉制品", "124": "糕点", "125": "豆制品",
    "126": "蜂产品", "127": "保健食品", "128": "特殊医学用途配方食品", "129": "婴幼儿配方食品", "130": "特殊膳食食品",
    "131": "其他食品", "201": "食品添加剂", "202": "食品用香精", "203": "复配食品添加剂",
}  # fmt: skip
"""Class → name (食品生产许可分类目录, 2020)."""


class FoodProductionLicence(Identifier):
    """A well-formed SC number. That it is well-formed proves nothing: only a registry can."""

    kind: ClassVar[CertificateType] = "food-production"
    title: ClassVar[Wording] = Wording("食品生产许可证编号", "food production licence")
    expected: ClassVar[Wording] = Wording("SC 加 14 位数字", "SC and 14 digits")
    form: ClassVar[str] = r"SC\d{14}"
    seen: ClassVar[str] = (
        r"(?<![a-z0-9])<sc>~(?:#{14}|#{10,16})|(?<![a-z0-9])<qs>~#{12}"
        r"|食品生产许可证(?:编号|证号|号)?[号是为: ]{0,3}(?:#{14}|#{10,16})"
        r"|(?<![药料品肥种械])生产许可证编号[号是为: ]{0,3}(?:#{14}|#{10,16})"
    )
    lead: ClassVar[str] = "SC"
    anchors: ClassVar[tuple[str, ...]] = (*spelt("sc"), *spelt("qs"), "生产许可证")

    @classmethod
    def canonical(cls, text: str) -> str:
        """Without the words in front of it."""
        return super().canonical(text).removeprefix("食品").removeprefix("生产许可证").lstrip("编证号是为")

    @classmethod
    def mistake(cls, number: str) -> Wording:
        """A QS number is an old one, a bare number lacks its letters."""
        if number.startswith("QS"):
            return Wording(
                f"{number} 是旧的 QS 编号，2018-10-01 起停用；应为{cls.expected.zh}",
                f"{number} is a QS number, out of use since 2018-10-01; expected {cls.expected.en}",
            )
        if number.isdigit():
            return Wording(
                f"{number} 前面没有 SC；应为{cls.expected.zh}",
                f"no SC in front of {number}; expected {cls.expected.en}",
            )
        return super().mistake(number)

    @classmethod
    def check_digit(cls, number: str) -> str:
        """ISO 7064 MOD 11,10 over the first 13 digits."""
        return str(mod_11_10.calc_check_digit(number[2:15]))

    @property
    def tells(self) -> dict[str, str]:
        """``class``: the producer's main class of food, which need not be that of this product; ``region`` and ``place`` of the factory."""
        code = self.number[5:11]
        found = {"class": FOOD_CLASSES.get(self.number[2:5]), "region": province(code), "place": place(code)}
        return {name: value for name, value in found.items() if value}

    @property
    def doubts(self) -> tuple[Wording, ...]:
        """A class that the catalogue of 2020 has not, or a province that is none."""
        name, code = self.number[2:5], self.number[5:7]
        classes = Wording(f"食品类别 {name} 不在分类目录中", f"the catalogue has no class {name}")
        places = Wording(f"没有代码为 {code} 的省份", f"no province has the code {code}")
        return ((classes,) if name not in FOOD_CLASSES else ()) + ((places,) if province(code) is None else ())
