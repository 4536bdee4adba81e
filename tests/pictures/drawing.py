"""Pictures to read: certificates, licences and product pages drawn with a font, and then photographed badly.

Everything follows from a seed. Numbers bear right check digits, names and places are made up.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from monitor.registry.families.credit_code import CreditCode
from monitor.registry.families.food_business import FoodBusinessLicence
from monitor.registry.families.food_production import FoodProductionLicence
from monitor.registry.families.patent import Patent

FONT: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
"""Where Debian's fonts-noto-cjk puts it."""
_SIMPLIFIED: Final = 2
"""The face of the collection with Chinese forms."""

Kind = Literal["organic", "production", "business", "patent"]
KINDS: Final[tuple[Kind, ...]] = ("organic", "production", "business", "patent")
_CODE: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Badly:
    """How a picture is taken: size and turn (degrees), blur (radius), noise (of 255), and quality of JPEG; 0: PNG."""

    size: float = 1.0
    turn: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    quality: int = 0


LEVELS: Final = (
    Badly(),
    Badly(size=0.8, turn=1.0, noise=4, quality=60),
    Badly(size=0.5, turn=-2.0, noise=10, quality=40),
    Badly(size=0.4, turn=2.0, blur=0.6, noise=14, quality=30),
    Badly(size=0.28, turn=-1.5, blur=0.5, noise=12, quality=30),
)


@dataclass(frozen=True)
class Drawn:
    """What a certificate that was drawn says."""

    kind: Kind
    number: str
    holder: str
    code: str
    lines: tuple[str, ...]
    title: str
    first: str = ""
    last: str = ""
    products: tuple[str, ...] = field(default=())


def drawn(kind: Kind, seed: int) -> Drawn:
    """A certificate of a kind."""
    dice = random.Random(f"{kind} {seed}")  # noqa: S311 (a seed, no secret)
    holder = _holder(dice)
    code = credit_code(dice)
    first = f"{dice.randint(2024, 2026)}年{dice.randint(1, 12):02}月{dice.randint(1, 28):02}日"
    last = f"{dice.randint(2027, 2029)}年{dice.randint(1, 12):02}月{dice.randint(1, 28):02}日"
    place = f"{dice.choice(_PLACES)}{dice.choice('东西南北')}{dice.choice(('街', '路'))}{dice.randint(1, 199)}号"
    if kind == "organic":
        number = f"{dice.choice(('134', '123', '001', '0123'))}OP{dice.randint(22, 26)}{dice.randint(0, 99_999):05}"
        goods = tuple(dice.sample(("大米", "小米", "绿豆", "苹果", "玉米", "大豆"), 2))
        lines = (f"证书编号：{number}", f"认证委托人：{holder}", f"统一社会信用代码：{code}", f"地址：{place}",
                 f"产品名称：{'、'.join(goods)}", "认证依据：GB/T 19630-2019", f"有效期：{first}至{last}",
                 "认证机构：华东有机认证中心")  # fmt: skip
        return Drawn(kind, number, holder, code, lines, "有机产品认证证书", first, last, goods)
    if kind == "patent":
        number = _checked(Patent, f"ZL{dice.randint(2010, 2023)}{dice.choice('12')}{dice.randint(0, 9_999_999):07}.")
        lines = ("实用新型名称：一种谷物烘干装置", f"发明人：{dice.choice('张王李')}{dice.choice('伟芳强')}", f"专利号：{number}",
                 f"专利权人：{holder}", f"地址：{place}")  # fmt: skip
        return Drawn(kind, number, holder, "", lines, "实用新型专利证书")
    family, lead, role = (
        (FoodProductionLicence, f"SC1{dice.choice(('01', '03', '14'))}", "生产者名称")
        if kind == "production"
        else (FoodBusinessLicence, "JY1", "经营者名称")
    )
    left = 15 - len(lead)
    number = _checked(family, lead + "".join(dice.choice("0123456789") for _ in range(left)))
    lines = (f"{role}：{holder}", f"社会信用代码：{code}", f"许可证编号：{number}", f"住所：{place}",
             "发证机关：某某市市场监督管理局", f"有效期至 {last}")  # fmt: skip
    title = "食品生产许可证" if kind == "production" else "食品经营许可证"
    return Drawn(kind, number, holder, code, lines, title, "", last)


def credit_code(dice: random.Random) -> str:
    """A credit code that passes both of its checks."""
    body = "MA" + "".join(dice.choice(_CODE) for _ in range(6))
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rest = 11 - sum(letters.index(c) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11
    inner = body + {10: "X", 11: "0"}.get(rest, str(rest))
    region = f"{dice.choice((11, 23, 33, 44, 51))}{dice.randint(1, 30):02}{dice.randint(1, 30):02}"
    start = f"91{region}{inner}"
    return start + str(CreditCode.check_digit(start + "0"))


def draw(certificate: Drawn) -> Image.Image:
    """The certificate as a page with a frame and a seal."""
    page = Image.new("RGB", (1240, 420 + 84 * len(certificate.lines)), "#fffdf2")
    pen = ImageDraw.Draw(page)
    pen.rectangle((30, 30, page.width - 31, page.height - 31), outline="#a8842c", width=8)
    pen.text((page.width / 2, 130), certificate.title, font=font(64), fill="#7a1010", anchor="mm")
    for index, line in enumerate(certificate.lines):
        pen.text((110, 240 + 84 * index), line, font=font(36), fill="#1c1c1c")
    centre = page.width - 230, page.height - 130
    pen.ellipse((centre[0] - 85, centre[1] - 85, centre[0] + 85, centre[1] + 85), outline="#d02020", width=6)
    pen.text(centre, "★", font=font(60), fill="#d02020", anchor="mm")
    return page


def product_page(lines: tuple[str, ...], width: int = 750, size: int = 34) -> Image.Image:
    """A strip of a product page: coloured bands with a line of words each."""
    page = Image.new("RGB", (width, 120 * len(lines) + 40), "white")
    pen = ImageDraw.Draw(page)
    for index, line in enumerate(lines):
        top = 20 + 120 * index
        pen.rectangle((0, top, width, top + 110), fill=("#f6e7d0", "#e6f2df", "#ffffff")[index % 3])
        pen.text((width / 2, top + 55), line, font=font(size), fill="#302010", anchor="mm")
    return page


def taken(page: Image.Image, badly: Badly, seed: int = 0) -> bytes:
    """The file of a picture that was taken of a page."""
    picture = page
    if badly.turn:
        picture = picture.rotate(badly.turn, expand=True, fillcolor="#d8d8d8", resample=Image.Resampling.BICUBIC)
    if badly.size != 1.0:
        size = round(picture.width * badly.size), round(picture.height * badly.size)
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    if badly.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(badly.blur))
    if badly.noise:
        grain = np.random.default_rng(seed).normal(0, badly.noise, (picture.height, picture.width, 1))
        picture = Image.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))
    held = io.BytesIO()
    if badly.quality:
        picture.save(held, "JPEG", quality=badly.quality)
    else:
        picture.save(held, "PNG")
    return held.getvalue()


def font(size: int) -> ImageFont.FreeTypeFont:
    """The font in a size."""
    return ImageFont.truetype(str(FONT), size, index=_SIMPLIFIED)


def _holder(dice: random.Random) -> str:
    proper = "".join(dice.choice("禾丰润泽康源绿田谷穗清和瑞福") for _ in range(2))
    business = dice.choice(("农业科技", "生态农业", "食品", "粮油", "商贸"))
    form = dice.choice(("有限公司", "有限公司", "农民专业合作社"))
    return f"{dice.choice(_PLACES)}{proper}{'' if '合作社' in form else business}{form}"


def _checked(family: type[FoodProductionLicence | FoodBusinessLicence | Patent], start: str) -> str:
    return start + str(family.check_digit(start + "0"))


_PLACES: Final = ("五常市", "庆安县", "寿光市", "赣州市", "眉县", "奉节县", "洛川县")
