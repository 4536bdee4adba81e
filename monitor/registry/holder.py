"""Whether a certificate's holder is the seller: the same code, or names that agree once form is set aside."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from monitor.nlp.fold import fold_literal

_FORMS: Final = (
    "股份有限公司", "有限责任公司", "有限公司", "集团公司", "公司", "农民专业合作社联合社", "农民专业合作社", "专业合作社", "股份合作社", "合作社",
    "家庭农场", "农场", "个体工商户", "工作室", "经营部", "旗舰店", "专营店", "商行", "商店",
)  # fmt: skip
_PLACE: Final = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?(?:[\u4e00-\u9fff]{1,8}?(?:自治州|地区|市|盟))?(?:[\u4e00-\u9fff]{1,6}?(?:区|县|市|旗))?"
)
_LEGAL: Final = {"cooperative": "合作社", "company": "公司", "farm": "农场"}


@lru_cache(maxsize=65536)
def core_name(name: str) -> str:
    """A name without width, traditional characters, brackets, spaces and legal form."""
    bare = re.sub(r"[^\u3400-\u9fffa-z0-9]", "", fold_literal(name))
    for form in _FORMS:
        if bare.endswith(form) and len(bare) > len(form) + 1:
            return bare[: -len(form)]
    return bare


def same_name(left: str, right: str) -> bool:
    """Whether two names are one party's: equal cores, with or without the region in front; one differing character is another party."""
    first, second = core_name(left), core_name(right)
    if not first or not second or _kind(left) != _kind(right):
        return False
    return first == second or (_without_place(first) == _without_place(second) and _shares_place(first, second))


def same_party(name: str | None, uscc: str | None, holder: str | None, holder_uscc: str | None) -> bool | None:
    """Whether seller and holder are one; None where nothing can be compared. A code on both sides decides alone."""
    if uscc and holder_uscc:
        return fold_literal(uscc) == fold_literal(holder_uscc)
    if name and holder:
        return same_name(name, holder)
    return None


def _kind(name: str) -> str | None:
    bare = fold_literal(name)
    return next((kind for kind, word in _LEGAL.items() if bare.endswith(word)), None)


def _without_place(core: str) -> str:
    match = _PLACE.match(core)
    rest = core[match.end() :] if match else core
    return rest if len(rest) > 1 else core


def _shares_place(left: str, right: str) -> bool:
    """A region on one side only is left out; two regions must not contradict each other."""
    regions = [core[: len(core) - len(_without_place(core))] for core in (left, right)]
    return not all(regions) or regions[0].endswith(regions[1]) or regions[1].endswith(regions[0])
