"""Scopes: whether what a certificate covers covers a product.

A scope covers what is a kind of one of its names. It does not cover what was made of them: a certificate for 葡萄 ends where the
drying to 葡萄干 begins, since processing is certified and licensed on its own (有机产品认证实施规则 tells 生产 from 加工; 食品安全法
art. 35 licenses the production of food, not the sale of farm produce). Where names are unknown the words themselves are compared,
and where that tells nothing, nothing is held against the seller.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from monitor.documents import CertificateType
from monitor.nlp.fold import fold_literal
from monitor.registry.products import MADE, Good, above, goods, sold, taxonomy

Verdict = Literal["covers", "does-not", "cannot-tell"]

_READ: Final = 200
"""Of a long description so many characters are compared."""
_REMARK: Final = 12
"""A scope item of so many characters that names nothing known is a remark (what a health food is good for), not a product."""
_NOT_OF_GOODS: Final = frozenset(("food-business", "trademark", "iso"))
"""Types whose scope lists kinds of trade, classes or systems: it never excludes a product."""
_INPUTS: Final = frozenset(("pesticide", "fertilizer", "feed", "veterinary"))
"""Types whose scope may list the crops or animals a product is for."""
_IN_COMMON: Final = 3
_WORK: Final = re.compile(r"的?(?:种植|生产|加工|养殖|采集|捕捞|销售|初加工|种养殖|制造|服务)+$|^一种")
_BRACKETS: Final = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_OPEN: Final = frozenset(("其他食品", "其他", "农产品", "初级农产品", "食用农产品", "食品", "预包装食品"))
"""Items that may be anything."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """``verdict``, and the ``item`` of the scope that covers, or that comes nearest."""

    verdict: Verdict
    item: str


def coverage(
    scope: Iterable[str], product: str, *, kind: CertificateType | None = None, category: str | None = None
) -> Coverage:
    """Whether the scope of a certificate of type ``kind`` covers a product's title; ``category`` is that of the listing, if it says one.

    One item that covers is enough. An empty scope covers everything of its holder: that cannot be told, so ``cannot-tell``.
    """
    product = product[:_READ]
    found = [Coverage(_by_kind(item, product, kind, category), item) for item in scope]
    for verdict in ("covers", "cannot-tell", "does-not"):
        for one in found:
            if one.verdict == verdict:
                return one if verdict != "cannot-tell" else _doubt(found, product)
    return Coverage("cannot-tell", "")


def _by_kind(item: str, product: str, kind: CertificateType | None, category: str | None) -> Verdict:
    """A seed licence for 小麦 is one for its seed; what a licence of an input or a business lists may be crops or kinds of trade."""
    verdict = _covers(item, product, category)
    if kind == "seed":
        return _best([verdict, _covers(item + "种子", product, category)])
    if verdict != "does-not" or kind is None:
        return verdict
    crops = all(good.category.startswith("food.agri") for _, good in goods(item))
    return "cannot-tell" if kind in _NOT_OF_GOODS or (kind in _INPUTS and crops) else verdict


def _doubt(found: list[Coverage], product: str) -> Coverage:
    """Doubt counts for the seller, unless a known item says no and the doubtful ones are remarks that share no word with the title."""
    doubtful = [one for one in found if one.verdict == "cannot-tell"]
    firm = next((one for one in found if one.verdict == "does-not"), None)
    remarks = all(len(one.item) >= _REMARK and not _shares(fold_literal(one.item), product) for one in doubtful)
    return firm if firm is not None and remarks else doubtful[0]


@lru_cache(maxsize=16384)
def _covers(item: str, product: str, category: str | None) -> Verdict:
    name = _clean(item)
    if name in _OPEN:
        return "cannot-tell"
    asked = [good for _, good in goods(_BRACKETS.sub(" ", _WORK.sub("", item)))]
    if not asked:
        return "covers" if _shares(name, product) else "cannot-tell"
    named = sold(product)
    if not named:
        return "covers" if _shares(name, product) else _by_category({good.category for good in asked}, category)
    wanted = {taxonomy().names[name]} if name in taxonomy().names else {good.name for good in asked}
    verdicts = [_best(_of(one, good) for one in wanted) for good in named]
    verdict: Verdict = "covers" if "covers" in verdicts else verdicts[0]
    if verdict == "covers" and _of_two_kinds(named):
        return "cannot-tell"
    more = "" if _is_named(name) else _without(name, named)
    return "cannot-tell" if verdict == "covers" and more and not _shares(more, product) else verdict


def _best(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=("covers", "cannot-tell", "does-not").index)


def _of_two_kinds(named: list[Good]) -> bool:
    """胎菊 and 菊花茶, 大米 and 电饭煲: farm produce, and what is none, stand in one title."""
    return len({good.category.startswith("food.agri") for good in named}) > 1


def _of(name: str, good: Good) -> Verdict:
    known = taxonomy()
    kinds = above(good)
    if name in kinds:
        return "covers"
    if name in known.classes and not kinds & known.classes:
        return "cannot-tell"
    if good.made_of is None and good.name in known.above(name):
        return "cannot-tell"  # the scope is narrower than the title tells
    one_is_a_place = (name in known.places) != (good.name in known.places)
    siblings = known.parents.get(name, frozenset()) & known.parents.get(good.name, frozenset())
    return "cannot-tell" if one_is_a_place and siblings else "does-not"


def _is_named(name: str) -> bool:
    """Whether a scope item is the name of a thing as it stands: 大米 is, 有机肥料粉剂 says more than 有机肥料."""
    return name in taxonomy().names or any(good.made_of for _, good in goods(name))


def _without(name: str, sold: list[Good]) -> str:
    """The words that a scope item says besides the names of what is sold."""
    known = taxonomy()
    kinds = {one for good in sold for one in above(good)}
    words = {name[i:j] for i in range(len(name)) for j in range(i + 2, len(name) + 1)} & known.names.keys()
    for word in sorted(words, key=len, reverse=True):
        if known.names[word] in kinds:
            name = name.replace(word, " ")
    return re.sub(r"[\W\d]+", " ", name).strip()


def _by_category(wanted: set[str], category: str | None) -> Verdict:
    """Nothing in the title is known: only another category than that of the whole scope tells that it is not covered."""
    if category is None or not wanted:
        return "cannot-tell"
    near = any(category.startswith(one) or one.startswith(category) for one in wanted)
    return "cannot-tell" if near else "does-not"


def _clean(item: str) -> str:
    """A scope item without remarks in brackets and without what is done with it: 即食海参的生产 is 即食海参."""
    name = fold_literal(_WORK.sub("", _BRACKETS.sub("", item).strip()))
    return name or fold_literal(item)


def _shares(name: str, product: str) -> bool:
    """Whether unknown words and a title have three characters in a row in common, or all of a short word, of which nothing is made."""
    title = fold_literal(product)
    words = [word for word in re.split(r"[\W\d]+", name) if len(word) > 1]
    pieces = (word[place : place + _IN_COMMON] for word in words for place in range(max(1, len(word) - _IN_COMMON + 1)))
    return any(piece in title and not title.partition(piece)[2].startswith(tuple(MADE)) for piece in pieces)
