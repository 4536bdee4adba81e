"""Goods: which category a title names, and whether what a certificate covers covers a product.

The taxonomy is data (``products.yaml``). In Chinese the last noun of a name is the thing itself: 苹果醋 is vinegar, 大米收纳桶 a
bucket; so of the names in a title the one that ends last among the first words of a title counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from monitor.nlp.fold import fold_literal

_MADE_FROM: Final = (
    "粉",
    "汁",
    "酒",
    "醋",
    "酱",
    "干",
    "茶",
    "糕",
    "糖",
    "油",
    "膏",
    "片",
    "饼",
    "脯",
    "罐头",
    "饮料",
    "种子",
    "苗",
    "肥",
)
"""What a name turns into something else when it follows: a certificate for 苹果 does not cover 苹果醋."""


@dataclass(frozen=True)
class Taxonomy:
    """``category`` of each name; ``parents`` of each name, synonyms included."""

    category: Mapping[str, str]
    parents: Mapping[str, frozenset[str]]
    synonyms: Mapping[str, frozenset[str]]


@cache
def taxonomy() -> Taxonomy:
    """The shipped taxonomy."""
    raw = yaml.safe_load(resources.files("monitor.registry").joinpath("products.yaml").read_text(encoding="utf-8"))
    category: dict[str, str] = {}
    parents: dict[str, set[str]] = {}
    synonyms: dict[str, frozenset[str]] = {}
    for code, groups in raw.items():
        for names, children in groups.items():
            own = _names(names)
            for name in own:
                category.setdefault(name, code)
                synonyms[name] = own
            for child in (_names(item) for item in children):
                for name in child:
                    category.setdefault(name, code)
                    synonyms.setdefault(name, child)
                    parents.setdefault(name, set()).update(own)
    return Taxonomy(category, {name: frozenset(above) for name, above in parents.items()}, synonyms)


def infer_category(title: str) -> str | None:
    """The category of what a title names, or None where it names nothing known."""
    head = head_noun(title)
    return taxonomy().category[head] if head else None


def head_noun(title: str) -> str | None:
    """The known name that says what is sold: in the first phrase with one, the name that ends last, the longest of those."""
    for phrase in title.replace("，", " ").replace(",", " ").split():
        folded = fold_literal(phrase)
        found = [(folded.rfind(name) + len(name), len(name), name) for name in taxonomy().category if name in folded]
        if found:
            return max(found)[2]
    return None


def covers(scope: Iterable[str], product: str) -> bool | None:
    """Whether a certificate's scope covers a product's title; None where that cannot be told."""
    title = fold_literal(product)
    unknown = False
    for item in scope:
        name = fold_literal(item)
        verdict = _covers(name, title, product)
        if verdict:
            return True
        unknown = unknown or verdict is None
    return None if unknown else False


def _covers(name: str, title: str, product: str) -> bool | None:
    words = [known for known in taxonomy().category if known in name]
    if not words:
        return True if _shares(name, title) else None
    asked = max(words, key=len)
    for same in taxonomy().synonyms.get(asked, frozenset({asked})) | {name}:
        place = title.find(same)
        if place >= 0 and not title[place + len(same) :].startswith(_MADE_FROM):
            return True
    head = head_noun(product)
    if head is None:
        return None
    return bool(taxonomy().parents.get(head, frozenset()) & taxonomy().synonyms.get(asked, frozenset({asked})))


def _shares(name: str, title: str) -> bool:
    """Whether a scope of unknown words and a title have three characters in a row in common."""
    return any(name[i : i + 3] in title for i in range(max(1, len(name) - 2)))


def _names(written: Any) -> frozenset[str]:
    return frozenset(fold_literal(part) for part in str(written).split("="))
