"""商品条码: the number of an article (EAN-13, GTIN-13).

Prefix of the organisation that gave it (3), company and article (9), check digit (modulus 10, weights 1 and 3). The prefix tells where
the company is a member, never where the goods come from.

Source: GB 12904; GS1 General Specifications.
"""

from __future__ import annotations

from typing import ClassVar, Final

from stdnum import ean

from monitor.registry.identifier import Identifier, Wording, spelt

_CHINA: Final = range(680, 700)
_NEAR: Final = {"471": "台湾", "489": "香港", "958": "澳门"}


class Barcode(Identifier):
    """A well-formed EAN-13."""

    title: ClassVar[Wording] = Wording("商品条码", "article number (EAN-13)")
    expected: ClassVar[Wording] = Wording("13 位数字", "13 digits")
    form: ClassVar[str] = r"\d{13}"
    seen: ClassVar[str] = r"(?:条形码|条码|(?<![a-z])<ean>(?:-?13)?(?!\d))[号是为: ]{0,3}#{13}"
    anchors: ClassVar[tuple[str, ...]] = ("条形码", "条码", *spelt("ean"))

    @classmethod
    def canonical(cls, text: str) -> str:
        """The last 13 digits, without the words in front of them."""
        digits = "".join(character for character in super().canonical(text) if character.isdigit())
        return digits.removeprefix("13") if len(digits) == 15 else digits  # noqa: PLR2004 (EAN-13 and its 13 digits)

    @classmethod
    def check_digit(cls, number: str) -> str:
        """Modulus 10 over the first 12 digits."""
        return str(ean.calc_check_digit(number[:-1]))

    @property
    def tells(self) -> dict[str, str]:
        """``member``: where the company is a member of GS1, for China and its neighbours; this is no origin."""
        prefix = self.number[:3]
        member = "中国" if int(prefix) in _CHINA else _NEAR.get(prefix)
        return {"member": member} if member else {}
