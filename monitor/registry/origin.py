"""Where goods come from, as their page and their seller tell it, and whether that lies in an area.

What decides is what names the origin itself: an attribute such as 产地, the same label in the text, and a sentence that says so (产自…).
Where goods are sent from, where they are packed and where the seller sits are hints: a trader sells from anywhere, so hints never decide.
Nor does the place inside the number of a licence, which is the factory's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from monitor.documents import Listing, Seller
from monitor.nlp.fold import fold, fold_literal
from monitor.registry.holder import key_of_code
from monitor.registry.places import Place, Relation, is_code, name_of, places_in, relation
from monitor.registry.products import goods, taxonomy

_FIELD: Final = re.compile(
    r"(?:原|具体|商品|水果|茶叶|大米|食材)?(?:产地|产区)(?:/?(?:省份?|城市|市|省市|县|区县|区|县区))?|(?:种植|养殖|生长|捕捞|采摘|采收|出产|来源)(?:地|地区)|货源地?"
)
"""Attributes that name the origin."""
_SENT: Final = re.compile(r"发货(?:地|地址|城市|仓)|仓库(?:地址)?|所在地")
_MADE: Final = re.compile(
    r"生产地(?:址)?|厂址|厂家地址|(?:生产|制造)(?:企业|商|厂家)|灌装地|分装地|包装地|公司地址|地址"
)
_LABEL: Final = re.compile(r"(?<![料材\w])(?:商品)?(?:原产地|产地|产区|货源地?)\s*:\s*(?P<place>[^\n,。;!?、|]{2,24})")
_SAID: Final = re.compile(
    r"(?:产自|产于|出产于|种植于|种在|长在|养在|产地(?:是|就是|在|为|:))(?P<place>(?:于|了|我们|咱们|咱|我国|中国|祖国){0,2}[^\n,。;!?、|]{2,16})"
)
_NEXT_LABEL: Final = re.compile(r"\s+[\u4e00-\u9fff]{2,6}:")
_NOT_OURS: Final = re.compile(
    r"不|没|别|假|冒|像|比|有人|市面|很多|有些|其他|其它|人家|只有|才|以前|种子|种苗|品种|苗|原料|包装|如果|是否|吗|到底"
)
"""Words before a sentence’s 产自 that make it one of other goods, a question or a denial."""
_COMPARED: Final = re.compile(
    r"不输|媲美|堪比|平替|代替|一样|差不多|不比|比不上|赶得上|不是|并非|而是|区别|不同|同款|同样"
)
"""Words of a sentence that speaks of two kinds of goods."""
_ASKED: Final = re.compile(r"^[^,。;!]{0,6}(?:吗|\?|呢|么)")
_REACH: Final = 20
_REGION: Final = slice(2, 8)
"""The place in a credit code (GB 32100)."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something told of a place: the words (half-open ``start`` and ``end`` of the field ``path``) and the places in them."""

    path: str
    text: str
    start: int
    end: int
    places: tuple[Place, ...]

    def relation(self, area: tuple[str, ...]) -> Relation:
        """Whether it lies in an area."""
        return relation(self.places, area)


def origins(listing: Listing, fields: Iterable[tuple[str, str]], prefix: str = "") -> Iterator[Told]:
    """What a page tells of the origin of its goods: its attributes, then the labels in its ``fields`` (path and text)."""
    named = {name: value for name, value in listing.attributes.items() if _FIELD.fullmatch(name.strip())}
    for name, value in named.items():
        others = " ".join(other for key, other in named.items() if key != name)
        yield Told(f"{prefix}attributes.{name}", value, 0, len(value), _read(value, others))
    for path, text in fields:
        if "attributes." not in path:
            yield from _labels(path, text)


def statement(sentence: str) -> tuple[int, int, tuple[Place, ...]] | None:
    """Where a sentence says that its goods come from, as half-open span and places; None where it does not, or says so of two places."""
    plain = fold(sentence).plain
    found = list(_SAID.finditer(plain))
    if len(found) != 1:
        return None
    start, end = found[0].span("place")
    goods_follow = plain.find("的", start + 2, end)  # 产自松原的五常大米
    end = goods_follow if goods_follow > 0 else end
    before = plain[max(0, found[0].start() - _REACH) : found[0].start()]
    places = places_in(plain[start:end])
    if not places or places[0].start > 2 or _NOT_OURS.search(before) or _COMPARED.search(plain):  # noqa: PLR2004 (咱们)
        return None
    first, last = start + places[0].start, start + places[-1].end
    return None if _ASKED.match(plain[last:]) else (first, last, places)


def hints(listing: Listing | None, seller: Seller | None, prefix: str = "") -> Iterator[Told]:
    """What tells of a place that need not be that of the goods: where they are sent from and made, the seller's name and code."""
    for name, value in listing.attributes.items() if listing else ():
        if _SENT.fullmatch(name.strip()) or _MADE.fullmatch(name.strip()):
            yield Told(f"{prefix}attributes.{name}", value, 0, len(value), _read(value))
    if seller is None:
        return
    if seller.name:
        yield Told("seller.name", seller.name, 0, len(seller.name), _read(seller.name))
    code = region_of(seller)
    if code and seller.uscc:
        yield Told("seller.uscc", seller.uscc, 0, len(seller.uscc), (Place((code,), 0, len(seller.uscc)),))


def region_of(seller: Seller) -> str | None:
    """The division in the seller's credit code, narrowest first; None where there is none of today."""
    region = (key_of_code(seller.uscc) or "")[_REGION]
    return next((region[:digits] for digits in (6, 4, 2) if region and is_code(region[:digits])), None)


def is_of_product(title: str, product: str) -> bool | None:
    """Whether a title sells what an indication names, or its kind, and nothing else; None where it names no goods that are known."""
    sold = [good for _, good in goods(title)]
    if not sold:
        return None
    known = taxonomy()
    name = known.names.get(fold_literal(product), product)
    category, above = known.categories.get(name), known.above(name)
    return all(good.name in above or name in known.above(good.name) or good.category == category for good in sold)


def words_of_area(area: Iterable[str]) -> str:
    """An area in words: the names of its divisions, of many the first two and how many there are."""
    names = [name_of(code) or code for code in area]
    most = 3
    return "、".join(names) if len(names) <= most else f"{names[0]}、{names[1]}等{len(names)}地"


def _read(value: str, beside: str = "") -> tuple[Place, ...]:
    """The places of a value; a name of several places may be decided by what stands ``beside`` it."""
    plain = fold(value).plain
    found = places_in(plain)
    if beside and any(place.doubtful for place in found):
        lead = fold(beside).plain + " "
        decided = [place for place in places_in(lead + plain) if place.end > len(lead)]
        return tuple(decided) or found
    return found


def _labels(path: str, text: str) -> Iterator[Told]:
    """The label of a text, where there is one and no second that may be of other goods."""
    plain = fold(text).plain
    found = list(_LABEL.finditer(plain)) if "产" in plain or "货源" in plain else []
    if len(found) != 1:
        return
    start, end = found[0].span("place")
    following = _NEXT_LABEL.search(plain, start, end)
    end = following.start() if following else end
    yield Told(path, text[start:end], start, end, places_in(plain[start:end]))
