"""What the columns of certificate tables are called, and what is written in them: dates, statuses, types, scopes.

Authorities publish tables under headings of their own; these are the usual ones, Chinese and English. Headings are compared in
:func:`heading` form. A mapping that the user gives comes before all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, TypeVar

from monitor.documents import CertificateStatus, CertificateType

T = TypeVar("T")

FIELDS: Final = (
    "type", "number", "holder", "holder_uscc", "scope", "brand", "region", "issuer", "valid_from", "valid_to", "validity", "status",
)  # fmt: skip
"""Fields a column can hold: those of a certificate, and ``validity``, a period in one cell (2024-01-01至2026-12-31)."""

HEADINGS: Final[Mapping[str, str]] = {
    "type": "type kind certificate_type 类型 证书类型 证书类别 许可类型 认证项目 资质类型",
    "number": """
        number certificate_number certificate_no cert_no licence_number license_number licence_no
        license_no registration_number registration_no 编号 证号 证书编号 证书号 证书号码 许可证编号
        许可证号 许可证书编号 登记证号 登记证编号 登记证书编号 登记编号 注册号 注册证号 注册证编号
        注册证书编号 备案号 备案编号 批准文号 产品编号 企业信息码 食品生产许可证编号 食品经营许可证编号
        有机产品认证证书编号 农药登记证号 肥料登记证号 国药准字 专利号 商标注册号 资质认定证书编号
    """,
    "holder": """
        holder holder_name company enterprise owner registrant 持有人 持证人 证书持有人 证书持有者 获证组织
        获证组织名称 获证企业 获证企业名称 企业名称 单位名称 申请人 申请人名称 委托人 委托人名称 注册人
        注册人名称 备案人 备案人名称 登记证持有人 登记证持有人名称 生产者 生产者名称 生产企业 生产企业名称
        经营者名称 经营者 权利人 专利权人 上市许可持有人 主体名称 标志使用人 用标主体
    """,
    "holder_uscc": """
        holder_uscc uscc credit_code unified_social_credit_code 统一社会信用代码 社会信用代码 信用代码
        统一社会信用代码(身份证号码) 企业统一社会信用代码 持有人统一社会信用代码 组织机构代码
    """,
    "scope": """
        scope products product product_name 产品 产品名称 认证产品 认证范围 认证产品名称 范围 许可范围
        许可项目 经营项目 食品类别 类别名称 品种明细 食品、食品添加剂类别 农药名称 登记名称 通用名称
        作物种类 生产经营范围 核准产品 获证产品 证书范围 认证覆盖的产品范围 地理标志名称
    """,
    "brand": "brand trademark 品牌 商标 商标名称 注册商标 商品名",
    "region": "region place area 地区 区域 省份 所在地 产地 地域范围 保护范围 登记地域 基地地址 生产地址",
    "issuer": """
        issuer authority certification_body issued_by 发证机关 发证机构 发证单位 认证机构 认证机构名称
        颁证机构 登记机关 审批机关 批准机关 备案机关 签发机关
    """,
    "valid_from": """
        valid_from issued issue_date start_date from 有效期起 有效期自 有效期始 有效期开始日期 生效日期
        起始日期 开始日期 发证日期 颁证日期 初次发证日期 批准日期 登记日期 签发日期 证书有效期起
        有效期起始日
    """,
    "valid_to": """
        valid_to expires expiry expiry_date end_date to 有效期止 有效期至 有效期到 有效日期 有效日期至
        截止日期 有效期截止 有效期结束日期 到期日期 到期日 失效日期 终止日期 证书有效期止 证书到期日期
        有效期截止日
    """,
    "validity": "validity period 有效期 有效期限 证书有效期 有效期间 起止日期",
    "status": "status state 状态 证书状态 许可证状态 登记状态 证件状态",
}
"""Headings by field, with spaces between."""


def _by_word(words: Mapping[T, str]) -> dict[str, T]:
    return {word: value for value, said in words.items() for word in said.split()}


TYPES: Final[Mapping[str, CertificateType]] = _by_word(
    {
        "organic": "有机产品 有机产品认证 有机 有机食品",
        "organic-conversion": "有机转换 有机转换认证 有机转换产品",
        "green-food": "绿色食品",
        "gi": "地理标志 农产品地理标志 地理标志产品",
        "gap": "良好农业规范",
        "food-production": "食品生产许可 食品生产许可证",
        "food-business": "食品经营许可 食品经营许可证",
        "health-food": "保健食品",
        "infant-formula": "婴幼儿配方乳粉",
        "special-medical-food": "特殊医学用途配方食品",
        "drug": "药品",
        "device": "医疗器械",
        "compliance": "承诺达标合格证",
        "test-report": "检验检测机构资质认定 检验报告",
        "pesticide": "农药登记 农药登记证 农药",
        "seed": "种子生产经营许可证 农作物种子生产经营许可 种子",
        "fertilizer": "肥料登记 肥料登记证 肥料",
        "feed": "饲料 饲料生产许可证",
        "veterinary": "兽药",
        "wildlife-breeding": "人工繁育许可证",
        "trademark": "商标",
        "patent": "专利",
        "quality-product": "名特优新农产品 全国名特优新农产品",
        "iso": "管理体系 质量管理体系",
        "haccp": "危害分析与关键控制点",
    }
)
"""Types as tables write them; the types of the contract stand for themselves."""

STATUSES: Final[Mapping[str, CertificateStatus]] = _by_word(
    {
        "valid": "valid active 有效 正常 在用 存续 现行有效",
        "suspended": "suspended 暂停 暂停使用 中止 已暂停",
        "revoked": "revoked cancelled canceled withdrawn 撤销 注销 吊销 撤回 已撤销 已注销 已吊销",
        "expired": "expired 过期 失效 到期 已过期 已失效 无效",
    }
)
"""Statuses as tables write them."""

EMPTY: Final = frozenset({"", "-", "—", "--", "——", "/", "\\", "无", "null", "none", "n/a", "nan", "暂无", "不详"})
"""What stands in a cell in which nothing stands."""

ENDLESS: Final = frozenset(
    {"长期", "长期有效", "永久", "永久有效", "无固定期限", "无期限", "不限", "long-term", "permanent", "indefinite"}
)
_DAY: Final = re.compile(r"(\d{4})\s*(?:[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})|年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?)")
_CLOSE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")
_TIME: Final = re.compile(r"[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?")
_SERIAL: Final = re.compile(r"([2-7]\d{4})(?:\.\d+)?")
_EXCEL: Final = date(1899, 12, 30)
"""Day 0 of the serial dates of spreadsheets (their 1900 was a leap year, so days count rightly from March 1900 only)."""
_PERIOD: Final = re.compile(
    r"\s*(?:至|到|~|～|—{1,2}|–|－|\bto\b)\s*|\s+-+\s+|(?<=[日\d])-(?=\d{4})|(?<=[日\d])-(?=长期)"
)


def heading(name: str) -> str:
    """A heading as it is compared: half width, small letters, no marks; ``_`` between Latin words, nothing between Chinese ones."""
    plain = re.sub(r"[*:]+", "", unicodedata.normalize("NFKC", name).lower()).strip()
    return re.sub(r"[\s_-]+", "_" if plain.isascii() else "", plain)


def is_empty(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    return text.strip().lower() in EMPTY


@lru_cache(maxsize=1 << 16)
def day_of(text: str) -> date | None:
    """A day in any of its spellings: 2025-06-01, 2025/6/1, 2025.6.1, 2025年6月1日, 20250601, with a time behind, 45809 of a spreadsheet.

    None for 长期 and its like: no end.

    Raises:
        ValueError: no such day; the message says what was read.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.lower() in ENDLESS:
        return None
    serial = _SERIAL.fullmatch(plain)
    if serial:
        return _EXCEL + timedelta(days=int(serial[1]))
    plain = re.sub(r"(?:止|前)$", "", _TIME.sub("", plain).strip())
    match = _DAY.fullmatch(plain) or _CLOSE.fullmatch(plain)
    if match is None:
        raise ValueError(f"{text[:40]!r} is no day: write 2025-06-01, 2025/6/1, 2025年6月1日 or 长期")
    year, month, day = (int(part) for part in match.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is no day of the calendar") from error


def period_of(text: str) -> tuple[date | None, date | None]:
    """A period in one cell: from, to. One day alone is the end.

    Raises:
        ValueError: not one or two days.
    """
    parts = [
        part for part in _PERIOD.split(unicodedata.normalize("NFKC", text).strip().removeprefix("自")) if part.strip()
    ]
    if len(parts) > 2:  # noqa: PLR2004 (from and to)
        raise ValueError(f"{text[:40]!r} is no period: write 2024-01-01至2026-12-31")
    if len(parts) == 1:
        return None, day_of(parts[0])
    if not parts:
        return None, None
    return day_of(parts[0]), day_of(parts[1])


@lru_cache(maxsize=1 << 14)
def items_of(text: str) -> tuple[str, ...]:
    """The items of a scope in one cell, separated by 、 , ; | or a line; marks inside brackets separate nothing."""
    depth, marked = 0, []
    for character in text:
        depth = max(0, depth + (character in "(（[【") - (character in ")）]】"))
        marked.append("\x00" if not depth and character in "、,，;；|\n" else character)
    items = (item.strip() for item in "".join(marked).split("\x00"))
    return tuple(dict.fromkeys(item for item in items if item))
