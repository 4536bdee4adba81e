"""Whether a certificate's holder is the seller: the same code, or names that agree once form is set aside.

What differs in a name proper makes two parties, 王家屯 and 李家屯. Forgiven are only what a reader of pictures takes for each other, and
in a long name one character that sounds or looks like the right one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Levenshtein

from monitor.nlp.fold import Texts, fold_literal
from monitor.nlp.sound import sound
from monitor.registry.party import Party, party

LONG: Final = 6
"""A name proper must be so long that one wrong character in it may be a slip."""
_DECISIVE: Final = frozenset(
    "不无非未东西南北中上下前后左右内外大小新老金银青红黄白黑绿零一二三四五六七八九十百千万双单甲乙丙丁0123456789"
    "王李张刘陈杨赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘于季纪章余"
    "蒋蔡杜叶程苏魏吕任沈姚卢姜崔钟谭陆汪范石廖贾夏韦方邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵钱严武戴莫孔汤"
)
"""A difference in one of these (a denial, a direction, a size, a number, a surname) makes another party."""
_ANYBODY: Final = (None, "shop")
"""Forms that any party may trade under."""
_DROPPED: Final = frozenset("的之")
"""Characters that a name may lose."""
_SHAPES: Final = (
    "土士", "人入", "干千", "微徽", "幸辛", "折析", "天夫", "木术本", "自目", "由田甲", "风凤", "贝见", "仓仑", "今令", "住佳",
    "代伐", "间问", "拆折", "徒徙", "待侍", "味昧", "特持", "场扬", "玉王",
)  # fmt: skip
"""Characters that look alike, and may both stand in a name."""


def same_party(name: str | None, uscc: str | None, holder: str | None, holder_uscc: str | None) -> bool | None:
    """Whether seller and holder are one; None where nothing can be compared. A code on both sides decides alone."""
    left, right = key_of_code(uscc), key_of_code(holder_uscc)
    if left and right:
        return left == right
    if name and holder:
        return same_name(name, holder)
    return None


def same_name(left: str, right: str) -> bool:
    """Whether two names are one party's, see :func:`agree`."""
    return agree(party(left), party(right))


def agree(one: Party, other: Party) -> bool:
    """Whether two names are one party's.

    Legal forms of two kinds are two parties (a company is no cooperative), a shop may be anybody's. Regions must not contradict,
    lines of business must not either; the names proper are the same, or long and one slip apart.
    """
    if not one.proper or not other.proper:
        return one == other and bool(one.region)
    if one.form != other.form and one.form not in _ANYBODY and other.form not in _ANYBODY:
        return False
    return _names_agree(one, other) and (one.business <= other.business or other.business <= one.business)


def key_of_code(uscc: str | None) -> str | None:
    """A credit code as it is compared, or None for what is no code of 18 characters."""
    code = re.sub(r"[^0-9a-z]", "", fold_literal(uscc or "")).upper()
    return code if len(code) == 18 else None  # noqa: PLR2004 (GB 32100)


def _names_agree(one: Party, other: Party) -> bool:
    if one.proper == other.proper or _one_slip(one.proper, other.proper):
        return _regions_agree(one.region, other.region)
    # 兴隆绿源 is 兴隆县绿源 without 县: a place that is also a word is known as one only with its 县.
    return one.spellings[-1] in other.spellings or other.spellings[-1] in one.spellings


def _regions_agree(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """One says no more than the other: 五常 and 黑龙江 五常, never 五常 and 庆安."""
    return not left or not right or left == right or set(left) <= set(right) or set(right) <= set(left)


@lru_cache(maxsize=4096)
def _one_slip(left: str, right: str) -> bool:
    if min(len(left), len(right)) < LONG or left[0] != right[0]:
        return False
    edits = Levenshtein.editops(left, right)
    if len(edits) != 1:
        return False
    (edit,) = edits
    if edit.tag == "replace":
        return _alike(left[edit.src_pos], right[edit.dest_pos])
    return (left[edit.src_pos] if edit.tag == "delete" else right[edit.dest_pos]) in _DROPPED


def _alike(left: str, right: str) -> bool:
    """Whether one of two characters may have been written for the other: they look alike or sound alike, and neither decides."""
    if _DECISIVE & {left, right}:
        return False
    return any(left in shape and right in shape for shape in _SHAPES) or _heard(left) == _heard(right)


def _heard(character: str) -> object:
    """How a character sounds, the tone ignored; itself where that is not known."""
    symbols = sound(Texts([character])).symbols
    return int(symbols[0]) if len(symbols) and symbols[0] != _UNHEARD else character


_UNHEARD: Final = 0xFFFF
