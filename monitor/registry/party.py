"""Names of companies, cooperatives, farms and shops taken apart: region, name proper, line of business, legal form.

A Chinese company's name is region, name proper, line of business, legal form (企业名称登记管理规定, art. 6). Region may be left out or
stand in brackets, line of business shortened, legal form written in several ways; the name proper is what decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from rapidfuzz.distance import Hamming

from monitor.nlp.fold import fold
from monitor.registry.regions import stems

_FORMS: Final = (
    ("company", "股份有限公司 有限责任公司 有限公司 集团公司 股份公司 公司 集团"),
    ("union", "农民专业合作社联合社 专业合作社联合社 合作社联合社 联合社"),
    ("cooperative", "农民专业合作社 专业合作社 合作社"),
    ("collective", "股份经济合作社 经济合作社 股份经济联合社 经济联合社"),
    ("farm", "家庭农场有限公司 家庭农场 农场"),
    (
        "shop",
        "官方旗舰店 旗舰店 专卖店 专营店 企业店 直营店 自营店 小店 经营部 经销部 工作室 商行 商店 店铺 铺子 门市部 批发部 超市 店 铺 行",
    ),
    ("factory", "加工厂 食品厂 酒厂 茶厂 厂"),
)
_LEGAL: Final = tuple(
    sorted(
        ((word, kind) for kind, words in _FORMS for word in words.split()), key=lambda pair: len(pair[0]), reverse=True
    )
)
_SAFE: Final = 4
_MISWRITTEN: Final = tuple((word, kind) for word, kind in _LEGAL if len(word) >= _SAFE and kind != "shop")
"""Forms so long that one wrong character in them is a slip."""
_HEAD: Final = re.compile(
    r"^(.{3,}(?:公司|合作社|联合社|农场))(?:[^公社场]{0,8}(?:分公司|分社|分店|分部|分厂|营业部|经营部|门市部|直营店|旗舰店|专卖店|专营店))$"
)
"""A branch is its company's (民法典, art. 74)."""
_SIGNS: Final = re.compile(r"[^\u3400-\u9fffa-z0-9]")
_IN_BRACKETS: Final = re.compile(r"[(（\[【〔]([^)）\]】〕]{1,8})[)）\]】〕]")
_NO_NAME: Final = re.compile(r"个体工商户|合伙|集团|个人独资")
_TOWN: Final = re.compile(r"^([\u4e00-\u9fff]{2,3})(?:(?<![小古重城])镇|乡|街道)(?=.{2})")
_OWN_NAME: Final = re.compile(r"[山湖江河海岛村屯沟岭寨庄堡口镇乡]")
"""Behind a place without its word this makes another name of it: 长白山 is not 长白."""
_BUSINESS_WORDS: Final = """
农业 科技 技术 发展 开发 种养殖 种植 养殖 食品 商贸 贸易 电子商务 电商 网络 实业 生态 农产品 农副产品 产业 产销 农资 农机
农牧业 农牧 牧业 果业 果品 果蔬 蔬菜 水果(?!业) 茶业 茶叶 粮油 粮贸 粮食 米业 水稻 小麦 玉米 杂粮 渔业 水产 蜂业 养蜂 菌业 食用菌 花卉 林业
中药材 药材 生物 物流 供应链 品牌 管理 专业 农民 服务 加工 销售 购销 经营 有机 特产 土特产 酒业 醋业 禽业 肉业
脐橙 柑橘 柑桔 蜜桔 蜜橘
苹果 葡萄 枸杞 红枣 猕猴桃 草莓 蓝莓 樱桃 大米 小米 花生 大豆 马铃薯 红薯 山药 大蒜 生姜 辣椒 花椒 香菇 木耳 蜂蜜 大闸蟹 小龙虾
海参 生猪 肉牛 肉羊 陈皮 人参 三七 石斛 米酒 黄酒 白酒 腊味
"""
_BUSINESS: Final = re.compile("(" + "|".join(_BUSINESS_WORDS.split()) + ")")
_SAME_BUSINESS: Final = {
    "茶业": "茶叶", "农牧业": "农牧", "电商": "电子商务", "农副产品": "农产品", "果品": "果业",
    "柑桔": "柑橘", "蜜桔": "柑橘", "蜜橘": "柑橘", "土特产": "特产", "种养殖": "种植",
    "米业": "大米",
}  # fmt: skip
_SLIPS: Final = {
    "种殖": "种植",
    "种值": "种植",
    "养植": "养殖",
    "养值": "养殖",
    "农名专业": "农民专业",
    "合做社": "合作社",
    "蔬莱": "蔬菜",
}
"""Slips of typing in generic words."""
_ALIKE: Final = str.maketrans("末已巳曰戌戍荼睛候剌免鸟冶枝壸汆拔", "未己己日戊戊茶晴侯刺兔乌治技壶氽拨")
"""Characters that a reader of pictures takes for each other, of which names use one or seldom both: one is written for each."""

_SHORTEST: Final = 2
"""So many characters a name must have behind its place."""
_ALSO_WORDS: Final = """
兴隆 新兴 永丰 平安 长寿 和平 永兴 安福 兴国 长乐 永安 乐安 宝丰 富裕 友谊 金湖 东方 太平 清水 和顺
富民 富源 兴业 安远 金秀 康乐 民乐 永和 永胜 新丰 新和 大安 双江 双城 福海 安康 吉利 兴安 新安 德兴
丰顺 富顺 兴和 同心 华安 福安 福清 长丰 丰县 金山 金塔 金川 大同 大田 万年 万安 红星 东海 南海 临海
青山 海丰 陆丰 普安 玉山 龙泉 龙山 龙井 石林 凤凰 武功 武陵 桃源 芦山 名山 仙游 神木 宝山 灵山 天山
云龙 海原 大名 正定 文水 清徐
"""
_WORDS: Final = frozenset(_ALSO_WORDS.split())
"""Places whose names companies bear that have nothing to do with them; they are places only with their word (兴隆县)."""


@dataclass(frozen=True, slots=True)
class Party:
    """A name taken apart; every part folded, the parts of the region without 省, 市, 县."""

    region: tuple[str, ...]
    proper: str
    business: frozenset[str]
    form: str | None

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name proper with more and more of the region in front: 云谷, 休宁云谷, 黄山休宁云谷."""
        found = [self.proper]
        for place in reversed(self.region):
            found.append(place + found[-1])
        return tuple(found)


@lru_cache(maxsize=65536)
def party(name: str) -> Party:
    """The parts of a company's, cooperative's or shop's name."""
    return take_apart(fold(name).plain)


def take_apart(plain: str) -> Party:
    """The parts of a name that is folded."""
    bare, beside = _without_brackets(plain)
    bare = _mended(_bare(bare))
    head = _HEAD.match(bare)
    bare, form = _legal_form(head[1] if head else bare)
    region, rest = _region(bare)
    pieces = _BUSINESS.split(rest)
    proper, words = "".join(pieces[0::2]), pieces[1::2]
    region = tuple(dict.fromkeys((*beside, *region)))
    if not proper:
        return Party(region, rest, frozenset(), form)
    business = frozenset(_SAME_BUSINESS.get(word, word) for word in words)
    return Party(region, proper, business | ({"养殖"} if "种养殖" in words else frozenset()), form)


def _bare(plain: str) -> str:
    return _SIGNS.sub("", plain).translate(_ALIKE)


def _without_brackets(plain: str) -> tuple[str, tuple[str, ...]]:
    """A name without its brackets, and the places that stood in them; other words stay where they are."""
    places: list[str] = []

    def taken(match: re.Match[str]) -> str:
        if _NO_NAME.search(match[1]):
            return ""
        inside, rest = _region(_bare(match[1]))
        if rest or not inside:
            return match[1]
        places.extend(inside)
        return ""

    return _IN_BRACKETS.sub(taken, plain), tuple(places)


def _mended(bare: str) -> str:
    for slip, word in _SLIPS.items():
        bare = bare.replace(slip, word)
    return bare


def _legal_form(bare: str) -> tuple[str, str | None]:
    """A name without its legal form, and which that was; a long form may have one wrong character."""
    exact = next(((word, kind) for word, kind in _LEGAL if bare.endswith(word) and len(bare) > len(word) + 1), None)
    for word, kind in _MISWRITTEN if exact is None or len(exact[0]) < _SAFE else ():
        if len(bare) > len(word) + 1 and Hamming.distance(bare[-len(word) :], word) == 1:
            return bare[: -len(word)], kind
    return (bare[: -len(exact[0])], exact[1]) if exact else (bare, None)


def _region(bare: str) -> tuple[tuple[str, ...], str]:
    """The places a name begins with, and the rest. The rest is empty only where the whole is a place."""
    found: list[str] = []
    rest = bare
    while (end := _place_end(rest)) and (end < len(rest) or not found):
        found.append(_places()[rest[:end]])
        rest = rest[end:]
    town = _TOWN.match(rest) if found else None
    if town and len(_BUSINESS.sub("", rest[town.end() :])) >= _SHORTEST:
        found.append(town[1])
        rest = rest[town.end() :]
    return tuple(found), rest


def _place_end(bare: str) -> int:
    """Where the longest place ends that a name begins with; 0 where it begins with none.

    A place without its word is none where too little is left for a name, or where it goes on as the name of something else.
    """
    names = _places()
    for end in range(min(len(bare), _longest_place()), 1, -1):
        word = bare[:end]
        if word not in names or (end < len(bare) and len(bare) - end < _SHORTEST):
            continue
        if names[word] != word or not (word in _WORDS or _OWN_NAME.match(bare, end)):
            return end
    return 0


@cache
def _places() -> Mapping[str, str]:
    """Names of places as they are compared: 乾安 is 干安, and 大冶 is read as 大治."""
    return {_bare(fold(name).plain): _bare(fold(stem).plain) for name, stem in stems().items()}


@cache
def _longest_place() -> int:
    return max(map(len, _places()))
