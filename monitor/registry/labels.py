"""The labels of certificates: which words stand before the holder, the products, the days; and what stands behind them.

Sources: the forms of 食品生产许可证 and 食品经营许可证 (orders of SAMR), 有机产品认证证书 (CNCA), 绿色食品证书, 农药登记证, 医疗器械注册证
and 专利证书.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

_WORDS: Final[dict[str, str]] = {
    "holder": """
        认证委托人名称 认证委托人 委托人名称 证书持有人 登记证书持有人 登记证持有人 获证组织名称 获证组织 获证企业名称 获证企业 持证人
        持有人 专利权人 注册人名称 备案人名称 生产者名称 经营者名称 标志使用人 用标人 被许可人 申请人名称 企业名称 单位名称 经营者
        生产者 申请人
        """,
    "code": "统一社会信用代码 社会信用代码 信用代码",
    "products": "认证产品名称 认证产品 产品名称 产品范围 认证范围 许可产品 核准产品 登记产品",
    "issuer": "认证机构名称 认证机构 发证机关 发证机构 颁证机构 颁证机关 签发机关",
    "valid": "证书有效期限 证书有效期 有效期限 有效期至 有效期自 有效期从 有效期到 有效日期 有效期",
    "other": """
        证书编号 许可证编号 登记证号 注册证编号 产品编号 专利号 编号 法定代表人 负责人 住所 住址 地址 注册地址 生产地址 经营场所
        基地名称 基地地址 加工厂名称 生产企业名称 加工企业名称 委托加工企业 主体业态 经营项目 食品类别 类别 产品类别 认证依据
        认证标准 认证模式 认证类型 发证日期 颁证日期 签发日期 初次获证日期 初次发证日期 换证日期 发证时间 签发人
        日常监督管理机构 日常监督管理人员 投诉举报电话 面积 产量 种植面积 网址 电话 商标 规格 备注 名称
        """,
}
_RANKED: Final = [(word, kind, rank) for kind, words in _WORDS.items() for rank, word in enumerate(words.split())]
_KIND: Final = {word: (kind, rank) for word, kind, rank in _RANKED}
_LABEL: Final = re.compile(
    r"(?<![\u4e00-\u9fff])("
    + "|".join(
        r"[ \u3000]{0,6}".join(word) for word, _, _ in sorted(_RANKED, key=lambda entry: len(entry[0]), reverse=True)
    )
    + r")(?![\u4e00-\u9fff]{1,12}[:：])[ \u3000]*(?:[(（][^)）\n]{1,14}[)）])?[ \u3000]*([:：]?)[ \u3000]*"
)
_ENDS_VALUE: Final = " \u3000。；;,，、"
_LEGAL: Final = re.compile(r"(?:公司|合作社|农场|联合社|厂|店|部|商行|工作室|个体工商户|院|所|中心|协会)[)）]?$")
_GOES_ON: Final = ("products", "holder")
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a kind and its value: ``text[start:end]``; ``rank`` 0 is the label that tells most surely."""

    kind: str
    rank: int
    start: int
    end: int


def labelled(text: str) -> list[Label]:
    """Every label in the words of a picture, with what stands behind it: on its line up to the next label, or on the next line.

    A list of products and a long name may go on over lines that bear no label.
    """
    found: list[Label] = []
    place = 0
    lines: list[_Line] = []
    for written in text.split("\n"):
        lines.append(_Line(place, written, _labels_of(written)))
        place += len(written) + 1
    for index, line in enumerate(lines):
        for number, match in enumerate(line.labels):
            kind, rank = _KIND[re.sub(r"[ \u3000]", "", match[1])]
            last = number + 1 == len(line.labels)
            stop = len(line.text) if last else line.labels[number + 1].start()
            span = line.start + match.end(), line.start + stop
            found.append(_trimmed(text, kind, rank, *(_onwards(kind, *span, lines, index) if last else span)))
    return found


class _Line(NamedTuple):
    start: int
    text: str
    labels: list[re.Match[str]]


def _labels_of(line: str) -> list[re.Match[str]]:
    """The labels of a line: each begins it, or bears a colon; the words of a sentence are none."""
    begin = len(line) - len(line.lstrip())
    return [match for match in _LABEL.finditer(line) if match[2] or match.start() == begin]


def _onwards(kind: str, first: int, last: int, lines: Sequence[_Line], index: int) -> tuple[int, int]:
    """A value that is not on the line of its label is on the next; lists and names go on where a line bears no label."""
    for place in range(index + 1, len(lines)):
        line, value = lines[place], last - first
        if line.labels or not line.text.strip() or value > _LONGEST:
            break
        if value > 0 and (kind not in _GOES_ON or not _goes_on(kind, line.text)):
            break
        first = line.start if value <= 0 else first
        last = line.start + len(line.text)
    return first, last


def _goes_on(kind: str, line: str) -> bool:
    """Whether a line without a label belongs to the value before it: the end of a name, more products."""
    return kind == "products" or (_LEGAL.search(line.strip()) is not None and len(line.strip()) <= 8)  # noqa: PLR2004 (a whole name is longer)


def _trimmed(text: str, kind: str, rank: int, first: int, last: int) -> Label:
    value = text[first:last]
    first += len(value) - len(value.lstrip(_ENDS_VALUE + "\n"))
    last -= len(value) - len(value.rstrip(_ENDS_VALUE + "\n"))
    return Label(kind, rank, first, max(first, last))
