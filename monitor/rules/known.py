"""Vocabularies made from the registry's data: by ``uses: [indications]`` a pack has the protected names, by ``[places]`` the districts.

``$gi`` are the names a finding may rest on, ``$gi-certain`` those of them that are no everyday words and whose area is certain,
``$gi-generic`` those that goods from anywhere bear as well, ``$gi-known`` all. Each entry has the facts ``place`` (codes of GB/T 2260),
``product`` and ``sure``.

``$district`` are the prefectures and counties of China, with their word (栖霞市) and, where that is no everyday word and no person's name,
without (栖霞). Each entry has the fact ``place``: the provinces they lie in, for what is called by a city often grows around it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

import rjieba

from monitor.registry.indications import Indication, indications
from monitor.registry.places import gazetteer
from monitor.registry.products import goods
from monitor.rules.schema import Entry

INDICATIONS: Final = "indications"
PLACES: Final = "places"
KNOWN: Final = (INDICATIONS, PLACES)
"""What a pack may write under ``uses`` beside the names of packs."""
FILES: Final = {INDICATIONS: "monitor/registry/indications.yaml", PLACES: "monitor/registry/divisions.tsv"}
"""Where their words come from."""
_PROVINCE: Final = 2
_PREFECTURE: Final = 4
_SHORTEST: Final = 2
_NAME_TAGS: Final = ("ns", "nr", "nrt", "nrfg", "nz")
"""Parts of speech of a short name that is hardly said but of a place: names of places, and what the tagger takes for other names."""
_EVERYDAY: Final = frozenset(
    """
    和平 新华 复兴 永和 和顺 元宝 太和 大安 东风 建华 友好 伊美 宝山 金山 龙凤 大通 三元 明光 金安 永泰 泰和 大丰 大田
    长安 朝阳 平安 兴隆 东方 白云 青山 南山 西山 东山 鼓楼 钟楼 海港 高新 双桥 万全 建平 新民 大东 友谊 向阳 前进 工农
    阳明 安达 明水 庆元 龙文 文成 大观 金东 三明 大名 新干 永丰 万年 万安 安福 乐安 梁山 吉安 康平 太平 昌盛 丰林 海伦
    木兰 方正 平顺 高平 左权 长子 尚义 长兴 安康 新平 大方 大化 普安 天等 开阳 长顺 荣成 三台 安居 大英 营山 长宁 高县
    石棉 金川 天全 双江 永平 永善 云龙 子长 米脂 大理石 中山 东港 西湖 江山 龙门 龙华 盐田 平山 平原 中原 管城 红旗 解放
    华龙 牡丹 杏花 莲花 桃源 文峰 凤泉 卫东 新安 天心 芙蓉 开福 望城 天元 石峰 石鼓 雁峰 珠晖 北湖 苏仙 武陵 鼎城 双清
    大祥
    """.split()  # noqa: SIM905 (a page of words)
)
"""Short names that are everyday words, or names of much else, too."""
_AREA_KNOWN: Final = 2
_CERTAIN: Final = 3


@cache
def known_words(source: str) -> Mapping[str, tuple[Entry, ...]]:
    """The vocabularies that one of :data:`KNOWN` gives, by name."""
    return _districts() if source == PLACES else _indications()


def source_of(name: str) -> str | None:
    """The file that a vocabulary of that name is made from; None for any other."""
    return next((FILES[source] for source in KNOWN if name in known_words(source)), None)


def _districts() -> Mapping[str, tuple[Entry, ...]]:
    known = gazetteer()
    wanted = {
        name: [code for code in codes if len(code) >= _PREFECTURE]
        for name, codes in known.names.items()
        if name not in known.areas
        and len(name) >= _SHORTEST
        and (name in known.whole_names.values() or _is_of_a_place(name, codes))
    }
    provinces = {name: sorted({code[:_PROVINCE] for code in codes}) for name, codes in wanted.items() if codes}
    entries = (Entry.model_validate({"text": name, "place": codes}) for name, codes in provinces.items())
    return {"district": tuple(entries)}


def _is_of_a_place(short: str, codes: tuple[str, ...]) -> bool:
    """Whether a name without its word is hardly said but of the place."""
    if short in _EVERYDAY or goods(short):
        return False
    tags = [tag for _, tag in rjieba.tag(short)]
    return any(len(code) == _PREFECTURE for code in codes) or (len(tags) == 1 and tags[0] in _NAME_TAGS)


def _indications() -> Mapping[str, tuple[Entry, ...]]:
    names = indications()
    rests = [one for one in names if one.use != "generic" and one.sure >= _AREA_KNOWN]
    groups = {
        "gi": rests,
        "gi-certain": [one for one in rests if one.use == "protected" and one.sure >= _CERTAIN],
        "gi-generic": [one for one in names if one.use == "generic"],
        "gi-known": names,
    }
    entries = {one.name: _entry(one) for one in names}
    return {name: tuple(entries[one.name] for one in group) for name, group in groups.items()}


def _entry(indication: Indication) -> Entry:
    facts = {"place": list(indication.region), "product": indication.product, "sure": indication.sure}
    return Entry.model_validate({"text": "{" + "|".join((indication.name, *indication.also)) + "}", **facts})
