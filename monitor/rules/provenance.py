"""The condition ``origin``: whether the goods come from where the words of a claim say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from monitor.flags import Evidence
from monitor.nlp.fold import fold
from monitor.registry.origin import Told, hints, is_of_product, origins, statement, words_of_area
from monitor.registry.places import Relation, is_code, places_in, relation
from monitor.rules.compiled import CompiledCondition
from monitor.rules.moments import spans_of
from monitor.rules.situation import Answer, Situation, evidence_of

PLACE: Final = "place"
"""The fact of a vocabulary entry that says where its goods come from: codes of GB/T 2260, or names of places."""
_PRODUCT: Final = "product"
_MOST_TOLD: Final = 3
"""Things that are told of where it cannot be decided."""

_DECIDING: Final[tuple[Relation, ...]] = ("outside", "inside")
_BETWEEN: Final = (("zh", "；"), ("en", "; "))
_SAID: Final[Mapping[Relation, tuple[str, str]]] = {
    "inside": ("{told}，在{area}之内", "{told} lies in {area}"),
    "outside": ("{told}，不在{area}之内", "{told} lies outside of {area}"),
    "unknown": ("{told}，看不出是否在{area}之内", "{told} does not tell whether it is in {area}"),
}


def ask_origin(asked: CompiledCondition, situation: Situation) -> Answer:
    """Whether the goods come from inside (or outside) of the area of the entry that matched; None where that cannot be told.

    One clear contradiction decides over what else is told; a place that contains the area, a name of several places, and goods other
    than the entry names (an ingredient) tell nothing.
    """
    area = area_of(situation)
    if not area:
        return Answer(None, {"zh": "没有说明产地范围", "en": "no area is given"})
    other = _other_goods(situation)
    if other is not None:
        return other
    told = [(item, item.relation(area)) for item in _told(situation)] + list(_said(situation, area))
    for wanted in _DECIDING:
        item = next((item for item, answer in told if answer == wanted), None)
        if item is not None:
            return Answer(wanted == asked.condition.origin, _detail(item, wanted, area), _evidence(item, situation))
    details = [_detail(item, answer, area) for item, answer in [*told, *_hints(situation, area)][:_MOST_TOLD]]
    if not told:
        details.insert(0, {"zh": "没有写产地", "en": "no origin is told"})
    return Answer(None, {language: between.join(one[language] for one in details) for language, between in _BETWEEN})


def area_of(situation: Situation) -> tuple[str, ...]:
    """The area (codes) that the words of a claim name; empty where they name none."""
    return tuple(dict.fromkeys(code for value in situation.entry_facts(PLACE) for code in codes_of(value)))


def area_words(situation: Situation) -> str:
    """That area in words."""
    return words_of_area(area_of(situation)) or "、".join(situation.entry_facts(PLACE)[:3])


@lru_cache(maxsize=4096)
def codes_of(value: str) -> tuple[str, ...]:
    """The codes of a place as a vocabulary writes it, a code or a name; empty for what is no place, or may be several."""
    if value.isdigit():
        return (value,) if is_code(value) else ()
    found = places_in(fold(value).plain)
    if any(place.doubtful for place in found):
        return ()
    return tuple(code for place in found for code in place.codes if code)


def _other_goods(situation: Situation) -> Answer | None:
    """The answer where the page sells something else than the entry names: an ingredient says nothing of where the goods are from."""
    products, title = situation.entry_facts(_PRODUCT), situation.facts.product
    if not products or not title or any(is_of_product(title, product) is not False for product in products):
        return None
    names = "、".join(products)
    return Answer(None, {"zh": f"商品不是{names}", "en": f"the goods are no {names}"})


def _told(situation: Situation) -> Iterator[Told]:
    facts = situation.facts
    if facts.listing is None:
        return
    fields = facts.listing_texts
    if facts.listing is facts.document:
        fields = tuple((part.field, part.text) for part in situation.layout.parts)
    yield from origins(facts.listing, fields, facts.prefix)


def _said(situation: Situation, area: Sequence[str]) -> Iterator[tuple[Told, Relation]]:
    """What the sentence of a claim says of where its goods come from, behind the claim or in its clause.

    Only of a name of goods (五常大米): a region in a sentence (新疆的) may be that of other goods, of people, of parcels.
    """
    if situation.hit is None or not situation.entry_facts(_PRODUCT):
        return
    layout = situation.layout
    for span in spans_of(situation.hit):
        first, last = layout.sentence(span[0])[0], layout.sentence(span[1] - 1)[1]
        found = statement(layout.text[first:last])
        if found is None:
            continue
        start, end = first + found[0], first + found[1]
        if start < span[1] and layout.clause(start) != layout.clause(span[0]):
            continue
        part = layout.part_at(start)
        told = Told(part.field, layout.text[start:end], start - part.start, end - part.start, found[2])
        yield told, told.relation(tuple(area))


def _hints(situation: Situation, area: tuple[str, ...]) -> Iterator[tuple[Told, Relation]]:
    """What tells of other places without deciding, a place in the title among them."""
    facts = situation.facts
    for item in hints(facts.listing, facts.seller, facts.prefix):
        if item.places:
            yield item, item.relation(area)
    title = facts.listing.title if facts.listing else None
    for place in places_in(fold(title).plain) if title else ():
        if relation((place,), area) == "outside":
            words = title[place.start : place.end] if title else ""
            yield Told(f"{facts.prefix}title", words, place.start, place.end, (place,)), "outside"


def _detail(item: Told, answer: Relation, area: Sequence[str]) -> dict[str, str]:
    words = {"told": f"{item.path} = {item.text}", "area": words_of_area(area)}
    zh, en = _SAID[answer]
    return {"zh": zh.format(**words), "en": en.format(**words)}


def _evidence(item: Told, situation: Situation) -> tuple[Evidence, ...]:
    part = situation.layout.named(item.path)
    if part is None:  # a field of the listing that a stream shows
        return (Evidence(item.path, item.start, item.end, item.text, "conflict"),)
    return evidence_of(situation.layout, (part.start + item.start, part.start + item.end), "conflict")
