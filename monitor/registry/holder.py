"""Whether a certificate's holder is the seller: the same code, or names that agree once form is set aside.

A Chinese company's name is region, name proper, line of business, legal form. Region may be left out, line of business shortened, legal
form written in several ways; the name proper is what decides, so 王家屯 and 李家屯 are two parties.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Levenshtein

from monitor.nlp.fold import fold_literal
from monitor.registry.regions import PROVINCES

_FORMS: Final = (
    ("company", "股份有限公司 有限责任公司 有限公司 集团公司 分公司 公司 集团"),
    ("union", "农民专业合作社联合社 专业合作社联合社 合作社联合社 联合社"),
    ("cooperative", "农民专业合作社 专业合作社 股份合作社 经济合作社 合作社"),
    ("farm", "家庭农场有限公司 家庭农场 农场"),
    (
        "shop",
        "个体工商户 官方旗舰店 旗舰店 专卖店 专营店 企业店 直营店 自营店 小店 经营部 工作室 商行 商店 店铺 门市部 批发部 服务部 店 行",
    ),
)
_LEGAL: Final = tuple(
    sorted(
        ((word, kind) for kind, words in _FORMS for word in words.split()), key=lambda pair: len(pair[0]), reverse=True
    )
)
_PROVINCE: Final = "|".join(PROVINCES.values())
_PLACE: Final = re.compile(
    rf"^(?:({_PROVINCE})(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区)?)?"
    r"(?:([\u4e00-\u9fff]{2,7}?)(?:自治州|地区|市|州|盟))?(?:([\u4e00-\u9fff]{1,6}?)(?:自治县|林区|新区|区|县|市|旗))?"
)
_BUSINESS_WORDS: Final = """
农业科技 生态农业 农业 科技 技术 发展 开发 种养殖 种植 养殖 食品 商贸 贸易 电子商务 电商 网络 实业 生态 农产品 农副产品 产业 产销
农牧业 农牧 牧业 果业 果蔬 蔬菜 水果 茶业 茶叶 粮油 粮贸 米业 水稻 小麦 玉米 杂粮 渔业 水产 蜂业 养蜂 菌业 食用菌 花卉 林业 药材 中药材
生物 物流 供应链 品牌 管理 专业 农民 服务 加工 销售 购销 经营 有机 绿色 特产
"""
_BUSINESS: Final = re.compile("(" + "|".join(_BUSINESS_WORDS.split()) + ")")
_SAME_BUSINESS: Final = {"茶业": "茶叶", "种养殖": "种植", "农牧业": "农牧", "电商": "电子商务", "农副产品": "农产品"}
_DECISIVE: Final = frozenset(
    "东西南北中上下前后左右大小新老金银一二三四五六七八九十百千甲乙丙丁王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于"
    "蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔汤"
)
"""A difference in one of these (a direction, a size, a number, a surname) makes another party."""
_LONG: Final = 6
"""A name proper must be so long that one wrong character in it may be a slip."""


@dataclass(frozen=True, slots=True)
class Party:
    """A name taken apart; every part folded, the region without 省, 市, 县."""

    region: str
    proper: str
    business: frozenset[str]
    form: str | None


@lru_cache(maxsize=65536)
def party(name: str) -> Party:
    """The parts of a company's, cooperative's or shop's name."""
    bare = re.sub(r"[^\u3400-\u9fffa-z0-9]", "", fold_literal(name))
    form = None
    for word, kind in _LEGAL:
        if bare.endswith(word) and len(bare) > len(word) + 1:
            bare, form = bare[: -len(word)], kind
            break
    match = _PLACE.match(bare)
    end = match.end() if match and len(bare) - match.end() > 1 else 0
    region = "".join(filter(None, match.groups())) if match and end else ""
    core = bare[end:]
    pieces = _BUSINESS.split(core)
    proper = "".join(pieces[0::2])
    business = frozenset(_SAME_BUSINESS.get(word, word) for word in pieces[1::2])
    return Party(region, proper, business, form) if proper else Party(region, core, frozenset(), form)


def same_party(name: str | None, uscc: str | None, holder: str | None, holder_uscc: str | None) -> bool | None:
    """Whether seller and holder are one; None where nothing can be compared. A code on both sides decides alone."""
    left, right = key_of_code(uscc), key_of_code(holder_uscc)
    if left and right:
        return left == right
    if name and holder:
        return same_name(name, holder)
    return None


def same_name(left: str, right: str) -> bool:
    """Whether two names are one party's.

    Legal forms of two kinds are two parties (a company is no cooperative), a shop may be anybody's. Regions must not contradict,
    lines of business must not either; the names proper are the same, or long and one slip apart.
    """
    one, other = party(left), party(right)
    if not one.proper or not other.proper:
        return False
    if len({one.form, other.form} - {None, "shop"}) > 1:
        return False
    return _names_agree(one, other) and (one.business <= other.business or other.business <= one.business)


def key_of_name(name: str) -> str:
    """What two names of one party have in common: how the name proper ends."""
    return party(name).proper[-2:]


def key_of_code(uscc: str | None) -> str | None:
    """A credit code as it is compared, or None for what is no code of 18 characters."""
    code = re.sub(r"[^0-9a-z]", "", fold_literal(uscc or "")).upper()
    return code if len(code) == 18 else None  # noqa: PLR2004 (GB 32100)


def _names_agree(one: Party, other: Party) -> bool:
    if _same_proper(one.proper, other.proper):
        return not one.region or not other.region or _within(one.region, other.region)
    short, long = sorted((one, other), key=lambda name: len(name.region + name.proper))
    left_out = (long.region + long.proper).removesuffix(short.region + short.proper)
    # 日照海元 is 日照市海元 without 市, and 休宁县云谷 is 黄山市休宁云谷 without the city.
    return long.region.startswith(left_out) and len(left_out) < len(long.region + long.proper)


def _within(left: str, right: str) -> bool:
    """黑龙江五常 and 五常 are one region, and 五常 with 黑龙江."""
    short, long = sorted((left, right), key=len)
    return long.startswith(short) or long.endswith(short)


def _same_proper(left: str, right: str) -> bool:
    if left == right:
        return True
    if min(len(left), len(right)) < _LONG or left[0] != right[0]:
        return False
    if Levenshtein.distance(left, right, score_cutoff=1) > 1:
        return False
    return not (_DECISIVE & (set(left) ^ set(right)))
