"""What a product page sells, by its title and by the attributes that name it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from monitor.registry.products import Good, above, goods, sold

NAMING: Final = ("品名", "产品名称", "商品名称", "名称", "食品名称", "品类", "产品类别", "品种", "种类")
"""Attributes that name the goods, the nearest last."""
INGREDIENTS: Final = ("配料", "配料表", "原料")
_ADDED: Final = re.compile(r"^(?:饮用|纯净|生活饮用)?水$|^食用盐?$|^盐$")
_LIST: Final = re.compile(r"[、,，;；/\s]+")
_REMARK: Final = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


def described(title: str | None, attributes: Mapping[str, str]) -> str | None:
    """A title with what the attributes say more nearly: 绿茶 with 品种 龙井 is 龙井.

    An attribute counts where it names a kind of what the title names, or where the title names nothing known. What something is made of
    is no name for it: ingredients count only where neither says anything, and where there is only one.
    """
    words = [title] if title else []
    named = sold(title or "")
    for name in NAMING:
        value = attributes.get(name, "")
        nearer = sold(value)
        if nearer and all(_is_kind(good, named) for good in nearer):
            words, named = [*words, value], nearer
    alone = _only_ingredient(attributes) if not named else None
    return " ".join([*words, alone] if alone else words) or None


def names_goods(text: str | None) -> bool:
    """Whether a text names any goods that are known."""
    return bool(text) and bool(goods(text or ""))


def _is_kind(good: Good, named: list[Good]) -> bool:
    return not named or any(one.name in above(good) for one in named)


def _only_ingredient(attributes: Mapping[str, str]) -> str | None:
    listed = next((attributes[name] for name in INGREDIENTS if attributes.get(name)), "")
    parts = [part for part in _LIST.split(_REMARK.sub("", listed)) if part and not _ADDED.match(part)]
    return parts[0] if len(parts) == 1 else None
